"""Alembic migrations, run from code by `storage.migrate`."""
