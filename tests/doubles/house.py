"""The rest of the house for channel tests: a gateway that remembers, a nonce table, a token store, books."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from bot.channels.ports import AccessToken
from bot.messages import Incoming, Reply


class GatewayDouble:
    """Keeps the gateway's promises: stores, answers, gives a redelivery the stored reply. `deeds` counts effects."""

    def __init__(self, answer: Callable[[Incoming], Reply | None] = lambda incoming: Reply(text="好")) -> None:
        self.answer = answer
        self.stored: dict[tuple[str, str, str], Incoming] = {}
        self.replies: dict[tuple[str, str, str], Reply | None] = {}
        self.rests: dict[tuple[str, str, str], Reply] = {}
        self.waits: list[float] = []
        self.deeds = 0
        self.broken = False

    async def receive(self, incoming: Incoming, *, wait: float) -> Reply | None:
        if self.broken:
            raise OSError("no books")
        self.waits.append(wait)
        key = (incoming.channel, incoming.account, incoming.message_id)
        if key not in self.stored:
            self.stored[key] = incoming
            self.deeds += 1
            self.replies[key] = self.answer(incoming)
        return self.replies[key] if wait else None

    async def send_rest(self, incoming: Incoming, rest: Reply) -> None:
        self.rests.setdefault((incoming.channel, incoming.account, incoming.message_id), rest)

    @property
    def incoming(self) -> list[Incoming]:
        return list(self.stored.values())


class NonceTable:
    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    async def first_use(self, account: str, nonce: str, digest: str, *, now: datetime) -> str:
        return self.kept.setdefault((account, nonce), digest)


class MemoryTokens:
    def __init__(self) -> None:
        self.tokens: dict[str, AccessToken] = {}
        self._lock = asyncio.Lock()

    async def read(self, account: str) -> AccessToken | None:
        return self.tokens.get(account)

    async def write(self, account: str, token: AccessToken) -> None:
        self.tokens[account] = token

    @asynccontextmanager
    async def turn(self, account: str) -> AsyncIterator[None]:
        async with self._lock:
            yield


class MemoryBook:
    def __init__(self) -> None:
        self.notes: list[tuple[str, str, str | None, datetime]] = []
        self.granted: Counter[tuple[str, str]] = Counter()

    async def mass_sent_since(self, account: str, sender: str, since: datetime) -> int:
        return sum(1 for person, way, _, at in self.notes if person == sender and way == "mass" and at >= since)

    async def consents(self, account: str, sender: str, template_id: str) -> int:
        used = sum(
            1
            for person, way, template, _ in self.notes
            if person == sender and way == "subscription" and template == template_id
        )
        return self.granted[(sender, template_id)] - used

    async def note(self, account: str, sender: str, way: str, template_id: str | None, *, at: datetime) -> None:
        self.notes.append((sender, way, template_id, at))


class AlarmBell:
    def __init__(self) -> None:
        self.rung: list[str] = []

    async def alarm(self, channel: str, account: str, reason: str) -> None:
        self.rung.append(reason)
