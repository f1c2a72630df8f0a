"""Whole talks on the trained model: who says and hears what, at most one misunderstanding, the coins at the end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bank.doing import Doing
from bank.usecases.coins import balance
from storage.unit_of_work import SqlUnitOfWork
from tests.conversations.conftest import Opening
from tests.conversations.drivers import GatewayDriver
from tests.conversations.open_house import OpenHouse
from tests.conversations.play import Play
from tests.conversations.scenario import SCENARIOS, all_scenarios, read_scenario

pytestmark = pytest.mark.brain
TALKS = all_scenarios(SCENARIOS / "talks")
MOST_MISSES = 1


def test_there_are_thirty() -> None:
    assert len(TALKS) >= 30


@pytest.mark.parametrize("path", TALKS, ids=lambda path: path.stem)
async def test_talk(path: Path, opening: Opening) -> None:
    scenario = read_scenario(path)
    if scenario.most_misses is None:
        scenario = replace(scenario, most_misses=MOST_MISSES)
    async with opening() as house:
        driver = GatewayDriver(house)
        driver.all_sit(*scenario.people)
        await Play(scenario, driver).run()
        house.check_books()
        assert {name: coins_of(house, name) for name in scenario.coins} == scenario.coins


def coins_of(house: OpenHouse, name: str) -> float:
    """What that person can spend."""
    scheme = house.house.desk.scheme

    def read(uow: SqlUnitOfWork) -> float:
        doing = Doing(now=house.clock.now(), key="test:coins", actor_id=uow.members.find(name=name)[0].id)
        return balance(uow, scheme, doing).facts["available"] / scheme.minutes_per_coin

    return house.unit(read)
