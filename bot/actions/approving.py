"""Staff let requests through, one or several at once; where the asker has too few coins they choose who pays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bank.doing import Receipt
from bank.orders import PayerKind
from bank.organisation import ServiceBase
from bank.usecases import approval
from bank.usecases.money import shortage
from bot.actions.base import DeskAction
from bot.actions.forms import FormAsk, FormCheck, FormSubmit
from bot.actions.listing import order_number
from bot.actions.turn import Turn, payload
from bot.actions.waiting import by_number, numbers_said, one_waiting, say_waiting, waiting
from bot.desk import Desk


class ApproveCheck(FormCheck):
    form = "approve_request_form"
    slots = ("approve_numbers", "approve_payer", "approve_agreed")
    agreed = "approve_agreed"
    intents = frozenset({"approve_request"})

    def begin(self, turn: Turn) -> None:
        orders = waiting(turn)
        if not orders:
            turn.say("review.none", choices=[], cases=0)
            turn.set(task_dropped="done")
        elif len(orders) == 1 and order_number(turn, asked=False) is None:
            turn.set(approve_numbers=[orders[0]["number"]])

    def read(self, turn: Turn) -> None:
        orders = waiting(turn)
        named = numbers_said(turn.words, orders)
        if not named:
            one = one_waiting(turn, orders, asked=turn.asked == "approve_numbers")
            named = [one] if one is not None else []
        if named and named != turn.slot("approve_numbers"):
            turn.set(approve_numbers=named, approve_payer=None)
        payer = turn.given("payer")
        if payer is None and turn.asked == "approve_payer" and (turn.slot("approve_numbers") or []):
            payer = self._payer_said(turn)
        if payer is not None:
            turn.set(approve_payer=str(payer))

    def _payer_said(self, turn: Turn) -> str | None:
        """基地付, 公益账户出: who pays, in words."""
        if turn.desk.scheme.charity_pays and re.search(r"公益|慈善|爱心", turn.words):
            return "charity"
        order = by_number(turn, turn.slot("approve_numbers")[0])
        bases = bases_for(turn, order["branch_id"]) if "基地" in turn.words else []
        return f"base:{bases[0].id}" if len(bases) == 1 else None

    def needed(self, turn: Turn) -> Sequence[str]:
        return self.slots if self._payer_open(turn) else ("approve_numbers", "approve_agreed")

    def _payer_open(self, turn: Turn) -> bool:
        """Whether somebody else must pay: asked only where one request is decided, several are told so."""
        numbers = turn.slot("approve_numbers") or []
        return len(numbers) == 1 and lacking(turn, by_number(turn, numbers[0])) is not None


def lacking(turn: Turn, order: dict[str, Any]) -> tuple[int, int] | None:
    """(needed, available) minutes where this yes would publish the order and its payer can't cover it, else None."""
    levels = turn.desk.scheme.approval
    if order["level"] not in ("payer", levels[-1].name if levels else ""):
        return None  # a level further on decides, and then the coins count
    return shortage(turn.uow, turn.desk.scheme, turn.uow.orders.get(order["number"]))


class AskApproveNumbers(FormAsk):
    def work(self, turn: Turn) -> None:
        say_waiting(turn, "ask.approve_numbers", waiting(turn), "approve_request")


def bases_for(turn: Turn, branch_id: int) -> list[ServiceBase]:
    """The service bases that may pay for a request of that branch."""
    if not turn.desk.scheme.bases_pay:
        return []
    path = tuple(branch.id for branch in turn.uow.branches.path_up(branch_id))
    return turn.uow.bases.find(branch_id=path)


class AskApprovePayer(FormAsk):
    """Who pays when the asker has too few coins: a service base of the branch, the charity account, or not at all."""

    def work(self, turn: Turn) -> None:
        order = by_number(turn, turn.slot("approve_numbers")[0])
        number = order["number"]
        choices = [
            turn.choice("label.base_pays", payload("approve_request", payer=f"base:{base.id}"), name=base.name)
            for base in bases_for(turn, order["branch_id"])[:1]
        ]
        if turn.desk.scheme.charity_pays:
            choices.append(turn.choice("label.charity_pays", payload("approve_request", payer="charity")))
        choices.append(turn.choice("label.reject", payload("reject_request", order_number=number)))
        _, available = lacking(turn, order) or (order["cost"], order["cost"])
        turn.say("ask.approve_payer", choices=choices, available=available, **order)


class AskApproveAgreed(FormAsk):
    def work(self, turn: Turn) -> None:
        numbers = turn.slot("approve_numbers")
        orders = [order for order in waiting(turn) if order["number"] in numbers]
        if len(orders) == 1:
            turn.say("ask.approve_agreed", payer_chosen=turn.slot("approve_payer"), **orders[0])
        else:
            turn.say("ask.approve_all_agreed", orders=orders)


class ApproveSubmit(FormSubmit):
    check = ApproveCheck

    def deed(self, turn: Turn) -> None:
        for number in turn.slot("approve_numbers"):
            receipt = self._one(turn, number)
            turn.say(f"approve.{receipt.outcome}", **receipt.facts)

    def _one(self, turn: Turn, number: int) -> Receipt:
        scheme, payer = turn.desk.scheme, turn.slot("approve_payer")
        if payer:
            kind = PayerKind.CHARITY if payer == "charity" else PayerKind.SERVICE_BASE
            base = int(payer.removeprefix("base:")) if kind is PayerKind.SERVICE_BASE else None
            receipt = approval.choose_payer(turn.uow, scheme, turn.doing(f"payer_{number}"), number, kind, base_id=base)
            if receipt.outcome == "published":
                return receipt
        else:
            order = by_number(turn, number)
            if lacking(turn, order) is not None:  # one of several: the others need not wait for it
                return Receipt(outcome="payer_needed", facts=order)
        return approval.approve(turn.uow, scheme, turn.doing(f"approve_{number}"), number)

    def declined(self, turn: Turn) -> None:
        turn.say("approve.not_yet", choices=[turn.choice("label.see_waiting", payload("review_requests"))])


def actions(desk: Desk) -> list[DeskAction]:
    form = "approve_request_form"
    return [
        ApproveCheck(desk),
        AskApproveNumbers(desk, form, "approve_numbers"),
        AskApprovePayer(desk, form, "approve_payer"),
        AskApproveAgreed(desk, form, "approve_agreed"),
        ApproveSubmit(desk),
    ]
