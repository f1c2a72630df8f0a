"""One volunteer can't be on two jobs at once (SCHEMES: "safety", and "Alerts": overlapping services are blocked)."""

from __future__ import annotations

from datetime import timedelta

from bank.errors import RuleRefused
from bank.orders import Order
from bank.ports import UnitOfWork


def overlapping(uow: UnitOfWork, volunteer_id: int, order: Order) -> Order | None:
    """The first other job of the volunteer whose time overlaps `order`."""
    end = order.starts_at + timedelta(minutes=order.minutes)
    for other in uow.orders.overlapping(volunteer_id, order.starts_at, end):
        if other.id != order.id:
            return other
    return None


def check_no_overlap(uow: UnitOfWork, volunteer_id: int, order: Order) -> None:
    """Raises RuleRefused("overlap") naming the job that stands in the way."""
    other = overlapping(uow, volunteer_id, order)
    if other is not None:
        raise RuleRefused("overlap", number=other.id, starts_at=other.starts_at)


def no_overlap(uow: UnitOfWork, volunteer_id: int, order: Order) -> bool:
    """Whether the volunteer is free for `order`."""
    return overlapping(uow, volunteer_id, order) is None
