"""Every scenario file, played straight into the gateway with the real Rasa."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conversations.conftest import Opening
from tests.conversations.drivers import GatewayDriver
from tests.conversations.play import Play
from tests.conversations.scenario import all_scenarios, read_scenario

pytestmark = pytest.mark.brain


@pytest.mark.parametrize("path", all_scenarios(), ids=lambda path: path.stem)
async def test_scenario(path: Path, opening: Opening) -> None:
    scenario = read_scenario(path)
    async with opening(scheme=scenario.scheme) as house:
        driver = GatewayDriver(house)
        driver.all_sit(*scenario.people)
        before = house.count("entry")
        await Play(scenario, driver).run()
        house.check_books()
        if scenario.coins_stay:
            assert house.count("entry") == before
