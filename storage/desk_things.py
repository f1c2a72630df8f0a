"""The desk's own things as values: who writes from where, what came in, what goes out, how a talk stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bank.notices import Urgency


@dataclass(slots=True, kw_only=True)
class Identity:
    """A sender on a channel; `member_id` once it is known who that is. Several may belong to one member."""

    id: int
    channel: str
    account: str
    sender: str
    member_id: int | None
    bound_at: datetime | None
    last_incoming_at: datetime | None
    sent_since_incoming: int
    last_gesture_at: datetime | None
    reachable: bool
    unreachable_why: str | None
    mass_month: str | None
    mass_sent: int
    created_at: datetime


class InboxState(StrEnum):
    RECEIVED = "received"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


@dataclass(slots=True, kw_only=True)
class InboxEntry:
    """One message as it came (`payload` is the neutral message as JSON) and what became of it."""

    id: int
    channel: str
    account: str
    message_id: str
    sender: str
    identity_id: int
    kind: str
    payload: dict[str, Any]
    received_at: datetime
    state: InboxState
    reply: dict[str, Any] | None
    reply_sent: str | None
    attempts: int
    why: str | None
    lease_owner: str | None
    leased_until: datetime | None
    finished_at: datetime | None


class OutboxState(StrEnum):
    CREATED = "created"
    SENDING = "sending"
    SENT = "sent"
    GAVE_UP = "gave_up"
    PHONE_LIST = "phone_list"


@dataclass(slots=True, kw_only=True)
class OutboxEntry:
    """One message to one person: `words` with `facts`, or a ready `reply`. `maybe_sent`: it may have arrived."""

    id: int
    key: str
    to_member_id: int | None
    to_identity_id: int | None
    words: str | None
    facts: dict[str, Any]
    reply: dict[str, Any] | None
    urgency: Urgency
    rank: int
    purpose: str
    not_before: datetime | None
    order_id: int | None
    case_id: int | None
    inbox_id: int | None
    state: OutboxState
    why: str | None
    attempts: int
    next_try_at: datetime | None
    lease_owner: str | None
    leased_until: datetime | None
    channel_used: str | None
    provider_id: str | None
    maybe_sent: bool
    created_at: datetime | None
    sent_at: datetime | None


@dataclass(slots=True, kw_only=True)
class Talk:
    """How one conversation stands. `person` names it (`member:12`, `identity:7`)."""

    id: int = 0
    person: str
    last_reply: dict[str, Any] | None = None
    choices: list[Any] = field(default_factory=list)
    asked_at: datetime | None = None
    misses: int = 0
    relay_case_id: int | None = None
    second_wish: dict[str, Any] | None = None
    notes: dict[str, Any] = field(default_factory=dict)
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A channel's access token."""

    value: str
    expires_at: datetime
