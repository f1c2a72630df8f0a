"""Staff refuse a request: which, why, read back; the reason reaches who asked."""

from __future__ import annotations

import re
from typing import Any

from bank.usecases import approval
from bot.actions.base import DeskAction
from bot.actions.forms import FormAsk, FormCheck, FormSubmit
from bot.actions.listing import order_number
from bot.actions.turn import Turn
from bot.actions.waiting import by_number, one_waiting, say_waiting, waiting
from bot.desk import Desk
from bot.understanding.text import clean

_CLAUSES = re.compile(r"[,，。;；:：!！\s]+")
_VERDICT = re.compile(
    r"不予?(?:通过|批准?|受理|同意|可以|能?过|能批|能发布?|行)了?|驳(?:回|掉|了)?去?|退(?:回|掉|了)?去?|打回去?|拒(?:绝|掉|了)|"
    r"否决?了?|(?:麻烦|请)?(?:把|将)|\breject\b|\bdecline\b",
    re.IGNORECASE,
)
_WHICH = re.compile(r"(?:\d{1,6}|[零〇一二两三四五六七八九十百廿]{1,5})号(?:单子?|申请|需求)?|^\d{1,6}|\d{1,6}$")
_AROUND = re.compile(
    r"^(?:(?:理由|原因|因为|注明)(?:是|为)?|那个|这[个条单]|先|请|都|给他|吧|了|的|啊|去)+|(?:吧|了吧|啊|先)+$"
)
SHORTEST_REASON = 2


class RejectCheck(FormCheck):
    form = "reject_request_form"
    slots = ("reject_number", "reject_reason", "reject_agreed")
    agreed = "reject_agreed"
    intents = frozenset({"reject_request"})
    free = frozenset({"reject_reason"})

    def begin(self, turn: Turn) -> None:
        orders = waiting(turn)
        if not orders:
            turn.say("review.none", choices=[], cases=0)
            turn.set(task_dropped="done")
        elif len(orders) == 1 and order_number(turn, asked=False) is None:
            turn.set(reject_number=orders[0]["number"])

    def read(self, turn: Turn) -> None:
        if turn.asked != "reject_reason":
            number = one_waiting(turn, waiting(turn), asked=turn.asked == "reject_number")
            if number is not None:
                turn.set(reject_number=number)
        reason = reason_said(turn)
        if reason:
            turn.set(reject_reason=reason)


def reason_said(turn: Turn) -> str | None:
    """The reason in a staff member's words: all of them where it was asked for, else what is left of a refusal."""
    if turn.asked == "reject_reason":
        return _AROUND.sub("", turn.words).strip(" ,，。.!！") or None
    return reason_in(turn.words) if turn.intent in ("reject_request", "correct") else None


def reason_in(words: str) -> str | None:
    """What a refusal says besides number and verdict: 12号重复了，驳回 -> 重复了; None when nothing is left."""
    left = []
    for clause in _CLAUSES.split(clean(words)):
        rest = _AROUND.sub("", _WHICH.sub("", _VERDICT.sub("", clause)).strip())
        if len(rest) >= SHORTEST_REASON:
            left.append(rest)
    return "，".join(left) or None


class AskRejectNumber(FormAsk):
    def work(self, turn: Turn) -> None:
        say_waiting(turn, "ask.reject_number", waiting(turn), "reject_request")


class AskRejectReason(FormAsk):
    def facts(self, turn: Turn) -> dict[str, Any]:
        return by_number(turn, turn.slot("reject_number"))


class AskRejectAgreed(FormAsk):
    def facts(self, turn: Turn) -> dict[str, Any]:
        return by_number(turn, turn.slot("reject_number")) | {"reason": turn.slot("reject_reason")}


class RejectSubmit(FormSubmit):
    check = RejectCheck

    def deed(self, turn: Turn) -> None:
        number, reason = turn.slot("reject_number"), turn.slot("reject_reason")
        receipt = approval.reject(turn.uow, turn.desk.scheme, turn.doing("reject"), number, reason)
        words = "reject.returned" if receipt.outcome == "returned" else "reject.done"
        turn.say(words, **{**receipt.facts, "reason": reason})


def actions(desk: Desk) -> list[DeskAction]:
    form = "reject_request_form"
    return [
        RejectCheck(desk),
        AskRejectNumber(desk, form, "reject_number"),
        AskRejectReason(desk, form, "reject_reason"),
        AskRejectAgreed(desk, form, "reject_agreed"),
        RejectSubmit(desk),
    ]
