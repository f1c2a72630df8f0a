"""The databases of the storage tests, for the proofs."""

from tests.storage.conftest import (
    database_url,
    engine,
    engine_name,
    postgres,
    postgres_template,
    sqlite_template,
)

__all__ = ["database_url", "engine", "engine_name", "postgres", "postgres_template", "sqlite_template"]
