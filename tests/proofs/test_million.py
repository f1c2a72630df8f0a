"""`verify` on big books: clean, how long it takes beside a bare sum, and it names what was altered behind its back."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import TypeVar

import pytest
from sqlalchemy import Engine, text

from storage.verify import verify
from tests.storage.many import fill_books
from tests.storage.test_sealing import named_in, tamper

T = TypeVar("T")
BARE_SUM = "SELECT account_id, SUM(minutes) FROM entry GROUP BY account_id"

pytestmark = pytest.mark.proof


def test_big_books_are_proven_and_a_forger_is_named(
    engine: Engine, engine_name: str, long: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = 1_000_000 if long else 20_000
    fill_books(engine, entries)
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

    # One in a sealed day, by a forger who forgets the balance; one in the day that still runs, by one who thinks of it.
    old, new = entries // 3, entries
    tamper(
        engine,
        f"UPDATE entry SET minutes = minutes + 1 WHERE id = {old}; "
        f"UPDATE entry SET minutes = minutes + 60, balance = balance + 60 WHERE id = {new}",
    )
    named = named_in(verify(engine))
    assert {f"entry {old}", f"ledger_transaction {(old + 1) // 2}", f"ledger_transaction {new // 2}"} <= named
    assert {f"account {account_of(engine, old)}", f"account {account_of(engine, new)}"} <= named
    assert any(name.startswith("sealed_day") for name in named)


def timed(work: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def bare_sum(engine: Engine) -> int:
    with engine.connect() as connection:
        return len(connection.execute(text(BARE_SUM)).fetchall())


def account_of(engine: Engine, entry: int) -> int:
    with engine.connect() as connection:
        found = connection.execute(text("SELECT account_id FROM entry WHERE id = :id"), {"id": entry})
        return int(found.scalar_one())
