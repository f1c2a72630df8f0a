"""Big honest books in short time: what thousands of postings would leave, written in bulk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, bindparam, insert, update

from bank.coins import Leg, Posting, TransactionKind
from storage.engine import is_sqlite
from storage.proofs import Line, digest_of, mark_of, mark_row
from storage.tables import table
from storage.tables_books import AccountRow
from storage.types import day_to_driver, to_driver
from storage.unit_of_work import uow_factory
from tests.storage.books import NOW

DAYS = 30
_CHUNK = 20_000
_OWN = (
    "key", "kind", "day", "posted_at", "scheme", "scheme_version", "category", "multiplier_pct", "order_id", "job_id",
    "done_by", "done_for", "reason", "hold_id", "daily_cap", "reverses_id",
)  # fmt: skip
_TRANSACTION = ("id", "digest", "mark", *_OWN)
_ENTRY = (
    "id", "transaction_id", "leg", "account_id", "counter_id", "unit", "day", "minutes", "previous_balance", "balance",
)  # fmt: skip
Rows = list[tuple[Any, ...]]


def fill_books(engine: Engine, entries: int, *, members: int = 2_000, sealed: bool = True) -> None:
    """Two entries a transaction, over 30 days, all but the last day sealed. The database must be empty."""
    balances = dict.fromkeys(range(1, members + 2), 0)
    with engine.begin() as connection:
        rows = [
            {
                "id": ident,
                "owner_kind": "issuance" if ident == 1 else "member",
                "owner_id": 0 if ident == 1 else ident,
                "unit": "coin",
                "balance": 0,
                "reserved": 0,
            }
            for ident in balances
        ]
        connection.execute(insert(table(AccountRow)), rows)
    for transactions, lines in _chunks(balances, entries // 2, members, is_sqlite(engine)):
        _write(engine, transactions, lines)
    with engine.begin() as connection:
        account = table(AccountRow)
        change = update(account).where(account.c.id == bindparam("ident")).values(balance=bindparam("now"))
        connection.execute(change, [{"ident": ident, "now": balance} for ident, balance in balances.items()])
    if sealed:
        with uow_factory(engine)() as uow:
            for number in range(DAYS - 1):
                uow.ledger.seal((NOW + timedelta(days=number)).date(), NOW + timedelta(days=DAYS))
            uow.commit()


def _chunks(balances: dict[int, int], count: int, members: int, sqlite: bool) -> Iterator[tuple[Rows, Rows]]:
    transactions: Rows = []
    lines: Rows = []
    for number in range(count):
        at = NOW + timedelta(days=number * DAYS // count)
        one, other = number % members + 2, (number * 7 + 3) % members + 2
        debit = one if balances[one] >= 60 and one != other else 1
        row, two = _transaction(number + 1, at, debit, other, balances)
        transactions.append(_bound(row, sqlite))
        lines += [(2 * number + n, number + 1, *line[:4], at.date(), *line[4:]) for n, line in enumerate(two, start=1)]
        if len(transactions) == _CHUNK:
            yield transactions, [_bound(line, sqlite) for line in lines]
            transactions, lines = [], []
    yield transactions, [_bound(line, sqlite) for line in lines]


def _transaction(
    ident: int, at: Any, debit: int, credit: int, balances: dict[int, int]
) -> tuple[tuple[Any, ...], list[Line]]:
    kind = TransactionKind.GRANT if debit == 1 else TransactionKind.SERVICE
    posting = Posting(
        key=f"bulk:{ident}",
        kind=kind,
        legs=(Leg(debit=debit, credit=credit, minutes=60),),
        day=at.date(),
        posted_at=at,
        scheme="changning",
        scheme_version="1",
        category="company",
        order_id=ident,
        done_by=credit,
        done_for=debit,
    )
    lines = []
    for account, counter, minutes in ((debit, credit, -60), (credit, debit, 60)):
        before = balances[account]
        balances[account] = before + minutes
        lines.append(Line(1, account, counter, "coin", minutes, before, before + minutes))
    own: dict[str, Any] = {name: getattr(posting, name, None) for name in _OWN} | {"kind": str(kind)}
    digest = digest_of(posting, None)
    return (ident, digest, mark_of(digest, mark_row(**own), lines), *(own[name] for name in _OWN)), lines


def _bound(row: tuple[Any, ...], sqlite: bool) -> tuple[Any, ...]:
    if not sqlite:
        return row
    return tuple(
        to_driver(value, sqlite=True)
        if hasattr(value, "hour")
        else day_to_driver(value, sqlite=True)
        if hasattr(value, "year")
        else value
        for value in row
    )


def _write(engine: Engine, transactions: Rows, lines: Rows) -> None:
    with engine.begin() as connection:
        driver: Any = connection.connection.driver_connection
        for name, columns, rows in (
            ("ledger_transaction", _TRANSACTION, transactions),
            ("entry", _ENTRY, lines),
        ):
            if is_sqlite(engine):
                marks = ", ".join("?" * len(columns))
                driver.executemany(f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({marks})", rows)
            else:
                with driver.cursor() as cursor, cursor.copy(f"COPY {name} ({', '.join(columns)}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
