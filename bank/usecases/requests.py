"""What a resident wishes: ask, change, call off, look at it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from bank.doing import Doing, Receipt
from bank.eligibility import check_may_receive
from bank.errors import RuleRefused
from bank.members import Member
from bank.moments import check_aware, local_day
from bank.orders import ORDER_LIFE, Job, JobStatus, Order, OrderStatus, PayerKind
from bank.permissions import bond, check_may_act, check_owns_order, known, staff_of
from bank.ports import OPEN_ORDER, UnitOfWork
from bank.scheme import Scheme
from bank.usecases.accounts import payer_account
from bank.usecases.deed import once
from bank.usecases.demand import category_earns
from bank.usecases.facts import held, iso, order_cost, order_facts
from bank.usecases.money import close_hold
from bank.usecases.own_use import check_settled, let_stored_time_pay, payable
from bank.usecases.publishing import call_dispatch, check_wish_fits, go_on
from bank.usecases.reminders import plan_order_reminders
from bank.usecases.steps import keep_order, move_job, move_order
from bank.usecases.telling import tell_acted_for, tell_order


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A service somebody wants. `minutes` long, `capacity` volunteers. Raises ValueError when `starts_at` is naive."""

    service: str
    words: str
    starts_at: datetime
    minutes: int
    place: str
    capacity: int = 1
    urgent: bool = False

    def __post_init__(self) -> None:
        check_aware(self.starts_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What shall be different; None leaves it as it is. Raises ValueError when `starts_at` is naive."""

    service: str | None = None
    words: str | None = None
    starts_at: datetime | None = None
    minutes: int | None = None
    place: str | None = None
    capacity: int | None = None

    def __post_init__(self) -> None:
        if self.starts_at is not None:
            check_aware(self.starts_at)

    def given(self) -> dict[str, Any]:
        """The fields that were given."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def _order_from(uow: UnitOfWork, scheme: Scheme, doing: Doing, person: Member, wish: Wish) -> Order:
    category = scheme.category_of(wish.service)
    earns = category_earns(uow, scheme, category.code, doing.now)
    pays = earns and scheme.payer is not PayerKind.NOBODY
    return Order(
        scheme=scheme.name,
        scheme_version=scheme.version,
        branch_id=person.branch_id,
        resident_id=person.id,
        asked_by=doing.actor_id,
        service=wish.service,
        category=category.code,
        multiplier_pct=category.multiplier_pct if earns else 0,
        words=wish.words,
        starts_at=wish.starts_at,
        minutes=wish.minutes,
        place=wish.place,
        capacity=wish.capacity,
        urgent=wish.urgent,
        payer=PayerKind.RECEIVER if pays else PayerKind.NOBODY,
        payer_id=person.id if pays else None,
        created_at=doing.now,
    )


def _check_wish(uow: UnitOfWork, scheme: Scheme, doing: Doing, wish: Wish) -> Order:
    person = check_may_act(uow, doing)
    check_may_receive(scheme, person, local_day(wish.starts_at, scheme.tz))
    order = _order_from(uow, scheme, doing, person, wish)
    let_stored_time_pay(uow, scheme, person, order)
    check_wish_fits(scheme, order, doing.now)
    check_settled(uow, scheme, order, doing.now)
    if scheme.own_use_from_age is not None:
        check_own_use(scheme, person, order)
    for other in uow.orders.open_for(person.id):
        if other.service == wish.service and other.starts_at == wish.starts_at:
            raise RuleRefused("same_wish_twice", number=other.id)
    return order


def check_own_use(scheme: Scheme, person: Member, order: Order) -> None:
    """Own coins may be spent from `own_use_from_age` on. Raises RuleRefused("receive_age…") below it."""
    least, age = scheme.own_use_from_age or 0, person.age_on(local_day(order.starts_at, scheme.tz))
    if age is None:
        raise RuleRefused("receive_age_unknown", least=least)
    if age < least:
        raise RuleRefused("receive_age", age=age, least=least)


def preview_request(uow: UnitOfWork, scheme: Scheme, doing: Doing, wish: Wish) -> Receipt:
    """What the wish would cost and what is ahead of it, for the read-back. Reads only; raises as submit_request."""
    order = _check_wish(uow, scheme, doing, wish)
    account = payer_account(uow, scheme, order)
    cost = order_cost(scheme, order)
    available = payable(uow, scheme, order, account) if account is not None else 0
    return Receipt(
        outcome="preview",
        facts={
            "service": order.service,
            "category": order.category,
            "category_name": scheme.category(order.category).name,
            "starts_at": iso(order.starts_at, scheme),
            "minutes": order.minutes,
            "place": order.place,
            "capacity": order.capacity,
            "cost": cost,
            "available": available,
            "short": max(0, cost - available) if account is not None else 0,
            "levels": [level.name for level in scheme.approval],
        },
    )


def submit_request(uow: UnitOfWork, scheme: Scheme, doing: Doing, wish: Wish) -> Receipt:
    """Ask for a service. Outcomes: submitted, published (no approval needed), payer_needed.

    Raises NotAllowed (who may act for whom), RuleRefused (who may receive, the bounds of a wish, same_wish_twice).
    """
    content = {**asdict(wish), "starts_at": wish.starts_at.isoformat()}
    return once(uow, doing, "submit_request", content, lambda: _submit(uow, scheme, doing, wish))


def _submit(uow: UnitOfWork, scheme: Scheme, doing: Doing, wish: Wish) -> Receipt:
    order = uow.orders.add(_check_wish(uow, scheme, doing, wish), doing.audit("submit_request"))
    tell_acted_for(uow, scheme, doing, order, "asked")
    if order.urgent:
        call_dispatch(uow, scheme, doing, order, order.words)
    plan_order_reminders(uow, scheme, order, doing.now, doing.key)
    return go_on(uow, scheme, doing, order)


def change_request(uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int, change: Change) -> Receipt:
    """Another time, place or content. Outcomes: changed, resubmitted (approval again), published, payer_needed.

    What some level has approved goes back for approval; volunteers who hold a seat are told and freed.
    Raises NotAllowed("not_your_order"), WrongState, RuleRefused (bounds, "nothing_changed").
    """
    content = {"order": order_id, **change.given()}
    if change.starts_at is not None:
        content["starts_at"] = change.starts_at.isoformat()
    return once(uow, doing, "change_request", content, lambda: _change(uow, scheme, doing, order_id, change))


def _change(uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int, change: Change) -> Receipt:
    order = uow.orders.get(order_id, lock=True)
    check_owns_order(uow, doing, order)
    untouched = order.status is OrderStatus.SUBMITTED and order.approvals_done == 0
    if order.status is not OrderStatus.SUBMITTED:
        ORDER_LIFE.target(order.id, order.status, "resubmit")
    wish = Wish(
        service=order.service,
        words=order.words,
        starts_at=order.starts_at,
        minutes=order.minutes,
        place=order.place,
        capacity=order.capacity,
        urgent=order.urgent,
    )
    new = replace(wish, **change.given())
    if new == wish:
        raise RuleRefused("nothing_changed", number=order.id)
    _fill(uow, scheme, order, new, doing.now)
    tell_acted_for(uow, scheme, doing, order, "changed")
    if untouched:
        keep_order(uow, scheme, doing, order, "change_request")
        return Receipt(outcome="changed", facts=order_facts(uow, scheme, order))
    return _resubmit(uow, scheme, doing, order)


def _fill(uow: UnitOfWork, scheme: Scheme, order: Order, wish: Wish, now: datetime) -> None:
    category = scheme.category_of(wish.service)
    if wish.service != order.service:
        earns = category_earns(uow, scheme, category.code, now)
        order.category = category.code
        order.multiplier_pct = category.multiplier_pct if earns else 0
        if scheme.payer is not PayerKind.NOBODY and order.payer in (PayerKind.NOBODY, PayerKind.RECEIVER):
            order.payer = PayerKind.RECEIVER if earns else PayerKind.NOBODY
            order.payer_id = order.resident_id if earns else None
    order.service, order.words, order.place = wish.service, wish.words, wish.place
    order.starts_at, order.minutes, order.capacity = wish.starts_at, wish.minutes, wish.capacity
    check_wish_fits(scheme, order, now)


def _resubmit(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order) -> Receipt:
    close_hold(uow, doing, order)
    order.hold_id = None
    freed = uow.jobs.of_order(order.id, (JobStatus.ACCEPTED,))
    for job in freed:
        job.ended_reason = "order_changed"
        move_job(uow, doing, job, "cancel")
    order.round, order.approvals_done, order.published_at = order.round + 1, 0, None
    if order.status is OrderStatus.SUBMITTED:
        keep_order(uow, scheme, doing, order, "resubmit")
    else:
        move_order(uow, scheme, doing, order, "resubmit")
    tell_order(uow, scheme, doing, order, [job.volunteer_id for job in freed], "job_changed")
    receipt = go_on(uow, scheme, doing, order)
    return replace(receipt, outcome="resubmitted") if receipt.outcome == "submitted" else receipt


def cancel_request(uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int, reason: str = "") -> Receipt:
    """Call an order off before it has begun. How late is recorded, the coins are freed, volunteers are told.

    Raises NotAllowed("not_your_order"), WrongState once it has begun.
    """
    content = {"order": order_id, "reason": reason}
    return once(uow, doing, "cancel_request", content, lambda: _cancel(uow, scheme, doing, order_id, reason))


def _cancel(uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int, reason: str) -> Receipt:
    order = uow.orders.get(order_id, lock=True)
    check_owns_order(uow, doing, order)
    return cancel_order(uow, scheme, doing, order, reason)


def cancel_order(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order, reason: str) -> Receipt:
    """Take a locked order out: coins freed, seats given up, volunteers told. Raises WrongState once it has begun."""
    ORDER_LIFE.target(order.id, order.status, "cancel")
    before = int((order.starts_at - doing.now).total_seconds() // 60)
    freed = uow.jobs.of_order(order.id, (JobStatus.ACCEPTED,))
    cost = close_hold(uow, doing, order)
    order.hold_id = None
    for job in freed:
        job.ended_reason = "order_cancelled"
        move_job(uow, doing, job, "cancel")
    order.reason, order.ended_by, order.ended_at = reason or None, doing.actor_id, doing.now
    move_order(uow, scheme, doing, order, "cancel", minutes_before=before)
    volunteers = [job.volunteer_id for job in freed]
    tell_order(uow, scheme, doing, order, volunteers, "job_cancelled", reason=reason, minutes_before=before)
    tell_acted_for(uow, scheme, doing, order, "cancelled")
    facts = order_facts(uow, scheme, order, minutes_before=before, released=cost, undo_minutes=scheme.undo_minutes)
    return Receipt(outcome="cancelled", facts=facts)


def my_requests(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, can: str | None = None, ended_too: bool = False
) -> Receipt:
    """The person's orders by start; with `can` only those that a verb fits now (confirm, rate, undo aside).

    `can` is a verb of the order's life ("cancel", "resubmit", "settle", "dispute", "no_show"); reads only.
    """
    person = check_may_act(uow, doing)
    if ended_too or can in ("dispute", "undo_settle", "undo_cancel"):
        orders = sorted(uow.orders.find(resident_id=person.id), key=lambda order: order.starts_at)
    else:
        orders = uow.orders.open_for(person.id)
    fit = [order for order in orders if can is None or ORDER_LIFE.allows(order.status, can)]
    return Receipt(outcome="requests", facts={"orders": [order_facts(uow, scheme, order) for order in fit]})


def order_of(uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int) -> Receipt:
    """One order, for those whom it concerns: resident, kin, its volunteers, staff. Reads only.

    `late`: minutes since the agreed start while nobody has begun. Raises NotFound, NotAllowed("not_your_order").
    """
    order = uow.orders.get(order_id)
    known(uow, doing.actor_id)
    jobs = held(uow, order)
    as_what = _relation(uow, doing, order, jobs)
    waiting = order.status in OPEN_ORDER and not any(job.status not in (JobStatus.ACCEPTED,) for job in jobs)
    late = int((doing.now - order.starts_at).total_seconds() // 60) if waiting else 0
    facts = order_facts(
        uow, scheme, order, as_what=as_what, late=max(0, late), can=list(ORDER_LIFE.verbs(order.status))
    )
    return Receipt(outcome="order", facts=facts)


def _relation(uow: UnitOfWork, doing: Doing, order: Order, jobs: list[Job]) -> str:
    if doing.actor_id == order.resident_id:
        return "resident"
    if any(job.volunteer_id == doing.actor_id for job in jobs):
        return "volunteer"
    if bond(uow, doing.actor_id, order.resident_id) is not None:
        return "kin"
    if staff_of(uow, doing.actor_id, order.branch_id):
        return "staff"
    return check_owns_order(uow, doing, order)


__all__ = [
    "Change",
    "Wish",
    "cancel_request",
    "change_request",
    "my_requests",
    "order_of",
    "preview_request",
    "submit_request",
]
