"""Telegram as a driver: updates into the real webhook route, replies and buttons at the Bot API double."""

from __future__ import annotations

import contextlib
import itertools
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import httpx

from bot.channels.telegram_door import SECRET_HEADER
from bot.channels.telegram_pacer import Pacer
from bot.rasa_process import free_port
from tests.conversations.open_house import OpenHouse, served
from tests.conversations.play import Enough
from tests.doubles.telegram_api import Sent, TelegramDouble

HOOK_SECRET = "hook-secret"


class QuickTime:
    """Time for the pacer: sleeping takes none."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def now(self) -> float:
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        self._seconds += seconds


def quick_pacer() -> Pacer:
    """Paces as the real one, on a clock of its own."""
    time = QuickTime()
    return Pacer(clock=time.now, sleep=time.sleep)


def settings_for(double: TelegramDouble, url: str) -> dict[str, Any]:
    return {"telegram_token": double.token, "telegram_secret": HOOK_SECRET, "telegram_api_url": url}


@contextlib.asynccontextmanager
async def bot_api(double: TelegramDouble) -> AsyncIterator[str]:
    """The Bot API double on loopback: its address."""
    port = free_port()
    async with served(double.app, port):
        yield f"http://127.0.0.1:{port}"


class TelegramDriver:
    """Everybody has a chat with the bot."""

    def __init__(self, house: OpenHouse, api: TelegramDouble) -> None:
        self.house, self.api = house, api
        self.http = httpx.AsyncClient(base_url=house.url, trust_env=False, timeout=60)
        self._chats: dict[str, int] = {}
        self._seen: dict[str, int] = defaultdict(int)
        self._serial = itertools.count(5_000_001)

    async def close(self) -> None:
        await self.http.aclose()

    def chat(self, who: str) -> int:
        if who not in self._chats:
            self._chats[who] = next(self._serial)
            self.house.bind("telegram", "main", str(self._chats[who]), who)
        return self._chats[who]

    async def all_sit(self, *people: str) -> None:
        for who in people:
            self.chat(who)

    async def post(self, update: dict[str, Any]) -> None:
        """Call our webhook as Telegram does."""
        answer = await self.http.post("/telegram/main", json=update, headers={SECRET_HEADER: HOOK_SECRET})
        assert answer.status_code == 200, answer.text

    async def say(self, who: str, words: str, enough: Enough) -> list[str]:
        return await self._send(who, self.api.says(self.chat(who), words))

    async def tap(self, who: str, label: str, enough: Enough) -> list[str]:
        """Tap the real button, with what the desk put behind it."""
        found = next(
            (sent.message_id, data)
            for sent in reversed(self._sent_to(who))
            for text, data in sent.buttons
            if text.partition(" ")[2] == label
        )
        return await self._send(who, self.api.taps(self.chat(who), found[1], found[0]))

    async def _send(self, who: str, update: dict[str, Any]) -> list[str]:
        self.api.take()
        await self.post(update)
        await self.house.settle()
        return self._new(who)

    async def notices(self, who: str, enough: Enough) -> list[str]:
        await self.house.settle()
        return self._new(who)

    def _sent_to(self, who: str) -> list[Sent]:
        return [sent for sent in self.api.sent if sent.chat == self.chat(who)]

    def _new(self, who: str) -> list[str]:
        sent = self._sent_to(who)
        new = sent[self._seen[who] :]
        self._seen[who] = len(sent)
        return ["\n".join([each.text, *(label for label, _ in each.buttons)]) for each in new]

    async def set_clock(self, now: datetime) -> None:
        await self.house.set_clock(now)
