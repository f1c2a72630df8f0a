"""How a message may leave: the port every channel's sender implements, and the named ways a sending can end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.messages import Reply


class SendError(Exception):
    """A sending failed. Sorted by what the dispatcher can do about it."""


class TryLater(SendError):
    """Back off: busy, rate limited, network down. `after` is the least wait; None lets the dispatcher choose."""

    def __init__(self, reason: str, after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.after = after


class MaybeSent(SendError):
    """Timed out after the request left: it may have arrived. Tried once more only where a repeat does no harm."""


class WayClosed(SendError):
    """This way is shut for this message (48 h window over, quota used up): take the next way."""


class Unreachable(SendError):
    """The person can't be reached on this channel (blocked, unfollowed): mark the identity, take the phone list."""


class Misconfigured(SendError):
    """Our own credentials or rights are wrong: alarm for staff, keep the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a person is on a channel, with what the outbound policy needs to know of the past."""

    channel: str
    account: str
    sender: str
    last_incoming_at: datetime | None = None
    sent_since_incoming: int = 0
    last_gesture_at: datetime | None = None  # menu click, follow, scan


class Sender(Protocol):
    """One channel's way out."""

    channel: str

    async def send(self, address: Address, reply: Reply, *, key: str, purpose: str, now: datetime) -> str | None:
        """Send and return the channel's id of the message. `key` makes a repeat recognisable where the channel can.

        Raises SendError's children.
        """
