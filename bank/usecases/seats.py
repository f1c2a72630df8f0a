"""Seats of an order: how many are free, what one would earn, whose it is."""

from __future__ import annotations

from typing import Any

from bank.doing import Doing
from bank.eligibility import check_may_serve
from bank.errors import NotAllowed, RuleRefused
from bank.members import Member, RoleName
from bank.moments import local_day
from bank.orders import JOB_HELD, ORDER_LIFE, Job, JobStatus, Order, OrderStatus
from bank.overlap import check_no_overlap
from bank.permissions import check_staff_of, known
from bank.ports import UnitOfWork
from bank.pricing import priced, settled
from bank.scheme import Scheme
from bank.usecases.accounts import coins_of, same_purse
from bank.usecases.facts import LIVE
from bank.usecases.steps import keep_order, move_order


def free_seats(order: Order, jobs: list[Job]) -> int:
    """Seats of the order that nobody holds."""
    return order.capacity - sum(job.status in JOB_HELD for job in jobs)


def check_may_take(uow: UnitOfWork, scheme: Scheme, volunteer: Member, order: Order, jobs: list[Job]) -> None:
    """Whether this volunteer may take a seat of this order.

    Raises WrongState, RuleRefused: "already_yours", "taken_already", "not_a_volunteer", "other_branch", "own_order",
    "same_household", "overlap", and the rules of who may serve.
    """
    if any(job.volunteer_id == volunteer.id and job.status in JOB_HELD for job in jobs):
        raise RuleRefused("already_yours", number=order.id)
    if order.status in (OrderStatus.ACCEPTED, OrderStatus.STARTED) or (
        order.status is OrderStatus.PUBLISHED and free_seats(order, jobs) < 1
    ):
        raise RuleRefused("taken_already", number=order.id)
    ORDER_LIFE.target(order.id, order.status, "accept")
    if not any(grant.role is RoleName.VOLUNTEER for grant in uow.members.roles(volunteer.id)):
        raise RuleRefused("not_a_volunteer")
    resident = uow.members.get(order.resident_id)
    if not scheme.spend_anywhere and volunteer.branch_id != order.branch_id:
        raise RuleRefused("other_branch", number=order.id)  # no 通存通兑: a coin is good only where it was earned
    if volunteer.id == resident.id:
        raise RuleRefused("own_order", number=order.id)
    if same_purse(scheme, volunteer, resident):
        raise RuleRefused("same_household", number=order.id)
    day = local_day(order.starts_at, scheme.tz)
    check_may_serve(scheme, volunteer, uow.members.volunteer_file(volunteer.id), day)
    check_no_overlap(uow, volunteer.id, order)


def prospects(uow: UnitOfWork, scheme: Scheme, volunteer: Member, order: Order) -> dict[str, Any]:
    """What a seat would bring (SCHEMES: "The volunteer is told before accepting").

    `expected` coins and `honour` minutes; `minutes_left_today`: what the caps leave on the day of the service, less
    what other accepted jobs of that day will bring; None without caps.
    """
    account = coins_of(uow, scheme, volunteer)
    prices = priced(scheme, order.starts_at, order.minutes, order.multiplier_pct)
    cap, room = scheme.caps.earned_per_day, account.room
    if cap is None and room is None:
        days = settled(prices, funds=None, earned={}, daily_cap=None, room=None)
        return _prospect(days, None)
    earned = {price.day: uow.ledger.earned_on(account.id, price.day) for price in prices}
    promised = 0
    for job in uow.jobs.of_volunteer(volunteer.id, (*LIVE, JobStatus.FINISHED)):
        if job.order_id == order.id:
            continue
        other = uow.orders.get(job.order_id)
        for price in priced(scheme, other.starts_at, other.minutes, other.multiplier_pct):
            promised += price.worth
            if price.day in earned:
                earned[price.day] += price.worth
    room = None if room is None else max(0, room - promised)
    first = prices[0].day
    left = [] if cap is None else [max(0, cap - earned[first])]
    left += [] if room is None else [room]
    return _prospect(settled(prices, funds=None, earned=earned, daily_cap=cap, room=room), min(left))


def _prospect(days: list[Any], left: int | None) -> dict[str, Any]:
    return {
        "expected": sum(day.credited for day in days),
        "honour": sum(day.honour for day in days),
        "minutes_left_today": left,
    }


def take_seat(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order, volunteer: Member, *, assigned_by: int | None
) -> Job:
    """Give the volunteer a seat; the order is accepted when the last one is taken. Callers have checked."""
    job = Job(order_id=order.id, volunteer_id=volunteer.id, accepted_at=doing.now, assigned_by=assigned_by)
    job = uow.jobs.add(job, doing.audit("take_seat", order=order.id, volunteer=volunteer.id))
    settle_seats(uow, scheme, doing, order)
    return job


def settle_seats(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order, *, close: bool = False) -> None:
    """Bring the order in step with its seats: accepted when full; with `close` the seats nobody took are given up."""
    jobs = uow.jobs.of_order(order.id)
    held = order.capacity - free_seats(order, jobs)
    if close and order.status is OrderStatus.PUBLISHED and held:
        order.capacity = held
    if order.status is OrderStatus.PUBLISHED and held >= order.capacity:
        move_order(uow, scheme, doing, order, "accept")
    elif order.status is OrderStatus.PUBLISHED:
        keep_order(uow, scheme, doing, order, "seat_taken")


def seat_of(
    uow: UnitOfWork, doing: Doing, order: Order, volunteer_id: int | None, statuses: tuple[JobStatus, ...]
) -> Job:
    """The seat a deed is about: the actor's own; for staff the named volunteer's, or the only one.

    Raises RuleRefused("no_seat"), NotAllowed("not_your_order") for people with no part in the order.
    """
    known(uow, doing.actor_id)
    jobs = uow.jobs.of_order(order.id, statuses)
    wanted = volunteer_id if volunteer_id is not None else doing.actor_id
    mine = [job for job in jobs if job.volunteer_id == wanted]
    if wanted != doing.actor_id or not mine:
        _check_helper(uow, doing, order)
        if volunteer_id is None and len(jobs) == 1:
            mine = jobs
    if not mine:
        raise RuleRefused("no_seat", number=order.id)
    return mine[0]


def _check_helper(uow: UnitOfWork, doing: Doing, order: Order) -> None:
    if any(job.volunteer_id == doing.actor_id for job in uow.jobs.of_order(order.id)):
        raise RuleRefused("no_seat", number=order.id)
    try:
        check_staff_of(uow, doing.actor_id, order.branch_id)
    except NotAllowed as error:
        raise NotAllowed("not_your_order", number=order.id) from error
