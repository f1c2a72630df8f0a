"""The desk without Rasa: fixed words and buttons lead straight to the same actions; all else becomes a case.

The actions are the same that Rasa calls; only who calls them differs. What a form still needs is kept in the talk's
row (`local`), so that a restart loses nothing.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.registry import all_actions
from bot.desk import Desk
from bot.keypad import plain
from bot.messages import Reply, join

FIXED_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("talk_to_person", re.compile(r"人工|转人工|找人|找个人|找工作人员|打电话")),
    ("check_balance", re.compile(r"余额|.*(几个|多少|还剩).{0,4}(币|时间币)|查币|我的币")),
    ("accept_job", re.compile(r"(我)?(接|要接)\s*(?P<order_number>[0-9一二三四五六七八九十]+)\s*号?(单)?")),
    ("confirm_done", re.compile(r"确认|做好了|做完了|服务完成|完成了|来过了|确认完成")),
    ("view_schedule", re.compile(r"我接的单|我的活|我接了哪些单|我的安排")),
    ("check_order", re.compile(r"我的单子?|我的订单|单子|查单|谁来|几点来")),
    ("list_jobs", re.compile(r"有什么单子?|接单|有活吗|单子列表")),
    ("show_menu", re.compile(r"菜单|帮助|怎么用|你好|您好|在吗")),
    ("deny", re.compile(r"算了|不办了|不用了|不要了")),
)
ANSWERS = frozenset({"affirm", "deny", "inform", "correct"})
MOST_STEPS = 4  # actions that may follow each other on one message
PAYLOAD = re.compile(r"/(?P<intent>[a-z_]+)(?P<entities>\{.*\})?$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class LocalAnswer:
    """A reply, and what of a form is still open (None: nothing). `relay_case` as in RasaTurn.

    `stuck`: the words did not answer the form's question.
    """

    reply: Reply
    local: dict[str, Any] | None
    relay_case: int | None = None
    stuck: bool = False


def intent_of(text: str) -> tuple[str, list[dict[str, Any]]] | None:
    """Intent and entities of a payload or of fixed words; None when it is neither."""
    payload = PAYLOAD.fullmatch(text)
    if payload:
        given = json.loads(payload["entities"] or "{}")
        return payload["intent"], [{"entity": name, "value": value} for name, value in given.items()]
    words = plain(text)
    for intent, pattern in FIXED_WORDS:
        found = pattern.fullmatch(words)
        if found:
            return intent, [{"entity": name, "value": value} for name, value in found.groupdict().items() if value]
    return None


class LocalDialogue:
    """Runs the actions of fixed words and buttons without Rasa: an action, or a form's question after question."""

    def __init__(self, desk: Desk) -> None:
        self._actions = {action.name(): action for action in all_actions(desk)}

    async def answer(self, text: str, metadata: dict[str, Any], local: dict[str, Any] | None) -> LocalAnswer | None:
        """The answer, or None when the words are none that are understood without Rasa."""
        found = intent_of(text)
        intent, entities = found or ("inform", [])
        turn = _Turn(text, intent, entities, metadata)
        if local is not None and (found is None or intent in ANSWERS):
            turn.slots = dict(local["slots"])
            open_form = await self._steps(turn, local["form"])
            return turn.answer(open_form, stuck=_stuck(local, open_form))
        # a yes answers a question that only Rasa knows: staff hear of it, nobody is told that it was heard
        begins = self._begins(intent) if found and intent != "affirm" else None
        if begins is None:
            return None
        open_form = await self._steps(turn, begins)
        if local is not None and not begins.endswith("_form"):  # the form's question comes again, as with Rasa
            turn.slots = dict(local["slots"])
            await self._run(turn, f"action_ask_{local['form']}_{turn.slots['requested_slot']}")
            open_form = local
        return turn.answer(open_form)

    def _begins(self, intent: str) -> str | None:
        """The form or action that an intent's rule begins with."""
        if f"validate_{intent}_form" in self._actions:
            return f"{intent}_form"
        return f"action_{intent}" if f"action_{intent}" in self._actions else None

    async def _steps(self, turn: _Turn, name: str) -> dict[str, Any] | None:
        """Run it and what it chooses to follow; what of a form is still open."""
        open_form: dict[str, Any] | None = None
        for _ in range(MOST_STEPS):
            if name.endswith("_form"):
                open_form = await self._form(turn, name)
            else:
                await self._run(turn, name)
            if turn.follow is None:
                break
            name, turn.follow = turn.follow, None
        return open_form

    async def _form(self, turn: _Turn, form: str) -> dict[str, Any] | None:
        """One turn of a form: check, then ask or submit, as Rasa's own loop does."""
        await self._run(turn, f"validate_{form}")
        wanted = turn.slots.get("requested_slot")
        if wanted is not None:
            await self._run(turn, f"action_ask_{form}_{wanted}")
            return {"form": form, "slots": turn.slots}
        await self._run(turn, f"action_{form.removesuffix('_form')}_submit")
        return None

    async def _run(self, turn: _Turn, name: str) -> None:
        tracker = Tracker(
            sender_id=str(turn.metadata["identity_id"]),
            slots=turn.slots,
            latest_message=turn.message(),
            events=list(turn.events),
            paused=False,
            followup_action=None,
            active_loop={},
            latest_action_name=None,
        )
        dispatcher = CollectingDispatcher()
        for event in await self._actions[name].run(dispatcher, tracker, {}):
            if event["event"] == "slot":
                turn.slots[event["name"]] = event["value"]
            elif event["event"] == "followup" and event["name"] != "action_listen":
                turn.follow = event["name"]
        turn.events.append({"event": "action", "name": name})
        for message in dispatcher.messages:
            turn.replies.append(Reply.from_json(message["custom"]["reply"]))
            turn.relay_case = message["custom"].get("relay_case", turn.relay_case)


@dataclass(slots=True)
class _Turn:
    """What came, and what comes of it while actions run."""

    text: str
    intent: str
    entities: list[dict[str, Any]]
    metadata: dict[str, Any]
    slots: dict[str, Any] = field(default_factory=dict)
    replies: list[Reply] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=lambda: [{"event": "user"}])
    follow: str | None = None
    relay_case: int | None = None

    def message(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "intent": {"name": self.intent},
            "entities": self.entities,
            "metadata": self.metadata,
        }

    def answer(self, local: dict[str, Any] | None, *, stuck: bool = False) -> LocalAnswer:
        return LocalAnswer(join(self.replies), local, self.relay_case, stuck)


def _stuck(before: dict[str, Any], after: dict[str, Any] | None) -> bool:
    """Whether the words moved the form nowhere: perhaps they were about something else."""
    if after is None or after["form"] != before["form"]:
        return False
    return all(value == before["slots"].get(name) for name, value in after["slots"].items() if name != "misses")
