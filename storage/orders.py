"""Orders, jobs and cases as the bank's ports want them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import case, func, select

from bank.notices import Case, CaseStatus, Urgency
from bank.orders import JOB_HELD, Job, JobStatus, Order, OrderStatus
from bank.ports import OPEN_ORDER
from storage.collection import SqlCollection, words_of
from storage.session import Session
from storage.tables import table
from storage.tables_orders import CaseRow, JobRow, OrderRow

_ORDER, _JOB, _CASE = table(OrderRow), table(JobRow), table(CaseRow)
_HELD = words_of(sorted(JOB_HELD))
_LONGEST = timedelta(days=3)  # no service lasts longer; narrows the search before lengths are compared
URGENCY_RANK = {Urgency.EMERGENCY: 0, Urgency.NORMAL: 1, Urgency.BULK: 2}


class SqlOrders(SqlCollection[Order]):
    """`bank.ports.Orders`."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, Order, _ORDER, "order")

    def open_for(self, resident_id: int) -> list[Order]:
        """Orders of a resident that have not ended, by start."""
        return self._all(
            select(_ORDER)
            .where(_ORDER.c.resident_id == resident_id, _ORDER.c.status.in_(words_of(OPEN_ORDER)))
            .order_by(_ORDER.c.starts_at, _ORDER.c.id)
        )

    def published_in(self, branch_ids: Sequence[int], now: datetime) -> list[Order]:
        """Published orders of these branches that start after `now` and have a free seat, by start."""
        taken = (
            select(func.count())
            .select_from(_JOB)
            .where(_JOB.c.order_id == _ORDER.c.id, _JOB.c.status.in_(_HELD))
            .scalar_subquery()
        )
        return self._all(
            select(_ORDER)
            .where(
                _ORDER.c.status == str(OrderStatus.PUBLISHED),
                _ORDER.c.branch_id.in_(list(branch_ids)),
                _ORDER.c.starts_at > now,
                taken < _ORDER.c.capacity,
            )
            .order_by(_ORDER.c.starts_at, _ORDER.c.id)
        )

    def starting(self, branch_ids: Sequence[int], since: datetime, until: datetime) -> list[Order]:
        """Orders of these branches, in any state, that start in [since, until), by start."""
        return self._all(
            select(_ORDER)
            .where(_ORDER.c.branch_id.in_(list(branch_ids)), _ORDER.c.starts_at >= since, _ORDER.c.starts_at < until)
            .order_by(_ORDER.c.starts_at, _ORDER.c.id)
        )

    def asked_by_category(self, since: datetime, until: datetime) -> dict[str, int]:
        """How many wishes of each category were uttered after `since`, up to `until`, whatever became of them."""
        statement = (
            select(_ORDER.c.category, func.count())
            .where(_ORDER.c.created_at > since, _ORDER.c.created_at <= until)
            .group_by(_ORDER.c.category)
        )
        return {row[0]: int(row[1]) for row in self._session.run(statement)}

    def overlapping(self, volunteer_id: int, start: datetime, end: datetime) -> list[Order]:
        """Orders on which the volunteer holds a live seat and whose time overlaps [start, end), by start."""
        near = self._all(
            select(_ORDER)
            .join(_JOB, _JOB.c.order_id == _ORDER.c.id)
            .where(
                _JOB.c.volunteer_id == volunteer_id,
                _JOB.c.status.in_(_HELD),
                _ORDER.c.starts_at < end,
                _ORDER.c.starts_at > start - _LONGEST,
            )
            .order_by(_ORDER.c.starts_at, _ORDER.c.id)
        )
        return [order for order in near if order.starts_at + timedelta(minutes=order.minutes) > start]


class SqlJobs(SqlCollection[Job]):
    """`bank.ports.Jobs`."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, Job, _JOB, "job")

    def of_order(self, order_id: int, statuses: Iterable[JobStatus] | None = None) -> list[Job]:
        """Seats on an order, oldest first."""
        return self.find(order_id=order_id, **_status(statuses))

    def of_volunteer(self, volunteer_id: int, statuses: Iterable[JobStatus] | None = None) -> list[Job]:
        """Seats of a volunteer, oldest first."""
        return self.find(volunteer_id=volunteer_id, **_status(statuses))


class SqlCases(SqlCollection[Case]):
    """`bank.ports.Cases`."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, Case, _CASE, "case")

    def open_in(self, branch_ids: Sequence[int]) -> list[Case]:
        """Open and taken cases of these branches, most urgent and oldest first."""
        rank = case({str(urgency): rank for urgency, rank in URGENCY_RANK.items()}, value=_CASE.c.urgency, else_=9)
        return self._all(
            select(_CASE)
            .where(
                _CASE.c.branch_id.in_(list(branch_ids)),
                _CASE.c.status.in_(words_of((CaseStatus.OPEN, CaseStatus.TAKEN))),
            )
            .order_by(rank, _CASE.c.opened_at, _CASE.c.id)
        )


def _status(statuses: Iterable[JobStatus] | None) -> dict[str, list[str]]:
    return {} if statuses is None else {"status": words_of(statuses)}
