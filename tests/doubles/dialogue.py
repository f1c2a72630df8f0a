"""Rasa's rules and forms in miniature, over the real `domain/` and `stories/` and the real actions.

It takes the intent as given (no understanding) and runs what RulePolicy would: a form first, then the rule of the
intent, then the form again. Conversations on the trained model are in `tests/conversations`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

import yaml
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.base import DeskAction
from bot.actions.registry import all_actions
from bot.desk import Desk
from bot.keypad import pick
from bot.messages import Reply, join

HOUSE = Path(__file__).resolve().parents[2]
PAYLOAD = re.compile(r"/([a-z_]+)(\{.*\})?$", re.DOTALL)
MOST_STEPS = 12
_serial = count(1)


@lru_cache(maxsize=1)
def begun_by() -> dict[str, str]:
    """The action or form that each intent's rule begins with."""
    found: dict[str, str] = {}
    for path in (HOUSE / "stories").glob("*.yml"):
        for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]:
            if "intent" in rule["steps"][0]:
                found[rule["steps"][0]["intent"]] = rule["steps"][1]["action"]
    return found


@dataclass
class TalkDouble:
    """One person's talk with a desk. `now` moves as the test likes; `last` is what was said last."""

    desk: Desk
    member_id: int | None
    now: datetime
    identity_id: int = 1
    slots: dict[str, Any] = field(default_factory=dict)
    loop: str | None = None
    last: Reply = field(default_factory=lambda: Reply(text=""))
    finished: bool = False
    _events: list[dict[str, Any]] = field(default_factory=list)
    _said: list[Reply] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._actions: dict[str, DeskAction] = {action.name(): action for action in all_actions(self.desk)}

    async def says(
        self,
        text: str,
        intent: str = "inform",
        choices: Iterable[str] = (),
        wishes: Iterable[dict[str, str]] = (),
    ) -> str:
        """Say `text`, understood as `intent`; a number or label picks one of the choices shown last."""
        said = text
        chosen = pick(text, self.last.choices)
        match = PAYLOAD.match(chosen.payload if chosen else text)
        entities: list[dict[str, Any]] = []
        if match:
            text, intent = match[0], match[1]
            entities = [{"entity": name, "value": value} for name, value in json.loads(match[2] or "{}").items()]
        self._message = {
            "text": text,
            "intent": {"name": intent},
            "entities": entities,
            "understanding": {"choices": list(choices), "wishes": list(wishes)},
            "metadata": {
                "member_id": self.member_id,
                "identity_id": self.identity_id,
                "now": self.now.isoformat(),
                "key": f"inbox:{next(_serial)}",
                "said": said,
                "sender": f"web:main:{self.identity_id}",
            },
        }
        self._events, self._said, self.finished = [{"event": "user"}], [], False
        await self._turn(intent)
        assert self._said, f"no answer to {text!r} as {intent}"
        self.last = join(self._said)
        if self.finished:
            self.slots, self.loop = {}, None
        return self.last.as_text()

    async def _turn(self, intent: str) -> None:
        if self.loop and await self._form(self.loop):
            return
        todo: str | None = begun_by()[intent]
        for _ in range(MOST_STEPS):
            if todo is None:
                break
            todo = await self._step(todo)
        else:
            raise AssertionError("the actions follow each other in a circle")

    async def _step(self, name: str) -> str | None:
        if name.endswith("_form"):
            self.loop = name
            self._events.append({"event": "active_loop", "name": name})
            await self._form(name)
            return self._followup()
        await self._run(name)
        following = self._followup()
        if following is None and self.loop:
            await self._form(self.loop)
        return following

    def _followup(self) -> str | None:
        following, self._next = getattr(self, "_next", None), None
        return following

    async def _form(self, form: str) -> bool:
        """Run the form; False when it hands the words on to the rules."""
        self._events.append({"event": "action", "name": form})
        before = len(self._events)
        events = await self._run(f"validate_{form}", record=False)
        if not any(event["event"] == "slot" for event in events):
            del self._events[before - 1 :]
            return False
        asked = self.slots.get("requested_slot")
        if asked is None:
            self.loop = None
            self._events.append({"event": "active_loop", "name": None})
            await self._run(f"action_{form.removesuffix('_form')}_submit")
            following = self._followup()
            for _ in range(MOST_STEPS):
                if following is None:
                    break
                following = await self._step(following)
        else:
            await self._run(f"action_ask_{form}_{asked}", record=False)
        return True

    async def _run(self, name: str, *, record: bool = True) -> list[dict[str, Any]]:
        if record:
            self._events.append({"event": "action", "name": name})
        dispatcher = CollectingDispatcher()
        active = {"name": self.loop} if self.loop else {}
        tracker = Tracker(
            "s", dict(self.slots), self._message, list(self._events), False, None, active, "action_listen"
        )
        events: list[dict[str, Any]] = await self._actions[name].run(dispatcher, tracker, {})
        if not name.startswith("validate_") or any(event["event"] == "slot" for event in events):
            for message in dispatcher.messages:
                self._said.append(Reply.from_json(message["custom"]["reply"]))
                self.finished = self.finished or bool(message["custom"]["finished"])
        for event in events:
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
            elif event["event"] == "followup":
                self._next = event["name"]
        return events
