"""The channels' doors, opened in memory: our app by ASGI, the outside played by tests/doubles."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI

from bot.channels.telegram_door import TelegramDoor, telegram_router
from bot.channels.telegram_service import App, build_application
from bot.channels.telegram_settings import TelegramAccount
from bot.channels.wechat_api import WeChatApi
from bot.channels.wechat_door import WeChatDoor
from bot.channels.wechat_routes import wechat_router
from bot.channels.wechat_settings import WeChatAccount, WeChatTemplate
from bot.clock import FixedClock, MovableClock
from tests.doubles.house import GatewayDouble, MemoryTokens, NonceTable
from tests.doubles.telegram_api import TelegramDouble
from tests.doubles.wechat_api import WeChatDouble
from tests.doubles.wechat_phone import Post, Side, WeChatPhone

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)  # a Monday, 9:30 in Shanghai
AES_KEY = base64.b64encode(bytes(range(32))).decode().rstrip("=")
TEMPLATES = {
    "notice": WeChatTemplate(template_id="T-notice"),
    "reminder": WeChatTemplate(template_id="T-remind", one_time=True, fixed={"name2": "时间银行"}),
}


@pytest.fixture
def clock() -> MovableClock:
    """Moves when the test says so."""
    return MovableClock(base=FixedClock(NOW))


@pytest.fixture
def account() -> WeChatAccount:
    return WeChatAccount(
        name="main", app_id="wx0123456789abcdef", secret="s3cret", token="tok", aes_key=AES_KEY, templates=TEMPLATES
    )


@pytest.fixture
def side(account: WeChatAccount) -> Side:
    return Side(account.token, account.aes_key, account.app_id)


@pytest.fixture
def phone(side: Side, clock: MovableClock) -> WeChatPhone:
    return WeChatPhone(side, "oWang", clock)


@pytest.fixture
def gateway() -> GatewayDouble:
    return GatewayDouble()


class WeChatLine:
    """Posts to our door."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def __call__(self, post: Post) -> httpx.Response:
        return await self.client.post("/wechat/main", params=post.params, content=post.body)


@pytest.fixture
async def line(account: WeChatAccount, gateway: GatewayDouble, clock: MovableClock) -> AsyncIterator[WeChatLine]:
    async with line_to(account, gateway, clock) as client:
        yield WeChatLine(client)


def line_to(account: WeChatAccount, gateway: GatewayDouble, clock: MovableClock) -> httpx.AsyncClient:
    app = FastAPI()
    app.include_router(wechat_router({account.name: WeChatDoor(account, NonceTable(), clock)}, gateway))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk")


@pytest.fixture
def wechat(clock: MovableClock) -> WeChatDouble:
    return WeChatDouble(clock)


@pytest.fixture
def tokens() -> MemoryTokens:
    return MemoryTokens()


@pytest.fixture
async def api(
    account: WeChatAccount, tokens: MemoryTokens, clock: MovableClock, wechat: WeChatDouble
) -> AsyncIterator[WeChatApi]:
    api = WeChatApi(account, tokens, clock, transport=httpx.ASGITransport(wechat.app))
    yield api
    await api.aclose()


@pytest.fixture
def telegram(clock: MovableClock) -> TelegramDouble:
    return TelegramDouble(clock)


@pytest.fixture
def bot_account(telegram: TelegramDouble) -> TelegramAccount:
    return TelegramAccount(name="main", token=telegram.token, secret="hook-secret", public_url="https://desk.example")


@pytest.fixture
async def application(bot_account: TelegramAccount, telegram: TelegramDouble) -> AsyncIterator[App]:
    application = build_application(bot_account, transport=httpx.ASGITransport(telegram.app))
    await application.initialize()
    yield application
    await application.shutdown()


@pytest.fixture
def telegram_door(
    bot_account: TelegramAccount, application: App, gateway: GatewayDouble, clock: MovableClock
) -> TelegramDoor:
    return TelegramDoor(bot_account, application.bot, gateway, clock)


@pytest.fixture
async def webhook(telegram_door: TelegramDoor) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(telegram_router({"main": telegram_door}))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk") as client:
        yield client
