"""Honest books of any size, written fast: rows with right marks, balances and holds, then sealed day by day."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, text

from bank.coins import HoldStatus, Leg, Posting, TransactionKind
from storage.engine import is_sqlite
from storage.proofs import Line, digest_of, mark_of, mark_row
from storage.receipts import content_digest
from storage.types import day_to_driver, to_driver
from storage.unit_of_work import uow_factory

FIRST_DAY = date(2024, 1, 1)
A_DAY = 1_000  # transactions
CAP, DAILY_CAP, START, SERVICE = 36_000, 120, 6_000, 60  # minutes
ISSUANCE = 1
_CHUNK = 20_000  # transactions written at a time

ACCOUNT = ("id", "owner_kind", "owner_id", "unit", "balance", "reserved", "cap")
HOLD = (
    "id", "key", "digest", "account_id", "minutes", "captured", "status", "order_id", "made_at", "resolved_at",
    "resolve_key",
)  # fmt: skip
TRANSACTION = (
    "id", "key", "digest", "mark", "kind", "day", "posted_at", "scheme", "scheme_version", "category",
    "multiplier_pct", "order_id", "job_id", "done_by", "done_for", "hold_id", "daily_cap",
)  # fmt: skip
ENTRY = (
    "id", "transaction_id", "leg", "account_id", "counter_id", "unit", "day", "minutes", "previous_balance", "balance",
)  # fmt: skip


@dataclass
class _Books:
    """What the rows so far add up to. `rows` by table, ready for the driver."""

    sqlite: bool
    members: int
    balances: list[int]
    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {"hold": [], "tx": [], "entry": []})

    def post(self, number: int, debit: int, credit: int, minutes: int, kind: TransactionKind) -> None:
        day = FIRST_DAY + timedelta(days=number // A_DAY)
        at = datetime(day.year, day.month, day.day, 2, tzinfo=UTC) + timedelta(seconds=40 * (number % A_DAY))
        service = kind is TransactionKind.SERVICE
        hold = self._hold(number, debit, minutes, at) if service else None
        posting = Posting(
            key=f"{kind}:{number}",
            kind=kind,
            legs=(Leg(debit=debit, credit=credit, minutes=minutes),),
            day=day,
            posted_at=at,
            scheme="changning",
            scheme_version="2019-1",
            category="company" if service else None,
            multiplier_pct=100 if service else None,
            order_id=number if service else None,
            job_id=number if service else None,
            done_by=credit if service else None,
            done_for=debit if service else None,
            hold_id=hold,
            daily_cap=DAILY_CAP if service else None,
        )
        before = self.balances[debit], self.balances[credit]
        self.balances[debit] -= minutes
        self.balances[credit] += minutes
        lines = [
            Line(1, debit, credit, "coin", -minutes, before[0], self.balances[debit]),
            Line(1, credit, debit, "coin", minutes, before[1], self.balances[credit]),
        ]
        self._write(number, posting, lines)

    def _write(self, number: int, posting: Posting, lines: list[Line]) -> None:
        digest = digest_of(posting, None)
        own: dict[str, Any] = {
            name: getattr(posting, name) for name in TRANSACTION if name not in ("id", "digest", "mark")
        }
        mark = mark_of(digest, mark_row(**own, reason=None, reverses_id=None), lines)
        day = day_to_driver(posting.day, sqlite=self.sqlite)
        driver = {
            **own,
            "id": number,
            "digest": digest,
            "mark": mark,
            "kind": str(posting.kind),
            "day": day,
            "posted_at": to_driver(posting.posted_at, sqlite=self.sqlite),
        }
        self.rows["tx"].append(tuple(driver[name] for name in TRANSACTION))
        for side, line in enumerate(lines):
            ident = 2 * number - 1 + side
            self.rows["entry"].append((ident, number, *line[:4], day, *line[4:]))

    def _hold(self, number: int, account: int, minutes: int, at: datetime) -> int:
        moment = to_driver(at, sqlite=self.sqlite)
        digest = content_digest([account, minutes, number])
        status = str(HoldStatus.CAPTURED)
        key = f"hold:{number}"
        self.rows["hold"].append(
            (number, key, digest, account, minutes, minutes, status, number, moment, moment, f"free:{number}")
        )
        return number

    def payer_for(self, receiver: int) -> int:
        """Somebody else who has the coins."""
        for step in itertools.count(self.members // 2):
            payer = ISSUANCE + 1 + (receiver - ISSUANCE - 1 + step) % self.members
            if payer != receiver and self.balances[payer] >= SERVICE:
                return payer
        raise AssertionError("never")


def fill_books(engine: Engine, entries: int, *, members: int = 2_000) -> None:
    """Fill an empty, migrated database: two entries a transaction, `A_DAY` of those a day, all but the last sealed."""
    sqlite = is_sqlite(engine)
    transactions = entries // 2
    members = min(members, transactions // 4)
    books = _Books(sqlite, members, [0] * (members + ISSUANCE + 1))
    with engine.connect() as connection:
        _insert(connection, "account", ACCOUNT, _accounts(members))
        for number in range(1, transactions + 1):
            if number <= members:
                books.post(number, ISSUANCE, ISSUANCE + number, START, TransactionKind.OPENING)
            else:
                receiver = ISSUANCE + 1 + number % members
                books.post(number, books.payer_for(receiver), receiver, SERVICE, TransactionKind.SERVICE)
            if number % _CHUNK == 0 or number == transactions:
                for table, name, columns in (
                    ("hold", "hold", HOLD),
                    ("tx", "ledger_transaction", TRANSACTION),
                    ("entry", "entry", ENTRY),
                ):
                    _insert(connection, name, columns, books.rows[table])
                    books.rows[table] = []
        balances = [{"id": ident, "balance": books.balances[ident]} for ident in range(1, members + ISSUANCE + 1)]
        connection.execute(text("UPDATE account SET balance = :balance WHERE id = :id"), balances)
        connection.commit()
    _seal(engine, transactions)


def _accounts(members: int) -> Iterator[tuple[Any, ...]]:
    yield (ISSUANCE, "issuance", 0, "coin", 0, 0, None)
    for number in range(1, members + 1):
        yield (ISSUANCE + number, "member", number, "coin", 0, 0, CAP)


def _insert(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    driver: Any = connection.connection.driver_connection
    connection.exec_driver_sql("SELECT 1")  # the transaction has begun
    names = ", ".join(columns)
    if is_sqlite(connection):
        marks = ", ".join("?" * len(columns))
        driver.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
        return
    with driver.cursor().copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _seal(engine: Engine, transactions: int) -> None:
    last = FIRST_DAY + timedelta(days=transactions // A_DAY)
    units = uow_factory(engine)
    now = datetime(last.year, last.month, last.day, 12, tzinfo=UTC)
    with units() as uow:
        for number in range((last - FIRST_DAY).days):
            assert uow.ledger.seal(FIRST_DAY + timedelta(days=number), now)
        uow.commit()
