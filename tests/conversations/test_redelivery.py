"""What a channel delivers again: the stored reply, one effect, one reply in all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest

from bot.brain import BrainAddress
from bot.clock import FixedClock, MovableClock
from storage.desk_things import InboxState
from tests.conversations.away import RasaInBetween
from tests.conversations.conftest import Opening
from tests.conversations.open_house import OpenHouse
from tests.conversations.scenario import BEGINS
from tests.conversations.telegram import TelegramDriver, bot_api, quick_pacer, settings_for
from tests.conversations.wechat import SETTINGS, WeChatDriver, wechat_api
from tests.doubles.telegram_api import TelegramDouble
from tests.doubles.wechat_api import WeChatDouble
from tests.doubles.wechat_phone import Post

pytestmark = [pytest.mark.brain, pytest.mark.node]
WISH = "后天上午九点陪我去华山医院看病，两个小时"
ASKER = "王阿婆"


@dataclass
class Line:
    """WeChat, the desk and Rasa, with a hand on what lies between the last two."""

    house: OpenHouse
    driver: WeChatDriver
    api: WeChatDouble
    between: RasaInBetween

    async def says(self, words: str) -> str:
        heard = await self.driver.say(ASKER, words, bool)
        return "\n".join(heard)

    def later(self) -> list[str]:
        """What reached her as 客服 messages."""
        return self.api.texts(self.driver.phone(ASKER).openid)

    async def deliver(self, xml: str, tries: list[Callable[[Post], object]]) -> list[str | None]:
        """The same message as often as WeChat tries, each time signed anew; the words that came back each time."""
        heard: list[str | None] = []
        for attempt in tries:
            answer = await attempt(await self.driver.sealed(ASKER, xml))  # type: ignore[misc]  # each is a coroutine
            heard.append(None if answer is None else await self.driver.opened(ASKER, answer.text))
        return heard

    async def patient(self, post: Post) -> httpx.Response:
        answer = await self.driver.http.post("/wechat/main", params=post.params, content=post.body)
        assert answer.status_code == 200
        return answer

    async def hangs_up(self, post: Post) -> None:
        """A try whose answer WeChat does not wait for: the connection is cut once the desk has the post."""
        known = self.house.count("nonce")
        sending = asyncio.create_task(self.patient(post))
        await until(lambda: self.house.count("nonce") > known)
        await self.between.began.wait()
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


async def until(true: Callable[[], bool]) -> None:
    """Wait for something that other tasks bring about."""
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110  # what is looked at is in the books
            await asyncio.sleep(0.02)


@pytest.fixture
def line(opening: Opening, brain: BrainAddress) -> Callable[..., object]:
    @asynccontextmanager
    async def opened(*, reply_within: float) -> AsyncIterator[Line]:
        clock = MovableClock(base=FixedClock(BEGINS))
        double = WeChatDouble(clock)
        async with AsyncExitStack() as stack:
            between = await stack.enter_async_context(RasaInBetween(brain).running())
            url = await stack.enter_async_context(wechat_api(double))
            settings = SETTINGS | {"wechat_api_url": url, "wechat_reply_within": reply_within}
            house = await stack.enter_async_context(opening(between.client(30), clock=clock, **settings))
            driver = WeChatDriver(house, double)
            stack.push_async_callback(driver.close)
            await driver.all_sit(ASKER, "孙丽")
            double.wrote(driver.phone(ASKER).openid)
            yield Line(house, driver, double, between)

    return opened


async def test_the_same_message_again_gets_the_stored_reply(line: Callable[..., object]) -> None:
    async with line(reply_within=4.5) as wechat:  # type: ignore[attr-defined]  # a context manager
        assert "华山医院" in await wechat.says(WISH)
        before, heard = wechat.house.count("orders"), wechat.between.heard
        yes = wechat.driver.phone(ASKER).text("对")
        said = await wechat.deliver(yes, [wechat.patient] * 3)
        assert said[0] is not None and "等分行审核" in said[0]
        assert said == [said[0]] * 3
        assert wechat.house.count("orders") == before + 1
        assert wechat.between.heard == heard + 1
        await wechat.house.settle()
        assert wechat.later() == []


async def test_three_tries_around_the_limit_are_one_effect_and_one_reply(line: Callable[..., object]) -> None:
    """Rasa is slow; WeChat hangs up twice and hears the reply at its third try."""
    async with line(reply_within=4.5) as wechat:  # type: ignore[attr-defined]  # a context manager
        assert "华山医院" in await wechat.says(WISH)
        before, heard = wechat.house.count("orders"), wechat.between.heard
        wechat.between.hold()
        yes = wechat.driver.phone(ASKER).text("对")
        assert await wechat.deliver(yes, [wechat.hangs_up, wechat.hangs_up]) == [None, None]
        wechat.between.let_go()
        (said,) = await wechat.deliver(yes, [wechat.patient])
        await wechat.house.settle()
        heard_in_all = [words for words in (said, *wechat.later()) if words]
        assert len(heard_in_all) == 1, heard_in_all
        assert "等分行审核" in heard_in_all[0]
        assert wechat.house.count("orders") == before + 1
        assert wechat.between.heard == heard + 1
        assert wechat.house.unit(lambda uow: uow.desk.inbox.waiting()) == 0


async def test_no_try_in_time_and_the_reply_follows_once(line: Callable[..., object]) -> None:
    """The desk answers `success` before the limit each time; the reply comes as a 客服 message, once."""
    async with line(reply_within=0.2) as wechat:  # type: ignore[attr-defined]  # a context manager
        wechat.between.hold()
        wish = wechat.driver.phone(ASKER).text(WISH)
        assert await wechat.deliver(wish, [wechat.patient] * 3) == [None, None, None]
        wechat.between.let_go()
        await wechat.house.settle()
        (said,) = wechat.later()
        assert "华山医院" in said
        assert await wechat.deliver(wish, [wechat.patient]) == [None], "it has been said"
        await wechat.house.settle()
        assert wechat.later() == [said]
        assert wechat.between.heard == 1
        # and the talk goes on from there
        passive = await wechat.driver.post(ASKER, wechat.driver.phone(ASKER).text("对"))
        await wechat.house.settle()
        assert "等分行审核" in (passive or wechat.later()[-1])


async def test_the_same_update_of_telegram_twice(opening: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.telegram_sender.Pacer", quick_pacer)
    clock = MovableClock(base=FixedClock(BEGINS))
    double = TelegramDouble(clock, flood_control=False)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(bot_api(double))
        house = await stack.enter_async_context(opening(clock=clock, **settings_for(double, url)))
        driver = TelegramDriver(house, double)
        stack.push_async_callback(driver.close)
        chat = driver.chat("张大爷")
        assert "您付1币" in (await driver.say("张大爷", "做好了", bool))[0]
        entries, told = house.count("entry"), len(double.texts(chat))
        update = double.says(chat, "对")
        await asyncio.gather(*(driver.post(update) for _ in range(3)))
        await house.settle()
        await driver.post(update)
        await house.settle()
        assert len(double.texts(chat)) == told + 1
        assert "您付1币" in double.texts(chat)[-1]
        assert house.count("entry") == entries + 2, "one transaction of two entries"
        assert house.unit(lambda uow: uow.desk.inbox.get(2)).state is InboxState.DONE
        house.check_books()
