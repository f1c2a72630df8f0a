"""Desks for talks: the sample community is made once, every test gets a copy."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from bot.brain import BrainAddress
from bot.rasa_client import RasaClient
from tests.conversations.open_house import OpenHouse, open_house, sample_database
from tests.conversations.scenario import BEGINS

Opening = Callable[..., AbstractAsyncContextManager[OpenHouse]]
RASA_WITHIN = 30.0  # seconds; a busy machine must not turn a talk into one without Rasa


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample community of `BEGINS` as a database file."""
    return sample_database(tmp_path_factory.mktemp("sample") / "sample.db", BEGINS)


@pytest.fixture(scope="session")
def samples(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The same community under the rules of any scheme, each made once."""
    made = {"changning": sample}

    def of(scheme: str) -> Path:
        if scheme not in made:
            path = tmp_path_factory.mktemp("sample") / f"{Path(scheme).stem}.db"
            made[scheme] = sample_database(path, BEGINS, scheme)
        return made[scheme]

    return of


@pytest.fixture
def opening(samples: Callable[[str], Path], tmp_path: Path, brain: BrainAddress) -> Opening:
    """Opens a desk on a copy of its scheme's sample, with the shared Rasa unless another is given."""

    @asynccontextmanager
    async def opened(rasa: RasaClient | None = None, **settings: object) -> AsyncIterator[OpenHouse]:
        rasa = rasa or RasaClient(brain.rasa_url, brain.rasa_token, RASA_WITHIN)
        at = tmp_path / "desk.db"
        sample = samples(str(settings.get("scheme", "changning")))
        async with open_house(sample, at, BEGINS, rasa=rasa, actions_token=brain.actions_token, **settings) as house:
            yield house

    return opened


@pytest.fixture
def alone(sample: Path, tmp_path: Path) -> Opening:
    """Opens a desk on a copy of the sample with the Rasa that is given, if any; needs no model."""

    @asynccontextmanager
    async def opened(rasa: RasaClient | None = None, **settings: object) -> AsyncIterator[OpenHouse]:
        async with open_house(sample, tmp_path / "desk.db", BEGINS, rasa=rasa, **settings) as house:
            yield house

    return opened
