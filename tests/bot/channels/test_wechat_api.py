"""The API client against the stand-in: one token for all, every error code sorted, media, menu, QR."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import httpx
import pytest

from bot.channels.wechat_api import MenuKey, WeChatApi, menu_buttons
from bot.channels.wechat_errors import MediaGone, TooLong, WayDisabled, error_for, until_reset
from bot.channels.wechat_media import WeChatMedia
from bot.channels.wechat_settings import WeChatAccount, WeChatTemplate
from bot.clock import MovableClock
from bot.messages import Incoming, Kind
from bot.sending import MaybeSent, Misconfigured, SendError, TryLater, Unreachable, WayClosed
from tests.doubles.house import MemoryTokens
from tests.doubles.wechat_api import WeChatDouble


async def test_one_token_for_many_calls_and_workers(
    account: WeChatAccount, tokens: MemoryTokens, clock: MovableClock, wechat: WeChatDouble
) -> None:
    workers = [WeChatApi(account, tokens, clock, transport=httpx.ASGITransport(wechat.app)) for _ in range(4)]
    wechat.wrote("oWang")
    await asyncio.gather(*(worker.send_text("oWang", "好") for worker in workers))
    assert wechat.calls["stable_token"] == 1
    clock.forward(timedelta(hours=1, minutes=56))
    wechat.wrote("oWang")
    await asyncio.gather(*(worker.send_text("oWang", "好") for worker in workers))
    assert wechat.calls["stable_token"] == 2
    clock.forward(timedelta(hours=1, minutes=54))
    await workers[0].send_text("oWang", "好")
    assert wechat.calls["stable_token"] == 2
    for worker in workers:
        await worker.aclose()


async def test_a_void_token_is_replaced_once_and_the_call_repeated(
    account: WeChatAccount, tokens: MemoryTokens, clock: MovableClock, wechat: WeChatDouble
) -> None:
    workers = [WeChatApi(account, tokens, clock, transport=httpx.ASGITransport(wechat.app)) for _ in range(4)]
    wechat.wrote("oWang")
    await workers[0].send_text("oWang", "一")
    wechat.revoke_token()
    await asyncio.gather(*(worker.send_text("oWang", "二") for worker in workers))
    assert wechat.texts("oWang") == ["一"] + ["二"] * 4
    assert wechat.calls["stable_token"] == 2
    for worker in workers:
        await worker.aclose()


@pytest.mark.parametrize("code", [40001, 40014, 42001])
async def test_a_second_refusal_of_the_token_ends_it(api: WeChatApi, wechat: WeChatDouble, code: int) -> None:
    wechat.wrote("oWang")
    wechat.fail("custom/send", code)
    await api.send_text("oWang", "好")
    wechat.fail("custom/send", code, times=2)
    with pytest.raises(Misconfigured):
        await api.send_text("oWang", "好")
    assert wechat.calls["custom/send"] == 4, "never more than one repeat"


ERRORS: list[tuple[int, type[SendError]]] = [
    (40164, Misconfigured),
    (45009, TryLater),
    (45015, WayClosed),
    (45047, WayClosed),
    (45002, TooLong),
    (45028, WayClosed),
    (48001, WayDisabled),
    (48004, WayDisabled),
    (43004, Unreachable),
    (43101, WayClosed),
    (40007, MediaGone),
    (40003, Unreachable),
    (-1, TryLater),
    (45011, TryLater),
    (99999, WayClosed),
]


@pytest.mark.parametrize(("code", "expected"), ERRORS)
async def test_error_codes(api: WeChatApi, wechat: WeChatDouble, code: int, expected: type[SendError]) -> None:
    wechat.wrote("oWang")
    wechat.fail("custom/send", code)
    with pytest.raises(expected) as raised:
        await api.send_text("oWang", "好")
    assert type(raised.value) is expected
    assert "oWang" not in str(raised.value)
    assert wechat.calls["custom/send"] == 1


def test_a_used_up_quota_waits_for_shanghai_midnight(clock: MovableClock) -> None:
    error = error_for(45009, clock.now())
    assert isinstance(error, TryLater)
    assert error.after == until_reset(clock.now()) == timedelta(hours=14, minutes=30)


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (httpx.ConnectError("no"), TryLater),
        (httpx.ConnectTimeout("no"), TryLater),
        (httpx.PoolTimeout("no"), TryLater),
        (httpx.ReadTimeout("no"), MaybeSent),
        (httpx.RemoteProtocolError("no"), MaybeSent),
        (httpx.Response(502, text="bad gateway"), MaybeSent),
        (httpx.Response(200, text="<html>"), MaybeSent),
        (httpx.Response(200, json=[1]), MaybeSent),
    ],
)
async def test_the_network_fails(
    account: WeChatAccount, clock: MovableClock, failure: Exception | httpx.Response, expected: type[SendError]
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("stable_token"):
            return httpx.Response(200, json={"access_token": "SECRET-TOKEN", "expires_in": 7200})
        if isinstance(failure, Exception):
            raise failure
        return failure

    api = WeChatApi(account, MemoryTokens(), clock, transport=httpx.MockTransport(answer))
    with pytest.raises(expected) as raised:
        await api.send_text("oWang", "好")
    assert "SECRET-TOKEN" not in str(raised.value)
    assert raised.value.__cause__ is None, "what httpx raises holds the address and with it the token"
    await api.aclose()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (httpx.Response(500), TryLater),
        (httpx.Response(200, text="?"), TryLater),
        (httpx.Response(200, json={}), TryLater),
        (httpx.Response(200, json={"access_token": "t", "expires_in": "soon"}), TryLater),
        (httpx.Response(200, json={"errcode": 40164}), Misconfigured),
        (httpx.Response(200, json={"errcode": 40001}), Misconfigured),
        (httpx.Response(200, json={"errcode": 40013}), Misconfigured),
        (httpx.Response(200, json={"errcode": -1}), TryLater),
    ],
)
async def test_no_token_to_be_had(
    account: WeChatAccount, clock: MovableClock, answer: httpx.Response, expected: type[SendError]
) -> None:
    api = WeChatApi(account, MemoryTokens(), clock, transport=httpx.MockTransport(lambda request: answer))
    with pytest.raises(expected):
        await api.send_text("oWang", "好")
    await api.aclose()


async def test_words_leave_as_they_are_not_escaped(account: WeChatAccount, clock: MovableClock) -> None:
    bodies: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        bodies.append(request.content)
        return httpx.Response(200, json={"errcode": 0, "access_token": "t", "expires_in": 7200})

    api = WeChatApi(account, MemoryTokens(), clock, transport=httpx.MockTransport(answer))
    await api.send_text("oWang", "好😀")
    assert "好😀".encode() in bodies[-1] and json.loads(bodies[-1])["touser"] == "oWang"
    await api.aclose()


async def test_template_words_are_shortened(api: WeChatApi, wechat: WeChatDouble) -> None:
    template = WeChatTemplate(template_id="T", limit=6, fixed={"name2": "时间银行"})
    await api.send_template("oWang", template, "明天上午\n九点李明来", key="k")
    assert wechat.texts("oWang") == ["时间银行 / 明天上午 …"]


async def test_mass_messages_go_once(api: WeChatApi, wechat: WeChatDouble) -> None:
    first = await api.send_mass(["oWang", "oLi"], "重阳节活动", key="b1")
    assert await api.send_mass(["oWang", "oLi"], "重阳节活动", key="b1") == first
    assert wechat.texts("oLi") == ["重阳节活动"]
    wechat.mass_quota = 0
    with pytest.raises(WayClosed, match="no mass quota"):
        await api.send_mass(["oWang", "oLi"], "再来", key="b2")
    with pytest.raises(ValueError, match="2–10,000"):
        await api.send_mass(["oWang"], "再来", key="b3")


async def test_media(api: WeChatApi, wechat: WeChatDouble, clock: MovableClock) -> None:
    wechat.media["M1"] = (b"#!AMR\n...", "audio/amr")
    fetcher = WeChatMedia({"main": api})

    def voice(**media: str) -> Incoming:
        return Incoming(
            channel="wechat",
            account="main",
            sender="o",
            message_id="1",
            kind=Kind.VOICE,
            media=dict(media),
            at=clock.now(),
        )

    fetched = await fetcher.fetch(voice(media_id="M1"))
    assert (fetched.content, fetched.content_type) == (b"#!AMR\n...", "audio/amr")
    with pytest.raises(MediaGone):
        await fetcher.fetch(voice(media_id="M2"))
    with pytest.raises(WayClosed, match="names no file"):
        await fetcher.fetch(voice())
    wechat.revoke_token()
    assert (await fetcher.fetch(voice(media_id="M1"))).content
    wechat.media["big"] = (b"x" * (10 * 1024 * 1024 + 1), "audio/amr")
    with pytest.raises(MediaGone, match="over 10 MB"):
        await fetcher.fetch(voice(media_id="big"))


async def test_menu_and_qr(api: WeChatApi, wechat: WeChatDouble) -> None:
    await api.create_menu(
        [
            MenuKey(label="我要帮忙", payload="/request_help"),
            MenuKey(
                label="我的",
                keys=(MenuKey(label="余额", payload="/check_balance"), MenuKey(label="网页", url="https://d")),
            ),
        ]
    )
    assert wechat.menu and [column["name"] for column in wechat.menu["button"]] == ["我要帮忙", "我的"]
    address = await api.create_qr("hongqiao-01")
    assert address.startswith("https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=ticket%3D%3D")
    await api.create_qr("hongqiao-01", valid_for=timedelta(days=90))
    assert [scene["action_name"] for scene in wechat.scenes] == ["QR_LIMIT_STR_SCENE", "QR_STR_SCENE"]
    assert wechat.scenes[1]["expire_seconds"] == 2_592_000


KEY = MenuKey(label="k", payload="/k")


@pytest.mark.parametrize(
    "keys",
    [
        [],
        [KEY] * 4,
        [MenuKey(label="c", keys=(KEY,) * 6)],
        [MenuKey(label="c", keys=(MenuKey(label="d", keys=(KEY,)),))],
        [MenuKey(label="c", payload="/" + "x" * 128)],
        [MenuKey(label="c")],
    ],
)
def test_menus_that_do_not_fit(keys: list[MenuKey]) -> None:
    with pytest.raises(ValueError, match=r"menu|payload"):
        menu_buttons(keys)
