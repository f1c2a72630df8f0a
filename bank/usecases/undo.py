"""One word undoes the last deed with coin-like effect, for some minutes (SCHEMES, DESIGN: "撤销").

Orders are undone here, gifts, donations and grants in `taking_back`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bank.coins import Transaction
from bank.doing import Doing, Receipt
from bank.errors import RuleRefused
from bank.orders import Job, JobStatus, Order, OrderStatus
from bank.overlap import no_overlap
from bank.permissions import check_owns_order, known
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.deed import once
from bank.usecases.facts import order_cost, order_facts
from bank.usecases.money import lock_purses, reserve, take_back
from bank.usecases.publishing import publish_or_wait
from bank.usecases.reminders import plan_order_reminders
from bank.usecases.report_rows import move_report
from bank.usecases.requests import cancel_order
from bank.usecases.seats import settle_seats
from bank.usecases.steps import move_job, move_order
from bank.usecases.taking_back import deed_of, last_given, take_back_given
from bank.usecases.telling import tell_order

_UNDOABLE = {OrderStatus.SETTLED: "confirm", OrderStatus.CANCELLED: "cancel"}
_NOT_BEGUN = (OrderStatus.SUBMITTED, OrderStatus.APPROVED, OrderStatus.PUBLISHED, OrderStatus.ACCEPTED)


def last_undoable(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Order | None:
    """What "撤销" means now: the order that was confirmed or cancelled last, if `undo_minutes` have not passed since.

    Of the person's own orders, whoever acted; and of those that the actor ended for somebody else. When there is none,
    the last order that another asked for the person and that has not begun (SCHEMES: "Acting for someone").
    """
    since = doing.now - timedelta(minutes=scheme.undo_minutes)
    orders = uow.orders.find(resident_id=doing.person_id, status=tuple(_UNDOABLE))
    orders += uow.orders.find(ended_by=doing.actor_id, status=tuple(_UNDOABLE))
    fresh = [order for order in orders if order.ended_at is not None and since <= order.ended_at <= doing.now]
    if fresh:
        return max(fresh, key=lambda order: (order.ended_at, order.id))
    mine = uow.orders.find(resident_id=doing.actor_id, status=_NOT_BEGUN)
    asked = [order for order in mine if order.asked_by != order.resident_id]
    return max(asked, key=lambda order: (order.created_at, order.id), default=None)


def _newest(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> tuple[Order | None, Transaction | None]:
    """The order or the gift, donation or grant that was done last; of the two at most one."""
    order, given = last_undoable(uow, scheme, doing), last_given(uow, scheme, doing)
    if order is None or given is None:
        return order, given
    done = order.ended_at or order.created_at
    return (order, None) if done > given.posted_at else (None, given)


def last_undone_at(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> datetime | None:
    """When the deed was done that "撤销" would undo; None for what another asked and for nothing."""
    order, given = _newest(uow, scheme, doing)
    if given is not None:
        return given.posted_at
    return order.ended_at if order is not None else None


def undoable(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """What "撤销" would undo, for the read-back: undoable (deed, number, or to) or nothing. Reads only.

    Deeds: confirm, cancel, asked of an order; gift, donation, grant, conversion.
    """
    order, given = _newest(uow, scheme, doing)
    if given is not None:
        to = uow.members.get(given.done_for).name if given.done_for else None
        return Receipt(outcome="undoable", facts={"deed": deed_of(given), "number": None, "to": to})
    if order is None:
        return Receipt(outcome="nothing", facts={"minutes": scheme.undo_minutes})
    return Receipt(outcome="undoable", facts=order_facts(uow, scheme, order, deed=_UNDOABLE.get(order.status, "asked")))


def undo_last(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """Undo the last confirm, cancel, gift, donation or grant, or what another asked for the person (`last_undoable`).

    Outcomes: confirm_undone (returned), cancel_undone, ask_undone, gift_undone, donation_undone, grant_undone,
    conversion_undone.
    Raises RuleRefused: "nothing_to_undo" (also when the minutes are over), "coins_spent", "coins_missing",
    "balance_cap"; NotAllowed when the actor has no say in the order.
    """
    return once(uow, doing, "undo_last", {}, lambda: _undo(uow, scheme, doing))


def _undo(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    known(uow, doing.actor_id)
    found, given = _newest(uow, scheme, doing)
    if given is not None:
        return take_back_given(uow, scheme, doing, given)
    if found is None:
        raise RuleRefused("nothing_to_undo", minutes=scheme.undo_minutes)
    order = uow.orders.get(found.id, lock=True)
    check_owns_order(uow, doing, order)
    if order.status is OrderStatus.SETTLED:
        return _undo_confirm(uow, scheme, doing, order)
    if order.status is OrderStatus.CANCELLED:
        return _undo_cancel(uow, scheme, doing, order)
    if order.status in _NOT_BEGUN:
        return replace(cancel_order(uow, scheme, doing, order, ""), outcome="ask_undone")
    raise RuleRefused("nothing_to_undo", minutes=scheme.undo_minutes)


def _undo_confirm(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order) -> Receipt:
    jobs = uow.jobs.of_order(order.id, (JobStatus.SETTLED,))
    lock_purses(uow, scheme, order, jobs)
    returned = 0
    for job in jobs:
        returned += take_back(uow, scheme, doing, order, job, "undone")
        move_job(uow, doing, job, "undo_settle")
    reserve(uow, scheme, doing, order, at_most=order_cost(scheme, order))
    order.ended_at = order.ended_by = None
    move_order(uow, scheme, doing, order, "undo_settle")
    if scheme.report_confirmed_by_head:
        move_report(uow, doing, order, "undo_confirm")
    volunteers = [job.volunteer_id for job in jobs]
    tell_order(uow, scheme, doing, order, volunteers, "settlement_undone", returned=returned)
    return Receipt(outcome="confirm_undone", facts=order_facts(uow, scheme, order, returned=returned))


def _undo_cancel(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order) -> Receipt:
    """The order stands where it stood: approved levels count, seats come back to volunteers who are still free."""
    order.reason = order.ended_at = order.ended_by = None
    move_order(uow, scheme, doing, order, "undo_cancel")
    if order.approvals_done < len(scheme.approval):
        plan_order_reminders(uow, scheme, order, doing.now, doing.key)
        return Receipt(outcome="cancel_undone", facts=order_facts(uow, scheme, order))
    back = _seats_back(uow, doing, order)
    move_order(uow, scheme, doing, order, "approve")
    publish_or_wait(uow, scheme, doing, order)
    settle_seats(uow, scheme, doing, order)
    tell_order(uow, scheme, doing, order, [job.volunteer_id for job in back], "job_restored")
    return Receipt(outcome="cancel_undone", facts=order_facts(uow, scheme, order))


def _seats_back(uow: UnitOfWork, doing: Doing, order: Order) -> list[Job]:
    back = []
    for job in uow.jobs.of_order(order.id, (JobStatus.CANCELLED,)):
        if job.ended_reason == "order_cancelled" and no_overlap(uow, job.volunteer_id, order):
            job.ended_reason = None
            back.append(move_job(uow, doing, job, "undo_cancel"))
    return back
