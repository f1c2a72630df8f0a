"""Sealed days: everything posted on a local day, hashed onto a chain.

A sealed day is a day of *posting*: a service of Monday confirmed on Wednesday is sealed with Wednesday, so late
confirmations never break the chain. A day covers all from the end of the day sealed before it, so skipped days are
never left out. Nothing can be posted into a sealed day any more: the database refuses it.
"""

# ruff: noqa: S608  only this file's own column lists are put into statements

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
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
# Where the day's transactions lie, so that rows are looked for there only and not in the whole book. `+ 0` keeps
# PostgreSQL from walking all ids from both ends till it meets that day, and lets it use the index on posted_at.
_SPAN = f"SELECT MIN(t.id + 0), MAX(t.id + 0) FROM ledger_transaction t WHERE t.posted_at < :ends{_SINCE}"


def _free(name: str) -> str:
    """Free text with its length before it, so that no two rows read alike."""
    return f"COALESCE(CAST(LENGTH({name}) AS TEXT) || ':' || {name}, '-')"


def _number(name: str) -> str:
    return f"COALESCE(CAST({name} AS TEXT), '-')"


def _lines_sql(sqlite: bool) -> tuple[str, str]:
    """The statements that read transactions and entries of a day as lines of text; the lines are the same on both.

    SQLite answers a line a row. PostgreSQL answers a thousand transactions' lines a row, and how many they are:
    there the way from server to client costs most.
    """
    moment = "t.posted_at" if sqlite else "to_char(t.posted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
    day = "t.day" if sqlite else "to_char(t.day, 'YYYY-MM-DD')"
    numbers = ["multiplier_pct", "order_id", "job_id", "done_by", "done_for", "hold_id", "daily_cap", "reverses_id"]
    own = [
        *("CAST(t.id AS TEXT)", "t.kind", day, moment, "t.digest", "t.mark"),
        *(_free(f"t.{name}") for name in ["key", "scheme", "scheme_version", "category", "reason"]),
        *(_number(f"t.{name}") for name in numbers),
    ]
    entry = [
        *(f"CAST(e.{name} AS TEXT)" for name in ("id", "transaction_id", "leg", "account_id", "counter_id")),
        "e.unit",
        *(f"CAST(e.{name} AS TEXT)" for name in ("minutes", "previous_balance", "balance")),
    ]
    # `+` keeps SQLite from walking the index on posted_at, which would make it sort all the lines.
    within = f"t.id BETWEEN :first AND :last AND t.posted_at < :ends{_SINCE}"
    within = within.replace("t.posted_at", "+t.posted_at") if sqlite else within
    pairs = "ledger_transaction t JOIN entry e ON e.transaction_id = t.id"
    return (
        _statement(own, "ledger_transaction t", within, "t.id", sqlite),
        _statement(entry, pairs, within, "t.id, e.leg, e.account_id", sqlite),
    )


def _statement(parts: list[str], source: str, within: str, order: str, sqlite: bool) -> str:
    line = " || '|' || ".join(parts)
    if sqlite:
        return f"SELECT {line} FROM {source} WHERE {within} ORDER BY {order}"
    many = f"string_agg({line}, chr(10) ORDER BY {order}), COUNT(*)"
    return f"SELECT {many} FROM {source} WHERE {within} GROUP BY t.id / 1000 ORDER BY t.id / 1000"


def day_hash(session: Session, starts_at: datetime | None, ends_at: datetime, previous: str) -> tuple[str, int, int]:
    """Hash of all posted in [starts_at, ends_at) after `previous`; with the number of transactions and of entries."""
    since = _SINCE if starts_at is not None else ""
    values: dict[str, Any] = {"ends": session.moment(ends_at)}
    if starts_at is not None:
        values["starts"] = session.moment(starts_at)
    first, last = session.run(text(_SPAN.replace(_SINCE, since)), values).one()
    values |= {"first": first or 0, "last": last or 0}
    chain = hashlib.sha256(previous.encode())
    counts = []
    for lines_sql in _lines_sql(session.sqlite):
        statement = lines_sql if starts_at else re.sub(r" AND \+?t\.posted_at >= :starts", "", lines_sql)
        lines, count = hashlib.sha256(), 0
        for chunk, number in _chunks(session, statement, values):
            lines.update(chunk.encode() + b"\n")
            count += number
        chain.update(lines.digest())
        counts.append(count)
    return chain.hexdigest(), counts[0], counts[1]


def _chunks(session: Session, statement: str, values: dict[str, Any]) -> Iterator[tuple[str, int]]:
    if session.sqlite:
        cursor = session.driver(statement, values)
        while rows := cursor.fetchmany(_CHUNK):
            yield "\n".join(row[0] for row in rows), len(rows)
    else:
        for row in session.run(text(statement).execution_options(stream_results=True), values):
            yield row[0], row[1]


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
