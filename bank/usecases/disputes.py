"""Objecting to a service, and how staff decide: in full, in part, or void."""

from __future__ import annotations

from datetime import timedelta

from bank.doing import Doing, Receipt
from bank.errors import RuleRefused
from bank.notices import CaseKind
from bank.orders import JOB_HELD, ORDER_LIFE, Job, JobStatus, Order, OrderStatus
from bank.permissions import check_not_paid, check_owns_order, check_staff_of
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.accounts import coins_of
from bank.usecases.alerts import waiting_case
from bank.usecases.casework import cases_of_order, end_case, start_case
from bank.usecases.deed import once
from bank.usecases.facts import held, names, order_facts
from bank.usecases.money import Paid, close_hold, lock_purses, pay_seat, pending_hold, reserve, take_back
from bank.usecases.settling import add_up, balance_of_payer
from bank.usecases.steps import move_job, move_order
from bank.usecases.telling import tell_acted_for, tell_order, tell_staff

OUTCOMES = ("full", "part", "void")


def dispute(uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int, reason: str) -> Receipt:
    """Nobody came, hours wrong, not done properly: staff decide, the coins wait. Outcome: disputed.

    Raises NotAllowed("not_your_order", "own_work"), WrongState, RuleRefused: "reason_missing", "not_started_yet"
    (before the agreed start), "dispute_too_late" (long after settlement).
    """
    content = {"order": order_id, "reason": reason}
    return once(uow, doing, "dispute", content, lambda: _dispute(uow, scheme, doing, order_id, reason))


def _dispute(uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int, reason: str) -> Receipt:
    order = uow.orders.get(order_id, lock=True)
    check_owns_order(uow, doing, order)
    jobs = held(uow, order)
    check_not_paid(uow, scheme, doing.actor_id, order, jobs)
    if not reason.strip():
        raise RuleRefused("reason_missing")
    ORDER_LIFE.target(order.id, order.status, "dispute")
    if order.status is OrderStatus.ACCEPTED and doing.now < order.starts_at:
        raise RuleRefused("not_started_yet", number=order.id, starts_at=order.starts_at)
    settled_at = order.ended_at if order.status is OrderStatus.SETTLED else None
    if settled_at is not None and doing.now > settled_at + timedelta(days=scheme.dispute_days):
        raise RuleRefused("dispute_too_late", number=order.id, days=scheme.dispute_days)
    order.reason = reason
    move_order(uow, scheme, doing, order, "dispute", reason=reason)
    case = start_case(
        uow,
        scheme,
        doing,
        CaseKind.DISPUTE,
        order.branch_id,
        reason,
        member=uow.members.get(order.resident_id),
        order_id=order.id,
        evidence={"claimed": [job.claimed_minutes for job in jobs], "volunteers": [job.volunteer_id for job in jobs]},
    )
    tell_order(uow, scheme, doing, order, [job.volunteer_id for job in jobs], "service_disputed", reason=reason)
    tell_staff(
        uow,
        scheme,
        doing,
        order,
        "service_disputed_staff",
        volunteer=names(uow, jobs),
        reason=reason,
        case=case.id,
    )
    tell_acted_for(uow, scheme, doing, order, "disputed")
    return Receipt(outcome="disputed", facts=order_facts(uow, scheme, order, case=case.id))


def resolve(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    order_id: int,
    outcome: str,
    minutes: int | None = None,
    verdict: str = "",
) -> Receipt:
    """Staff decide a dispute: "full" (as claimed), "part" (`minutes` of service for each seat) or "void" (nothing).

    What was posted before is reversed first where the verdict differs. Outcome: resolved. Raises NotAllowed
    ("not_staff", "not_staff_here", "own_work"), WrongState, RuleRefused: "verdict_missing", "minutes_wrong",
    "coins_spent".
    """
    content = {"order": order_id, "outcome": outcome, "minutes": minutes, "verdict": verdict}
    return once(
        uow, doing, "resolve", content, lambda: _resolve(uow, scheme, doing, order_id, outcome, minutes, verdict)
    )


def _resolve(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int, outcome: str, minutes: int | None, verdict: str
) -> Receipt:
    order = uow.orders.get(order_id, lock=True)
    check_staff_of(uow, doing.actor_id, order.branch_id)
    jobs = uow.jobs.of_order(order.id, JOB_HELD)
    check_not_paid(uow, scheme, doing.actor_id, order, jobs)
    if outcome not in OUTCOMES:
        raise RuleRefused("verdict_missing")
    ORDER_LIFE.target(order.id, order.status, "resolve")
    most = max([order.minutes, *(job.claimed_minutes or 0 for job in jobs)])
    if outcome == "part" and (minutes is None or not 0 < minutes <= most):
        raise RuleRefused("minutes_wrong", most=most)
    lock_purses(uow, scheme, order, jobs)
    total = Paid(0, 0, 0, 0, 0)
    for job in jobs:
        paid = _decide_seat(uow, scheme, doing, order, job, outcome, minutes)
        total = add_up(total, paid)
    close_hold(uow, doing, order)
    order.ended_at, order.ended_by = doing.now, doing.actor_id
    move_order(uow, scheme, doing, order, "resolve", outcome=outcome, minutes=minutes)
    for case in cases_of_order(uow, order.id, CaseKind.DISPUTE):
        end_case(uow, doing, case, verdict or outcome)
    waits = waiting_case(uow, order)
    if waits is not None:
        end_case(uow, doing, waits, verdict or outcome)
    balance = balance_of_payer(uow, scheme, order)
    tell_order(
        uow,
        scheme,
        doing,
        order,
        [order.resident_id],
        "dispute_resolved_resident",
        verdict=outcome,
        served=total.served,
        paid=total.paid,
        balance=balance,
    )
    facts = order_facts(
        uow,
        scheme,
        order,
        verdict=outcome,
        served=total.served,
        paid=total.paid,
        credited=total.credited,
        honour=total.honour,
        balance=balance,
    )
    return Receipt(outcome="resolved", facts=facts)


def _decide_seat(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order, job: Job, outcome: str, minutes: int | None
) -> Paid:
    settled = job.status is JobStatus.SETTLED
    if settled and outcome == "full":
        paid = _as_it_stands(job)
    elif outcome == "void":
        if settled:
            take_back(uow, scheme, doing, order, job, "dispute: void")
        job.settled_at = None
        move_job(uow, doing, job, "void")
        paid = Paid(0, 0, 0, 0, 0)
    else:
        if settled:
            _reopen(uow, scheme, doing, order, job)
        elif job.status is not JobStatus.FINISHED:
            move_job(uow, doing, job, "finish")
        claimed = job.claimed_minutes if job.claimed_minutes is not None else order.minutes
        served = claimed if outcome == "full" or minutes is None else minutes
        paid = pay_seat(uow, scheme, doing, order, job, served, agree_extra=False)
        job.settled_at = doing.now
        move_job(uow, doing, job, "settle", served=served, outcome=outcome)
    balance = coins_of(uow, scheme, uow.members.get(job.volunteer_id)).balance
    tell_order(
        uow,
        scheme,
        doing,
        order,
        [job.volunteer_id],
        "dispute_resolved_volunteer",
        verdict=outcome,
        served=paid.served,
        credited=paid.credited,
        honour=paid.honour,
        balance=balance,
    )
    return paid


def _as_it_stands(job: Job) -> Paid:
    return Paid(job.served_minutes or 0, job.paid_minutes or 0, job.credited_minutes or 0, job.honour_minutes or 0, 0)


def _reopen(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order, job: Job) -> None:
    """Reverse what the seat was paid and reserve the same coins again, so that a smaller part can be paid."""
    returned = take_back(uow, scheme, doing, order, job, "dispute: part")
    move_job(uow, doing, job, "undo_settle")
    if pending_hold(uow, order) is not None:
        close_hold(uow, doing.step(f"before{job.id}"), order)
    reserve(uow, scheme, doing.step(f"again{job.id}"), order, at_most=returned)
