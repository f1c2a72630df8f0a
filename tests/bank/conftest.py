"""A town for every test of the bank: in memory, gone afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from bank.scheme import Scheme
from tests.bank.town import Town

TownMaker = Callable[..., Town]


@pytest.fixture
def make_town() -> Iterator[TownMaker]:
    """Towns of any scheme; their books are proven when the test ends."""
    towns: list[Town] = []

    def make(scheme: Scheme | str = "changning") -> Town:
        towns.append(Town(scheme))
        return towns[-1]

    yield make
    for town in towns:
        town.verify()
        town.engine.dispose()


@pytest.fixture
def town(make_town: TownMaker) -> Town:
    """Changning: 王阿婆 has 10 coins; 李明 and 陈芳 are volunteers."""
    town = make_town("changning")
    town.grant("王阿婆", 10)
    return town
