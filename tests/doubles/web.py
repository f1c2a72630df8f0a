"""The rest of the house for page tests: a gateway and a mailbox that remember, over no database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any, cast

import httpx
from fastapi import FastAPI

from bank.scheme import Scheme, parse_scheme
from bot.catalogue import Catalogue
from bot.clock import MovableClock
from bot.desk import Desk
from bot.messages import Choice, Incoming, Reply
from bot.web.chat import ChatParts, chat_router
from bot.web.pages import mount_static
from bot.web.ports import Line
from bot.web.tokens import Signer
from bot.web.wakeups import Wakeups

SECRET = "a secret of thirty-two characters."
START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # Monday, 9:00 in Shanghai


def scheme_named(name: str = "changning") -> Scheme:
    text = files("bank").joinpath("schemes", f"{name}.yml").read_text(encoding="utf-8")
    return parse_scheme(text, f"{name}.yml")


@cache
def words_named(name: str = "changning") -> Catalogue:
    """The catalogue never changes, and compiling it takes a second."""
    return Catalogue(scheme_named(name))


def no_units() -> Any:
    raise AssertionError("this page needs no books")


def paper_desk(clock: MovableClock | None = None) -> Desk:
    """A desk with words and a clock and no books."""
    return Desk(
        scheme=scheme_named(), words=words_named(), clock=clock or MovableClock(START), units=cast(Any, no_units)
    )


def echo(incoming: Incoming) -> Reply:
    """Three choices for 菜单, else the words themselves."""
    if incoming.text == "菜单":
        labels = ("找人帮忙", "我的时间币", "我的单子")
        choices = tuple(Choice(label=label, payload="/inform") for label in labels)
        return Reply(text="您想办哪一样？", choices=choices)
    return Reply(text=f"您说的是：{incoming.text}")


@dataclass
class PaperTalk:
    """Gateway and mailbox in one: keeps the order of what was said and answered."""

    answer: Any = echo
    stored: dict[str, Incoming] = field(default_factory=dict)
    said: dict[str, list[Line]] = field(default_factory=dict)
    broken: bool = False

    async def receive(self, incoming: Incoming, *, wait: float) -> Reply | None:
        if self.broken:
            raise OSError("no books")
        if incoming.message_id in self.stored:
            return None
        self.stored[incoming.message_id] = incoming
        number = len(self.stored)
        reply = self.answer(incoming)
        lines = self.said.setdefault(incoming.sender, [])
        lines.append(
            Line(id=f"i{number}", mine=True, at=incoming.at, text=incoming.text, message_id=incoming.message_id)
        )
        lines.append(self._line(reply, f"r{number}", incoming.at, answers=True))
        return None

    def notice(self, sender: str, reply: Reply, ident: str, at: datetime = START) -> None:
        self.said.setdefault(sender, []).append(self._line(reply, ident, at))

    def _line(self, reply: Reply, ident: str, at: datetime, *, answers: bool = False) -> Line:
        labels = tuple(choice.label for choice in reply.choices)
        return Line(id=ident, mine=False, at=at, text=reply.text, choices=labels, answers=answers)

    def lines(self, sender: str, *, now: datetime, most: int) -> list[Line]:
        return self.said.get(sender, [])[-most:]


@dataclass
class PaperChat:
    """The chat page alone."""

    talk: PaperTalk = field(default_factory=PaperTalk)
    signer: Signer = field(default_factory=lambda: Signer(SECRET))
    desk: Desk = field(default_factory=paper_desk)
    wakeups: Wakeups = field(default_factory=Wakeups)

    def app(self) -> FastAPI:
        app = FastAPI(openapi_url=None)
        mount_static(app)
        parts = ChatParts(
            desk=self.desk,
            gateway=self.talk,
            mailbox=self.talk,
            signer=self.signer,
            phone=lambda: "22850770",
            wakeups=self.wakeups,
        )
        app.include_router(chat_router(parts))
        return app


def browser(app: FastAPI) -> httpx.AsyncClient:
    """A browser's cookies and redirects over the app itself, without a network."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk", follow_redirects=True)
