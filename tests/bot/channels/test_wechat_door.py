"""Who is let in at `/wechat/{account}`: genuine posts are, everything else gets a 4xx with a one-line reason."""

from __future__ import annotations

import base64
import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels.wechat_settings import WeChatAccount
from bot.clock import MovableClock
from bot.messages import Incoming, Reply
from tests.bot.channels.conftest import WeChatLine, line_to
from tests.doubles.house import GatewayDouble
from tests.doubles.wechat_phone import Post, Side, WeChatPhone


async def refuses(line: WeChatLine, post: Post, status: int, reason: str, gateway: GatewayDouble) -> None:
    response = await line(post)
    assert (response.status_code, response.text.strip()) == (status, reason)
    assert gateway.deeds == 0


async def test_a_message_gets_its_reply_encrypted(line: WeChatLine, phone: WeChatPhone, gateway: GatewayDouble) -> None:
    response = await line(phone.post(phone.text("我想找人陪我去医院")))
    assert response.status_code == 200 and "<Encrypt>" in response.text
    assert phone.reply_in(response.text) == "好"
    assert [incoming.text for incoming in gateway.incoming] == ["我想找人陪我去医院"]
    assert gateway.waits == [4.2]


async def test_no_reply_in_time_is_answered_with_success(
    line: WeChatLine, phone: WeChatPhone, gateway: GatewayDouble
) -> None:
    gateway.answer = lambda incoming: None
    response = await line(phone.post(phone.text("在吗")))
    assert response.text == "success"


async def test_redelivery_gets_the_stored_reply_and_does_nothing_twice(
    line: WeChatLine, phone: WeChatPhone, gateway: GatewayDouble
) -> None:
    gateway.answer = lambda incoming: Reply(text=f"第{gateway.deeds}次")
    xml = phone.text("确认")
    replies = [phone.reply_in((await line(phone.post(xml))).text) for _ in range(3)]
    assert replies == ["第1次"] * 3
    assert gateway.deeds == 1


async def test_three_tries_around_the_limit_have_one_effect(
    line: WeChatLine, phone: WeChatPhone, gateway: GatewayDouble
) -> None:
    answered: list[object] = []

    async def loses_two_answers(post: Post) -> object:
        response = await line(post)
        answered.append(response)
        return response if len(answered) == 3 else None

    assert await phone.deliver(loses_two_answers, phone.text("确认")) == "好"  # type: ignore[arg-type]  # by design
    assert gateway.deeds == 1


async def test_byte_identical_replay_does_nothing_twice(
    line: WeChatLine, phone: WeChatPhone, gateway: GatewayDouble
) -> None:
    post = phone.post(phone.text("确认"))
    first, second = await line(post), await line(post)
    assert phone.reply_in(first.text) == phone.reply_in(second.text) == "好"
    assert first.text != second.text, "the stored reply is encrypted anew"
    assert gateway.deeds == 1


async def test_a_used_nonce_with_other_content_is_refused(
    line: WeChatLine, phone: WeChatPhone, gateway: GatewayDouble
) -> None:
    await line(phone.post(phone.text("确认"), nonce="77"))
    response = await line(phone.post(phone.text("取消"), nonce="77"))
    assert (response.status_code, response.text) == (403, "nonce used before with other content\n")
    assert gateway.deeds == 1


@pytest.mark.parametrize("age", [timedelta(minutes=-6), timedelta(minutes=6)])
async def test_old_and_future_timestamps(
    line: WeChatLine, phone: WeChatPhone, gateway: GatewayDouble, clock: MovableClock, age: timedelta
) -> None:
    post = phone.post(phone.text("在吗"), at=clock.now() - age)
    await refuses(line, post, 403, "timestamp too old or too far ahead", gateway)


async def test_a_replay_after_the_window_is_refused(
    line: WeChatLine, phone: WeChatPhone, gateway: GatewayDouble, clock: MovableClock
) -> None:
    post = phone.post(phone.text("确认"))
    await line(post)
    clock.forward(timedelta(minutes=6))
    assert (await line(post)).status_code == 403
    assert gateway.deeds == 1


async def test_forged(line: WeChatLine, phone: WeChatPhone, gateway: GatewayDouble, side: Side) -> None:
    good = phone.post(phone.text("确认"))
    stranger = WeChatPhone(replace(side, token="guessed"), "oWang", phone.clock)
    for post in (
        stranger.post(phone.text("确认")),
        Post(good.params, phone.post(phone.text("别的")).body),
        Post(good.params | {"msg_signature": "0" * 40}, good.body),
        Post(good.params | {"msg_signature": "签名"}, good.body),
        Post({**good.params, "msg_signature": ""}, good.body),
        Post(good.params | {"nonce": "12345"}, good.body),
    ):
        await refuses(line, post, 403, "wrong signature", gateway)


async def test_another_app_id_inside(line: WeChatLine, phone: WeChatPhone, gateway: GatewayDouble) -> None:
    post = phone.post(phone.text("确认"), app_id="wxOtherApp")
    await refuses(line, post, 403, "encrypted for another app id", gateway)


def signed(side: Side, phone: WeChatPhone, encrypted: str) -> Post:
    """A genuine signature over any "encrypted" text."""
    good = phone.post(phone.text("x"))
    stamp, nonce = good.params["timestamp"], good.params["nonce"]
    body = f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode()
    return Post(good.params | {"msg_signature": side.sign(stamp, nonce, encrypted)}, body)


@pytest.mark.parametrize(
    "encrypted",
    [
        "not base64 at all!",
        "QUJD",  # three bytes
        base64.b64encode(b"\0" * 16).decode(),
        base64.b64encode(b"\xff" * 160).decode(),
        "A" * 64,
        "密文",
    ],
)
async def test_signed_rubbish_is_refused_without_a_trace(
    line: WeChatLine, phone: WeChatPhone, side: Side, gateway: GatewayDouble, encrypted: str
) -> None:
    await refuses(line, signed(side, phone, encrypted), 400, "cannot be decrypted", gateway)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty body"),
        (b"\xff\xfe\x00", "body is not UTF-8"),
        (b"hello", "not well-formed XML"),
        (b"<xml><Encrypt>", "not well-formed XML"),
        (b"<xml></xml>", "Encrypt missing"),
        (b"<html><Encrypt>x</Encrypt></html>", "not a WeChat message"),
        (b"<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>", "a field comes twice"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>', "XML with a DTD"),
        (b'<!DOCTYPE xml SYSTEM "file:///etc/passwd"><xml/>', "XML with a DTD"),
        (b"<xml><Encrypt>\x00</Encrypt></xml>", "not well-formed XML"),
        (b'{"Encrypt": "x"}', "not well-formed XML"),
    ],
)
async def test_malformed_bodies(
    line: WeChatLine, phone: WeChatPhone, gateway: GatewayDouble, body: bytes, reason: str
) -> None:
    await refuses(line, Post(phone.post("<xml/>").params, body), 400, reason, gateway)


BOMB = '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><xml><Content>&b;</Content></xml>'


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (BOMB, "XML with a DTD"),
        ("<xml/>", "ToUserName missing or malformed"),
        ("no xml", "not well-formed XML"),
        ("<xml><ToUserName>gh</ToUserName></xml>", "FromUserName missing or malformed"),
    ],
)
async def test_malformed_messages_inside_a_genuine_envelope(
    line: WeChatLine, phone: WeChatPhone, gateway: GatewayDouble, xml: str, reason: str
) -> None:
    await refuses(line, phone.post(xml), 400, reason, gateway)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"timestamp": ""}, "timestamp is not a number of seconds"),
        ({"timestamp": "soon"}, "timestamp is not a number of seconds"),
        ({"timestamp": "-1"}, "timestamp is not a number of seconds"),
        ({"timestamp": "٣"}, "timestamp is not a number of seconds"),
        ({"nonce": ""}, "nonce missing or malformed"),
        ({"nonce": "a b"}, "nonce missing or malformed"),
        ({"nonce": "n" * 65}, "nonce missing or malformed"),
    ],
)
async def test_malformed_queries(
    line: WeChatLine, phone: WeChatPhone, gateway: GatewayDouble, changed: dict[str, str], reason: str
) -> None:
    good = phone.post(phone.text("在吗"))
    await refuses(line, Post(good.params | changed, good.body), 400, reason, gateway)


async def test_oversized(line: WeChatLine, phone: WeChatPhone, gateway: GatewayDouble) -> None:
    post = phone.post(phone.text("长" * 60_000))
    await refuses(line, post, 413, "body over 131072 bytes", gateway)

    async def chunks() -> object:
        for _ in range(40):
            yield b"x" * 4096

    response = await line.client.post("/wechat/main", params=post.params, content=chunks())  # type: ignore[arg-type]
    assert response.status_code == 413


async def test_twenty_thousand_characters_are_let_in(
    line: WeChatLine, phone: WeChatPhone, gateway: GatewayDouble
) -> None:
    assert (await line(phone.post(phone.text("长" * 20_000)))).status_code == 200
    assert len(gateway.incoming[0].text) == 20_000


async def test_unknown_account(line: WeChatLine, phone: WeChatPhone) -> None:
    post = phone.post(phone.text("在吗"))
    response = await line.client.post("/wechat/other", params=post.params, content=post.body)
    assert (response.status_code, response.text) == (404, "no such account\n")


async def test_plain_mode_is_refused_in_production(
    line: WeChatLine, phone: WeChatPhone, gateway: GatewayDouble
) -> None:
    post = phone.plain_post(phone.text("确认"))
    await refuses(line, post, 403, "plain mode is not accepted: set the account to safe mode", gateway)


def test_plain_mode_needs_the_development_setting(account: WeChatAccount) -> None:
    with pytest.raises(ValueError, match="development only"):
        replace(account, plain=True)


async def test_plain_mode_in_development(
    account: WeChatAccount, phone: WeChatPhone, gateway: GatewayDouble, clock: MovableClock
) -> None:
    async with line_to(replace(account, plain=True, development=True), gateway, clock) as client:
        line = WeChatLine(client)
        response = await line(phone.plain_post(phone.text("在吗"), nonce="5"))
        assert phone.reply_in(response.text) == "好" and "<Encrypt>" not in response.text
        # its signature leaves the body open: the nonce closes it
        swapped = await line(phone.plain_post(phone.text("确认"), nonce="5"))
        assert swapped.status_code == 403
        forged = phone.plain_post(phone.text("确认"))
        assert (await line(Post(forged.params | {"signature": "0" * 40}, forged.body))).status_code == 403
    assert gateway.deeds == 1


async def test_verification(line: WeChatLine, side: Side, phone: WeChatPhone) -> None:
    async def get(**params: str) -> tuple[int, str]:
        response = await line.client.get("/wechat/main", params=params)
        return response.status_code, response.text.strip()

    good = {"timestamp": "1409735669", "nonce": "1320562132"}
    signature = side.sign(good["timestamp"], good["nonce"])
    assert await get(**good, signature=signature, echostr="5836") == (200, "5836")
    assert await get(**good, signature="0" * 40, echostr="5836") == (403, "wrong signature")
    assert await get(**good, echostr="5836") == (403, "wrong signature")
    assert await get(**good, signature=signature) == (400, "echostr missing or too long")
    assert (await get())[0] == 400

    secret_echo = side.encrypt("5836")
    msg_signature = side.sign(good["timestamp"], good["nonce"], secret_echo)
    assert await get(**good, msg_signature=msg_signature, echostr=secret_echo) == (200, "5836")
    assert (await get(**good, msg_signature=signature, echostr=secret_echo))[0] == 403
    assert (await line.client.get("/wechat/other", params=good)).status_code == 404


async def test_nothing_personal_is_logged(
    line: WeChatLine, phone: WeChatPhone, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="bot")
    await line(phone.post(phone.text("我住虹桥路1号"), app_id="wxOther"))
    await line(phone.plain_post(phone.text("我住虹桥路1号")))
    logged = "\n".join(record.getMessage() + (record.exc_text or "") for record in caplog.records)
    assert "wechat/main refused" in logged
    assert "oWang" not in logged and "虹桥路" not in logged


async def test_silent_events_do_not_reach_the_desk(
    line: WeChatLine, phone: WeChatPhone, gateway: GatewayDouble
) -> None:
    for xml in (
        phone.event("VIEW", "https://desk.example/chat"),
        phone.event("LOCATION", Latitude="31.2", Longitude="121.4", Precision="30"),
        phone.event("TEMPLATESENDJOBFINISH", Status="success"),
        phone.event("some_new_event"),
    ):
        assert (await line(phone.post(xml))).text == "success"
    assert gateway.deeds == 0


async def test_what_does_not_fit_is_queued_once(line: WeChatLine, phone: WeChatPhone, gateway: GatewayDouble) -> None:
    long = "您好，这是一句话。" * 120

    def answer(incoming: Incoming) -> Reply:
        return Reply(text=long)

    gateway.answer = answer
    xml = phone.text("规则")
    first = [phone.reply_in((await line(phone.post(xml))).text) for _ in range(2)]
    assert first[0] == first[1] and len((first[0] or "").encode()) <= 2048
    [rest] = gateway.rests.values()
    assert (first[0] or "") + rest.text.replace("\n", "") == long
