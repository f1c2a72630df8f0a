"""What WeChat sends, as the desk sees it: one row a kind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.channels.refusals import DoorRefused
from bot.channels.wechat_parse import parse
from bot.clock import MovableClock
from bot.messages import Incoming, Kind
from tests.doubles.wechat_phone import WeChatPhone


def read(phone: WeChatPhone, xml: str) -> Incoming:
    return parse(xml, "main", phone.clock.now()).incoming


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        ("text", {"Content": "在吗"}, (Kind.TEXT, "在吗", {}, None)),
        ("text", {"Content": ""}, (Kind.TEXT, "", {}, None)),
        ("text", {"Content": "😀👍🏻"}, (Kind.TEXT, "😀👍🏻", {}, None)),
        ("text", {"Content": '<!DOCTYPE x> & "]]>"'}, (Kind.TEXT, '<!DOCTYPE x> & "]]>"', {}, None)),
        ("voice", {"MediaId": "M1", "Format": "amr"}, (Kind.VOICE, "", {"media_id": "M1", "format": "amr"}, None)),
        (
            "image",
            {"MediaId": "M2", "PicUrl": "http://p"},
            (Kind.PHOTO, "", {"media_id": "M2", "url": "http://p"}, None),
        ),
        (
            "location",
            {"Location_X": "31.2", "Location_Y": "121.4", "Scale": "16", "Label": "虹桥路"},
            (Kind.LOCATION, "虹桥路", {}, (31.2, 121.4, "虹桥路")),
        ),
        ("video", {"MediaId": "M3"}, (Kind.OTHER, "", {"type": "video"}, None)),
        ("link", {"Title": "t", "Url": "u"}, (Kind.OTHER, "", {"type": "link"}, None)),
        ("something_new", {}, (Kind.OTHER, "", {"type": "something_new"}, None)),
    ],
)
def test_messages(
    phone: WeChatPhone, kind: str, fields: dict[str, str], expected: tuple[Kind, str, dict[str, Any], Any]
) -> None:
    incoming = read(phone, phone.message(kind, **fields))
    assert (incoming.kind, incoming.text, incoming.media, incoming.location) == expected
    assert (incoming.channel, incoming.account, incoming.sender) == ("wechat", "main", "oWang")
    assert incoming.at == phone.clock.now()


@pytest.mark.parametrize(
    ("event", "key", "expected"),
    [
        ("subscribe", "", (Kind.FOLLOW, "")),
        ("subscribe", None, (Kind.FOLLOW, "")),
        ("subscribe", "qrscene_hongqiao-01", (Kind.FOLLOW, "hongqiao-01")),
        ("unsubscribe", "", (Kind.UNFOLLOW, "")),
        ("SCAN", "hongqiao-01", (Kind.SCAN, "hongqiao-01")),
        ("CLICK", "/check_balance", (Kind.KEY, "/check_balance")),
        ("VIEW", "https://desk.example", (Kind.OTHER, "")),
    ],
)
def test_events(phone: WeChatPhone, event: str, key: str | None, expected: tuple[Kind, str]) -> None:
    extra = {"Ticket": "TICKET"} if key and event in ("subscribe", "SCAN") else {}
    incoming = read(phone, phone.event(event, key, **extra))
    assert (incoming.kind, incoming.text) == expected


def test_location_events(phone: WeChatPhone) -> None:
    reported = phone.event("LOCATION", Latitude="31.2", Longitude="121.4", Precision="30")
    assert read(phone, reported).location == (31.2, 121.4, "")
    assert parse(reported, "main", phone.clock.now()).silent


def test_message_ids(phone: WeChatPhone) -> None:
    same = phone.message("text", MsgId="1234567", Content="a")
    assert read(phone, same).message_id == read(phone, same).message_id
    other = WeChatPhone(phone.side, "oLi", phone.clock)
    assert read(phone, same).message_id != read(other, other.message("text", MsgId="1234567", Content="a")).message_id

    ids = {
        read(phone, phone.event("CLICK", "/check_balance")).message_id,
        read(phone, phone.event("CLICK", "/show_menu")).message_id,
        read(phone, phone.event("SCAN", "/show_menu")).message_id,
        read(other, other.event("CLICK", "/check_balance")).message_id,
    }
    assert len(ids) == 4
    again = read(phone, phone.event("CLICK", "/check_balance")).message_id
    assert again in ids
    assert not any("oWang" in message_id for message_id in ids)


@pytest.mark.parametrize(
    "fields",
    [
        {"Location_X": "north", "Location_Y": "121"},
        {"Location_X": "nan", "Location_Y": "121"},
        {"Location_X": "91", "Location_Y": "121"},
        {"Location_X": "31.2"},
    ],
)
def test_odd_places_are_refused(phone: WeChatPhone, fields: dict[str, str]) -> None:
    with pytest.raises(DoorRefused, match="malformed"):
        read(phone, phone.message("location", **fields))


@pytest.mark.parametrize(
    "xml",
    [
        "<xml><ToUserName>g</ToUserName><FromUserName>o</FromUserName><CreateTime>x</CreateTime><MsgType>text</MsgType></xml>",
        "<xml><ToUserName>g</ToUserName><FromUserName><a>o</a></FromUserName><CreateTime>1</CreateTime></xml>",
        "<xml><ToUserName>g</ToUserName><FromUserName>o</FromUserName><CreateTime>1</CreateTime>"
        "<MsgType>event</MsgType><Event><a/></Event></xml>",
        "<xml><ToUserName>g</ToUserName><FromUserName>o</FromUserName><CreateTime>1</CreateTime>"
        "<MsgType>event</MsgType><Event>CLICK</Event></xml>",
        "<xml><ToUserName>g</ToUserName><FromUserName>o</FromUserName><CreateTime>1</CreateTime>"
        "<MsgType>voice</MsgType></xml>",
        "<xml><ToUserName>g</ToUserName><FromUserName>o</FromUserName><CreateTime>1</CreateTime>"
        "<MsgType>text</MsgType><Content><b>nested</b></Content></xml>",
    ],
)
def test_odd_fields_are_refused(phone: WeChatPhone, xml: str) -> None:
    with pytest.raises(DoorRefused):
        read(phone, xml)


@pytest.mark.parametrize("seconds", ["0", "99999999999999999999", "1772415000000"])
def test_an_impossible_moment_becomes_now(phone: WeChatPhone, seconds: str, clock: MovableClock) -> None:
    incoming = read(phone, phone.message("text", Content="x", CreateTime=seconds))
    assert abs(incoming.at - clock.now()) < timedelta(seconds=1)
