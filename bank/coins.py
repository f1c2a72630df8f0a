"""Coins: accounts, transactions and holds. Signed whole minutes; one coin is 60 minutes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

MINUTES_PER_COIN = 60


class Unit(StrEnum):
    COIN = "coin"  # minutes that can be spent
    HONOUR = "honour"  # minutes over a cap: count for stars and hours served, never spent
    GREEN = "green"  # green points of the stations
    GOODS = "goods"  # minutes set aside for goods (taierzhuang)


class OwnerKind(StrEnum):
    MEMBER = "member"
    HOUSEHOLD = "household"
    SERVICE_BASE = "service_base"
    MERCHANT = "merchant"  # what members paid for goods, until the month's statement clears it
    CHARITY = "charity"
    ISSUANCE = "issuance"  # where minted minutes come from; the only kind that may go below zero
    CLEARING = "clearing"  # what left for another system


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose account: a member's, household's or base's id; 0 for the bank's own accounts."""

    kind: OwnerKind
    id: int = 0


@dataclass(slots=True, kw_only=True)
class Account:
    """`balance` and `reserved` in minutes; `cap` is the most the balance may be, None for no cap."""

    id: int
    owner: Owner
    unit: Unit
    balance: int
    reserved: int
    cap: int | None

    @property
    def available(self) -> int:
        return self.balance - self.reserved

    @property
    def room(self) -> int | None:
        """Minutes that may still come in; None when nothing caps the account."""
        return None if self.cap is None else max(0, self.cap - self.balance)


class TransactionKind(StrEnum):
    SERVICE = "service"
    GIFT = "gift"
    DONATION = "donation"
    GRANT = "grant"
    REDEMPTION = "redemption"
    SETTLEMENT = "settlement"  # the half-yearly division
    CONVERSION = "conversion"
    CLEARING = "clearing"  # a merchant's month was cleared
    INHERITANCE = "inheritance"  # what a leaving member's coins went on to: an heir or the charity account
    GREEN = "green"
    OPENING = "opening"  # balances brought in from an older book
    REVERSAL = "reversal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """`minutes` (positive) go from account `debit` to account `credit`, both of one unit."""

    debit: int
    credit: int
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """What a caller asks the ledger to write as one transaction.

    `key` is the idempotency key. `day` is the local day of the service (or of the deed). `daily_cap` limits what the
    credited coin accounts may earn by `service` on that day, minutes. `hold_id`/`captured`: the part of a hold that
    pays the debit legs of its account.
    """

    key: str
    kind: TransactionKind
    legs: tuple[Leg, ...]
    day: date
    posted_at: datetime
    scheme: str
    scheme_version: str
    category: str | None = None
    multiplier_pct: int | None = None
    order_id: int | None = None
    job_id: int | None = None
    done_by: int | None = None
    done_for: int | None = None
    reason: str | None = None
    hold_id: int | None = None
    daily_cap: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """A posted transaction as the books keep it."""

    id: int
    key: str
    kind: TransactionKind
    day: date
    posted_at: datetime
    scheme: str
    scheme_version: str
    category: str | None
    multiplier_pct: int | None
    order_id: int | None
    job_id: int | None
    done_by: int | None
    done_for: int | None
    reason: str | None
    reverses_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One entry of an account with its transaction: signed `minutes` and the balance after it."""

    transaction: Transaction
    minutes: int
    balance: int
    counterparty: Owner


class HoldStatus(StrEnum):
    PENDING = "pending"
    CAPTURED = "captured"
    RELEASED = "released"
    EXPIRED = "expired"


@dataclass(slots=True, kw_only=True)
class Hold:
    """A reservation of `minutes` on an account, resolved once. `captured` minutes of it were paid out."""

    id: int
    key: str
    account_id: int
    minutes: int
    captured: int
    status: HoldStatus
    order_id: int | None
    made_at: datetime
    expires_at: datetime | None
    resolved_at: datetime | None

    @property
    def left(self) -> int:
        return self.minutes - self.captured


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """Who did what to what: written with every change, in the same transaction."""

    at: datetime
    verb: str
    actor_id: int | None
    for_id: int | None = None
    key: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)
