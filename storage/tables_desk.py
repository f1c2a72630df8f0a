"""Tables of the desk: who writes from where, what came in, what goes out, how each talk stands."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import ident, json_of, link, maybe_json, maybe_link, maybe_moment, moment, word


class IdentityRow(SQLModel, table=True):
    """A sender on a channel, bound to a member once known. What the outbound policy must know is kept here."""

    __tablename__: ClassVar[str] = "identity"
    __table_args__: ClassVar[Any] = (UniqueConstraint("channel", "account", "sender", name="uq_identity_sender"),)

    id: int | None = ident()
    channel: str
    account: str
    sender: str
    member_id: int | None = maybe_link("member.id", index=True)
    bound_at: datetime | None = maybe_moment()
    last_incoming_at: datetime | None = maybe_moment()
    sent_since_incoming: int = 0
    last_gesture_at: datetime | None = maybe_moment()
    reachable: bool = True
    unreachable_why: str | None = None
    mass_month: str | None = None  # YYYY-MM that `mass_sent` counts (WeChat: at most 4 mass sends a month)
    mass_sent: int = 0
    created_at: datetime = moment()


class InboxRow(SQLModel, table=True):
    """One message as it came, kept before anything else is done; a redelivery finds its reply here."""

    __tablename__: ClassVar[str] = "inbox"
    __table_args__: ClassVar[Any] = (
        UniqueConstraint("channel", "account", "message_id", name="uq_inbox_message"),
        Index(
            "ix_inbox_waiting",
            "identity_id",
            "id",
            sqlite_where=text("state IN ('received', 'working')"),
            postgresql_where=text("state IN ('received', 'working')"),
        ),
        Index("ix_inbox_state", "state", "id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = ident()
    channel: str
    account: str
    message_id: str
    sender: str
    identity_id: int = link("identity.id", index=False)
    kind: str
    payload: dict[str, Any] = json_of(dict)
    received_at: datetime = moment(index=True)
    state: str = word()
    reply: dict[str, Any] | None = maybe_json()
    reply_sent: str | None = None  # how the reply left: passive, outbox …
    attempts: int = 0
    why: str | None = None
    lease_owner: str | None = None
    leased_until: datetime | None = maybe_moment()
    finished_at: datetime | None = maybe_moment()


class OutboxRow(SQLModel, table=True):
    """One message to one person: words with facts, or a ready reply. Ends sent, gave_up or phone_list."""

    __tablename__: ClassVar[str] = "outbox"
    __table_args__: ClassVar[Any] = (
        CheckConstraint("to_member_id IS NOT NULL OR to_identity_id IS NOT NULL", name="ck_outbox_to"),
        CheckConstraint("(words IS NULL) <> (reply IS NULL)", name="ck_outbox_content"),
        Index("ix_outbox_open", "state", "rank", "id"),
        Index("ix_outbox_to_member", "to_member_id", "id"),
        Index("ix_outbox_to_identity", "to_identity_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = ident()
    key: str = word(unique=True)
    to_member_id: int | None = maybe_link("member.id")
    to_identity_id: int | None = maybe_link("identity.id")
    words: str | None = None
    facts: dict[str, Any] = json_of(dict)
    reply: dict[str, Any] | None = maybe_json()
    urgency: str = word()
    rank: int  # of the urgency: 0 leaves first
    purpose: str
    not_before: datetime | None = maybe_moment()
    order_id: int | None = Field(default=None, index=True)
    case_id: int | None = Field(default=None, index=True)
    inbox_id: int | None = Field(default=None, index=True)
    state: str = word()
    why: str | None = None
    attempts: int = 0
    next_try_at: datetime | None = maybe_moment()
    lease_owner: str | None = None
    leased_until: datetime | None = maybe_moment()
    channel_used: str | None = None
    provider_id: str | None = None
    maybe_sent: bool = False  # a sending of it was cut off: it may have arrived
    created_at: datetime | None = maybe_moment()
    sent_at: datetime | None = maybe_moment()


class TalkRow(SQLModel, table=True):
    """How one conversation stands: what was said last, what the numbers mean, how often it was not understood."""

    __tablename__: ClassVar[str] = "talk"

    id: int | None = ident()
    person: str = word(unique=True)
    last_reply: dict[str, Any] | None = maybe_json()
    choices: list[Any] = json_of(list)
    asked_at: datetime | None = maybe_moment()
    misses: int = 0
    relay_case_id: int | None = None
    second_wish: dict[str, Any] | None = maybe_json()
    notes: dict[str, Any] = json_of(dict)
    updated_at: datetime = moment()


class ChannelTokenRow(SQLModel, table=True):
    """A channel's access token, one for all workers."""

    __tablename__: ClassVar[str] = "channel_token"
    __table_args__: ClassVar[Any] = (UniqueConstraint("channel", "account", name="uq_channel_token"),)

    id: int | None = ident()
    channel: str
    account: str
    value: str | None = None
    expires_at: datetime | None = maybe_moment()
    lease_owner: str | None = None
    leased_until: datetime | None = maybe_moment()


class NonceRow(SQLModel, table=True):
    """What was seen before: replay guard."""

    __tablename__: ClassVar[str] = "nonce"
    __table_args__: ClassVar[Any] = (UniqueConstraint("channel", "account", "nonce", name="uq_nonce"),)

    id: int | None = ident()
    channel: str
    account: str
    nonce: str
    seen_at: datetime = moment(index=True)


class LinkCodeRow(SQLModel, table=True):
    """A one-time code that binds a channel to a member. Only its hash is kept."""

    __tablename__: ClassVar[str] = "link_code"

    id: int | None = ident()
    hash: str = word(unique=True)
    member_id: int = link("member.id")
    expires_at: datetime = moment()
    used_at: datetime | None = maybe_moment()
