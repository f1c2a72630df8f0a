"""The databases of the storage tests and a town with a real process, for the proofs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.brain import BrainAddress
from tests.proofs.town import Town, open_town
from tests.storage.conftest import (
    database_url,
    engine,
    engine_name,
    postgres,
    postgres_template,
    sqlite_template,
)

__all__ = ["database_url", "engine", "engine_name", "postgres", "postgres_template", "sqlite_template"]


@pytest.fixture
def town(tmp_path: Path, brain: BrainAddress) -> Iterator[Town]:
    """A town that talks through the shared Rasa."""
    with open_town(tmp_path, (brain.rasa_url, brain.rasa_token, brain.actions_token)) as opened:
        yield opened
