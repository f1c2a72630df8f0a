"""Staff give a job to a volunteer: which job, to whom, read back with the volunteer's own words on when they can."""

from __future__ import annotations

from typing import Any

from bank.orders import OrderStatus
from bank.usecases import jobs
from bank.usecases.facts import order_facts
from bot.actions.base import DeskAction
from bot.actions.forms import FormAsk, FormCheck, FormSubmit
from bot.actions.listing import order_number, pick_order, say_list
from bot.actions.naming import ask_which, kept, named, reach, volunteers
from bot.actions.turn import Turn, payload
from bot.desk import Desk


def to_assign(turn: Turn) -> list[dict[str, Any]]:
    """Published orders with a free seat in the speaker's branches, soonest first. Raises NotAllowed("not_staff")."""
    orders = turn.uow.orders.find(branch_id=tuple(reach(turn)), status=OrderStatus.PUBLISHED)
    orders.sort(key=lambda order: (order.starts_at, order.id))  # also just after the start, when somebody did not come
    facts = [order_facts(turn.uow, turn.desk.scheme, order) for order in orders]
    return [order for order in facts if order["free"]]


class AssignCheck(FormCheck):
    form = "assign_job_form"
    slots = ("assign_number", "assign_person", "assign_agreed")
    kept = ("assign_found",)
    agreed = "assign_agreed"
    intents = frozenset({"assign_job"})
    free = frozenset({"assign_person"})

    def begin(self, turn: Turn) -> None:
        orders = to_assign(turn)
        if not orders:
            turn.say("assign.none")
            turn.set(task_dropped="done")
        elif len(orders) == 1 and order_number(turn, asked=False) is None:
            turn.set(assign_number=orders[0]["number"])

    def read(self, turn: Turn) -> None:
        if turn.asked != "assign_person":
            number = pick_order(turn, to_assign(turn), asked=turn.asked == "assign_number")
            if number is not None:
                turn.set(assign_number=number)
        found = named(turn, volunteers(turn), asked=turn.asked == "assign_person")
        if found:
            one = kept(found[0]) if len(found) == 1 else None
            turn.set(assign_person=one, assign_found=[member.id for member in found])


class AskAssignNumber(FormAsk):
    def work(self, turn: Turn) -> None:
        say_list(
            turn,
            "ask.assign_number",
            "review.item",
            to_assign(turn),
            sends=lambda order: payload("assign_job", order_number=order["number"]),
            more=lambda start: payload("assign_job", offset=start),
        )


class AskAssignPerson(FormAsk):
    def work(self, turn: Turn) -> None:
        if turn.slot("assign_found"):
            ask_which(turn, turn.slot("assign_found"), "assign_job")
        else:
            turn.say("ask.assign_person", **by_number(turn))


class AskAssignAgreed(FormAsk):
    def facts(self, turn: Turn) -> dict[str, Any]:
        person = turn.slot("assign_person")
        file = turn.uow.members.volunteer_file(person["id"])
        availability = (file.availability if file else {}).get("said", "")
        return by_number(turn) | {"volunteer": person["name"], "availability": availability}


def by_number(turn: Turn) -> dict[str, Any]:
    return order_facts(turn.uow, turn.desk.scheme, turn.uow.orders.get(turn.slot("assign_number")))


class AssignSubmit(FormSubmit):
    check = AssignCheck

    def deed(self, turn: Turn) -> None:
        number, person = turn.slot("assign_number"), turn.slot("assign_person")
        receipt = jobs.assign(turn.uow, turn.desk.scheme, turn.doing("assign"), number, person["id"])
        turn.say("assign.done", **receipt.facts)


def actions(desk: Desk) -> list[DeskAction]:
    form = "assign_job_form"
    return [
        AssignCheck(desk),
        AskAssignNumber(desk, form, "assign_number"),
        AskAssignPerson(desk, form, "assign_person"),
        AskAssignAgreed(desk, form, "assign_agreed"),
        AssignSubmit(desk),
    ]
