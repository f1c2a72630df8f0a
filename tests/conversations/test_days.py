"""A day in each of the five systems and in a made-up sixth city, in chat on the trained model."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.channels.ports import FetchedMedia
from bot.messages import Incoming
from tests.conversations.conftest import Opening
from tests.conversations.desk_deeds import DeskDeeds
from tests.conversations.drivers import GatewayDriver
from tests.conversations.play import Play
from tests.conversations.scenario import SCENARIOS, all_scenarios, read_scenario
from tests.conversations.test_talks import coins_of

pytestmark = pytest.mark.brain
SIXTH = Path(__file__).resolve().parents[1] / "bank" / "sixth.yml"
DAYS = all_scenarios(SCENARIOS / "days")


class Camera:
    """Gives every photo of the terminal the same few bytes."""

    channel = "console"

    async def fetch(self, incoming: Incoming) -> FetchedMedia:
        return FetchedMedia(incoming.message_id.encode(), "image/jpeg")


def scheme_file(name: str, folder: Path) -> str:
    """The scheme's name, or the made-up city's file, there open to all: the sample has nobody in a group."""
    if name != SIXTH.stem:
        return name
    path = folder / SIXTH.name
    path.write_text(SIXTH.read_text(encoding="utf-8").replace("only_groups: true", "only_groups: false"))
    return str(path)


def test_every_system_has_its_day() -> None:
    told = {read_scenario(path).scheme for path in DAYS}
    assert told == {"changning", "fuyuan", "taierzhuang", "beijing", "sixth"}
    assert len(DAYS) == 6, "the stations have a day of their own"


@pytest.mark.parametrize("path", DAYS, ids=lambda path: path.stem)
async def test_day(path: Path, opening: Opening, tmp_path: Path) -> None:
    scenario = read_scenario(path)
    async with opening(scheme=scheme_file(scenario.scheme, tmp_path), var=tmp_path) as house:
        house.house.fetchers["console"] = Camera()
        driver = GatewayDriver(house)
        driver.all_sit(*scenario.people)
        await Play(scenario, driver, DeskDeeds(house).named()).run()
        house.check_books()
        assert {name: coins_of(house, name) for name in scenario.coins} == scenario.coins
