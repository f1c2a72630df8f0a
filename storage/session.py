"""One open transaction as the repositories see it: statements, driver-level statements, audit rows, named errors."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import psycopg
from sqlalchemy import Connection, CursorResult, Executable, insert
from sqlalchemy.exc import DBAPIError

from bank.coins import Audit
from bank.errors import BankError, Conflict, LedgerError
from storage.engine import is_sqlite
from storage.tables import table
from storage.tables_books import AuditRow
from storage.types import day_to_driver, to_driver

_CONTENTION = {"40001", "40P01", "55P03", "23505"}  # serialization, deadlock, lock not available, unique
_AUDIT = insert(table(AuditRow))


class Session:
    """What a unit of work hands to its repositories."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.sqlite = is_sqlite(connection)
        self._driver: Any = connection.connection.driver_connection

    def run(self, statement: Executable, parameters: Any = None) -> CursorResult[*tuple[Any, ...]]:
        """Run one SQLAlchemy statement."""
        return self.connection.execute(statement, parameters)

    def driver(self, sql: str, parameters: Mapping[str, Any]) -> Any:
        """Run one statement on the driver itself (the ledger's hot path); answers the driver's cursor."""
        if not self.connection.in_transaction():  # after a commit: never let the driver commit by itself
            self.connection.begin()
        return self._driver.execute(sql, parameters)

    def moment(self, value: datetime) -> str | datetime:
        """A moment as the driver wants it. Raises ValueError for a naive one."""
        return to_driver(value, sqlite=self.sqlite)

    def day(self, value: date) -> str | date:
        return day_to_driver(value, sqlite=self.sqlite)

    def audit(self, what: str, subject_id: int, audit: Audit) -> None:
        """Write the audit row of a change, in this same transaction."""
        self.run(
            _AUDIT,
            {
                "at": audit.at,
                "verb": audit.verb,
                "actor_id": audit.actor_id,
                "for_id": audit.for_id,
                "key": audit.key,
                "what": what,
                "subject_id": subject_id,
                "detail": audit.detail,
            },
        )


def named_error(error: BaseException) -> BankError | None:
    """What a database error means to the bank; None when it is no matter of the bank's."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    text = str(cause)
    if isinstance(cause, sqlite3.Error):
        if "locked" in text or "UNIQUE constraint failed" in text:
            return Conflict(text)
    elif isinstance(cause, psycopg.Error):
        if cause.sqlstate in _CONTENTION:
            return Conflict(text)
    else:
        return None
    if "timebank:sealed" in text:
        return LedgerError("sealed", "the day of posting is sealed")
    for constraint, guarantee in _GUARDED.items():
        if constraint in text:
            return LedgerError(guarantee, f"refused by the database: {constraint}")
    return None


_GUARDED = {
    "ck_account_available": "available",
    "ck_account_reserved": "balances",
    "ck_account_cap": "cap",
    "ck_entry_minutes": "whole_minutes",
    "ck_entry_balance": "balances",
    "ck_entry_accounts": "two_accounts",
    "ck_hold_captured": "hold",
    "ck_hold_minutes": "hold",
    "timebank:immutable": "immutable",
}
