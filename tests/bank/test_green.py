"""Green points of the stations: recorded at a counter, seen, exchanged; they never become coins."""

from __future__ import annotations

import pytest

from bank.coins import Unit
from bank.usecases import goods, green, purses
from tests.bank.conftest import TownMaker
from tests.bank.market import Market, code
from tests.bank.town import Town


@pytest.fixture
def town(make_town: TownMaker) -> Town:
    return make_town("changning")


def test_recorded_by_the_stations_contact_and_exchanged(town: Town) -> None:
    market = Market(town)
    assert market.unit is Unit.GREEN
    before = town.do(green.preview_green, "店主", town.people["王阿婆"], 80, "垃圾分类").facts
    assert (before["member"], before["name"]) == ("王阿婆", "绿色积分")
    done = town.do(green.record_green, "店主", town.people["王阿婆"], 80, "垃圾分类", key="bag")
    assert (done.outcome, done.facts["balance"]) == ("green_recorded", 80)
    assert town.do(green.record_green, "店主", town.people["王阿婆"], 80, "垃圾分类", key="bag").again
    assert town.told("王阿婆")[-1] == "green_given"
    assert town.do(purses.purses, "王阿婆").facts == {"goods": None, "green": 80}
    pickup = market.put_aside("王阿婆", market.soap, 2)
    town.do(goods.hand_over, "店主", pickup, code(1))
    assert (town.do(purses.purses, "王阿婆").facts["green"], market.till()) == (20, 60)
    assert town.purse("王阿婆")[0] == 0


def test_recorded_by_staff(town: Town) -> None:
    assert town.do(green.record_green, "分行老张", town.people["王阿婆"], 5, "旧衣回收").facts["balance"] == 5


def test_refusals(town: Town, make_town: TownMaker) -> None:
    Market(town)
    granny = town.people["王阿婆"]
    town.refuses("not_your_counter", green.record_green, "小红", granny, 5, "垃圾分类")
    town.refuses("own_points", green.record_green, "店主", town.people["店主"], 5, "垃圾分类")
    town.refuses("points_wrong", green.record_green, "店主", granny, 0, "垃圾分类")
    town.refuses("points_wrong", green.record_green, "店主", granny, 201, "垃圾分类")
    town.refuses("reason_missing", green.record_green, "店主", granny, 5, " ")
    make_town("beijing").refuses("green_not_here", green.record_green, "分行老张", 1, 5, "垃圾分类")
