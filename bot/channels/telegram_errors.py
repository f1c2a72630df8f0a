"""Telegram's errors, sorted by what can be done about them."""

from __future__ import annotations

from datetime import timedelta

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.sending import MaybeSent, Misconfigured, SendError, TryLater, Unreachable, WayClosed

_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_NOBODY_THERE = ("chat not found", "peer_id_invalid", "user not found", "user is deactivated")


class TooLong(WayClosed):
    """The text is longer than Telegram takes."""


def error_for(error: TelegramError) -> SendError:
    """The error to raise for `error`. Telegram's words are quoted only where they name no person."""
    match error:
        case RetryAfter():
            return TryLater("Telegram asks to wait", wait_of(error))
        case Forbidden():
            return Unreachable("this person has blocked the bot")
        case InvalidToken():
            return Misconfigured("the bot's token is refused")
        case Conflict():
            return Misconfigured("another process serves this bot")
        case ChatMigrated():
            return Unreachable("this chat is no private chat any more")
        case BadRequest():
            return _bad_request(error.message)
        case TimedOut() | NetworkError():
            if isinstance(error.__cause__, _NEVER_LEFT):
                return TryLater("Telegram cannot be reached")
            return MaybeSent("no answer from Telegram")
        case _:
            return TryLater(f"Telegram failed: {type(error).__name__}")


def wait_of(error: RetryAfter) -> timedelta:
    """How long Telegram asks to wait, in the library's old form (seconds) or its new one."""
    wait = error.retry_after
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)


def _bad_request(message: str) -> SendError:
    words = message.lower()
    if any(sign in words for sign in _NOBODY_THERE):
        return Unreachable("no such chat")
    if "too long" in words:
        return TooLong("the text is too long")
    return WayClosed("Telegram refused the message as malformed")
