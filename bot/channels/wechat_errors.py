"""WeChat's error codes, sorted by what can be done about them (CHANNELS: "Errors")."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.sending import Misconfigured, SendError, TryLater, Unreachable, WayClosed

RESET_ZONE = ZoneInfo("Asia/Shanghai")  # WeChat's daily quotas start anew at its midnight


class TokenStale(SendError):
    """40001, 40014, 42001: fetch a new access token and try once more. Never leaves the API client."""


class TooLong(WayClosed):
    """45002: to be cut in smaller parts."""


class MediaGone(WayClosed):
    """40007: the media id is wrong or older than 3 days."""


class WayDisabled(Misconfigured):
    """48001, 48004: the account has no right to this way of sending. Alarm, and take the next way."""


class AlreadySent(SendError):
    """45065: a mass message with this `clientmsgid` has gone out before. A success, seen twice."""

    def __init__(self, message_id: str | None) -> None:
        super().__init__("this clientmsgid was sent before")
        self.message_id = message_id


STALE = frozenset({40001, 40014, 42001})

_REASONS: dict[int, tuple[type[SendError], str]] = {
    40164: (Misconfigured, "this server's address is not in the account's IP whitelist"),
    40013: (Misconfigured, "the app id is wrong"),
    40125: (Misconfigured, "the app secret is wrong"),
    40037: (Misconfigured, "the template id is wrong"),
    47003: (Misconfigured, "the template's fields do not fit"),
    41030: (Misconfigured, "the page of the template is wrong"),
    40243: (Misconfigured, "the app secret is frozen"),
    45015: (WayClosed, "the 48 h window of this person is closed"),
    45047: (WayClosed, "the messages allowed since this person's last one are used up"),
    45028: (WayClosed, "no mass quota left"),
    45002: (TooLong, "the text is too long"),
    43101: (WayClosed, "this person has not consented to this subscription"),
    43107: (WayClosed, "subscription messages are banned for this account"),
    48001: (WayDisabled, "the account has no right to this API"),
    48004: (WayDisabled, "this API is banned for the account"),
    48002: (WayClosed, "this person has turned off receiving messages"),
    48003: (Misconfigured, "the account has not agreed to the mass sending terms"),
    43004: (Unreachable, "this person does not follow the account"),
    40003: (Unreachable, "no such person for this account"),
    50002: (Unreachable, "this person's account is restricted"),
    50005: (Unreachable, "this person has unfollowed the account"),
    40007: (MediaGone, "the media id is wrong or expired"),
    87014: (WayClosed, "the content was refused by WeChat"),
}
_WAITS: dict[int, tuple[str, timedelta | None]] = {
    -1: ("WeChat is busy", None),
    45011: ("too many calls a minute", timedelta(minutes=1)),
    45066: ("the same clientmsgid came too quickly", timedelta(minutes=1)),
}


def error_for(code: int, now: datetime) -> SendError:
    """The error to raise for `errcode`. WeChat's own `errmsg` is not quoted: it can hold open ids."""
    if code in STALE:
        return TokenStale(f"access token not accepted ({code})")
    if code == 45009:
        return TryLater(f"daily quota of this API used up ({code})", until_reset(now))
    if code in _WAITS:
        reason, after = _WAITS[code]
        return TryLater(f"{reason} ({code})", after)
    if code in _REASONS:
        kind, reason = _REASONS[code]
        return kind(f"{reason} ({code})")
    # unknown: this way does not work, and another one may
    return WayClosed(f"WeChat error {code}")


def until_reset(now: datetime) -> timedelta:
    """From `now` to WeChat's next midnight."""
    local = now.astimezone(RESET_ZONE)
    midnight = datetime.combine(local.date() + timedelta(days=1), time(0), tzinfo=RESET_ZONE)
    return midnight - now
