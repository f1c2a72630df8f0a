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

_LEAD_IN = re.compile(
    r"^.*?(?:不予?(?:通过|批|受理|同意)|驳回?|退(?:回|掉|了)?|拒绝?|打回去?|不(?:行|过|批|同意|通过)|否决?|reject)(?:了|去|掉)?"
    r"[,，。：: ]*(?:理由|原因)?(?:是|为)?[,，：: ]*",
    re.IGNORECASE,
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
    """The reason in a staff member's words: all of them where it was asked for, else what follows the refusal."""
    said = turn.words
    if turn.asked != "reject_reason":
        if turn.intent not in ("reject_request", "correct"):
            return None
        said = _LEAD_IN.sub("", said, count=1) if _LEAD_IN.search(said) else ""
    said = re.sub(r"^(?:理由|原因|因为)(?:是|为)?[,，：: ]*", "", said).strip(" ,，。.！!：:")
    return said if len(said) >= SHORTEST_REASON and not said.rstrip("号").isdigit() else None


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
        turn.say("reject.done", **receipt.facts)


def actions(desk: Desk) -> list[DeskAction]:
    form = "reject_request_form"
    return [
        RejectCheck(desk),
        AskRejectNumber(desk, form, "reject_number"),
        AskRejectReason(desk, form, "reject_reason"),
        AskRejectAgreed(desk, form, "reject_agreed"),
        RejectSubmit(desk),
    ]
