"""Tables of decisions, skills, reports, photos, budgets, awards and sanctions. Columns bear the bank's names."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import ident, json_of, link, maybe_link, maybe_moment, moment, word


class CategoryDecisionRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "category_decision"

    id: int | None = ident()
    category: str = word(index=True)
    earns: bool
    from_day: date
    figures: dict[str, Any] = json_of(dict)
    decided_by: int
    decided_at: datetime = moment()


class SkillRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "skill"

    id: int | None = ident()
    member_id: int = link("member.id")
    branch_id: int = link("branch.id")
    service: str = word()
    words: str
    offered_at: datetime = moment()
    ended_at: datetime | None = maybe_moment()
    version: int = 1


class ServiceReportRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "service_report"
    __table_args__: ClassVar[Any] = (Index("ix_service_report_branch_status", "branch_id", "status"),)

    id: int | None = ident()
    order_id: int = Field(foreign_key="orders.id", unique=True)
    branch_id: int = link("branch.id", index=False)
    minutes: int
    words: str = ""
    status: str = word()
    reported_by: int
    reported_at: datetime = moment()
    decided_by: int | None = None
    decided_at: datetime | None = maybe_moment()
    reason: str | None = None
    version: int = 1


class JobPhotoRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "job_photo"

    id: int | None = ident()
    job_id: int = link("job.id")
    order_id: int = link("orders.id")
    member_id: int = link("member.id", index=False)
    media: str
    at: datetime = moment()


class GrantBudgetRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "grant_budget"
    __table_args__: ClassVar[Any] = (
        CheckConstraint("minutes > 0", name="ck_grant_budget_minutes"),
        CheckConstraint("spent >= 0 AND spent <= minutes", name="ck_grant_budget_spent"),
    )

    id: int | None = ident()
    branch_id: int = link("branch.id")
    first_day: date
    last_day: date
    minutes: int
    from_charity: bool
    reason: str
    set_by: int
    set_at: datetime = moment()
    spent: int = 0
    version: int = 1


class AwardRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "award"
    __table_args__: ClassVar[Any] = (
        UniqueConstraint("year", "name", "subject_kind", "subject_id", name="uq_award_subject"),
    )

    id: int | None = ident()
    year: int
    name: str = word()
    subject_kind: str = word()
    subject_id: int
    rank: int
    figures: dict[str, Any] = json_of(dict)
    status: str = word()
    certificate: str | None = Field(default=None, unique=True)
    proposed_at: datetime = moment()
    decided_by: int | None = None
    decided_at: datetime | None = maybe_moment()
    reason: str | None = None
    version: int = 1


class SanctionRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "sanction"

    id: int | None = ident()
    member_id: int = link("member.id")
    case_id: int | None = maybe_link("desk_case.id")
    order_ids: list[int] = json_of(list)
    barred: bool
    listed: bool
    reason: str
    by_id: int
    at: datetime = moment()
    lifted_at: datetime | None = maybe_moment()
    lifted_by: int | None = None
    version: int = 1
