"""Messages to many: staff say what and to whom, see it with the head count, and send. Who wants none says so."""

from __future__ import annotations

import re
from typing import Any

from bank.members import RoleName
from bank.usecases import notices
from bot.actions.base import DeskAction
from bot.actions.forms import FormAsk, FormCheck, FormSubmit
from bot.actions.naming import reach
from bot.actions.turn import Turn
from bot.desk import Desk
from bot.understanding.text import clean

EVERYBODY = "everybody"
SHORTEST_MESSAGE = 4
AUDIENCES: tuple[tuple[str, str], ...] = (
    (RoleName.VOLUNTEER.value, r"志愿者|志愿队"),
    (RoleName.STAFF.value, r"工作人员|同事|各支行|负责人"),
    (RoleName.RESIDENT.value, r"居民|老人们?|阿婆阿公|订餐的人?"),
    (EVERYBODY, r"大家|大伙儿?|所有人|全体会员|会员|全部人|全村|分行所有人"),
)
_WHOM = (
    r"(?:[^,，:：。 ]{0,8}?(?:志愿者们?|居民们?|会员们?|老人们?|工作人员|大家|大伙儿?|所有人|全体|"
    r"各支行(?:负责人)?|全村))"
)
_LEAD_IN = re.compile(
    r"^(?:请|麻烦|帮我|侬|恁|您|你|俺|阿拉|我)*?(?:要|想)?"
    r"(?:发一?[个只条]?(?:通知|公告|广播|消息)|通知一?下?|提醒一?下?|广播一?下?|公告|群发(?:通知|消息)?|"
    rf"[给跟]{_WHOM}(?:群?发(?:一?[个只条])?(?:通知|消息)?|讲一声|说一声|广播一下)|"
    rf"发给{_WHOM})\s*(?:{_WHOM})?[,，:： ]*"
)


def message_said(text: str) -> str | None:
    """What is to be sent: the words without 通知所有志愿者; None when nothing is left to send."""
    said = _LEAD_IN.sub("", clean(text), count=1).strip(" ,，:：")
    return said if len(said) >= SHORTEST_MESSAGE else None


def audience_said(text: str) -> str | None:
    """volunteer, resident, staff or everybody, as the words name it first; None when they name nobody."""
    said = clean(text)
    found = [(match.start(), name) for name, pattern in AUDIENCES if (match := re.search(pattern, said))]
    return min(found)[1] if found else None


class BroadcastCheck(FormCheck):
    form = "broadcast_form"
    slots = ("broadcast_said", "broadcast_audience", "broadcast_agreed")
    kept = ("broadcast_draft",)
    agreed = "broadcast_agreed"
    intents = frozenset({"broadcast"})
    free = frozenset({"broadcast_said"})

    def begin(self, turn: Turn) -> None:
        reach(turn)  # staff only: says so before asking anything

    def read(self, turn: Turn) -> None:
        given = turn.given("audience")
        if given in {name for name, _ in AUDIENCES}:
            turn.set(broadcast_audience=given)
        if turn.words and turn.intent not in ("affirm", "deny"):
            self._words(turn)
        self._draft(turn)

    def read_back_refused(self, turn: Turn) -> None:
        turn.set(broadcast_said=None, broadcast_agreed=None)  # what can be wrong is the wording: ask for it again

    def _words(self, turn: Turn) -> None:
        if turn.asked == "broadcast_said":
            turn.set(broadcast_said=turn.words)
        elif turn.intent == "broadcast":
            message = message_said(turn.words)
            if message:
                turn.set(broadcast_said=message)
        if turn.slot("broadcast_audience") is None or turn.asked in ("broadcast_audience", "broadcast_agreed"):
            audience = audience_said(turn.words)
            if audience:
                turn.set(broadcast_audience=audience)

    def _draft(self, turn: Turn) -> None:
        """The draft that the read-back shows: made anew when words or audience change, the old one dropped."""
        said, audience = turn.slot("broadcast_said"), turn.slot("broadcast_audience")
        draft = turn.slot("broadcast_draft")
        if said is None or audience is None or (draft and (draft["said"], draft["audience"]) == (said, audience)):
            return
        drop(turn, draft)
        role = None if audience == EVERYBODY else audience
        branch = branch_meant(turn)
        receipt = notices.draft_broadcast(turn.uow, turn.desk.scheme, turn.doing("draft"), said, branch, role=role)
        shown = {name: receipt.facts[name] for name in ("broadcast", "heads", "opted_out")}
        turn.set(broadcast_draft=shown | {"said": said, "audience": audience, "branch": branch})


def branch_meant(turn: Turn) -> int:
    """The branch that the words name, else the highest one that the speaker's staff rights stand at."""
    reached = [turn.uow.branches.get(ident) for ident in reach(turn)]
    said = turn.words
    named = [branch for branch in reached if branch.name in said or branch.name.removesuffix("分行") in said]
    return min(named or reached, key=lambda branch: (branch.tier, branch.id)).id


def drop(turn: Turn, draft: dict[str, Any] | None) -> None:
    """Drop an earlier draft, if there was one."""
    if draft:
        notices.drop_broadcast(turn.uow, turn.desk.scheme, turn.doing("drop"), draft["broadcast"])


class AskBroadcastAgreed(FormAsk):
    def facts(self, turn: Turn) -> dict[str, Any]:
        draft: dict[str, Any] = turn.slot("broadcast_draft")
        return draft | {"branch": turn.uow.branches.get(draft["branch"]).name}


class BroadcastSubmit(FormSubmit):
    check = BroadcastCheck

    def deed(self, turn: Turn) -> None:
        draft = turn.slot("broadcast_draft")
        receipt = notices.send_broadcast(turn.uow, turn.desk.scheme, turn.doing("send"), draft["broadcast"])
        turn.say("broadcast.sent", **receipt.facts)

    def declined(self, turn: Turn) -> None:
        drop(turn, turn.slot("broadcast_draft"))
        turn.say("broadcast.dropped")


class StopMessages(DeskAction):
    action_name = "action_stop_messages"

    def work(self, turn: Turn) -> None:
        notices.stop_messages(turn.uow, turn.desk.scheme, turn.doing("stop_messages"))
        turn.say("messages.stopped")


class ResumeMessages(DeskAction):
    action_name = "action_resume_messages"

    def work(self, turn: Turn) -> None:
        notices.resume_messages(turn.uow, turn.desk.scheme, turn.doing("resume_messages"))
        turn.say("messages.resumed")


def actions(desk: Desk) -> list[DeskAction]:
    form = "broadcast_form"
    return [
        BroadcastCheck(desk),
        FormAsk(desk, form, "broadcast_said"),
        FormAsk(desk, form, "broadcast_audience"),
        AskBroadcastAgreed(desk, form, "broadcast_agreed"),
        BroadcastSubmit(desk),
        StopMessages(desk),
        ResumeMessages(desk),
    ]
