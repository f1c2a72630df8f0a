"""What the database itself refuses, whoever asks."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from bank.coins import Audit
from bank.errors import LedgerError
from bank.organisation import Branch
from storage.unit_of_work import UnitFactory
from tests.storage.books import NOW, account, day, later, open_books, post

POSTED = ["ledger_transaction", "entry", "audit", "sealed_day"]


@pytest.mark.parametrize("table", POSTED)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_refuses_to_change_the_books(
    engine: Engine, units: UnitFactory, table: str, statement: str
) -> None:
    with units() as uow:
        open_books(uow)
        uow.branches.add(Branch(name="head", tier=1), Audit(at=NOW, verb="founded", actor_id=None))
        uow.ledger.seal(NOW.date(), later(days=1))
        uow.commit()
    with engine.begin() as connection:
        before = connection.execute(text(f"SELECT COUNT(*) FROM {table}")).scalar_one()
    with pytest.raises(DBAPIError, match="timebank:immutable"), engine.begin() as connection:
        connection.execute(text(statement.format(table)))
    with engine.begin() as connection:
        assert connection.execute(text(f"SELECT COUNT(*) FROM {table}")).scalar_one() == before > 0


@pytest.mark.postgres
@pytest.mark.parametrize("engine_name", ["postgresql"])
@pytest.mark.parametrize("table", POSTED)
def test_postgresql_refuses_to_empty_the_books(engine: Engine, table: str) -> None:
    with pytest.raises(DBAPIError, match="timebank:immutable"), engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {table} CASCADE"))


@pytest.mark.parametrize(
    ("statement", "guarantee"),
    [
        ("UPDATE account SET balance = -1 WHERE owner_kind = 'member'", "available"),
        ("UPDATE account SET reserved = balance + 1 WHERE owner_kind = 'member'", "available"),
        ("UPDATE account SET reserved = -1 WHERE owner_kind = 'member'", "balances"),
        ("UPDATE account SET balance = cap + 1 WHERE cap IS NOT NULL", "cap"),
        ("UPDATE hold SET captured = minutes + 1", "hold"),
        ("UPDATE hold SET minutes = 0", "hold"),
    ],
)
def test_the_database_repeats_the_limits(units: UnitFactory, statement: str, guarantee: str) -> None:
    with units() as uow:
        open_books(uow)
        uow.ledger.reserve(key="h", account_id=account(uow, "ann").id, minutes=60, order_id=1, now=NOW)
        uow.commit()
    with pytest.raises(LedgerError, match=guarantee), units() as uow:
        uow.connection.execute(text(statement))
        uow.commit()


def test_issuance_may_go_below_zero(units: UnitFactory) -> None:
    with units() as uow:
        open_books(uow)
        assert account(uow, "mint").balance < 0


def test_the_database_refuses_a_posting_into_a_sealed_day(engine: Engine, units: UnitFactory) -> None:
    with units() as uow:
        open_books(uow)
        uow.ledger.seal(day(0), later(days=1))
        uow.commit()
    with pytest.raises(DBAPIError, match="timebank:sealed"), engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO ledger_transaction (key, digest, mark, kind, day, posted_at, scheme, scheme_version) "
                "SELECT 'late', digest, mark, kind, day, posted_at, scheme, scheme_version FROM ledger_transaction "
                "WHERE id = 1"
            )
        )
    with units() as uow, pytest.raises(LedgerError, match="sealed"):
        post(uow, "ann>bob 10", key="late")
