"""Engines: SQLite in WAL mode with full durability, PostgreSQL through psycopg 3. Nothing is made at import."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import StaticPool

from storage.types import dumps

READING = "timebank_reading"  # execution option of units that only read
RELAXED = "timebank_relaxed"  # execution option of units that a power cut (not a kill) may lose
_BUSY_SECONDS = 30


def make_engine(url: str | URL, *, pool_size: int = 5, echo: bool = False) -> Engine:
    """An engine for `sqlite:///path`, `sqlite://` (memory, one connection) or `postgresql://…`.

    A SQLite file's folder is made when it is missing. Raises ValueError for any other database.
    """
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return _sqlite(parsed, pool_size, echo)
    if backend == "postgresql":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            json_serializer=dumps,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=True,  # a restarted database must not cost anybody a message
            echo=echo,
        )
    raise ValueError(f"database {backend!r} is not supported: SQLite or PostgreSQL")


def is_sqlite(engine: Engine | Connection) -> bool:
    return engine.dialect.name == "sqlite"


def _sqlite(url: URL, pool_size: int, echo: bool) -> Engine:
    arguments: dict[str, Any] = {"check_same_thread": False, "timeout": _BUSY_SECONDS}
    in_memory = url.database in (None, "", ":memory:")
    if in_memory:
        engine = create_engine(url, json_serializer=dumps, connect_args=arguments, poolclass=StaticPool, echo=echo)
    else:
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            url,
            json_serializer=dumps,
            connect_args=arguments,
            pool_size=pool_size,
            max_overflow=pool_size,
            echo=echo,
        )

    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin below, not where the driver guesses
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")
        if not in_memory:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")

    def on_begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if not in_memory:
            wanted = "NORMAL" if options.get(RELAXED, False) else "FULL"
            if connection.info.get("synchronous", "FULL") != wanted:
                connection.exec_driver_sql(f"PRAGMA synchronous = {wanted}")
                connection.info["synchronous"] = wanted
        # A unit that will write takes the write lock at once: two that read first and write later would block
        # each other for good.
        reading = options.get(READING, False)
        driver: Any = connection.connection.driver_connection
        driver.execute("BEGIN" if reading else "BEGIN IMMEDIATE")

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    return engine
