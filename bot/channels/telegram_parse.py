"""Telegram's updates as `Incoming`."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from telegram import CallbackQuery, ChatMemberUpdated, Message, Update
from telegram.constants import ChatMemberStatus, ChatType

from bot.channels.telegram_keys import read_tap
from bot.messages import Incoming, Kind

CHANNEL = "telegram"
ALLOWED_UPDATES = ["message", "callback_query", "my_chat_member"]
_START = re.compile(r"/start(?:@\w{1,64})?(?:\s+([A-Za-z0-9_-]{1,64}))?\s*", re.ASCII)


def to_incoming(update: Update, account: str, now: datetime) -> Incoming | None:
    """None for what this desk politely ignores: groups, channels, other bots, edits, reactions.

    An edited message has been answered already; acting on it again would do things twice.
    """
    if update.message is not None:
        return _from_message(update.update_id, update.message, account)
    if update.callback_query is not None:
        return _from_tap(update.update_id, update.callback_query, account, now)
    if update.my_chat_member is not None:
        return _from_member(update.update_id, update.my_chat_member, account)
    return None


def _from_message(update_id: int, message: Message, account: str) -> Incoming | None:
    if message.chat.type != ChatType.PRIVATE or (message.from_user is not None and message.from_user.is_bot):
        return None
    kind, text, media, location = _content(message)
    if not isinstance(text, str):
        raise TypeError("words that are no text")  # the library takes any JSON value for a string
    return Incoming(
        channel=CHANNEL,
        account=account,
        sender=str(message.chat.id),
        message_id=str(update_id),
        kind=kind,
        text=text,
        media=media,
        location=location,
        at=message.date,
    )


def _content(message: Message) -> tuple[Kind, str, dict[str, Any], tuple[float, float, str] | None]:
    if message.text is not None:
        start = _START.fullmatch(message.text)
        if start:
            return Kind.FOLLOW, start[1] or "", {}, None
        return Kind.TEXT, message.text, {}, None
    if message.voice is not None:
        voice = message.voice
        media = {"file_id": voice.file_id, "format": "ogg", "mime": voice.mime_type or "", "bytes": voice.file_size}
        return Kind.VOICE, message.caption or "", media, None
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        return Kind.PHOTO, message.caption or "", {"file_id": largest.file_id, "bytes": largest.file_size}, None
    if message.location is not None:
        label = f"{message.venue.title} {message.venue.address}".strip() if message.venue else ""
        place = (float(message.location.latitude), float(message.location.longitude), label)
        return Kind.LOCATION, label, {}, place
    return Kind.OTHER, message.caption or "", {}, None


def _from_tap(update_id: int, query: CallbackQuery, account: str, now: datetime) -> Incoming | None:
    tap = read_tap(query.data or "")
    if tap is None or query.message is None or query.message.chat.type != ChatType.PRIVATE:
        return None
    media: dict[str, Any] = {"message": query.message.message_id}
    if tap.mark:
        media["mark"] = tap.mark
    return Incoming(
        channel=CHANNEL,
        account=account,
        sender=str(query.message.chat.id),
        message_id=str(update_id),
        kind=Kind.KEY,
        text=tap.text,
        media=media,
        at=now,
    )


def _from_member(update_id: int, change: ChatMemberUpdated, account: str) -> Incoming | None:
    """Blocked: unfollowed. Unblocked needs nothing: Telegram's own start button says `/start`."""
    if change.chat.type != ChatType.PRIVATE or change.new_chat_member.status != ChatMemberStatus.BANNED:
        return None
    return Incoming(
        channel=CHANNEL,
        account=account,
        sender=str(change.chat.id),
        message_id=str(update_id),
        kind=Kind.UNFOLLOW,
        at=change.date,
    )
