"""Migrations from nothing and between versions end where the models are."""

from __future__ import annotations

import re

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from storage.engine import is_sqlite, make_engine
from storage.migrate import current_version, migrate, newest_version
from storage.schema import create_schema
from storage.tables import all_tables, metadata
from storage.unit_of_work import uow_factory
from storage.verify import verify
from tests.storage.books import balances, open_books, post


def shape(engine: Engine) -> dict[str, object]:
    """Everything that a schema says, engine's own words and all."""
    with engine.connect() as connection:
        if is_sqlite(engine):
            found = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%'"))
            return {row[0]: squeeze(row[1]) for row in found if row[0] != "alembic_version"}
        looks = inspect(connection)
        triggers = text("SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal")
        bodies = text("SELECT proname, prosrc FROM pg_proc WHERE proname LIKE 'timebank%'")
        return {
            **{
                each.name: (
                    str(looks.get_columns(each.name)),
                    sorted(map(str, looks.get_check_constraints(each.name))),
                    sorted(map(str, looks.get_unique_constraints(each.name))),
                    sorted(map(str, looks.get_foreign_keys(each.name))),
                    sorted(map(str, looks.get_indexes(each.name))),
                )
                for each in all_tables()
            },
            **{row[0]: row[1] for row in connection.execute(triggers)},
            **{row[0]: row[1] for row in connection.execute(bodies)},
        }


def squeeze(sql: str | None) -> object:
    """The parts of a CREATE statement without regard to order and blanks."""
    if sql is None or not sql.startswith("CREATE TABLE"):
        return sql
    begins, ends = sql.index("("), sql.rindex(")")
    parts = re.findall(r"(?:[^,()]|\([^()]*(?:\([^()]*\)[^()]*)*\))+", sql[begins + 1 : ends])
    return sql[:begins].split(), sorted(" ".join(part.split()) for part in parts), sql[ends:].split()


def test_migrations_make_what_the_models_say(empty_url: str) -> None:
    engine = make_engine(empty_url)
    assert current_version(engine) is None
    assert migrate(engine) == newest_version() == current_version(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    migrated = shape(engine)
    engine.dispose()
    with make_other(empty_url) as made:
        assert shape(made) == migrated


class make_other:  # noqa: N801  reads as a verb where it is used
    """A second empty database on the same engine, filled by `create_schema`."""

    def __init__(self, url: str) -> None:
        self._url = url

    def __enter__(self) -> Engine:
        if self._url.startswith("sqlite"):
            self._engine = make_engine("sqlite://")
        else:
            self._engine = make_engine(self._url)
            with self._engine.begin() as connection:
                connection.execute(text("DROP SCHEMA public CASCADE"))
                connection.execute(text("CREATE SCHEMA public"))
        create_schema(self._engine)
        return self._engine

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()


def test_migrating_again_changes_nothing(empty_url: str) -> None:
    engine = make_engine(empty_url)
    migrate(engine)
    before = shape(engine)
    assert migrate(engine) == newest_version()
    assert shape(engine) == before
    engine.dispose()


@pytest.mark.parametrize("older", ["0002", "0003"])
def test_books_of_an_older_version_are_kept(empty_url: str, older: str) -> None:
    engine = make_engine(empty_url)
    assert migrate(engine, older) == older
    with uow_factory(engine)() as uow:
        open_books(uow)
        post(uow, "ann>bob 60", key="k")
        uow.commit()
    assert migrate(engine) == newest_version()
    with uow_factory(engine)() as uow:
        assert balances(uow, "ann= bob=") == "ann=60 bob=60"
        assert post(uow, "ann>bob 60", key="k").id
    assert verify(engine, marks=True).ok
    engine.dispose()


def test_a_migration_that_fails_leaves_nothing(empty_url: str) -> None:
    engine = make_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE outbox (id INTEGER)"))  # stands in the way of 0003
    with pytest.raises(Exception, match="outbox"):
        migrate(engine)
    assert current_version(engine) is None
    assert inspect(engine).get_table_names() == ["outbox"]
    engine.dispose()
