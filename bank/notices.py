"""What the bank wants said, remembered or looked at: notices, due rows, cases, broadcasts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bank.lifecycle import Lifecycle, Move


class Urgency(StrEnum):
    EMERGENCY = "emergency"  # quiet hours or not
    NORMAL = "normal"
    BULK = "bulk"  # broadcasts: honours the opt-out


@dataclass(slots=True, kw_only=True)
class Notice:
    """A message to a member: `words` is the catalogue's key, `facts` fill it (minutes, ISO moments, names).

    `key` is unique: the same notice is never sent twice. `not_before` holds it back (quiet hours). A person who is no
    member yet has `to_id` 0 and is reached at `to_sender` (`channel:account:sender`).
    """

    key: str
    to_id: int
    words: str
    facts: dict[str, Any] = field(default_factory=dict)
    urgency: Urgency = Urgency.NORMAL
    not_before: datetime | None = None
    order_id: int | None = None
    case_id: int | None = None
    to_sender: str | None = None


class DueKind(StrEnum):
    """What the clockwork does when a row falls due (SCHEMES: "Reminders for orders that wait")."""

    APPROVAL_WAITS = "approval_waits"
    NOBODY_ACCEPTED = "nobody_accepted"
    DISPATCH_NEEDED = "dispatch_needed"
    EXPIRE_ORDER = "expire_order"
    EVENING_BEFORE = "evening_before"
    HOUR_BEFORE = "hour_before"
    NOT_STARTED = "not_started"
    NOT_STARTED_STAFF = "not_started_staff"
    NOT_FINISHED = "not_finished"
    NOT_CONFIRMED_24 = "not_confirmed_24"
    NOT_CONFIRMED_48 = "not_confirmed_48"
    NOT_CONFIRMED_72 = "not_confirmed_72"
    NOT_RATED = "not_rated"
    ACTIVITY_EVE = "activity_eve"
    ACTIVITY_HOUR = "activity_hour"
    SURVEY_CLOSES = "survey_closes"
    PICKUP_EXPIRES = "pickup_expires"
    SETTLEMENT_DAY = "settlement_day"
    MERCHANT_MONTH = "merchant_month"
    CASE_WAITS = "case_waits"
    SEAL_DAY = "seal_day"


class DueStatus(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(slots=True, kw_only=True)
class Due:
    """Something that must happen at `at`. `key` is `kind:subject:ISO date` and unique; never lost at a restart."""

    id: int = 0
    key: str
    kind: DueKind
    subject_id: int
    at: datetime
    status: DueStatus = DueStatus.WAITING
    done_at: datetime | None = None


class CaseKind(StrEnum):
    PERSON = "person"  # somebody wants a human being
    EMERGENCY = "emergency"
    COMPLAINT = "complaint"
    DISPUTE = "dispute"
    CALLBACK = "callback"
    SCAM = "scam"
    ALERT = "alert"
    MEMBERSHIP = "membership"
    UNREACHABLE = "unreachable"  # could not be sent: the phone list
    UNHANDLED = "unhandled"  # came while the understanding was away
    DISPATCH = "dispatch"


class CaseStatus(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    CLOSED = "closed"


_C = CaseStatus
CASE_LIFE: Lifecycle[CaseStatus] = Lifecycle(
    "case",
    _C.OPEN,
    (
        Move("take", _C.OPEN, _C.TAKEN, "staff"),
        Move("give_back", _C.TAKEN, _C.OPEN, "staff"),
        Move("close", _C.TAKEN, _C.CLOSED, "staff"),
        Move("close", _C.OPEN, _C.CLOSED, "staff"),
    ),
)


@dataclass(slots=True, kw_only=True)
class Case:
    """Work for a person of the staff. `evidence` is what the case rests on; `verdict` closes it.

    `sender` names who wrote when the writer is no member yet (`channel:account:sender`).
    """

    id: int = 0
    kind: CaseKind
    branch_id: int
    member_id: int | None = None
    sender: str | None = None
    order_id: int | None = None
    urgency: Urgency = Urgency.NORMAL
    status: CaseStatus = CaseStatus.OPEN
    words: str = ""
    evidence: dict[str, Any] = field(default_factory=dict)
    opened_at: datetime
    taken_by: int | None = None
    taken_at: datetime | None = None
    closed_at: datetime | None = None
    verdict: str | None = None
    version: int = 1


@dataclass(slots=True, kw_only=True)
class CaseMessage:
    """One line of the talk inside a case; `from_staff` None means that the person wrote it."""

    id: int = 0
    case_id: int
    from_staff: int | None
    words: str
    at: datetime


class BroadcastStatus(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    DROPPED = "dropped"


BROADCAST_LIFE: Lifecycle[BroadcastStatus] = Lifecycle(
    "broadcast",
    BroadcastStatus.DRAFT,
    (
        Move("send", BroadcastStatus.DRAFT, BroadcastStatus.SENT, "staff"),
        Move("drop", BroadcastStatus.DRAFT, BroadcastStatus.DROPPED, "staff"),
    ),
)


@dataclass(slots=True, kw_only=True)
class Broadcast:
    """An activity reminder to a group: `role` None means everybody of the branch and below."""

    id: int = 0
    words: str
    role: str | None
    branch_id: int
    by_id: int
    status: BroadcastStatus = BroadcastStatus.DRAFT
    heads: int = 0
    made_at: datetime
    sent_at: datetime | None = None
