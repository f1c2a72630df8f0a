"""The proof: everything that docs/ledger.md promises, worked out from the entries, naming each row that is off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Engine, Row, func, select, text

from bank.coins import Leg, Posting, TransactionKind
from storage.engine import READING, is_sqlite
from storage.proofs import digest_of, mark_of, mark_row
from storage.sealing import FIRST_HASH, day_hash
from storage.session import Session
from storage.tables import table
from storage.tables_books import EntryRow, SealedDayRow, TransactionRow
from storage.verify_sql import COUNTED, QUESTIONS, SUMS

_TRANSACTION, _ENTRY, _SEALED = table(TransactionRow), table(EntryRow), table(SealedDayRow)
MOST_NAMED = 100  # rows named per question; `counts` says how many there are in all
_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One row that is off: where it lies, which it is, what is wrong with it."""

    table: str
    id: int
    what: str


@dataclass(slots=True)
class VerifyReport:
    """`counts` of rows (and of `mismatches`), `sums` of minutes by unit (0 in honest books), rows that are off."""

    counts: dict[str, int] = field(default_factory=dict)
    sums: dict[str, int] = field(default_factory=dict)
    sealed_until: str | None = None
    mismatches: list[Mismatch] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.mismatches

    def as_json(self) -> dict[str, Any]:
        return {"ok": self.ok, **asdict(self)}


def verify(engine: Engine, *, marks: bool = False) -> VerifyReport:
    """Prove the books from their entries, in one consistent look that blocks nobody.

    The hash chain proves sealed days; rows of broken days and of the days not sealed yet are proved one by one by
    their marks. `marks` does so for all days, for a second opinion on an old book.
    """
    report = VerifyReport()
    with engine.connect() as plain:
        options: dict[str, Any] = {READING: True}
        if not is_sqlite(engine):
            options["isolation_level"] = "REPEATABLE READ"
        connection = plain.execution_options(**options)
        _count(connection, report)
        for question in QUESTIONS:
            rows = connection.execute(text(question.sql)).fetchmany(MOST_NAMED)
            report.mismatches += [Mismatch(question.table, int(row[0]), str(row[1])) for row in rows]
        _prove_chain(connection, report, marks)
    report.counts["mismatches"] = len(report.mismatches)
    return report


def _count(connection: Connection, report: VerifyReport) -> None:
    for name in COUNTED:
        report.counts[name] = int(connection.execute(text(f"SELECT COUNT(*) FROM {name}")).scalar_one())  # noqa: S608  own names
    report.sums = {row[0]: int(row[1]) for row in connection.execute(text(SUMS))}
    report.mismatches += [
        Mismatch("entry", 0, f"all entries in {unit} sum to {total}") for unit, total in report.sums.items() if total
    ]


def _prove_chain(connection: Connection, report: VerifyReport, marks: bool) -> None:
    session = Session(connection)
    days = connection.execute(select(_SEALED).order_by(_SEALED.c.ends_at)).mappings().all()
    previous_hash, starts_at = FIRST_HASH, None
    for day in days:
        problems = []
        if day["previous_hash"] != previous_hash or day["starts_at"] != starts_at:
            problems.append("does not follow from the day before it")
        found, transactions, entries = day_hash(session, day["starts_at"], day["ends_at"], day["previous_hash"])
        if (transactions, entries) != (day["transactions"], day["entries"]):
            problems.append(
                f"was sealed with {day['transactions']} transactions and {day['entries']} entries, "
                f"{transactions} and {entries} are there"
            )
        if found != day["hash"]:
            problems.append(f"{day['day']}: what was posted then was changed after the sealing")
        if problems or marks:
            report.mismatches += _wrong_marks(connection, day["starts_at"], day["ends_at"])
        report.mismatches += [Mismatch("sealed_day", day["id"], what) for what in problems]
        previous_hash, starts_at = day["hash"], day["ends_at"]
    report.mismatches += _wrong_marks(connection, starts_at, None)
    report.sealed_until = None if starts_at is None else starts_at.isoformat()


def _wrong_marks(connection: Connection, since: datetime | None, until: datetime | None) -> list[Mismatch]:
    """Transactions of [since, until) whose mark or digest does not say what they and their entries say."""
    wrong: list[Mismatch] = []
    for row, lines in _with_lines(connection, since, until):
        digest = digest_of(_posting(row, lines), row["reverses_id"])
        own = {name: row[name] for name in _OWN}
        if digest != row["digest"] or mark_of(digest, mark_row(**own), lines) != row["mark"]:
            wrong.append(Mismatch("ledger_transaction", row["id"], "it or its entries were changed after the posting"))
            if len(wrong) >= MOST_NAMED:
                break
    return wrong


_OWN = (
    "key", "kind", "day", "posted_at", "scheme", "scheme_version", "category", "multiplier_pct", "order_id", "job_id",
    "done_by", "done_for", "reason", "hold_id", "daily_cap", "reverses_id",
)  # fmt: skip


def _posting(row: Any, lines: list[tuple[Any, ...]]) -> Posting:
    """The posting as its entries say it: the credit of each leg names the account it came from."""
    legs = tuple(Leg(debit=line[2], credit=line[1], minutes=line[4]) for line in lines if line[4] > 0)
    own = {name: row[name] for name in _OWN if name not in ("kind", "reverses_id")}
    return Posting(kind=cast(TransactionKind, row["kind"]), legs=legs, **own)  # a forged kind may be no kind at all


def _with_lines(
    connection: Connection, since: datetime | None, until: datetime | None
) -> Iterator[tuple[Any, list[tuple[Any, ...]]]]:
    """Transactions of [since, until) with their entries by leg, the debit first."""
    conditions = []
    if since is not None:
        conditions.append(_TRANSACTION.c.posted_at >= since)
    if until is not None:
        conditions.append(_TRANSACTION.c.posted_at < until)
    count = connection.execute(select(func.count()).select_from(_TRANSACTION).where(*conditions)).scalar_one()
    statement = select(_TRANSACTION).where(*conditions).order_by(_TRANSACTION.c.id)
    after = 0
    while count > 0:
        rows = connection.execute(statement.where(_TRANSACTION.c.id > after).limit(_CHUNK)).mappings().all()
        if not rows:
            return
        lines = _lines_of(connection, rows[0]["id"], rows[-1]["id"])
        for row in rows:
            yield row, lines.get(row["id"], [])
        after, count = rows[-1]["id"], count - len(rows)


def _lines_of(connection: Connection, first: int, last: int) -> dict[int, list[tuple[Any, ...]]]:
    entry = _ENTRY.c
    statement = (
        select(
            entry.transaction_id,
            entry.leg,
            entry.account_id,
            entry.counter_id,
            entry.unit,
            entry.minutes,
            entry.previous_balance,
            entry.balance,
        )
        .where(entry.transaction_id.between(first, last))
        .order_by(entry.transaction_id, entry.leg, entry.minutes)
    )
    found: dict[int, list[tuple[Any, ...]]] = {}
    rows: Iterable[Row[*tuple[Any, ...]]] = connection.execute(statement)
    for transaction_id, *line in rows:
        found.setdefault(transaction_id, []).append(tuple(line))
    return found
