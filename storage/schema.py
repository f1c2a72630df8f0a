"""The whole schema at once, for tests and tools. Running databases are made and moved on by migrations."""

from __future__ import annotations

from sqlalchemy import Engine

from storage.engine import is_sqlite
from storage.tables import all_tables, metadata
from storage.triggers import trigger_statements


def create_schema(engine: Engine) -> None:
    """Make all tables and triggers in an empty database: the same as `migrate` makes (a test compares them)."""
    with engine.begin() as connection:
        metadata.create_all(connection, tables=all_tables())
        for statement in trigger_statements(sqlite=is_sqlite(engine)):
            connection.exec_driver_sql(statement)
