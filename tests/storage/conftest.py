"""Both engines for every test of storage: a SQLite file, and a database of a PostgreSQL of our own."""

from __future__ import annotations

import itertools
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from storage.engine import make_engine
from storage.migrate import migrate
from storage.tables import all_tables
from storage.unit_of_work import UnitFactory, uow_factory
from tests.storage.postgres_server import PostgresServer, postgres_server

_numbers = itertools.count(1)
_made: set[str] = set()
# Databases that were emptied after use, by server (the proofs have one of their own): emptying is quicker than making.
_clean: dict[str, list[str]] = defaultdict(list)
spoiled: set[str] = set()  # names of databases whose constraints a test has dropped
BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
EngineMaker = Callable[..., Engine]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy from."""
    path = tmp_path_factory.mktemp("template") / "bank.sqlite"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres: PostgresServer) -> str:
    """The name of a migrated database to copy from."""
    _make_database(postgres, "bank_template")
    engine = make_engine(postgres.url("bank_template"))
    migrate(engine)
    engine.dispose()
    return "bank_template"


@pytest.fixture(params=BOTH)
def engine_name(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def database_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated database with nothing in its tables."""
    if engine_name == "sqlite":
        path = tmp_path / "bank.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    template = request.getfixturevalue("postgres_template")
    clean = _clean[server.url()]
    name = clean.pop() if clean else f"bank_{next(_numbers)}"
    if name not in _made:
        _make_database(server, name, template)
        _made.add(name)
    yield server.url(name)
    if name not in spoiled:
        _empty(server, name)
        clean.append(name)


@pytest.fixture
def empty_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with nothing in it."""
    if engine_name == "sqlite":
        return f"sqlite:///{tmp_path}/empty.sqlite"
    server: PostgresServer = request.getfixturevalue("postgres")
    name = f"empty_{next(_numbers)}"
    _make_database(server, name)
    return server.url(name)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def units(engine: Engine) -> UnitFactory:
    return uow_factory(engine)


def _empty(server: PostgresServer, name: str) -> None:
    engine = make_engine(server.url(name))
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # the triggers would refuse
        for each in all_tables():  # quicker than TRUNCATE, which makes new files
            connection.execute(text(f"DELETE FROM {each.name}"))
        connection.execute(text("SELECT setval(seqrelid::regclass, 1, false) FROM pg_sequence"))
    engine.dispose()


def _make_database(server: PostgresServer, name: str, template: str | None = None) -> None:
    engine = make_engine(server.url()).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        copying = f" TEMPLATE {template}" if template else ""
        connection.execute(text(f"CREATE DATABASE {name}{copying}"))
    engine.dispose()
