"""The ledger's rows, as the driver gives them, to the bank's values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bank.coins import Account, Hold, HoldStatus, Owner, OwnerKind, Transaction, TransactionKind, Unit
from storage.types import day_from_driver, from_driver


def account_of(row: Sequence[Any]) -> Account:
    """From the columns of `ledger_sql.ACCOUNT`."""
    ident, kind, owner, unit, balance, reserved, cap = row
    return Account(
        id=ident,
        owner=Owner(OwnerKind(kind), owner),
        unit=Unit(unit),
        balance=balance,
        reserved=reserved,
        cap=cap,
    )


def transaction_of(row: Sequence[Any]) -> Transaction:
    """From the columns of `ledger_sql.TRANSACTION`."""
    return Transaction(
        id=row[0],
        key=row[1],
        kind=TransactionKind(row[2]),
        day=day_from_driver(row[3]),
        posted_at=from_driver(row[4]),
        scheme=row[5],
        scheme_version=row[6],
        category=row[7],
        multiplier_pct=row[8],
        order_id=row[9],
        job_id=row[10],
        done_by=row[11],
        done_for=row[12],
        reason=row[13],
        reverses_id=row[14],
    )


def hold_of(row: Sequence[Any]) -> Hold:
    """From the columns of `ledger_sql.HOLD`; what follows them is left alone."""
    return Hold(
        id=row[0],
        key=row[1],
        account_id=row[2],
        minutes=row[3],
        captured=row[4],
        status=HoldStatus(row[5]),
        order_id=row[6],
        made_at=from_driver(row[7]),
        expires_at=None if row[8] is None else from_driver(row[8]),
        resolved_at=None if row[9] is None else from_driver(row[9]),
    )
