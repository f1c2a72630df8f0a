"""The coins of an order: reserved, paid to each seat, given back, reversed. Callers hold the order's lock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bank.coins import Account, Hold, HoldStatus, Leg, Posting, Transaction, TransactionKind, Unit
from bank.doing import Doing
from bank.errors import RuleRefused
from bank.orders import JOB_HELD, Job, Order
from bank.ports import UnitOfWork
from bank.pricing import DaySettled, priced, seat_cost, settled
from bank.scheme import Scheme
from bank.usecases.accounts import coins_of, honour_of, issuance, payer_account
from bank.usecases.facts import order_cost
from bank.usecases.own_use import payable


@dataclass(frozen=True, slots=True)
class Paid:
    """What one seat was settled to, all minutes. `extra` is what only a yes of the payer to more would pay."""

    served: int
    paid: int
    credited: int
    honour: int
    extra: int


def shortage(uow: UnitOfWork, scheme: Scheme, order: Order) -> tuple[int, int] | None:
    """(needed, available) minutes when the payer can't cover the order; None when they can."""
    account = payer_account(uow, scheme, order)
    need = order_cost(scheme, order)
    if account is None or need == 0:
        return None
    available = payable(uow, scheme, order, uow.ledger.lock([account.id])[account.id])
    return (need, available) if available < need else None


def reserve(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order, at_most: int | None = None) -> None:
    """Reserve the order's coins and note the hold in the order (unsaved).

    With `at_most` takes what is there up to it (after an undo the rest may be spent). Raises
    RuleRefused("coins_missing").
    """
    order.hold_id = None
    account = payer_account(uow, scheme, order)
    need = order_cost(scheme, order) if at_most is None else at_most
    if account is None or need == 0:
        return
    available = payable(uow, scheme, order, uow.ledger.lock([account.id])[account.id])
    if available < need and at_most is None:
        raise RuleRefused("coins_missing", number=order.id, needed=need, available=available)
    minutes = min(need, available)
    if minutes > 0:
        order.hold_id = uow.ledger.reserve(
            key=f"{doing.key}:hold:{order.id}",
            account_id=account.id,
            minutes=minutes,
            order_id=order.id,
            now=doing.now,
        ).id


def close_hold(uow: UnitOfWork, doing: Doing, order: Order, *, expired: bool = False) -> int:
    """Resolve the order's pending hold, if there is one; answers the minutes that became free."""
    hold = pending_hold(uow, order)
    if hold is None:
        return 0
    uow.ledger.resolve(hold.id, key=f"{doing.key}:free:{hold.id}", now=doing.now, expired=expired)
    return hold.left


def pending_hold(uow: UnitOfWork, order: Order) -> Hold | None:
    """The order's hold while it can still pay."""
    if order.hold_id is None:
        return None
    hold = uow.ledger.hold(order.hold_id)
    return hold if hold.status is HoldStatus.PENDING else None


def lock_purses(uow: UnitOfWork, scheme: Scheme, order: Order, jobs: Sequence[Job]) -> None:
    """Lock the payer's and all volunteers' coin accounts at once, in id order (DESIGN: guarantees)."""
    payer = payer_account(uow, scheme, order)
    wanted = {coins_of(uow, scheme, uow.members.get(job.volunteer_id)).id for job in jobs}
    if payer is not None:
        wanted.add(payer.id)
    uow.ledger.lock(sorted(wanted))


def served_from(order: Order, job: Job) -> datetime:
    """When the service of this seat began: the check-in, else the agreed time."""
    return job.started_at or order.starts_at


def reckon(
    uow: UnitOfWork, scheme: Scheme, order: Order, job: Job, minutes: int, *, agree_extra: bool
) -> tuple[list[DaySettled], int, int]:
    """What a seat of `minutes` gives: its days, the funds of its share, and what only more funds would add."""
    volunteer = coins_of(uow, scheme, uow.members.get(job.volunteer_id))
    prices = priced(scheme, served_from(order, job), minutes, order.multiplier_pct)
    earned = {price.day: uow.ledger.earned_on(volunteer.id, price.day) for price in prices}
    caps = scheme.caps.earned_per_day

    def give(funds: int | None) -> list[DaySettled]:
        return settled(prices, funds=funds, earned=earned, daily_cap=caps, room=volunteer.room)

    payer = payer_account(uow, scheme, order)
    if payer is None:
        return give(None), 0, 0
    share = seat_share(uow, scheme, order)
    plain = give(share)
    extra = sum(day.credited for day in give(None)) - sum(day.credited for day in plain)
    if not agree_extra or extra == 0:
        return plain, share, extra
    more = min(extra, payable(uow, scheme, order, payer))
    return give(share + more), share, extra - more


def seat_share(uow: UnitOfWork, scheme: Scheme, order: Order) -> int:
    """Minutes of the reservation that are meant for one seat, as far as they are still there."""
    hold = pending_hold(uow, order)
    if hold is None:
        return 0
    return min(hold.left, seat_cost(scheme, order.starts_at, order.minutes, order.multiplier_pct))


def pay_seat(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order, job: Job, minutes: int, *, agree_extra: bool
) -> Paid:
    """Post what one seat is owed for `minutes` of service and note it in the job (unsaved).

    Within the seat's share of the reservation; with `agree_extra` a second reservation pays the rest. What is not
    paid becomes honour minutes.
    """
    days, share, extra = reckon(uow, scheme, order, job, minutes, agree_extra=agree_extra)
    credited = sum(day.credited for day in days)
    payer = payer_account(uow, scheme, order)
    source = issuance(uow, Unit.COIN) if payer is None else payer
    second: Hold | None = None
    if payer is not None and credited > share:
        second = uow.ledger.reserve(
            key=f"{doing.key}:extra:{job.id}",
            account_id=payer.id,
            minutes=credited - share,
            order_id=order.id,
            now=doing.now,
        )
    first_left = share if payer is not None else credited
    turn = _turn(uow, order)
    for day in days:
        from_first = min(day.credited, first_left)
        first_left -= from_first
        hold_id = order.hold_id if payer is not None else None
        key = f"service:{job.id}:{turn}:{day.day.isoformat()}"
        _post(uow, scheme, doing, order, job, key, day.day, source, from_first, day.honour, hold_id)
        if second is not None and day.credited > from_first:
            rest = day.credited - from_first
            _post(uow, scheme, doing, order, job, f"{key}:extra", day.day, source, rest, 0, second.id)
    if second is not None:
        uow.ledger.resolve(second.id, key=f"{doing.key}:free:{second.id}", now=doing.now)
    paid = 0 if payer is None else credited
    job.served_minutes, job.paid_minutes = sum(day.served for day in days), paid
    job.credited_minutes, job.honour_minutes = credited, sum(day.honour for day in days)
    return Paid(job.served_minutes, paid, credited, job.honour_minutes, extra)


def _turn(uow: UnitOfWork, order: Order) -> int:
    """How often something of the order was reversed: a job is paid once for each turn, and the key says so."""
    return sum(line.reverses_id is not None for line in uow.ledger.transactions(order_id=order.id))


def _post(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    order: Order,
    job: Job,
    key: str,
    day: date,
    source: Account,
    coins: int,
    honour: int,
    hold_id: int | None,
) -> None:
    member = uow.members.get(job.volunteer_id)
    legs: list[Leg] = []
    if coins:
        legs.append(Leg(debit=source.id, credit=coins_of(uow, scheme, member).id, minutes=coins))
    if honour:
        legs.append(Leg(debit=issuance(uow, Unit.HONOUR).id, credit=honour_of(uow, member).id, minutes=honour))
    if not legs:
        return
    uow.ledger.post(
        Posting(
            key=key,
            kind=TransactionKind.SERVICE,
            legs=tuple(legs),
            day=day,
            posted_at=doing.now,
            scheme=order.scheme,
            scheme_version=order.scheme_version,
            category=order.category,
            multiplier_pct=order.multiplier_pct,
            order_id=order.id,
            job_id=job.id,
            done_by=job.volunteer_id,
            done_for=order.resident_id,
            hold_id=hold_id if coins else None,
            daily_cap=scheme.caps.earned_per_day if coins else None,
        )
    )


def standing(uow: UnitOfWork, order: Order, job: Job) -> list[Transaction]:
    """What was posted for the seat and not reversed, newest first."""
    lines = uow.ledger.transactions(order_id=order.id)
    undone = {line.reverses_id for line in lines}
    mine = [line for line in lines if line.job_id == job.id and line.reverses_id is None and line.id not in undone]
    return mine[::-1]


def take_back(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order, job: Job, reason: str) -> int:
    """Reverse everything that stands for the seat and clear it in the job (unsaved); answers minutes given back.

    Raises RuleRefused: "coins_spent" when the volunteer no longer has them, "balance_cap" when the payer's account
    has no room left for them.
    """
    credited, paid = job.credited_minutes or 0, job.paid_minutes or 0
    volunteer = coins_of(uow, scheme, uow.members.get(job.volunteer_id))
    if volunteer.available < credited:
        raise RuleRefused("coins_spent", short=credited - volunteer.available)
    payer = payer_account(uow, scheme, order)
    if payer is not None and payer.room is not None and payer.room < paid:
        raise RuleRefused("balance_cap", cap=payer.cap, room=payer.room)
    for line in standing(uow, order, job):
        uow.ledger.reverse(
            line.id,
            key=f"reverse:{line.id}",
            now=doing.now,
            day=line.day,
            reason=reason,
            done_by=doing.actor_id or None,
        )
    job.served_minutes = job.paid_minutes = job.credited_minutes = job.honour_minutes = job.settled_at = None
    return paid


def unpaid_seats(jobs: Sequence[Job]) -> list[Job]:
    """Seats that nothing has been posted for yet."""
    return [job for job in jobs if job.status in JOB_HELD and job.settled_at is None]
