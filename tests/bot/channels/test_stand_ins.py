"""The stand-ins on a real port, with the clients as they run in production."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from bot.channels.telegram_sender import TelegramSender
from bot.channels.telegram_service import build_application
from bot.channels.telegram_settings import TelegramAccount
from bot.channels.wechat_api import WeChatApi
from bot.channels.wechat_settings import WeChatAccount
from bot.clock import MovableClock
from bot.messages import Reply
from bot.sending import Address, TryLater
from tests.doubles.house import MemoryTokens
from tests.doubles.serving import serve
from tests.doubles.telegram_api import TelegramDouble
from tests.doubles.wechat_api import WeChatDouble


async def test_wechat(account: WeChatAccount, wechat: WeChatDouble, clock: MovableClock) -> None:
    wechat.wrote("oWang")
    wechat.media["M1"] = (b"amr", "audio/amr")
    with serve(wechat.app) as url:
        api = WeChatApi(replace(account, api_url=url), MemoryTokens(), clock)
        await api.send_text("oWang", "好")
        assert (await api.download("M1")).content == b"amr"
        await api.aclose()
    assert wechat.texts("oWang") == ["好"]
    closed = WeChatApi(replace(account, api_url=url), MemoryTokens(), clock)
    with pytest.raises(TryLater):
        await closed.send_text("oWang", "好")
    await closed.aclose()


async def test_telegram(bot_account: TelegramAccount, telegram: TelegramDouble, clock: MovableClock) -> None:
    with serve(telegram.app) as url:
        application = build_application(replace(bot_account, api_url=url))
        async with application:
            sender = TelegramSender({"main": application.bot})
            address = Address(channel="telegram", account="main", sender="5")
            await sender.send(address, Reply(text="好"), key="k", purpose="reply", now=clock.now())
    assert telegram.texts(5) == ["好"]


async def test_the_old_token_endpoint_voids_the_stable_token(wechat: WeChatDouble) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(wechat.app), base_url="http://w") as client:
        given = {"appid": wechat.app_id, "secret": wechat.secret}
        stable = (await client.post("/cgi-bin/stable_token", json=given)).json()["access_token"]
        assert (await client.post("/cgi-bin/stable_token", json=given)).json()["access_token"] == stable
        assert (await client.get("/cgi-bin/token", params=given)).json()["access_token"] != stable
        assert (await client.get("/cgi-bin/token", params={**given, "secret": "?"})).json()["errcode"] == 40001
