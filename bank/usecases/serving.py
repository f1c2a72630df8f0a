"""The service itself: check-in, check-out, and nobody came."""

from __future__ import annotations

from datetime import timedelta

from bank.doing import Doing, Receipt
from bank.eligibility import needs_guardian
from bank.errors import RuleRefused
from bank.moments import local_day
from bank.orders import Job, JobStatus, Order, OrderStatus
from bank.permissions import check_owns_order
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.deed import once
from bank.usecases.facts import LIVE, names, order_facts
from bank.usecases.money import reckon
from bank.usecases.publishing import call_dispatch, offer
from bank.usecases.seats import seat_of, settle_seats
from bank.usecases.steps import keep_order, move_job, move_order
from bank.usecases.telling import tell_order, tell_staff


def start(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    order_id: int,
    volunteer_id: int | None = None,
    guardian_id: int | None = None,
) -> Receipt:
    """Check in; staff may do it for a volunteer. Outcome: started.

    Raises NotAllowed, WrongState, RuleRefused: "no_seat", "too_early_to_start", "guardian_absent" (a minor's named
    guardian must be there).
    """
    content = {"order": order_id, "volunteer": volunteer_id, "guardian": guardian_id}
    return once(uow, doing, "start", content, lambda: _start(uow, scheme, doing, order_id, volunteer_id, guardian_id))


def _start(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    order_id: int,
    volunteer_id: int | None,
    guardian_id: int | None,
) -> Receipt:
    order = uow.orders.get(order_id, lock=True)
    job = seat_of(uow, doing, order, volunteer_id, (*LIVE, JobStatus.FINISHED))
    if doing.now < order.starts_at - timedelta(minutes=scheme.early_start):
        raise RuleRefused("too_early_to_start", number=order.id, starts_at=order.starts_at)
    volunteer = uow.members.get(job.volunteer_id)
    if needs_guardian(scheme, volunteer, local_day(doing.now, scheme.tz)):
        if guardian_id is None or guardian_id != volunteer.guardian_id:
            raise RuleRefused("guardian_absent")
        job.guardian_id = guardian_id
    job.started_at = doing.now
    move_job(uow, doing, job, "start")
    _order_begins(uow, scheme, doing, order)
    tell_order(uow, scheme, doing, order, [order.resident_id], "service_started", volunteer=volunteer.name)
    started = doing.now.astimezone(scheme.tz).isoformat()
    return Receipt(outcome="started", facts=order_facts(uow, scheme, order, started_at=started))


def _order_begins(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order) -> None:
    """The order begins with its first seat; seats that nobody took are given up."""
    settle_seats(uow, scheme, doing, order, close=True)
    if order.status is not OrderStatus.STARTED:
        move_order(uow, scheme, doing, order, "start")


def finish(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    order_id: int,
    minutes: int | None = None,
    volunteer_id: int | None = None,
) -> Receipt:
    """Check out with the minutes served (default: from check-in, else the agreed start, to now). Outcome: finished.

    The receiver is asked to confirm once every seat has finished. `extra` > 0: longer than reserved, the payer will be
    asked. Raises NotAllowed, WrongState, RuleRefused: "no_seat", "not_started_yet", "claim_negative", "claim_too_long".
    """
    content = {"order": order_id, "minutes": minutes, "volunteer": volunteer_id}
    return once(uow, doing, "finish", content, lambda: _finish(uow, scheme, doing, order_id, minutes, volunteer_id))


def _finish(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int, minutes: int | None, volunteer_id: int | None
) -> Receipt:
    order = uow.orders.get(order_id, lock=True)
    job = seat_of(uow, doing, order, volunteer_id, (*LIVE, JobStatus.FINISHED))
    begun = job.started_at or order.starts_at
    if doing.now < begun:
        raise RuleRefused("not_started_yet", number=order.id, starts_at=order.starts_at)
    claimed = int((doing.now - begun).total_seconds() // 60) if minutes is None else minutes
    if minutes is None:
        claimed = min(claimed, scheme.longest_service)
    if claimed < 0:
        raise RuleRefused("claim_negative")
    if claimed > scheme.longest_service:
        raise RuleRefused("claim_too_long", most=scheme.longest_service)
    job.finished_at, job.finish_device, job.claimed_minutes = doing.now, doing.device, claimed
    move_job(uow, doing, job, "finish", claimed=claimed)
    settle_seats(uow, scheme, doing, order, close=True)
    close_service(uow, scheme, doing, order)
    cost, extra = due_from_payer(uow, scheme, order, [job])
    return Receipt(outcome="finished", facts=order_facts(uow, scheme, order, claimed=claimed, extra=extra, paying=cost))


def close_service(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order) -> None:
    """When the last seat has finished, the order has, and the receiver is asked; else it goes on."""
    if uow.jobs.of_order(order.id, LIVE):
        if order.status is OrderStatus.ACCEPTED:
            move_order(uow, scheme, doing, order, "start")
        return
    done = uow.jobs.of_order(order.id, (JobStatus.FINISHED,))
    move_order(uow, scheme, doing, order, "finish")
    facts = confirm_facts(uow, scheme, order, done)
    tell_order(uow, scheme, doing, order, [order.resident_id], "please_confirm", **facts)


def confirm_facts(uow: UnitOfWork, scheme: Scheme, order: Order, done: list[Job]) -> dict[str, str | int]:
    """What the receiver is asked to confirm: who served, how long, what it costs, what only a yes to more would pay."""
    cost, extra = due_from_payer(uow, scheme, order, done)
    claimed = sum(job.claimed_minutes or 0 for job in done)
    return {"volunteer": names(uow, done), "claimed": claimed, "cost": cost, "extra": extra}


def due_from_payer(uow: UnitOfWork, scheme: Scheme, order: Order, jobs: list[Job]) -> tuple[int, int]:
    """(what the payer will pay, what only a second reservation would pay on top), minutes, for finished seats."""
    cost = extra = 0
    for job in jobs:
        days, share, more = reckon(uow, scheme, order, job, job.claimed_minutes or 0, agree_extra=False)
        cost += min(share, sum(day.credited for day in days))
        extra += more
    return cost, extra


def no_show(uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int, volunteer_id: int | None = None) -> Receipt:
    """The volunteer did not come: resident, kin or staff say so. Outcome: no_show.

    The seat is free again, staff get a case to find somebody. Raises NotAllowed("not_your_order"), WrongState,
    RuleRefused: "no_seat", "too_early_for_no_show".
    """
    content = {"order": order_id, "volunteer": volunteer_id}
    return once(uow, doing, "no_show", content, lambda: _no_show(uow, scheme, doing, order_id, volunteer_id))


def _no_show(uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int, volunteer_id: int | None) -> Receipt:
    order = uow.orders.get(order_id, lock=True)
    check_owns_order(uow, doing, order)
    waiting = uow.jobs.of_order(order.id, (JobStatus.ACCEPTED,))
    mine = [job for job in waiting if volunteer_id in (None, job.volunteer_id)]
    if len(mine) != 1:
        raise RuleRefused("no_seat", number=order.id)
    if doing.now < order.starts_at + timedelta(minutes=scheme.ladder.not_started):
        raise RuleRefused("too_early_for_no_show", number=order.id, starts_at=order.starts_at)
    job = mine[0]
    move_job(uow, doing, job, "no_show")
    name = uow.members.get(job.volunteer_id).name
    _after_no_show(uow, scheme, doing, order)
    tell_order(uow, scheme, doing, order, [job.volunteer_id], "no_show_volunteer")
    tell_order(uow, scheme, doing, order, [order.resident_id], "no_show_resident", volunteer=name)
    tell_staff(uow, scheme, doing, order, "no_show_staff", volunteer=name)
    return Receipt(outcome="no_show", facts=order_facts(uow, scheme, order, volunteer=name))


def _after_no_show(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order) -> None:
    if order.status is OrderStatus.ACCEPTED:
        move_order(uow, scheme, doing, order, "no_show")
        call_dispatch(uow, scheme, doing, order, order.words)
        offer(uow, scheme, doing, order, "job_offered_again")
    elif order.status is OrderStatus.STARTED:
        order.capacity = max(1, order.capacity - 1)
        keep_order(uow, scheme, doing, order, "no_show")
        close_service(uow, scheme, doing, order)
    else:
        keep_order(uow, scheme, doing, order, "no_show")
