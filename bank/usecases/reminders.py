"""The ladder: which rows fall due for an order in its present state (SCHEMES: "Reminders for orders that wait").

Planned anew at every step: what waited is cancelled, what the new state needs is put. Rows that would fall into quiet
hours are moved to the morning, so that the state is looked at again before anybody is told.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bank.moments import after_quiet_hours, local_day
from bank.notices import Due, DueKind
from bank.orders import JobStatus, Order, OrderStatus
from bank.ports import UnitOfWork
from bank.scheme import Scheme

ORDER_KINDS = (
    DueKind.APPROVAL_WAITS,
    DueKind.NOBODY_ACCEPTED,
    DueKind.DISPATCH_NEEDED,
    DueKind.EXPIRE_ORDER,
    DueKind.EVENING_BEFORE,
    DueKind.HOUR_BEFORE,
    DueKind.NOT_STARTED,
    DueKind.NOT_STARTED_STAFF,
    DueKind.NOT_FINISHED,
    DueKind.NOT_CONFIRMED_24,
    DueKind.NOT_CONFIRMED_48,
    DueKind.NOT_CONFIRMED_72,
    DueKind.NOT_RATED,
)
_CONFIRM = (DueKind.NOT_CONFIRMED_24, DueKind.NOT_CONFIRMED_48, DueKind.NOT_CONFIRMED_72)


def plan_order_reminders(uow: UnitOfWork, scheme: Scheme, order: Order, now: datetime, why: str) -> None:
    """Cancel what waited for the order and put what its state needs now.

    `why` (the deed's key) and the order's version keep the rows' keys unique: a cancelled row never blocks a new one.
    """
    uow.due.cancel(order.id, ORDER_KINDS, now)
    for kind, at in reminders_of(uow, scheme, order, now):
        key = f"{kind.value}:{order.id}:{at.isoformat()}:{order.version}:{why}"
        uow.due.put(Due(key=key, kind=kind, subject_id=order.id, at=at))


def reminders_of(uow: UnitOfWork, scheme: Scheme, order: Order, now: datetime) -> list[tuple[DueKind, datetime]]:
    """What falls due when, for the order as it stands."""
    state, start, ladder = order.status, order.starts_at, scheme.ladder
    rows: list[tuple[DueKind, datetime]] = []
    if state in (OrderStatus.SUBMITTED, OrderStatus.APPROVED):
        rows.append((DueKind.EXPIRE_ORDER, max(start, now + _minutes(1))))
        if state is OrderStatus.SUBMITTED:
            rows += _awake(scheme, [(DueKind.APPROVAL_WAITS, now + _minutes(ladder.approval_waits))], now, start)
    elif state is OrderStatus.PUBLISHED:
        rows += _looking(scheme, order, now)
        if uow.jobs.of_order(order.id, (JobStatus.ACCEPTED,)):
            rows += _before_service(scheme, order, now)
    elif state is OrderStatus.ACCEPTED:
        rows += _before_service(scheme, order, now)
    elif state is OrderStatus.STARTED:
        end = max(start, now) + _minutes(order.minutes + ladder.not_finished)
        rows += _awake(scheme, [(DueKind.NOT_FINISHED, end)], now, None)
    elif state is OrderStatus.FINISHED:
        steps = zip(_CONFIRM, ladder.not_confirmed, strict=True)
        rows += _awake(scheme, [(kind, now + _minutes(wait)) for kind, wait in steps], now, None)
    elif state is OrderStatus.SETTLED:
        rows += _awake(scheme, [(DueKind.NOT_RATED, now + _minutes(ladder.not_rated))], now, None)
    return rows


def _looking(scheme: Scheme, order: Order, now: datetime) -> list[tuple[DueKind, datetime]]:
    """For an order that looks for a volunteer. After its start (a no-show) it looks on for a short grace."""
    ladder, start = scheme.ladder, order.starts_at
    dispatch = max(start - _minutes(ladder.dispatch_before), now + _minutes(30))
    soon = [(DueKind.NOBODY_ACCEPTED, now + _minutes(ladder.nobody_accepted)), (DueKind.DISPATCH_NEEDED, dispatch)]
    end = start if start > now else now + _minutes(ladder.no_show_grace)
    return [*_awake(scheme, soon, now, start), (DueKind.EXPIRE_ORDER, end)]


def _before_service(scheme: Scheme, order: Order, now: datetime) -> list[tuple[DueKind, datetime]]:
    ladder, start = scheme.ladder, order.starts_at
    eve = datetime.combine(local_day(start, scheme.tz) - timedelta(days=1), ladder.evening_at, tzinfo=scheme.tz)
    before = [(DueKind.EVENING_BEFORE, eve), (DueKind.HOUR_BEFORE, start - _minutes(ladder.hour_before))]
    late = [
        (DueKind.NOT_STARTED, max(start, now) + _minutes(ladder.not_started)),
        (DueKind.NOT_STARTED_STAFF, max(start, now) + _minutes(ladder.not_started_staff)),
    ]
    return _awake(scheme, before, now, start) + _awake(scheme, late, now, None)


def _awake(
    scheme: Scheme, rows: list[tuple[DueKind, datetime]], now: datetime, before: datetime | None
) -> list[tuple[DueKind, datetime]]:
    """The rows outside quiet hours; those that are past, or not before `before`, are left out."""
    moved = [(kind, after_quiet_hours(at, scheme.tz, scheme.quiet.begin, scheme.quiet.end)) for kind, at in rows]
    return [(kind, at) for kind, at in moved if at > now and (before is None or at < before)]


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)
