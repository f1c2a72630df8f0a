"""The house with the sample community, and a browser on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from tests.doubles.sample import SampleHouse, sample_books, sample_house
from tests.doubles.web import browser


@pytest.fixture(scope="session")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_books(tmp_path_factory.mktemp("sample"))


@pytest.fixture
def sample(books: Path, tmp_path: Path) -> Iterator[SampleHouse]:
    house = sample_house(books, tmp_path)
    yield house
    house.engine.dispose()


@pytest.fixture
async def visitor(sample: SampleHouse) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(sample.app) as client:
        yield client
