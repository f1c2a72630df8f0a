"""Bringing a database to a version of the schema: from nothing, or from any older version."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from storage.engine import is_sqlite

_LOCK = 7_423_001  # any number of our own: two processes that start at once must not both migrate


def migrate(engine: Engine, revision: str = "head") -> str:
    """Bring the database up to `revision`, all or nothing; answers its version. Safe to call at every start."""
    with engine.begin() as connection:
        if not is_sqlite(engine):
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        command.upgrade(_config(connection), revision)
        return _version(connection) or ""


def current_version(engine: Engine) -> str | None:
    """The version of the schema in this database; None when it is empty."""
    with engine.connect() as connection:
        return _version(connection)


def newest_version() -> str:
    """The version that this program needs."""
    return ScriptDirectory.from_config(_config(None)).get_current_head() or ""


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.attributes["connection"] = connection
    return config
