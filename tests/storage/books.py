"""A few accounts to post between, and short names for what the ledger's tests do all the time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bank.coins import Account, Leg, Owner, OwnerKind, Posting, Transaction, TransactionKind, Unit
from storage.unit_of_work import SqlUnitOfWork

CHINA = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=CHINA)
DAY = NOW.date()
# name: owner, unit, cap, minutes at the start
ACCOUNTS: dict[str, tuple[Owner, Unit, int | None, int]] = {
    "mint": (Owner(OwnerKind.ISSUANCE), Unit.COIN, None, 0),
    "mint_honour": (Owner(OwnerKind.ISSUANCE), Unit.HONOUR, None, 0),
    "ann": (Owner(OwnerKind.MEMBER, 1), Unit.COIN, 600, 120),
    "ann_honour": (Owner(OwnerKind.MEMBER, 1), Unit.HONOUR, None, 0),
    "bob": (Owner(OwnerKind.MEMBER, 2), Unit.COIN, 600, 0),
    "bob_honour": (Owner(OwnerKind.MEMBER, 2), Unit.HONOUR, None, 0),
    "full": (Owner(OwnerKind.MEMBER, 3), Unit.COIN, 600, 600),
    "home": (Owner(OwnerKind.HOUSEHOLD, 1), Unit.COIN, None, 0),
    "base": (Owner(OwnerKind.SERVICE_BASE, 1), Unit.COIN, None, 500),
    "pool": (Owner(OwnerKind.CHARITY), Unit.COIN, None, 0),
    "away": (Owner(OwnerKind.CLEARING), Unit.COIN, None, 0),
}


def account(uow: SqlUnitOfWork, name: str) -> Account:
    """The account of that name, as it stands."""
    owner, unit, cap, _ = ACCOUNTS[name]
    return uow.ledger.account(owner, unit, cap=cap)


def open_books(uow: SqlUnitOfWork, *names: str) -> None:
    """Open the accounts (all by default) with their minutes at the start, minted."""
    for name in names or ACCOUNTS:
        opened, minutes = account(uow, name), ACCOUNTS[name][3]
        if minutes:
            post(uow, f"mint>{name} {minutes}", key=f"opening:{name}", kind="opening")
        assert opened.balance == 0


def legs_of(uow: SqlUnitOfWork, words: str) -> tuple[Leg, ...]:
    """`ann>bob 60, mint_honour>bob_honour 30` as legs; `?` is an account that does not exist."""
    legs = []
    for part in filter(None, (part.strip() for part in words.split(","))):
        way, minutes = part.split()
        debit, credit = (999_999 if name == "?" else account(uow, name).id for name in way.split(">"))
        legs.append(Leg(debit=debit, credit=credit, minutes=number(minutes)))
    return tuple(legs)


def number(words: str) -> Any:
    """A number as a mistaken caller might hand it over: 1.5 as a float, True as a truth value."""
    if words == "True":
        return True
    return float(Decimal(words)) if "." in words else int(words)


def post(uow: SqlUnitOfWork, words: str, *, key: str, kind: str = "service", **more: Any) -> Transaction:
    """Post the legs that `words` say."""
    fields: dict[str, Any] = {"day": DAY, "posted_at": NOW, "scheme": "test", "scheme_version": "1"} | more
    return uow.ledger.post(Posting(key=key, kind=TransactionKind(kind), legs=legs_of(uow, words), **fields))


def rows(table: str) -> list[list[str]]:
    """The rows of a text table: `|` between cells, `#` begins a comment line."""
    lines = (line.strip() for line in table.strip().splitlines())
    return [[cell.strip() for cell in line.split("|")] for line in lines if line and not line.startswith("#")]


def balances(uow: SqlUnitOfWork, words: str) -> str:
    """The balances of the accounts named in `ann=0 bob=60`, in the same words."""
    names = [part.split("=")[0] for part in words.split()]
    return " ".join(f"{name}={account(uow, name).balance}" for name in names)


def later(**much: float) -> datetime:
    return NOW + timedelta(**much)


def day(offset: int) -> date:
    return DAY + timedelta(days=offset)
