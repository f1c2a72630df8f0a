"""At most one message a second per chat and 30 a second over all (CHANNELS: Telegram).

Own code: the library's AIORateLimiter knows no limit per private chat. Each call takes the next free slot and sleeps
until it, so callers are served in the order they came.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.sending import TryLater

# a little slower than allowed: messages arrive closer together or further apart than they left
PER_CHAT = 1.05
OVER_ALL = 1 / 27
PATIENCE = 5.0  # seconds; who would have to wait longer is sent back to the queue instead of holding a worker


class Pacer:
    """One per bot. `clock` counts seconds and never goes back; `sleep` waits."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._next = 0.0
        self._next_of: dict[str, float] = {}

    async def turn(self, chat: str) -> None:
        """Return when a message to `chat` may leave. Raises TryLater when that is over 5 s away."""
        now = self._clock()
        slot = max(now, self._next, self._next_of.get(chat, 0.0))
        if slot - now > PATIENCE:
            raise TryLater("too many messages at once", timedelta(seconds=slot - now))
        self._next = slot + OVER_ALL
        self._next_of[chat] = slot + PER_CHAT
        if len(self._next_of) > 10_000:
            self._next_of = {name: at for name, at in self._next_of.items() if at > now}
        if slot > now:
            await self._sleep(slot - now)

    def pause(self, chat: str, wait: timedelta) -> None:
        """Telegram asked to wait: nothing to `chat` before that."""
        self._next_of[chat] = max(self._next_of.get(chat, 0.0), self._clock() + wait.total_seconds())
