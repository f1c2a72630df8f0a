"""What receipts and notices say about an order, in one place: JSON-able facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bank.orders import JOB_HELD, Job, JobStatus, Order, PayerKind
from bank.ports import UnitOfWork
from bank.pricing import seat_cost
from bank.scheme import Scheme

ORDER_FACTS = (
    "number",
    "service",
    "category",
    "category_name",
    "starts_at",
    "minutes",
    "place",
    "said",
    "status",
    "resident",
    "resident_id",
    "branch_id",
    "capacity",
    "free",
    "cost",
    "payer",
    "urgent",
    "reason",
    "volunteers",
)
LIVE = (JobStatus.ACCEPTED, JobStatus.STARTED)


def iso(moment: datetime, scheme: Scheme) -> str:
    """A moment as ISO text in the scheme's zone."""
    return moment.astimezone(scheme.tz).isoformat()


def order_cost(scheme: Scheme, order: Order) -> int:
    """Minutes of coins to reserve for all seats of the order; 0 where nobody pays."""
    if order.payer is PayerKind.NOBODY:
        return 0
    return order.capacity * seat_cost(scheme, order.starts_at, order.minutes, order.multiplier_pct)


def held(uow: UnitOfWork, order: Order) -> list[Job]:
    """The jobs that hold a seat of the order."""
    return uow.jobs.of_order(order.id, JOB_HELD)


def brief(uow: UnitOfWork, scheme: Scheme, order: Order) -> dict[str, Any]:
    """What every notice about an order knows (`words_needed.ORDER`)."""
    return {
        "number": order.id,
        "service": order.service,
        "starts_at": iso(order.starts_at, scheme),
        "minutes": order.minutes,
        "place": order.place,
        "resident": uow.members.get(order.resident_id).name,
    }


def order_facts(
    uow: UnitOfWork, scheme: Scheme, order: Order, jobs: Sequence[Job] | None = None, **more: Any
) -> dict[str, Any]:
    """`ORDER_FACTS` of an order, and `more`. `jobs` spares a query when they are at hand."""
    seats = [job for job in (uow.jobs.of_order(order.id) if jobs is None else jobs) if job.status in JOB_HELD]
    return {
        **brief(uow, scheme, order),
        "category": order.category,
        "category_name": _category_name(scheme, order.category),
        "said": order.words,
        "status": order.status.value,
        "resident_id": order.resident_id,
        "branch_id": order.branch_id,
        "capacity": order.capacity,
        "free": max(0, order.capacity - len(seats)),
        "cost": order_cost(scheme, order),
        "payer": order.payer.value,
        "urgent": order.urgent,
        "reason": order.reason,
        "volunteers": [_seat(uow, job) for job in seats],
        **more,
    }


def _category_name(scheme: Scheme, code: str) -> str:
    try:
        return scheme.category(code).name
    except KeyError:  # the scheme was changed after the order was made
        return code


def _seat(uow: UnitOfWork, job: Job) -> dict[str, Any]:
    volunteer = uow.members.get(job.volunteer_id)
    return {
        "job": job.id,
        "id": job.volunteer_id,
        "name": volunteer.name,
        "phone": volunteer.phone,
        "status": job.status.value,
        "claimed": job.claimed_minutes,
        "served": job.served_minutes,
        "paid": job.paid_minutes,
        "credited": job.credited_minutes,
        "honour": job.honour_minutes,
    }


def names(uow: UnitOfWork, jobs: Sequence[Job]) -> str:
    """The volunteers' names, joined as Chinese joins them."""
    return "、".join(uow.members.get(job.volunteer_id).name for job in jobs)
