"""Who is let in at `/telegram/{account}`, and what an update becomes."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from bot.channels.telegram_door import SECRET_HEADER
from bot.channels.telegram_settings import TelegramAccount
from bot.messages import Kind
from tests.doubles.house import GatewayDouble
from tests.doubles.telegram_api import TelegramDouble

CHAT = 5001


async def post(webhook: httpx.AsyncClient, update: Any, secret: str | None = "hook-secret") -> httpx.Response:
    headers = {} if secret is None else {SECRET_HEADER: secret}
    content = update if isinstance(update, bytes) else json.dumps(update).encode()
    return await webhook.post("/telegram/main", content=content, headers=headers)


async def test_a_message_is_stored_and_not_waited_for(
    webhook: httpx.AsyncClient, telegram: TelegramDouble, gateway: GatewayDouble
) -> None:
    update = telegram.says(CHAT, "明天陪我去医院")
    for _ in range(2):
        assert (await post(webhook, update)).status_code == 200
    [incoming] = gateway.incoming
    assert (incoming.channel, incoming.account, incoming.sender) == ("telegram", "main", str(CHAT))
    assert (incoming.kind, incoming.text, incoming.message_id) == (
        Kind.TEXT,
        "明天陪我去医院",
        str(update["update_id"]),
    )
    assert incoming.at == telegram.clock.now()
    assert gateway.waits == [0, 0] and gateway.deeds == 1


@pytest.mark.parametrize("secret", [None, "", "wrong", "hook-secret2", "hook-secre"])
async def test_bad_secret(
    webhook: httpx.AsyncClient, telegram: TelegramDouble, gateway: GatewayDouble, secret: str | None
) -> None:
    response = await post(webhook, telegram.says(CHAT, "在吗"), secret)
    assert (response.status_code, response.text) == (403, "wrong secret token\n")
    assert gateway.deeds == 0


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "body is not JSON"),
        (b"{", "body is not JSON"),
        (b"\xff\xfe", "body is not JSON"),
        (b"[" * 50_000, "body is not JSON"),
        (b"[]", "not an update"),
        (b"{}", "not an update"),
        (b'{"update_id": "1"}', "not an update"),
        (b'{"update_id": true}', "not an update"),
        (b'{"update_id": 1, "message": {"message_id": 1}}', "not a well-formed update"),
        (b'{"update_id": 1, "message": "x"}', "not a well-formed update"),
        (b'{"update_id": 1, "message": {"message_id": 1, "date": "x", "chat": 5}}', "not a well-formed update"),
    ],
)
async def test_malformed(webhook: httpx.AsyncClient, gateway: GatewayDouble, body: bytes, reason: str) -> None:
    response = await post(webhook, body)
    assert (response.status_code, response.text.strip()) == (400, reason)
    assert gateway.deeds == 0


async def test_wrong_types_inside_never_pass(
    webhook: httpx.AsyncClient, telegram: TelegramDouble, gateway: GatewayDouble
) -> None:
    for broken in ({"text": 5}, {"text": ["a"]}, {"location": {"latitude": "north", "longitude": 1}}):
        response = await post(webhook, telegram.sends(CHAT, **broken))
        assert response.status_code == 400, broken
    assert gateway.deeds == 0


async def test_oversized(webhook: httpx.AsyncClient, telegram: TelegramDouble, gateway: GatewayDouble) -> None:
    assert (await post(webhook, telegram.says(CHAT, "x" * 300_000))).status_code == 413
    assert gateway.deeds == 0


async def test_unknown_and_polling_accounts(webhook: httpx.AsyncClient, telegram: TelegramDouble) -> None:
    response = await webhook.post("/telegram/other", json=telegram.says(CHAT, "x"))
    assert response.status_code == 404


async def test_not_stored_is_not_acknowledged(
    webhook: httpx.AsyncClient, telegram: TelegramDouble, gateway: GatewayDouble
) -> None:
    gateway.broken = True
    with pytest.raises(OSError, match="no books"):
        await post(webhook, telegram.says(CHAT, "在吗"))


PHOTOS = [
    {"file_id": "small", "file_unique_id": "s", "width": 90, "height": 60, "file_size": 1000},
    {"file_id": "large", "file_unique_id": "l", "width": 1280, "height": 960, "file_size": 90000},
    {"file_id": "medium", "file_unique_id": "m", "width": 320, "height": 240, "file_size": 9000},
]
VOICE = {"file_id": "V1", "file_unique_id": "v", "duration": 3, "mime_type": "audio/ogg", "file_size": 5000}
PLACE = {"latitude": 31.2, "longitude": 121.4}
VENUE = {"location": PLACE, "title": "虹桥站", "address": "申虹路"}
STICKER = {
    "file_id": "S",
    "file_unique_id": "s",
    "type": "regular",
    "width": 5,
    "height": 5,
    "is_animated": False,
    "is_video": False,
}


@pytest.mark.parametrize(
    ("content", "kind", "text", "media", "location"),
    [
        ({"text": "/start"}, Kind.FOLLOW, "", {}, None),
        ({"text": "/start hongqiao-01"}, Kind.FOLLOW, "hongqiao-01", {}, None),
        ({"text": "/start@timebank_desk_bot hongqiao-01"}, Kind.FOLLOW, "hongqiao-01", {}, None),
        ({"text": "/start 陪我"}, Kind.TEXT, "/start 陪我", {}, None),
        ({"text": "/confirm_done"}, Kind.TEXT, "/confirm_done", {}, None),
        ({"text": "😀"}, Kind.TEXT, "😀", {}, None),
        (
            {"voice": VOICE},
            Kind.VOICE,
            "",
            {"file_id": "V1", "format": "ogg", "mime": "audio/ogg", "bytes": 5000},
            None,
        ),
        ({"photo": PHOTOS, "caption": "灯坏了"}, Kind.PHOTO, "灯坏了", {"file_id": "large", "bytes": 90000}, None),
        ({"location": PLACE}, Kind.LOCATION, "", {}, (31.2, 121.4, "")),
        ({"location": PLACE, "venue": VENUE}, Kind.LOCATION, "虹桥站 申虹路", {}, (31.2, 121.4, "虹桥站 申虹路")),
        ({"sticker": STICKER}, Kind.OTHER, "", {}, None),
    ],
)
async def test_contents(
    webhook: httpx.AsyncClient,
    telegram: TelegramDouble,
    gateway: GatewayDouble,
    content: dict[str, Any],
    kind: Kind,
    text: str,
    media: dict[str, Any],
    location: Any,
) -> None:
    assert (await post(webhook, telegram.sends(CHAT, **content))).status_code == 200
    [incoming] = gateway.incoming
    assert (incoming.kind, incoming.text, incoming.media, incoming.location) == (kind, text, media, location)


async def test_a_tap_is_a_key_and_is_settled(
    webhook: httpx.AsyncClient, telegram: TelegramDouble, gateway: GatewayDouble
) -> None:
    update = telegram.taps(CHAT, '/accept_job{"order": 12}', message_id=40)
    assert (await post(webhook, update)).status_code == 200
    [incoming] = gateway.incoming
    assert (incoming.kind, incoming.text) == (Kind.KEY, '/accept_job{"order": 12}')
    assert incoming.media == {"message": 40} and incoming.sender == str(CHAT)
    assert telegram.answered_taps == [update["callback_query"]["id"]]


async def test_a_numbered_tap_carries_its_mark(
    webhook: httpx.AsyncClient, telegram: TelegramDouble, gateway: GatewayDouble
) -> None:
    await post(webhook, telegram.taps(CHAT, "k:2:0123456789abcdef"))
    assert (gateway.incoming[0].text, gateway.incoming[0].media["mark"]) == ("2", "0123456789abcdef")


async def test_a_tap_that_cannot_be_settled_is_stored_all_the_same(
    webhook: httpx.AsyncClient, telegram: TelegramDouble, gateway: GatewayDouble
) -> None:
    telegram.fail("answerCallbackQuery", 400, "Bad Request: query is too old")
    assert (await post(webhook, telegram.taps(CHAT, "/show_menu"))).status_code == 200
    assert gateway.deeds == 1


async def test_a_block_is_an_unfollow(
    webhook: httpx.AsyncClient, telegram: TelegramDouble, gateway: GatewayDouble
) -> None:
    await post(webhook, telegram.blocks(CHAT))
    assert (gateway.incoming[0].kind, gateway.incoming[0].sender) == (Kind.UNFOLLOW, str(CHAT))


async def test_ignored_politely(webhook: httpx.AsyncClient, telegram: TelegramDouble, gateway: GatewayDouble) -> None:
    group = telegram.message(CHAT, text="大家好") | {"chat": {"id": -100, "type": "group", "title": "g"}}
    robot = telegram.message(CHAT, text="hi") | {"from": {"id": 9, "is_bot": True, "first_name": "r"}}
    for update in (
        telegram.update(edited_message=telegram.message(CHAT, text="改了", edit_date=1)),
        telegram.update(message=group),
        telegram.update(message=robot),
        telegram.update(channel_post=group),
        telegram.update(),
        telegram.taps(CHAT, "rubbish"),
    ):
        assert (await post(webhook, update)).status_code == 200
    assert gateway.deeds == 0


@pytest.mark.parametrize("secret", ["有", "a b", "x" * 257])
def test_secrets_telegram_would_refuse(secret: str) -> None:
    with pytest.raises(ValueError, match="webhook secret"):
        TelegramAccount(name="main", token="t", secret=secret)
