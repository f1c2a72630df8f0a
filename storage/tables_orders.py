"""Tables of orders and of what hangs on them. Columns bear the names of the bank's fields."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel

from storage.columns import ident, json_of, link, maybe_link, maybe_moment, moment, word


class OrderRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "orders"
    __table_args__: ClassVar[Any] = (
        Index("ix_orders_status_branch_start", "status", "branch_id", "starts_at"),
        Index("ix_orders_resident_status", "resident_id", "status"),
    )

    id: int | None = ident()
    scheme: str
    scheme_version: str
    branch_id: int = link("branch.id", index=False)
    resident_id: int = link("member.id", index=False)
    asked_by: int
    service: str
    category: str
    multiplier_pct: int = 100
    words: str
    starts_at: datetime = moment()
    minutes: int
    place: str
    capacity: int = 1
    urgent: bool = False
    status: str = word()
    approvals_done: int = 0
    payer: str = word()
    payer_id: int | None = None
    hold_id: int | None = None
    reason: str | None = None
    ended_by: int | None = None
    created_at: datetime = moment()
    published_at: datetime | None = maybe_moment()
    ended_at: datetime | None = maybe_moment()
    round: int = 1
    version: int = 1


class JobRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "job"
    __table_args__: ClassVar[Any] = (Index("ix_job_volunteer_status", "volunteer_id", "status"),)

    id: int | None = ident()
    order_id: int = link("orders.id")
    volunteer_id: int = link("member.id", index=False)
    status: str = word()
    accepted_at: datetime = moment()
    assigned_by: int | None = None
    guardian_id: int | None = None
    started_at: datetime | None = maybe_moment()
    finished_at: datetime | None = maybe_moment()
    finish_device: str | None = None
    claimed_minutes: int | None = None
    served_minutes: int | None = None
    paid_minutes: int | None = None
    credited_minutes: int | None = None
    honour_minutes: int | None = None
    settled_at: datetime | None = maybe_moment()
    ended_reason: str | None = None
    version: int = 1


class ApprovalRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "approval"
    __table_args__: ClassVar[Any] = (
        UniqueConstraint("order_id", "round", "level", name="uq_approval_order_round_level"),
        Index("ix_approval_branch_verdict", "branch_id", "verdict"),
    )

    id: int | None = ident()
    order_id: int = link("orders.id", index=False)
    round: int
    level: int
    branch_id: int = link("branch.id", index=False)
    verdict: str = word()
    decided_by: int | None = None
    decided_at: datetime | None = maybe_moment()
    reason: str | None = None


class RatingRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "rating"

    id: int | None = ident()
    order_id: int = link("orders.id")
    job_id: int = link("job.id")
    volunteer_id: int = link("member.id")
    resident_id: int = link("member.id")
    score: int
    words: str = ""
    rated_at: datetime = moment()
    taken_by: int | None = None


class CaseRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "desk_case"  # CASE is a word of SQL
    __table_args__: ClassVar[Any] = (Index("ix_desk_case_branch_status", "branch_id", "status"),)

    id: int | None = ident()
    kind: str = word()
    branch_id: int = link("branch.id", index=False)
    member_id: int | None = maybe_link("member.id", index=True)
    sender: str | None = None
    order_id: int | None = maybe_link("orders.id", index=True)
    urgency: str = word()
    status: str = word()
    words: str = ""
    evidence: dict[str, Any] = json_of(dict)
    opened_at: datetime = moment()
    taken_by: int | None = None
    taken_at: datetime | None = maybe_moment()
    closed_at: datetime | None = maybe_moment()
    verdict: str | None = None
    version: int = 1


class CaseMessageRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "case_message"

    id: int | None = ident()
    case_id: int = link("desk_case.id")
    from_staff: int | None = None
    words: str
    at: datetime = moment()


class BroadcastRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "broadcast"

    id: int | None = ident()
    words: str
    role: str | None = None
    branch_id: int = link("branch.id")
    by_id: int
    status: str = word()
    heads: int = 0
    made_at: datetime = moment()
    sent_at: datetime | None = maybe_moment()


class DueRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "due"
    __table_args__: ClassVar[Any] = (
        Index("ix_due_status_at", "status", "at"),
        Index("ix_due_subject", "subject_id", "kind"),
    )

    id: int | None = ident()
    key: str = word(unique=True)
    kind: str = word()
    subject_id: int
    at: datetime = moment()
    status: str = word()
    done_at: datetime | None = maybe_moment()
