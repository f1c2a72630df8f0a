"""`verify` on a big book: honest, then with one row altered behind its back."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from storage.verify import verify
from tests.storage.many import DAYS, fill_books
from tests.storage.test_sealing import named_in, tamper


@pytest.mark.proof
def test_a_big_book_is_proved_and_an_altered_row_is_named(engine: Engine, pytestconfig: pytest.Config) -> None:
    entries = 1_000_000 if pytestconfig.getoption("--long", default=False) else 6_000
    fill_books(engine, entries, members=100)
    report = verify(engine)
    assert report.mismatches == []
    assert (report.counts["entry"], report.counts["sealed_day"]) == (entries, DAYS - 1)
    altered = entries // 3
    tamper(engine, f"UPDATE entry SET minutes = minutes + 1 WHERE id = {altered}")
    named = named_in(verify(engine))
    assert named >= {f"entry {altered}", f"ledger_transaction {(altered + 1) // 2}"}
    assert any(name.startswith("sealed_day") for name in named)
