"""`verify` on big books: clean, how long it takes beside a bare sum, and it names what was altered behind its back."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import TypeVar

import pytest
from sqlalchemy import Engine, text

from storage.engine import is_sqlite
from storage.triggers import IMMUTABLE
from storage.verify import verify
from tests.proofs.big_books import build

T = TypeVar("T")
BARE_SUM = "SELECT account_id, SUM(minutes) FROM entry GROUP BY account_id"

pytestmark = pytest.mark.proof


def test_big_books_are_proven_and_a_forger_is_named(
    engine: Engine, engine_name: str, long: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = 1_000_000 if long else 20_000
    build(engine, entries)
    took, report = timed(lambda: verify(engine))
    assert report.mismatches == []
    assert report.counts["entry"] == entries
    assert report.counts["sealed_day"] == (entries // 2) // 1_000
    assert report.sums == {"coin": 0}
    bare = statistics.median(timed(lambda: bare_sum(engine))[0] for _ in range(3))
    again, second = timed(lambda: verify(engine, marks=True))
    assert second.mismatches == []
    with capsys.disabled():
        print(
            f"\n{engine_name}: verify of {entries:,} entries took {took:.2f} s ({took / bare:.0f} times a bare "
            f"{BARE_SUM}: {bare:.3f} s); with every mark recomputed {again:.2f} s ({again / bare:.0f} times)"
        )

    transactions = entries // 2
    old, new = transactions // 3, transactions  # one lies in a sealed day, one in the day that still runs
    tamper(engine, old, new)
    found = {(mismatch.table, mismatch.id) for mismatch in verify(engine).mismatches}
    assert ("ledger_transaction", old) in found
    assert ("ledger_transaction", new) in found
    assert ("account", receiver_of(engine, old)) in found
    assert any(table == "sealed_day" for table, _ in found)


def timed(work: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def bare_sum(engine: Engine) -> int:
    with engine.connect() as connection:
        return len(connection.execute(text(BARE_SUM)).fetchall())


def tamper(engine: Engine, old: int, new: int) -> None:
    """As somebody with the database's password would: triggers off, ten minutes more here, another reason there."""
    with engine.begin() as connection:
        for table in IMMUTABLE:
            if is_sqlite(engine):
                connection.execute(text(f"DROP TRIGGER {table}_no_update"))
            else:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_change"))
        connection.execute(
            text("UPDATE entry SET minutes = minutes + 10, balance = balance + 10 WHERE id = :id"), {"id": 2 * old}
        )
        connection.execute(text("UPDATE ledger_transaction SET done_by = 1 WHERE id = :id"), {"id": new})


def receiver_of(engine: Engine, transaction: int) -> int:
    with engine.connect() as connection:
        found = connection.execute(text("SELECT account_id FROM entry WHERE id = :id"), {"id": 2 * transaction})
        return int(found.scalar_one())
