"""What is kept of one person, and the books, can be had whole."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bank.errors import NotFound
from bot.demo.community import fill_sample
from storage.engine import make_engine
from storage.export import export_books, export_person
from storage.schema import create_schema
from storage.scheme_files import load_scheme
from storage.verify import verify

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory):
    engine = make_engine(f"sqlite:///{Path(tmp_path_factory.mktemp('export')) / 'bank.db'}")
    create_schema(engine)
    community = fill_sample(engine, load_scheme("changning"), NOW)
    yield engine, community
    engine.dispose()


def test_a_person_gets_all_that_names_them_and_nothing_of_others(street) -> None:
    engine, community = street
    wang = community.named("王阿婆").member_id
    found = export_person(engine, wang)
    assert [row["name"] for row in found["member"]] == ["王阿婆"]
    assert {"orders", "account", "entry", "outbox", "identity", "audit"} <= set(found)
    assert all(row["resident_id"] == wang for row in found["orders"])
    assert all(wang in (row["actor_id"], row["for_id"]) for row in found["audit"])
    coins = [row for row in found["account"] if row["unit"] == "coin"]
    assert sum(row["minutes"] for row in found["entry"] if row["account_id"] == coins[0]["id"]) == coins[0]["balance"]


def test_nobody_is_nobody(street) -> None:
    with pytest.raises(NotFound):
        export_person(street[0], 99_999)


def test_the_books_are_whole(street) -> None:
    engine, _ = street
    rows = list(export_books(engine))
    report = verify(engine)
    assert report.ok
    assert len(rows) == report.as_json()["counts"]["entry"]
    assert sum(row["minutes"] for row in rows) == 0
