"""What earns and how it is proven: decisions on categories, skills that residents offer, reports, photos, budgets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from bank.lifecycle import Lifecycle, Move


@dataclass(slots=True, kw_only=True)
class CategoryDecision:
    """Staff's word that a category earns from `from_day` on, or no longer, with the figures behind it (fuyuan)."""

    id: int = 0
    category: str
    earns: bool
    from_day: date
    figures: dict[str, Any] = field(default_factory=dict)
    decided_by: int
    decided_at: datetime


@dataclass(slots=True, kw_only=True)
class Skill:
    """X 志愿帮: something a resident offers to neighbours in their own words, found by `words` and asked for."""

    id: int = 0
    member_id: int
    branch_id: int
    service: str
    words: str
    offered_at: datetime
    ended_at: datetime | None = None
    version: int = 1


class ReportStatus(StrEnum):
    REPORTED = "reported"
    CONFIRMED = "confirmed"
    RETURNED = "returned"


_R = ReportStatus
REPORT_LIFE: Lifecycle[ReportStatus] = Lifecycle(
    "service report",
    _R.REPORTED,
    (
        Move("confirm", _R.REPORTED, _R.CONFIRMED, "head"),
        Move("return", _R.REPORTED, _R.RETURNED, "head"),
        Move("report_again", _R.RETURNED, _R.REPORTED, "sub-branch"),
        Move("undo_confirm", _R.CONFIRMED, _R.REPORTED, "head"),
    ),
)


@dataclass(slots=True, kw_only=True)
class ServiceReport:
    """A sub-branch's report of one finished order, on which the head mints (taierzhuang: 经支行上传平台后累积)."""

    id: int = 0
    order_id: int
    branch_id: int
    minutes: int  # as reported, of each volunteer
    words: str = ""
    status: ReportStatus = ReportStatus.REPORTED
    reported_by: int
    reported_at: datetime
    decided_by: int | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    version: int = 1


@dataclass(slots=True, kw_only=True)
class JobPhoto:
    """A photo kept for a job (fuyuan: 服务接单影像留存). `media` names the kept file."""

    id: int = 0
    job_id: int
    order_id: int
    member_id: int
    media: str
    at: datetime


@dataclass(slots=True, kw_only=True)
class GrantBudget:
    """How many minutes a branch may grant in [first_day, last_day], from issuance or from the charity account.

    `spent` of them have been granted: 0 ≤ spent ≤ minutes.
    """

    id: int = 0
    branch_id: int
    first_day: date
    last_day: date
    minutes: int
    from_charity: bool
    reason: str
    set_by: int
    set_at: datetime
    spent: int = 0
    version: int = 1

    @property
    def left(self) -> int:
        """Minutes that may still be granted."""
        return self.minutes - self.spent

    def runs_on(self, day: date) -> bool:
        """Whether grants of that day may use it."""
        return self.first_day <= day <= self.last_day


@dataclass(slots=True, kw_only=True)
class Sanction:
    """What proven fraud led to: the struck orders, the person barred and listed (beijing), with the case behind it."""

    id: int = 0
    member_id: int
    case_id: int | None
    order_ids: list[int] = field(default_factory=list)
    barred: bool
    listed: bool
    reason: str
    by_id: int
    at: datetime
    lifted_at: datetime | None = None
    lifted_by: int | None = None
    version: int = 1
