"""WeChat's XML as `Incoming`: wechatpy parses, this names, bounds and keys what came."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.parsers import expat

from wechatpy import parse_message

from bot.channels.refusals import DoorRefused
from bot.messages import Incoming, Kind

CHANNEL = "wechat"
DRIFT = timedelta(days=1)  # a CreateTime further off than this is some tool's mistake, not a moment


@dataclass(frozen=True, slots=True)
class Parsed:
    """A message and what the passive reply needs: `our_id` is the account's original id (gh_…).

    `silent`: nobody expects an answer and the desk has no use for it; answered `success` at once.
    """

    incoming: Incoming
    our_id: str
    silent: bool


def flat_xml(text: str) -> dict[str, str]:
    """The texts of the children of `<xml>`, and "" for a child that has children of its own.

    Raises DoorRefused (400) for broken XML, a DTD (entity bombs need one) or another root.
    """
    reader = _FlatReader()
    parser = expat.ParserCreate(encoding="utf-8")
    parser.StartDoctypeDeclHandler = _refuse_dtd
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.words
    try:
        parser.Parse(text.encode("utf-8"), True)
    except (expat.ExpatError, ValueError):  # ValueError: lone surrogates
        raise DoorRefused(400, "not well-formed XML") from None
    return reader.fields


class _FlatReader:
    """Collects what `flat_xml` returns. A name that comes twice makes the message refused: which one would count?"""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self._path: list[str] = []
        self._words: list[str] = []

    def start(self, name: str, _: dict[str, str]) -> None:
        if not self._path and name != "xml":
            raise DoorRefused(400, "not a WeChat message")
        if len(self._path) == 1 and name in self.fields:
            raise DoorRefused(400, "a field comes twice")
        self._path.append(name)
        self._words.clear()

    def words(self, text: str) -> None:
        self._words.append(text)

    def end(self, name: str) -> None:
        if len(self._path) == 2:
            self.fields[name] = "".join(self._words).strip()
        self._path.pop()
        self._words.clear()


def _refuse_dtd(*_: object) -> None:
    raise DoorRefused(400, "XML with a DTD")


def parse(xml: str, account: str, now: datetime) -> Parsed:
    """Raises DoorRefused (400) when `xml` is no message of WeChat's."""
    fields = flat_xml(xml)
    for name in ("ToUserName", "FromUserName", "CreateTime", "MsgType"):
        if not _plain(fields.get(name), 128):
            raise DoorRefused(400, f"{name} missing or malformed")
    try:
        message = parse_message(xml)
        kind, text, media, location, silent = _content(message, fields)
        if not isinstance(text, str):
            raise TypeError("words with fields inside")  # noqa: TRY301  # one place turns all of these into a refusal
        incoming = Incoming(
            channel=CHANNEL,
            account=account,
            sender=fields["FromUserName"],
            message_id=_message_id(fields),
            kind=kind,
            text=text,
            media=media,
            location=location,
            at=_moment(fields["CreateTime"], now),
        )
    except (KeyError, TypeError, ValueError, AttributeError):  # what wechatpy's fields raise on odd values
        raise DoorRefused(400, "a field of the message is malformed") from None
    return Parsed(incoming, fields["ToUserName"], silent)


Content = tuple[Kind, str, dict[str, Any], tuple[float, float, str] | None, bool]


def _content(message: Any, fields: Mapping[str, str]) -> Content:
    """Kind, text, media, location, silent."""
    if fields["MsgType"].lower() == "event":
        return _event(message, fields)
    match message.type:
        case "text":
            return Kind.TEXT, message.content or "", {}, None, False
        case "voice":
            media = {"media_id": _needed(message.media_id), "format": message.format or "amr"}
            return Kind.VOICE, message.recognition or "", media, None, False
        case "image":
            return Kind.PHOTO, "", {"media_id": _needed(message.media_id), "url": message.image or ""}, None, False
        case "location":
            place = _place(message.location_x, message.location_y, message.label)
            return Kind.LOCATION, place[2], {}, place, False
        case _:
            return Kind.OTHER, "", {"type": fields["MsgType"][:32]}, None, False


def _event(message: Any, fields: Mapping[str, str]) -> Content:
    event = getattr(message, "event", "") or str(fields.get("Event", "")).lower()
    match event:
        case "subscribe":
            return Kind.FOLLOW, "", {}, None, False
        case "subscribe_scan":
            return Kind.FOLLOW, message.scene_id or "", {}, None, False
        case "unsubscribe":
            return Kind.UNFOLLOW, "", {}, None, False
        case "scan":
            return Kind.SCAN, (message.scene_id or "").removeprefix("qrscene_"), {}, None, False
        case "scancode_push" | "scancode_waitmsg":
            return Kind.SCAN, str(message.scan_result), {}, None, False
        case "click":
            return Kind.KEY, _needed(message.key), {}, None, False
        case "location":
            # reported by the app unasked, at every opening of the chat: nobody waits for an answer
            return Kind.LOCATION, "", {}, _place(message.latitude, message.longitude, ""), True
        case "location_select":
            place = _place(message.location_x, message.location_y, message.label)
            return Kind.LOCATION, place[2], {}, place, False
        case _:
            # a link that opens by itself, a report of a sending, a picture that follows as a message: nothing to answer
            return Kind.OTHER, "", {"event": event[:64]}, None, True


def _message_id(fields: Mapping[str, str]) -> str:
    """What a redelivery repeats: MsgId, for events FromUserName + CreateTime + Event + EventKey.

    Both with the sender: MsgIds of different people were seen to coincide (WxJava's issue 333), and losing a
    message is worse than a longer key. Hashed, so that no open id stands in keys and logs.
    """
    sender = fields["FromUserName"]
    if _plain(fields.get("MsgId"), 64):
        return f"m:{fields['MsgId']}:{_short_hash(sender)}"
    parts = (sender, fields["CreateTime"], fields.get("Event") or "", fields.get("EventKey") or "")
    return f"e:{_short_hash('|'.join(str(part) for part in parts), 40)}"


def _short_hash(text: str, length: int = 12) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:length]


def _moment(seconds: str, now: datetime) -> datetime:
    number = int(seconds)
    try:
        said = datetime.fromtimestamp(number, UTC)
    except (OverflowError, OSError, ValueError):
        return now
    return said if abs(said - now) <= DRIFT else now


def _place(latitude: Any, longitude: Any, label: Any) -> tuple[float, float, str]:
    """Raises ValueError outside the globe."""
    place = (float(latitude), float(longitude), str(label or ""))
    if not (-90 <= place[0] <= 90 and -180 <= place[1] <= 180):
        raise ValueError("not on earth")
    return place


def _plain(value: Any, limit: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= limit


def _needed(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("an empty field that must not be")
    return value
