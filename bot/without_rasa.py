"""The desk without Rasa: fixed words and buttons lead straight to the same actions; all else becomes a case.

The actions are the same that Rasa calls; only who calls them differs. What a form still needs is kept in the talk's
row (`local`), so that a restart loses nothing.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
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
)
SINGLE = {
    "check_balance": "action_check_balance",
    "check_order": "action_check_order",
    "view_schedule": "action_view_schedule",
    "list_jobs": "action_list_jobs",
    "talk_to_person": "action_talk_to_person",
    "show_menu": "action_show_menu",
}
FORMS = {intent: f"{intent}_form" for intent in ("confirm_done", "accept_job", "finish_service")}
PAYLOAD = re.compile(r"/(?P<intent>[a-z_]+)(?P<entities>\{.*\})?$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class LocalAnswer:
    """A reply, and what of a form is still open (None: nothing)."""

    reply: Reply
    local: dict[str, Any] | None


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
    """Runs the actions of fixed words and buttons without Rasa."""

    def __init__(self, desk: Desk) -> None:
        self._actions = {action.name(): action for action in all_actions(desk)}

    async def answer(self, text: str, metadata: dict[str, Any], local: dict[str, Any] | None) -> LocalAnswer | None:
        """The answer, or None when the words are none that are understood without Rasa."""
        found = intent_of(text)
        if local is not None and (found is None or found[0] in ("affirm", "deny", "inform", "correct")):
            return await self._form(local["form"], text, found, metadata, local)
        if found is None:
            return None
        intent, entities = found
        if intent in FORMS:
            return await self._form(FORMS[intent], text, (intent, entities), metadata, None)
        if intent in SINGLE:
            slots: dict[str, Any] = {}
            replies = await self._run(SINGLE[intent], text, intent, entities, metadata, slots)
            return LocalAnswer(join(replies), None)
        return None

    async def _form(
        self,
        form: str,
        text: str,
        found: tuple[str, list[dict[str, Any]]] | None,
        metadata: dict[str, Any],
        local: dict[str, Any] | None,
    ) -> LocalAnswer:
        """One turn of a form: check, then ask or submit, as Rasa's own loop does."""
        intent, entities = found or ("inform", [])
        slots: dict[str, Any] = dict(local["slots"]) if local else {}
        replies = await self._run(f"validate_{form}", text, intent, entities, metadata, slots)
        wanted = slots.get("requested_slot")
        if wanted is not None:
            replies += await self._run(f"action_ask_{form}_{wanted}", text, intent, entities, metadata, slots)
            return LocalAnswer(join(replies), {"form": form, "slots": slots})
        submit = f"action_{form.removesuffix('_form')}_submit"
        replies += await self._run(submit, text, intent, entities, metadata, slots)
        return LocalAnswer(join(replies), None)

    async def _run(
        self,
        name: str,
        text: str,
        intent: str,
        entities: list[dict[str, Any]],
        metadata: dict[str, Any],
        slots: dict[str, Any],
    ) -> list[Reply]:
        message = {"text": text, "intent": {"name": intent}, "entities": entities, "metadata": metadata}
        tracker = Tracker(
            sender_id=str(metadata["identity_id"]),
            slots=slots,
            latest_message=message,
            events=[],
            paused=False,
            followup_action=None,
            active_loop={},
            latest_action_name=None,
        )
        dispatcher = CollectingDispatcher()
        for event in await self._actions[name].run(dispatcher, tracker, {}):
            if event["event"] == "slot":
                slots[event["name"]] = event["value"]
        return [Reply.from_json(message["custom"]["reply"]) for message in dispatcher.messages]
