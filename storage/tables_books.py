"""Tables of the books: accounts, transactions, entries, holds, sealed days, receipts, audit (docs/ledger.md).

Constraints repeat the guarantees, so that the database refuses what a mistake in the program would let through.
"""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import ident, json_of, link, maybe_link, maybe_moment, moment, word
from storage.types import BigId


class AccountRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "account"
    __table_args__: ClassVar[Any] = (
        UniqueConstraint("owner_kind", "owner_id", "unit", name="uq_account_owner_unit"),
        CheckConstraint("reserved >= 0", name="ck_account_reserved"),
        CheckConstraint("owner_kind = 'issuance' OR balance >= reserved", name="ck_account_available"),
        CheckConstraint("cap IS NULL OR balance <= cap", name="ck_account_cap"),
    )

    id: int | None = ident()
    owner_kind: str = word()
    owner_id: int
    unit: str = word()
    balance: int = Field(default=0, sa_type=BigId)
    reserved: int = Field(default=0, sa_type=BigId)
    cap: int | None = None


class TransactionRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "ledger_transaction"
    __table_args__: ClassVar[Any] = (
        CheckConstraint("(kind = 'reversal') = (reverses_id IS NOT NULL)", name="ck_transaction_reversal"),
        Index("ix_transaction_posted_at", "posted_at", "id"),
    )

    id: int | None = ident(big=True)
    key: str = word(unique=True)
    digest: str  # sha256 of the content that the key stands for
    mark: str  # sha256 of everything this row and its entries say
    kind: str = word()
    day: date
    posted_at: datetime = moment()
    scheme: str
    scheme_version: str
    category: str | None = None
    multiplier_pct: int | None = None
    order_id: int | None = Field(default=None, index=True)
    job_id: int | None = None
    done_by: int | None = None
    done_for: int | None = None
    reason: str | None = None
    hold_id: int | None = maybe_link("hold.id", index=True)
    daily_cap: int | None = None
    reverses_id: int | None = Field(
        default=None, foreign_key="ledger_transaction.id", unique=True, sa_type=BigId, nullable=True
    )


class EntryRow(SQLModel, table=True):
    """One side of a leg. `counter_id` is the other account; `day` repeats the transaction's, for the day's cap."""

    __tablename__: ClassVar[str] = "entry"
    __table_args__: ClassVar[Any] = (
        CheckConstraint("minutes <> 0", name="ck_entry_minutes"),
        CheckConstraint("balance = previous_balance + minutes", name="ck_entry_balance"),
        CheckConstraint("account_id <> counter_id", name="ck_entry_accounts"),
        UniqueConstraint("transaction_id", "leg", "account_id", name="uq_entry_transaction_leg"),
        Index("ix_entry_account_day", "account_id", "day"),
    )

    id: int | None = ident(big=True)
    transaction_id: int = link("ledger_transaction.id", big=True, index=False)
    leg: int
    account_id: int = link("account.id", index=False)
    counter_id: int = link("account.id", index=False)
    unit: str
    day: date
    minutes: int
    previous_balance: int = Field(sa_type=BigId)
    balance: int = Field(sa_type=BigId)


class HoldRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "hold"
    __table_args__: ClassVar[Any] = (
        CheckConstraint("minutes > 0", name="ck_hold_minutes"),
        CheckConstraint("captured >= 0 AND captured <= minutes", name="ck_hold_captured"),
        CheckConstraint("(status = 'pending') = (resolved_at IS NULL)", name="ck_hold_resolved"),
        Index("ix_hold_account_status", "account_id", "status"),
    )

    id: int | None = ident()
    key: str = word(unique=True)
    digest: str
    account_id: int = link("account.id", index=False)
    minutes: int
    captured: int = 0
    status: str = word()
    order_id: int | None = Field(default=None, index=True)
    made_at: datetime = moment()
    expires_at: datetime | None = maybe_moment()
    resolved_at: datetime | None = maybe_moment()
    resolve_key: str | None = None


class SealedDayRow(SQLModel, table=True):
    """Everything posted in [starts_at, ends_at), hashed onto the chain. `day` is the local day that ends there."""

    __tablename__: ClassVar[str] = "sealed_day"

    id: int | None = ident()
    day: date = Field(unique=True)
    starts_at: datetime | None = maybe_moment()
    ends_at: datetime = moment(index=True)
    sealed_at: datetime = moment()
    transactions: int
    entries: int
    previous_hash: str
    hash: str


class ReceiptRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "receipt"

    key: str = Field(primary_key=True)
    digest: str
    outcome: str
    facts: dict[str, Any] = json_of(dict)
    at: datetime = moment(index=True)


class AuditRow(SQLModel, table=True):
    """Who did what to what: `what` and `subject_id` name the row that was stored with it."""

    __tablename__: ClassVar[str] = "audit"
    __table_args__: ClassVar[Any] = (Index("ix_audit_what_subject", "what", "subject_id"),)

    id: int | None = ident(big=True)
    at: datetime = moment(index=True)
    verb: str
    actor_id: int | None = Field(default=None, index=True)
    for_id: int | None = None
    key: str | None = None
    what: str
    subject_id: int
    detail: dict[str, Any] = json_of(dict)
