"""Sealed days: everything posted on a local day, hashed onto a chain.

A sealed day is a day of *posting*: a service of Monday confirmed on Wednesday is sealed with Wednesday, so late
confirmations never break the chain. A day covers all from the end of the day sealed before it, so skipped days are
never left out. Nothing can be posted into a sealed day any more: the database refuses it.
"""

# ruff: noqa: S608  only this file's own column lists are put into statements

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from bank.errors import LedgerError
from bank.moments import check_aware
from storage.session import Session
from storage.types import from_driver

FIRST_HASH = "0" * 64
_CHUNK = 10_000
_SINCE = " AND t.posted_at >= :starts"

# Text of a row, the same on both engines. Lengths go before free text, so that no two rows read alike.
_MOMENT = {True: "t.posted_at", False: "to_char(t.posted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"}
_DAY = {True: "t.day", False: "to_char(t.day, 'YYYY-MM-DD')"}


def _free(name: str) -> str:
    return f"COALESCE(CAST(LENGTH({name}) AS TEXT) || ':' || {name}, '-')"


def _number(name: str) -> str:
    return f"COALESCE(CAST({name} AS TEXT), '-')"


def _lines_sql(sqlite: bool) -> tuple[str, str]:
    """The statements that read transactions and entries of [starts, ends) as lines of text, by id."""
    numbers = ["multiplier_pct", "order_id", "job_id", "done_by", "done_for", "hold_id", "daily_cap", "reverses_id"]
    free = ["key", "scheme", "scheme_version", "category", "reason"]
    own = [
        "CAST(t.id AS TEXT)",
        "t.kind",
        _DAY[sqlite],
        _MOMENT[sqlite],
        "t.digest",
        "t.mark",
        *(_free(f"t.{name}") for name in free),
        *(_number(f"t.{name}") for name in numbers),
    ]
    entry = [
        *(f"CAST(e.{name} AS TEXT)" for name in ("id", "transaction_id", "leg", "account_id", "counter_id")),
        "e.unit",
        *(f"CAST(e.{name} AS TEXT)" for name in ("minutes", "previous_balance", "balance")),
    ]
    within = f"t.posted_at < :ends{_SINCE}"
    transactions = f"SELECT {_joined(own)} FROM ledger_transaction t WHERE {within} ORDER BY t.id"
    entries = (
        f"SELECT {_joined(entry)} FROM ledger_transaction t JOIN entry e ON e.transaction_id = t.id "
        f"WHERE {within} ORDER BY e.id"
    )
    return transactions, entries


def _joined(parts: Iterable[str]) -> str:
    return " || '|' || ".join(parts)


def day_hash(session: Session, starts_at: datetime | None, ends_at: datetime, previous: str) -> tuple[str, int, int]:
    """Hash of all posted in [starts_at, ends_at) after `previous`; with the number of transactions and of entries."""
    transactions, entries = _lines_sql(session.sqlite)
    chain = hashlib.sha256(previous.encode())
    counts = []
    for statement in (transactions, entries):
        lines, count = hashlib.sha256(), 0
        for chunk in _chunks(session, statement, starts_at, ends_at):
            lines.update("\n".join(chunk).encode() + b"\n")
            count += len(chunk)
        chain.update(lines.digest())
        counts.append(count)
    return chain.hexdigest(), counts[0], counts[1]


def _chunks(session: Session, statement: str, starts_at: datetime | None, ends_at: datetime) -> Iterable[list[str]]:
    if starts_at is None:
        statement = statement.replace(_SINCE, "")
    values: dict[str, Any] = {"ends": session.moment(ends_at)}
    if starts_at is not None:
        values["starts"] = session.moment(starts_at)
    result = session.run(text(statement).execution_options(stream_results=True), values)
    for rows in result.partitions(_CHUNK):
        yield [row[0] for row in rows]


def seal_day(session: Session, day: date, now: datetime, zone: ZoneInfo) -> bool:
    """Seal all that was posted till the end of the local `day`. False when that is sealed already.

    Raises LedgerError("sealed") while the day is not over. Waits for transactions that are being written.
    """
    ends_at = datetime.combine(day + timedelta(days=1), time(0), tzinfo=zone)
    if check_aware(now) < ends_at:
        raise LedgerError("sealed", f"{day} is not over yet")
    if not session.sqlite:  # nobody may be in the middle of a posting; SQLite has one writer anyway
        session.run(text("LOCK TABLE ledger_transaction, sealed_day IN SHARE ROW EXCLUSIVE MODE"))
    last = session.run(text("SELECT ends_at, hash FROM sealed_day ORDER BY ends_at DESC LIMIT 1")).first()
    starts_at = None if last is None else from_driver(last[0])
    previous = FIRST_HASH if last is None else last[1]
    if starts_at is not None and ends_at <= starts_at:
        return False
    found, transactions, entries = day_hash(session, starts_at, ends_at, previous)
    session.run(
        text(
            "INSERT INTO sealed_day (day, starts_at, ends_at, sealed_at, transactions, entries, previous_hash, hash) "
            "VALUES (:day, :starts, :ends, :at, :transactions, :entries, :previous, :hash)"
        ),
        {
            "day": session.day(day),
            "starts": None if starts_at is None else session.moment(starts_at),
            "ends": session.moment(ends_at),
            "at": session.moment(now),
            "transactions": transactions,
            "entries": entries,
            "previous": previous,
            "hash": found,
        },
    )
    return True
