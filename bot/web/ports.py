"""What the chat page needs from the rest of the house."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.messages import Incoming, Reply

CHANNEL = "web"
ACCOUNT = "main"


class Gateway(Protocol):
    """The one way in (see bot.gateway)."""

    async def receive(self, incoming: Incoming, *, wait: float) -> Reply | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a person's talk with the desk, as the page shows it.

    `id` never changes; `mine` is what the person said, with the `message_id` under which it came. `answers`: a reply
    to that, not a notice.
    """

    id: str
    mine: bool
    at: datetime
    text: str
    choices: Sequence[str] = ()  # labels, numbered from 1
    message_id: str | None = None
    picture: str | None = None
    answers: bool = False


def live_line(lines: Sequence[Line]) -> Line | None:
    """The line whose choices a number picks now: a reply ends earlier choices, a notice only when it has its own."""
    live: Line | None = None
    for line in lines:
        if line.choices:
            live = line
        elif line.answers:
            live = None
    return live


class Mailbox(Protocol):
    """A person's talk on the web channel: what they said, the replies, the notices that are due."""

    def lines(self, sender: str, *, now: datetime, most: int) -> list[Line]:
        """The last `most` lines, oldest first; notices among them count as sent from now on. Blocking."""
