"""Wakes the waiting pages of a person as soon as there is something new in this process.

Only a shortcut: a page also looks by itself every second or so, so that messages written by another process arrive.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict


class Wakeups:
    """Bells by sender. Lives in one event loop."""

    def __init__(self) -> None:
        self._bells: dict[str, set[asyncio.Event]] = defaultdict(set)
        self.closing = False

    def close(self) -> None:
        """The desk goes down: waiting pages are let go within a second. May be called from any thread."""
        self.closing = True

    def ring(self, sender: str) -> None:
        for bell in self._bells.get(sender, ()):
            bell.set()

    def ring_all(self) -> None:
        """After the clock was moved or the dispatcher has run."""
        for sender in list(self._bells):
            self.ring(sender)

    async def wait(self, sender: str, seconds: float) -> bool:
        """Wait for a ring, `seconds` at most; says whether it rang."""
        bell = asyncio.Event()
        self._bells[sender].add(bell)
        try:
            async with asyncio.timeout(seconds):
                await bell.wait()
        except TimeoutError:
            return False
        else:
            return True
        finally:
            self._bells[sender].discard(bell)
            if not self._bells[sender]:
                del self._bells[sender]
