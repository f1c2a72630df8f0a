"""The terminal as a driver: a real `./timebank chat --as … --json` process for each person, all on one database."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import termios
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.rasa_process import HOUSE
from tests.conversations.play import Enough

PATIENCE = 60.0  # seconds until a line that does not come is called missing
END = b"\x04"  # Ctrl-D


@dataclass
class Seat:
    """One running process. `typed` is the terminal's other end."""

    child: asyncio.subprocess.Process
    typed: int
    unread: list[str] = field(default_factory=list)


class ConsoleDriver:
    """Everybody sits at a terminal of their own. When the clock moves they get up and sit down again."""

    def __init__(self, database: Path, begins: datetime) -> None:
        self._database = database
        self._now = begins
        self._seats: dict[str, Seat] = {}
        self._left: dict[str, list[str]] = defaultdict(list)  # what a seat showed after its person last looked

    async def close(self) -> None:
        await asyncio.gather(*(self._get_up(who) for who in list(self._seats)))

    async def all_sit(self, *people: str) -> None:
        for who, seat in zip(people, await asyncio.gather(*(self._sit(who) for who in people)), strict=True):
            self._seats[who] = seat

    async def _seat(self, who: str) -> Seat:
        if who not in self._seats:
            self._seats[who] = await self._sit(who)
        return self._seats[who]

    async def _sit(self, who: str) -> Seat:
        typed, terminal = pty.openpty()
        mode = termios.tcgetattr(terminal)
        mode[3] &= ~termios.ECHO
        termios.tcsetattr(terminal, termios.TCSANOW, mode)
        command = [str(HOUSE / "timebank"), "chat", "--as", who, "--json", "--now", self._now.isoformat()]
        child = await asyncio.create_subprocess_exec(
            *command,
            "--db",
            f"sqlite:///{self._database}",
            stdin=terminal,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        os.close(terminal)
        return Seat(child, typed)

    async def _get_up(self, who: str) -> None:
        """The input ends; what still comes is kept for the next look."""
        seat = self._seats.pop(who)
        os.write(seat.typed, END)
        self._left[who] += seat.unread + await _rest(seat)
        os.close(seat.typed)
        assert await seat.child.wait() == 0, f"{who}'s process ended badly"

    async def say(self, who: str, words: str, enough: Enough) -> list[str]:
        seat = await self._seat(who)
        os.write(seat.typed, f"{words}\n".encode())
        return await self._read(who, enough)

    async def tap(self, who: str, label: str, enough: Enough) -> list[str]:
        return await self.say(who, label, enough)

    async def notices(self, who: str, enough: Enough) -> list[str]:
        await self._seat(who)
        return await self._read(who, enough)

    async def _read(self, who: str, enough: Callable[[Sequence[str]], bool]) -> list[str]:
        seat, heard = self._seats[who], self._left.pop(who, [])
        assert seat.child.stdout is not None
        try:
            async with asyncio.timeout(PATIENCE):
                while not enough(heard):
                    line = await seat.child.stdout.readline()
                    if not line:
                        break
                    heard.append(_text(line, who))
        except TimeoutError:
            pass  # the play says what is missing
        return heard

    async def set_clock(self, now: datetime) -> None:
        self._now = now
        await self.close()


async def _rest(seat: Seat) -> list[str]:
    assert seat.child.stdout is not None
    return [_text(line, None) async for line in seat.child.stdout]


def _text(line: bytes, who: str | None) -> str:
    """The words of one line of output, its buttons numbered below."""
    shown = json.loads(line)
    assert set(shown) == {"to", "text", "buttons"}
    assert who is None or shown["to"] == who
    return "\n".join([shown["text"], *(f"{number} {label}" for number, label in enumerate(shown["buttons"], start=1))])
