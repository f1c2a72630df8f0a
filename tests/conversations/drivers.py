"""Drivers inside this process: the gateway itself, and the web chat's routes."""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import datetime

import httpx

from bot.messages import Incoming, Kind, Reply
from bot.talk import show_in_talk
from bot.web.chat import chat_link, new_sender
from bot.web.ports import ACCOUNT, CHANNEL
from bot.web.tokens import Signer
from storage.desk_things import OutboxState
from storage.unit_of_work import SqlUnitOfWork
from tests.conversations.open_house import SECRET, OpenHouse
from tests.conversations.play import Enough

WAIT = 60.0


class GatewayDriver:
    """Straight into the gateway; notices are read as the terminal reads them."""

    channel, account = "console", "local"

    def __init__(self, house: OpenHouse) -> None:
        self.house = house
        self._known: set[str] = set()
        self._shown: dict[str, Reply] = {}

    def _sit(self, who: str) -> None:
        if who not in self._known:
            self.house.bind(self.channel, self.account, who, who)
            self._known.add(who)

    def all_sit(self, *people: str) -> None:
        for who in people:
            self._sit(who)

    async def say(self, who: str, words: str, enough: Enough) -> list[str]:
        return [reply.as_text() for reply in [await self.receive(who, words)] if reply is not None]

    async def photo(self, who: str, enough: Enough) -> list[str]:
        return [reply.as_text() for reply in [await self.receive(who, "", kind=Kind.PHOTO)] if reply is not None]

    async def receive(
        self, who: str, words: str, message_id: str | None = None, kind: Kind = Kind.TEXT
    ) -> Reply | None:
        self._sit(who)
        incoming = Incoming(
            channel=self.channel,
            account=self.account,
            sender=who,
            message_id=message_id or uuid.uuid4().hex,
            kind=kind,
            text=words,
            at=self.house.clock.now(),
        )
        return await self.house.house.gateway.receive(incoming, wait=WAIT)

    async def tap(self, who: str, label: str, enough: Enough) -> list[str]:
        return await self.say(who, label, enough)

    async def notices(self, who: str, enough: Enough) -> list[str]:
        self._sit(who)
        return [reply.as_text() for reply in self.house.unit(lambda uow: self._fetch(uow, who))]

    def _fetch(self, uow: SqlUnitOfWork, who: str) -> list[Reply]:
        now = self.house.clock.now()
        identity = uow.desk.identities.get_or_create(self.channel, self.account, who, now)
        rows = uow.desk.outbox.mailbox(now=now, identity_id=identity.id, member_id=identity.member_id)
        fresh = [row for row in rows if row.state is OutboxState.CREATED]
        uow.desk.outbox.read([row.id for row in fresh], channel=self.channel, now=now)
        replies = [self.house.house.said(row, now) for row in fresh]
        asking = next((reply for reply in reversed(replies) if reply.choices), None)
        if asking is not None:
            show_in_talk(uow, identity.id, asking.as_json(), now)
        return replies

    async def set_clock(self, now: datetime) -> None:
        await self.house.set_clock(now)


class WebDriver:
    """A browser each: the signed link, the pane's cookie, posts and looks."""

    def __init__(self, house: OpenHouse) -> None:
        self.house = house
        self._browsers: dict[str, httpx.AsyncClient] = {}
        self._panes: dict[str, str] = {}
        self._seen: dict[str, set[str]] = defaultdict(set)

    async def close(self) -> None:
        for browser in self._browsers.values():
            await browser.aclose()

    async def _open(self, who: str) -> tuple[httpx.AsyncClient, str]:
        if who not in self._browsers:
            sender = new_sender()
            self.house.bind(CHANNEL, ACCOUNT, sender, who)
            browser = httpx.AsyncClient(base_url=self.house.url, follow_redirects=True, trust_env=False, timeout=WAIT)
            self._browsers[who] = browser
            page = await browser.get(chat_link(Signer(SECRET), sender))
            assert page.status_code == 200, page.text
            self._panes[who] = page.url.path.rsplit("/", 1)[-1]
            await self._look(who)
        return self._browsers[who], self._panes[who]

    async def all_sit(self, *people: str) -> None:
        for who in people:
            await self._open(who)

    async def say(self, who: str, words: str, enough: Enough) -> list[str]:
        return await self._post(who, {"text": words})

    async def tap(self, who: str, label: str, enough: Enough) -> list[str]:
        await self._open(who)
        newest = next(line for line in reversed(await self._lines(who)) if line["choices"])
        return await self._post(who, {"pick": newest["choices"].index(label) + 1, "of": newest["id"]})

    async def _post(self, who: str, body: dict[str, object]) -> list[str]:
        browser, pane = await self._open(who)
        answer = await browser.post(f"/chat/{pane}/messages", json={"id": str(uuid.uuid4()), **body})
        assert answer.status_code == 200, answer.text
        return await self._look(who)

    async def notices(self, who: str, enough: Enough) -> list[str]:
        await self._open(who)
        return await self._look(who)

    async def _look(self, who: str) -> list[str]:
        """The lines that this browser has not seen yet, other people's only."""
        lines = [line for line in await self._lines(who) if line["id"] not in self._seen[who]]
        self._seen[who].update(line["id"] for line in lines)
        return [_shown(line["text"], line["choices"]) for line in lines if not line["mine"]]

    async def _lines(self, who: str) -> list[dict[str, object]]:
        browser, pane = self._browsers[who], self._panes[who]
        answer = await browser.get(f"/chat/{pane}/messages", params={"wait": 0})
        answer.raise_for_status()
        lines: list[dict[str, object]] = answer.json()["lines"]
        return lines

    async def set_clock(self, now: datetime) -> None:
        await self.house.set_clock(now)


def _shown(text: str, choices: list[str]) -> str:
    return "\n".join([text, *(f"{number} {label}" for number, label in enumerate(choices, start=1))])
