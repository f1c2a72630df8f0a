"""Rasa stopped, slow, or dead in the middle of a talk: what matters still works, nothing is lost, the talk goes on."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from bot import rasa_client
from bot.brain import BrainAddress
from bot.clock import FixedClock, MovableClock
from tests.conversations.away import RasaInBetween, stopped_rasa
from tests.conversations.conftest import Opening
from tests.conversations.drivers import GatewayDriver, WebDriver
from tests.conversations.play import Play
from tests.conversations.scenario import BEGINS, SCENARIOS, read_scenario
from tests.conversations.telegram import TelegramDriver, bot_api, quick_pacer, settings_for
from tests.conversations.wechat import SETTINGS, WeChatDriver, wechat_api
from tests.doubles.telegram_api import TelegramDouble
from tests.doubles.wechat_api import WeChatDouble

STORY = read_scenario(SCENARIOS / "without_rasa" / "stopped.yml")
WISH = "后天上午九点陪我去华山医院看病，两个小时"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a failure Rasa is asked again with the next message, not two seconds later."""
    monkeypatch.setattr(rasa_client, "REST_AFTER_FAILURE", 0.0)


# -- stopped -------------------------------------------------------------------------------------------------------


async def test_stopped_through_the_gateway(alone: Opening) -> None:
    async with alone(stopped_rasa()) as house:
        driver = GatewayDriver(house)
        driver.all_sit(*STORY.people)
        await Play(STORY, driver).run()
        house.check_books()


async def test_stopped_by_web_chat(alone: Opening) -> None:
    async with alone(stopped_rasa()) as house, AsyncExitStack() as stack:
        driver = WebDriver(house)
        stack.push_async_callback(driver.close)
        await driver.all_sit(*STORY.people)
        await Play(STORY, driver).run()


@pytest.mark.node
async def test_stopped_by_wechat(alone: Opening) -> None:
    clock = MovableClock(base=FixedClock(BEGINS))
    double = WeChatDouble(clock)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(wechat_api(double))
        opened = alone(stopped_rasa(), clock=clock, wechat_api_url=url, **SETTINGS)
        driver = WeChatDriver(await stack.enter_async_context(opened), double)
        stack.push_async_callback(driver.close)
        await driver.all_sit(*STORY.people)
        await Play(STORY, driver).run()


async def test_stopped_by_telegram(alone: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.telegram_sender.Pacer", quick_pacer)
    clock = MovableClock(base=FixedClock(BEGINS))
    double = TelegramDouble(clock, flood_control=False)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(bot_api(double))
        opened = alone(stopped_rasa(), clock=clock, **settings_for(double, url))
        driver = TelegramDriver(await stack.enter_async_context(opened), double)
        stack.push_async_callback(driver.close)
        await driver.all_sit(*STORY.people)
        await Play(STORY, driver).run()


# -- slow, dead, back ----------------------------------------------------------------------------------------------


@pytest.mark.brain
async def test_dead_in_the_middle_of_a_talk_and_back(opening: Opening, brain: BrainAddress) -> None:
    between = RasaInBetween(brain)
    async with between.running(), opening(between.client(20)) as house:
        driver = GatewayDriver(house)
        driver.all_sit("王阿婆", "孙丽")

        async def says(words: str) -> str:
            (said,) = await driver.say("王阿婆", words, bool)
            return said

        assert "什么时候" in await says("我想找个人陪我去医院")
        between.die()
        assert "交给工作人员" in await says("后天上午九点")
        assert "能用的有7币" in await says("我还有几个币")
        between.revive()
        assert "能用的有7币" in await says("我还有几个币")
        assert "华山医院" in await says(WISH)
        assert "等分行审核" in await says("对")
        notices = await driver.notices("孙丽", bool)
        assert any("后天上午九点" in notice and "没听明白" in notice for notice in notices)
        assert house.unit(lambda uow: uow.desk.inbox.waiting()) == 0


@pytest.mark.brain
async def test_slow_is_like_stopped_and_nothing_happens_afterwards(opening: Opening, brain: BrainAddress) -> None:
    between = RasaInBetween(brain)
    async with between.running(), opening(between.client(1.0)) as house:
        driver = GatewayDriver(house)
        driver.all_sit("王阿婆", "孙丽")
        assert "华山医院" in (await driver.say("王阿婆", WISH, bool))[0]
        orders = house.count("orders")
        between.hold()
        said = await driver.say("王阿婆", "好的就这样", bool)
        assert "交给工作人员" in said[0]
        between.let_go()  # Rasa reads the yes now, when its message was given to the staff long ago
        async with asyncio.timeout(20):
            while between.passed_on < between.heard:  # noqa: ASYNC110  # a counter, no event
                await asyncio.sleep(0.02)
        assert house.count("orders") == orders
        house.check_books()


@pytest.mark.brain
async def test_a_form_begun_without_rasa_is_ended_without_it(opening: Opening, brain: BrainAddress) -> None:
    between = RasaInBetween(brain)
    async with between.running(), opening(between.client(20)) as house:
        driver = GatewayDriver(house)
        driver.all_sit("张大爷")
        between.die()
        assert "您付1币" in (await driver.say("张大爷", "做好了", bool))[0]
        between.revive()
        assert "打几分" in (await driver.say("张大爷", "对", bool))[0]
        said = (await driver.say("张大爷", "明天有什么活动", bool))[0]
        assert "打几分" not in said, "Rasa is back, and these words are no mark"
        assert "您付" not in (await driver.say("张大爷", "对", bool))[0]
        house.check_books()
