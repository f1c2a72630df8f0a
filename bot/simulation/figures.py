"""What a simulated community came to, counted from its books."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import text

from bank.coins import OwnerKind
from bank.orders import JobStatus, Order, OrderStatus
from bot.simulation.people import Community
from bot.simulation.world import World
from storage.unit_of_work import SqlUnitOfWork
from storage.verify import verify


@dataclass(slots=True)
class Figures:
    """Minutes and counts. `weeks` are the rows behind the drawing, one a week since the start."""

    orders: int = 0
    settled: int = 0
    unmet: int = 0
    minted: int = 0
    held: int = 0
    reserved: int = 0
    spent: int = 0
    honour: int = 0
    days_to_fill: float | None = None
    never_spent: int = 0
    savers: int = 0
    old: int = 0
    old_never_asked: int = 0
    states: dict[str, int] = field(default_factory=dict)
    categories: dict[str, int] = field(default_factory=dict)
    weeks: list[dict[str, float]] = field(default_factory=list)
    books: dict[str, Any] = field(default_factory=dict)


def count(world: World, community: Community, start: datetime) -> Figures:
    """All figures of a run; `books` is what `verify` proved."""
    figures = Figures()
    with world.unit() as uow:
        orders = uow.orders.find()
        jobs = uow.jobs.find()
        _orders(figures, orders, jobs)
        _coins(figures, uow)
        _people(figures, uow, community, orders)
        figures.weeks = _weeks(uow, orders, jobs, start, world.now)
    report = verify(world.engine)
    figures.books = report.as_json()
    return figures


def _orders(figures: Figures, orders: list[Order], jobs: list[Any]) -> None:
    figures.orders = len(orders)
    figures.states = dict(sorted(Counter(order.status.value for order in orders).items()))
    figures.categories = dict(sorted(Counter(order.category for order in orders).items()))
    figures.settled = figures.states.get(OrderStatus.SETTLED.value, 0)
    figures.unmet = figures.states.get(OrderStatus.EXPIRED.value, 0)
    first: dict[int, datetime] = {}
    for job in jobs:
        first[job.order_id] = min(job.accepted_at, first.get(job.order_id, job.accepted_at))
    waits = [(first[order.id] - order.created_at).total_seconds() / 86400 for order in orders if order.id in first]
    figures.days_to_fill = round(median(waits), 2) if waits else None


def _coins(figures: Figures, uow: SqlUnitOfWork) -> None:
    rows = uow.connection.execute(text("SELECT owner_kind, unit, balance, reserved FROM account")).all()
    for kind, unit, balance, reserved in rows:
        if unit == "coin" and kind == OwnerKind.ISSUANCE.value:
            figures.minted = -balance
        elif unit == "coin":
            figures.held += balance
            figures.reserved += reserved
        elif unit == "honour" and kind != OwnerKind.ISSUANCE.value:
            figures.honour += balance
    spent = text(
        "SELECT COALESCE(SUM(-e.minutes), 0) FROM entry e JOIN ledger_transaction t ON t.id = e.transaction_id"
        " JOIN account a ON a.id = e.account_id"
        " WHERE t.kind = 'service' AND e.minutes < 0 AND e.unit = 'coin' AND a.owner_kind <> 'issuance'"
    )
    figures.spent = int(uow.connection.execute(spent).scalar_one())


def _people(figures: Figures, uow: SqlUnitOfWork, community: Community, orders: list[Order]) -> None:
    per_account = text(
        "SELECT a.id, SUM(CASE WHEN e.minutes > 0 AND t.kind = 'service' THEN 1 ELSE 0 END),"
        " SUM(CASE WHEN e.minutes < 0 THEN 1 ELSE 0 END)"
        " FROM account a JOIN entry e ON e.account_id = a.id JOIN ledger_transaction t ON t.id = e.transaction_id"
        " WHERE a.unit = 'coin' AND a.owner_kind IN ('member', 'household') GROUP BY a.id"
    )
    for _, earned, out in uow.connection.execute(per_account):
        if earned:
            figures.savers += 1
            figures.never_spent += not out
    asked = {order.resident_id for order in orders}
    figures.old = len(community.old)
    figures.old_never_asked = len(community.old - asked)


def _weeks(
    uow: SqlUnitOfWork, orders: list[Order], jobs: list[Any], start: datetime, end: datetime
) -> list[dict[str, float]]:
    count_of = int((end - start) / timedelta(days=7)) + 1
    weeks: list[dict[str, float]] = [{"asked": 0, "settled": 0, "unmet": 0, "coins": 0.0} for _ in range(count_of)]

    def week(moment: datetime) -> dict[str, float]:
        return weeks[min(count_of - 1, max(0, int((moment - start) / timedelta(days=7))))]

    for order in orders:
        week(order.created_at)["asked"] += 1
        if order.status is OrderStatus.EXPIRED and order.ended_at is not None:
            week(order.ended_at)["unmet"] += 1
    for job in jobs:
        if job.status is JobStatus.SETTLED and job.settled_at is not None:
            week(job.settled_at)["settled"] += 1
            week(job.settled_at)["coins"] += (job.credited_minutes or 0) / 60
    return weeks
