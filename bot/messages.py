"""The neutral shapes between a channel and the desk. A channel knows no coins; the desk knows no WeChat."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bank.moments import check_aware


class Kind(StrEnum):
    TEXT = "text"
    VOICE = "voice"
    PHOTO = "photo"
    LOCATION = "location"
    KEY = "key"  # a menu key or a button: `text` is its payload, `/intent{...}`
    FOLLOW = "follow"  # `text` is the branch's scene when the QR code carried one
    UNFOLLOW = "unfollow"
    SCAN = "scan"
    OTHER = "other"  # stickers, videos, links: answered kindly, never understood


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One message as it came. `message_id` is unique within channel + account: what a redelivery repeats.

    `media` names a recording or picture that the channel has fetched or can fetch; `location` is (latitude, longitude,
    label). Raises ValueError for a naive `at`.
    """

    channel: str  # wechat, telegram, web, console
    account: str
    sender: str
    message_id: str
    kind: Kind
    text: str = ""
    media: dict[str, Any] = field(default_factory=dict)
    location: tuple[float, float, str] | None = None
    at: datetime

    def __post_init__(self) -> None:
        check_aware(self.at)

    def as_json(self) -> dict[str, Any]:
        """As the inbox keeps it: without what no database takes (half of a surrogate pair, NUL)."""
        kept = {"text": storable(self.text), "kind": str(self.kind), "at": self.at.isoformat()}
        return asdict(self) | kept | ({"location": _labelled(self.location)} if self.location else {})

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Incoming:
        place = raw.get("location")
        return cls(
            **{
                **raw,
                "kind": Kind(raw["kind"]),
                "at": datetime.fromisoformat(raw["at"]),
                "location": (place[0], place[1], place[2]) if place else None,
            }
        )


def storable(text: str) -> str:
    """The text without NUL; a lone surrogate, which JSON may carry and UTF-8 may not, becomes a replacement sign."""
    return text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _labelled(place: tuple[float, float, str]) -> tuple[float, float, str]:
    return place[0], place[1], storable(place[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of at most three numbered choices. `payload` is `/intent{...}`; `means` lets a plain yes or no pick it."""

    label: str
    payload: str
    means: str | None = None  # "yes", "no" or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the desk says: words, numbered choices, and a plainer wording for "再说一遍"."""

    text: str
    choices: tuple[Choice, ...] = ()
    plain: str | None = None
    picture: str | None = None  # name of a drawn picture, served by the desk

    def as_text(self) -> str:
        """The words with the choices numbered below them, for channels without buttons."""
        if not self.choices:
            return self.text
        lines = [f"{number} {choice.label}" for number, choice in enumerate(self.choices, start=1)]
        return self.text + "\n" + "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Reply:
        return cls(
            text=raw["text"],
            choices=tuple(Choice(**choice) for choice in raw.get("choices", ())),
            plain=raw.get("plain"),
            picture=raw.get("picture"),
        )


def join(replies: list[Reply]) -> Reply:
    """Several replies of one turn as one message: the words in order, the choices of the last that has any."""
    if len(replies) == 1:
        return replies[0]
    choices = next((reply.choices for reply in reversed(replies) if reply.choices), ())
    plain = "\n".join(reply.plain or reply.text for reply in replies)
    picture = next((reply.picture for reply in reversed(replies) if reply.picture), None)
    return Reply(
        text="\n".join(reply.text for reply in replies if reply.text),
        choices=choices,
        plain=plain,
        picture=picture,
    )


def payload_mark(payload: str) -> str:
    """A short hash that recognises a payload too long for a channel's button."""
    return hashlib.sha256(payload.encode("utf-8")).hexdigest()[:16]


def choice_for(mark: str, offered: Iterable[Choice]) -> Choice | None:
    """The choice that a marked button means, among those that were offered; None when the button is too old."""
    return next((choice for choice in offered if payload_mark(choice.payload) == mark), None)
