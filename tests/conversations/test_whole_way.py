"""A wish in chat becomes settled coins: one scenario file, four channels."""

from __future__ import annotations

import shutil
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.brain import BrainAddress
from bot.clock import FixedClock, MovableClock
from storage.desk_things import OutboxState
from storage.engine import make_engine
from storage.verify import verify
from tests.conversations.conftest import Opening
from tests.conversations.console import ConsoleDriver
from tests.conversations.drivers import WebDriver
from tests.conversations.play import Play
from tests.conversations.scenario import BEGINS, SCENARIOS, read_scenario
from tests.conversations.telegram import TelegramDriver, bot_api, quick_pacer, settings_for
from tests.conversations.wechat import SETTINGS, WeChatDriver, wechat_api
from tests.doubles.telegram_api import TelegramDouble
from tests.doubles.wechat_api import WeChatDouble

pytestmark = pytest.mark.brain
STORY = read_scenario(SCENARIOS / "whole_way.yml")


async def test_by_terminals_one_process_each(sample: Path, tmp_path: Path, brain: BrainAddress) -> None:
    database = Path(shutil.copyfile(sample, tmp_path / "desk.db"))
    driver = ConsoleDriver(database, BEGINS)
    try:
        await driver.all_sit(*STORY.people)
        await Play(STORY, driver).run()
    finally:
        await driver.close()
    report = verify(make_engine(f"sqlite:///{database}"))
    assert report.ok, report.as_json()


@pytest.mark.node
async def test_by_wechat(opening: Opening) -> None:
    clock = MovableClock(base=FixedClock(BEGINS))
    double = WeChatDouble(clock)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(wechat_api(double))
        house = await stack.enter_async_context(opening(clock=clock, wechat_api_url=url, **SETTINGS))
        driver = WeChatDriver(house, double)
        stack.push_async_callback(driver.close)
        await driver.all_sit(*STORY.people)
        await Play(STORY, driver).run()
        house.check_books()
        listed = house.unit(lambda uow: uow.desk.outbox.in_state(OutboxState.PHONE_LIST))
        to_phone = {row.to_member_id for row in listed}
        assert not to_phone & {house.member("王阿婆"), house.member("李明")}, "all that was theirs reached them"


async def test_by_telegram(opening: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.telegram_sender.Pacer", quick_pacer)
    clock = MovableClock(base=FixedClock(BEGINS))
    double = TelegramDouble(clock, flood_control=False)  # the story's clock stands still between steps
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(bot_api(double))
        house = await stack.enter_async_context(opening(clock=clock, **settings_for(double, url)))
        driver = TelegramDriver(house, double)
        stack.push_async_callback(driver.close)
        await driver.all_sit(*STORY.people)
        await Play(STORY, driver).run()
        house.check_books()


async def test_by_web_chat(opening: Opening) -> None:
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(opening())
        driver = WebDriver(house)
        stack.push_async_callback(driver.close)
        await driver.all_sit(*STORY.people)
        await Play(STORY, driver).run()
        house.check_books()
