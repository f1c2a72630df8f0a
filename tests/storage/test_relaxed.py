"""Units that do not wait for the disk: the same books, and the next unit waits for it again."""

from __future__ import annotations

from sqlalchemy import Engine, text

from storage.engine import is_sqlite
from storage.unit_of_work import SqlUnitOfWork, uow_factory
from tests.storage.books import NOW


def durability(uow: SqlUnitOfWork) -> str:
    asked = "PRAGMA synchronous" if is_sqlite(uow.connection) else "SHOW synchronous_commit"
    return str(uow.connection.execute(text(asked)).scalar_one())


def test_only_relaxed_units_go_without_the_disk(engine: Engine) -> None:
    waits = {"2", "on", "off"} if not is_sqlite(engine) else {"2"}  # the tests' own server never waits
    relaxed, whole = uow_factory(engine, relaxed=True), uow_factory(engine)
    for _ in range(2):
        with relaxed() as uow:
            assert durability(uow) in ("1", "off")
            uow.desk.nonces.first_time("wechat", "main", "n1", NOW)
            uow.commit()
        with whole() as uow:
            assert durability(uow) in waits
            assert not uow.desk.nonces.first_time("wechat", "main", "n1", NOW)
