"""The bot inside the app: webhook or polling, through failures, nothing confirmed before it is stored."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from bot.channels.telegram_door import TelegramDoor
from bot.channels.telegram_service import TelegramService, build_application
from bot.channels.telegram_settings import TelegramAccount
from bot.clock import MovableClock
from tests.doubles.house import GatewayDouble
from tests.doubles.telegram_api import TelegramDouble


class Polled:
    """A service that polls; waits are noted and come to nothing."""

    def __init__(
        self, account: TelegramAccount, telegram: TelegramDouble, gateway: GatewayDouble, clock: MovableClock
    ) -> None:
        self.waits: list[float] = []
        self.application = build_application(account, transport=httpx.ASGITransport(telegram.app))
        door = TelegramDoor(account, self.application.bot, gateway, clock)
        self.service = TelegramService(self.application, door, poll_seconds=0, sleep=self._wait)

    async def _wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
async def polled(
    bot_account: TelegramAccount, telegram: TelegramDouble, gateway: GatewayDouble, clock: MovableClock
) -> AsyncIterator[Polled]:
    polled = Polled(replace(bot_account, secret=""), telegram, gateway, clock)
    yield polled
    await polled.service.stop()


async def until(condition: object) -> None:
    """Let the service run until the condition holds."""
    assert callable(condition)
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110  # the stand-in has no event for each of these
            await asyncio.sleep(0)


async def test_the_webhook_is_set(
    bot_account: TelegramAccount, telegram: TelegramDouble, gateway: GatewayDouble, clock: MovableClock
) -> None:
    hooked = Polled(bot_account, telegram, gateway, clock)
    hooked.service.start()
    await until(lambda: telegram.webhook)
    assert telegram.webhook == {"url": "https://desk.example/telegram/main", "secret_token": "hook-secret"}
    await hooked.service.stop()
    assert telegram.calls["getUpdates"] == 0


async def test_polling(polled: Polled, telegram: TelegramDouble, gateway: GatewayDouble) -> None:
    telegram.webhook = {"url": "left over"}
    telegram.says(5, "一")
    telegram.taps(5, "/show_menu")
    polled.service.start()
    await until(lambda: gateway.deeds == 2)
    telegram.says(6, "二")
    await until(lambda: gateway.deeds == 3)
    assert [incoming.text for incoming in gateway.incoming] == ["一", "/show_menu", "二"]
    assert len(telegram.answered_taps) == 1


async def test_an_update_is_confirmed_only_after_it_is_stored(
    polled: Polled, telegram: TelegramDouble, gateway: GatewayDouble
) -> None:
    telegram.says(5, "一")
    gateway.broken = True
    await polled.service.connect()
    for _ in range(2):
        with pytest.raises(OSError, match="no books"):
            await polled.service.poll_once()
    assert len(telegram.updates) == 1
    gateway.broken = False
    assert await polled.service.poll_once() == 1
    assert len(telegram.updates) == 1, "confirmed by the next call"
    assert await polled.service.poll_once() == 0
    assert not telegram.updates and gateway.deeds == 1


async def test_it_outlives_failures(polled: Polled, telegram: TelegramDouble, gateway: GatewayDouble) -> None:
    telegram.fail("getMe", 502, "Bad Gateway", times=2)
    telegram.fail("getUpdates", 500, "Internal Server Error")
    telegram.fail("getUpdates", 409, "Conflict")
    telegram.says(5, "一")
    polled.service.start()
    await until(lambda: gateway.deeds == 1)
    assert polled.waits == [1.0, 2.0, 4.0, 8.0]


async def test_a_refused_token_silences_the_bot_and_nothing_else(
    polled: Polled, telegram: TelegramDouble, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.fail("getMe", 401, "Unauthorized")
    polled.service.start()
    await until(lambda: "token is refused" in caplog.text)
    assert telegram.token not in caplog.text
