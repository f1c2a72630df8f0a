"""An order: one wish for a service, from the wish to the coins (SCHEMES: "Order, from wish to coins")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bank.lifecycle import Lifecycle, Move


class OrderStatus(StrEnum):
    SUBMITTED = "submitted"
    APPROVED = "approved"
    PUBLISHED = "published"
    ACCEPTED = "accepted"
    STARTED = "started"
    FINISHED = "finished"
    SETTLED = "settled"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    DISPUTED = "disputed"
    RESOLVED = "resolved"


_S = OrderStatus
ORDER_LIFE: Lifecycle[OrderStatus] = Lifecycle(
    "order",
    _S.SUBMITTED,
    (
        Move("approve", _S.SUBMITTED, _S.APPROVED, "staff"),
        Move("reject", _S.SUBMITTED, _S.REJECTED, "staff"),
        Move("cancel", _S.SUBMITTED, _S.CANCELLED, "resident"),
        Move("publish", _S.APPROVED, _S.PUBLISHED, "desk"),
        Move("cancel", _S.APPROVED, _S.CANCELLED, "resident"),
        Move("reject", _S.APPROVED, _S.REJECTED, "staff"),
        Move("expire", _S.SUBMITTED, _S.EXPIRED, "desk"),
        Move("expire", _S.APPROVED, _S.EXPIRED, "desk"),
        Move("accept", _S.PUBLISHED, _S.ACCEPTED, "volunteer"),
        Move("cancel", _S.PUBLISHED, _S.CANCELLED, "resident"),
        Move("expire", _S.PUBLISHED, _S.EXPIRED, "desk"),
        Move("withdraw", _S.ACCEPTED, _S.PUBLISHED, "volunteer"),
        Move("no_show", _S.ACCEPTED, _S.PUBLISHED, "resident"),
        Move("start", _S.ACCEPTED, _S.STARTED, "volunteer"),
        Move("cancel", _S.ACCEPTED, _S.CANCELLED, "resident"),
        Move("resubmit", _S.PUBLISHED, _S.SUBMITTED, "resident"),
        Move("resubmit", _S.ACCEPTED, _S.SUBMITTED, "resident"),
        Move("resubmit", _S.APPROVED, _S.SUBMITTED, "resident"),
        Move("finish", _S.STARTED, _S.FINISHED, "volunteer"),
        Move("finish", _S.ACCEPTED, _S.FINISHED, "volunteer"),
        Move("dispute", _S.ACCEPTED, _S.DISPUTED, "resident"),
        Move("dispute", _S.STARTED, _S.DISPUTED, "resident"),
        Move("dispute", _S.FINISHED, _S.DISPUTED, "resident"),
        Move("settle", _S.FINISHED, _S.SETTLED, "resident"),
        Move("dispute", _S.SETTLED, _S.DISPUTED, "resident"),
        Move("undo_settle", _S.SETTLED, _S.FINISHED, "resident"),
        Move("undo_cancel", _S.CANCELLED, _S.SUBMITTED, "resident"),
        Move("resolve", _S.DISPUTED, _S.RESOLVED, "staff"),
    ),
)


class PayerKind(StrEnum):
    RECEIVER = "receiver"
    SERVICE_BASE = "service_base"
    CHARITY = "charity"
    NOBODY = "nobody"  # minted: taierzhuang, or a category that earns nothing


@dataclass(slots=True, kw_only=True)
class Order:
    """One wish. Its `id` is the number people say ("3号单"). All lengths are minutes.

    `resident_id` is for whom, `asked_by` who acted. `service` is the fine code of what was meant, `category` the
    scheme's category, `multiplier_pct` its price in percent of plain hours (100, 150, 200, 300; 0: it earns nothing).
    """

    id: int = 0
    scheme: str
    scheme_version: str
    branch_id: int
    resident_id: int
    asked_by: int
    service: str
    category: str
    multiplier_pct: int = 100
    words: str
    starts_at: datetime
    minutes: int
    place: str
    capacity: int = 1
    urgent: bool = False
    status: OrderStatus = OrderStatus.SUBMITTED
    approvals_done: int = 0
    payer: PayerKind = PayerKind.RECEIVER
    payer_id: int | None = None  # member, service base; None for charity and nobody
    hold_id: int | None = None
    reason: str | None = None  # of a rejection, cancellation, dispute
    ended_by: int | None = None
    created_at: datetime
    published_at: datetime | None = None
    ended_at: datetime | None = None
    round: int = 1  # goes up when the order is resubmitted, so that its keys stay unique
    version: int = 1


class JobStatus(StrEnum):
    ACCEPTED = "accepted"
    STARTED = "started"
    FINISHED = "finished"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    VOID = "void"


_J = JobStatus
JOB_LIFE: Lifecycle[JobStatus] = Lifecycle(
    "job",
    _J.ACCEPTED,
    (
        Move("start", _J.ACCEPTED, _J.STARTED, "volunteer"),
        Move("withdraw", _J.ACCEPTED, _J.WITHDRAWN, "volunteer"),
        Move("no_show", _J.ACCEPTED, _J.NO_SHOW, "resident"),
        Move("cancel", _J.ACCEPTED, _J.CANCELLED, "resident"),
        Move("finish", _J.ACCEPTED, _J.FINISHED, "volunteer"),
        Move("finish", _J.STARTED, _J.FINISHED, "volunteer"),
        Move("settle", _J.FINISHED, _J.SETTLED, "resident"),
        Move("undo_settle", _J.SETTLED, _J.FINISHED, "resident"),
        Move("undo_cancel", _J.CANCELLED, _J.ACCEPTED, "resident"),
        Move("void", _J.ACCEPTED, _J.VOID, "staff"),
        Move("void", _J.STARTED, _J.VOID, "staff"),
        Move("void", _J.FINISHED, _J.VOID, "staff"),
        Move("void", _J.SETTLED, _J.VOID, "staff"),
    ),
)
JOB_HELD = frozenset({_J.ACCEPTED, _J.STARTED, _J.FINISHED, _J.SETTLED})


@dataclass(slots=True, kw_only=True)
class Job:
    """One volunteer's seat on an order. `claimed_minutes` is the volunteer's word, the rest is what settling gave:

    `served_minutes` of service counted, the payer paid `paid_minutes`, the volunteer got `credited_minutes` as coins
    and `honour_minutes` beside them. `guardian_id` is who stood by a minor.
    """

    id: int = 0
    order_id: int
    volunteer_id: int
    status: JobStatus = JobStatus.ACCEPTED
    accepted_at: datetime
    assigned_by: int | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    finish_device: str | None = None
    claimed_minutes: int | None = None
    guardian_id: int | None = None
    served_minutes: int | None = None
    paid_minutes: int | None = None
    credited_minutes: int | None = None
    honour_minutes: int | None = None
    settled_at: datetime | None = None
    ended_reason: str | None = None
    version: int = 1


class Verdict(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(slots=True, kw_only=True)
class Approval:
    """One level's decision on one round of an order. `level` counts from 1 in the scheme's order."""

    id: int = 0
    order_id: int
    round: int
    level: int
    branch_id: int
    verdict: Verdict = Verdict.WAITING
    decided_by: int | None = None
    decided_at: datetime | None = None
    reason: str | None = None


@dataclass(slots=True, kw_only=True)
class Rating:
    """1–5 and words, by the receiver after the service, in chat or by staff on the phone (`taken_by`)."""

    id: int = 0
    order_id: int
    job_id: int
    volunteer_id: int
    resident_id: int
    score: int
    words: str = ""
    rated_at: datetime
    taken_by: int | None = None
