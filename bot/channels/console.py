"""The terminal as a channel: one process per person on one database, through the same gateway as all others."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import uuid
from collections.abc import AsyncIterator
from datetime import datetime

import uvicorn
from anyio import to_thread

from bank.members import MemberStatus
from bot.brain import ensure_brain, heartbeat
from bot.clock import Clock, FixedClock, SystemClock
from bot.demo.community import fill_sample
from bot.house import House, base_app
from bot.messages import Incoming, Kind, Reply
from bot.rasa_client import RasaClient
from bot.rasa_process import free_port, say
from bot.serving import house_for
from bot.settings import Settings
from bot.talk import show_in_talk
from storage.desk_things import OutboxState
from storage.unit_of_work import SqlUnitOfWork, in_unit

CHANNEL, ACCOUNT = "console", "local"
REPLY_WITHIN = 60.0  # seconds; nobody behind a terminal gives up after five
RASA_WITHIN = 15.0  # seconds
NEWS_EVERY = 1.0  # seconds between looks for notices while a person sits at the terminal


class Terminal:
    """One person's seat: says what they type, shows what comes."""

    def __init__(self, house: House, name: str, *, as_json: bool) -> None:
        self._house = house
        self._name = name
        self._as_json = as_json
        self._session = uuid.uuid4().hex[:12]
        self._count = 0

    def bind(self) -> None:
        """The seat belongs to the member of that name, if there is one; else to a newcomer."""

        def bind(uow: SqlUnitOfWork) -> bool:
            now = self._house.desk.clock.now()
            identity = uow.desk.identities.get_or_create(CHANNEL, ACCOUNT, self._name, now)
            found = [each for each in uow.members.find(name=self._name) if each.status is not MemberStatus.LEFT]
            if identity.member_id is None and len(found) == 1:
                uow.desk.identities.bind(identity.id, found[0].id, now)
            return bool(found)

        if not in_unit(self._house.desk.units, bind):
            say(f"nobody here is called {self._name}: the talk begins as a newcomer's")

    async def says(self, words: str) -> None:
        """One message and its reply, then whatever else is waiting for this person."""
        heartbeat()
        self._count += 1
        incoming = Incoming(
            channel=CHANNEL,
            account=ACCOUNT,
            sender=self._name,
            message_id=f"{self._session}-{self._count}",
            kind=Kind.TEXT,
            text=words,
            at=self._house.desk.clock.now(),
        )
        reply = await self._house.gateway.receive(incoming, wait=REPLY_WITHIN)
        if reply is not None:
            self._show(reply)
        await self.news()

    async def news(self) -> None:
        """Show the notices that wait for this person, oldest first."""
        for reply in await to_thread.run_sync(in_unit, self._house.desk.units, self._fetch):
            self._show(reply)

    def _fetch(self, uow: SqlUnitOfWork) -> list[Reply]:
        now = self._house.desk.clock.now()
        identity = uow.desk.identities.get_or_create(CHANNEL, ACCOUNT, self._name, now)
        rows = uow.desk.outbox.mailbox(now=now, identity_id=identity.id, member_id=identity.member_id)
        fresh = [row for row in rows if row.state is OutboxState.CREATED]
        if not fresh:
            return []
        uow.desk.outbox.read([row.id for row in fresh], channel=CHANNEL, now=now)
        replies = [self._house.said(row, now) for row in fresh]
        asking = next((reply for reply in reversed(replies) if reply.choices), None)
        if asking is not None:
            show_in_talk(uow, identity.id, asking.as_json(), now)
        return replies

    def _show(self, reply: Reply) -> None:
        if self._as_json:
            buttons = [choice.label for choice in reply.choices]
            line = json.dumps({"to": self._name, "text": reply.text, "buttons": buttons}, ensure_ascii=False)
        else:
            line = reply.as_text()
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


async def run_chat(settings: Settings, name: str, *, as_json: bool, now: datetime | None) -> None:
    """Talk as `name` until the input ends. An empty database is filled with the sample community first."""
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # text files both, here
    rasa, actions_token = await to_thread.run_sync(_rasa, settings)
    clock: Clock = FixedClock(now) if now else SystemClock()
    port = free_port()
    house = await to_thread.run_sync(
        lambda: house_for(settings.model_copy(update={"port": port}), rasa=rasa, clock=clock)
    )
    if await to_thread.run_sync(_fill_if_empty, house):
        say("the database was empty: it now holds the sample community")
    seat = Terminal(house, name, as_json=as_json)
    await to_thread.run_sync(seat.bind)
    async with _web_server(house, actions_token, port):
        await house.clockwork.tick()
        await seat.news()
        await (_at_a_terminal(seat) if sys.stdin.isatty() else _from_a_pipe(seat))
        await house.clockwork.tick()
        await seat.news()


def _rasa(settings: Settings) -> tuple[RasaClient, str]:
    """The Rasa of the settings, else the one that this machine shares, and the token it shows at `/actions`."""
    if settings.rasa_url:
        token = settings.rasa_token.get_secret_value() if settings.rasa_token else None
        actions_token = settings.actions_token.get_secret_value() if settings.actions_token else ""
        return RasaClient(settings.rasa_url, token, settings.rasa_timeout), actions_token
    address = ensure_brain()
    return RasaClient(address.rasa_url, address.rasa_token, RASA_WITHIN), address.actions_token


async def _from_a_pipe(seat: Terminal) -> None:
    while line := await to_thread.run_sync(sys.stdin.readline):
        await seat.says(line.rstrip("\n"))


async def _at_a_terminal(seat: Terminal) -> None:
    """Lines as they are typed, and notices as they come."""

    async def look() -> None:
        while True:
            await asyncio.sleep(NEWS_EVERY)
            await seat.news()

    looking = asyncio.create_task(look())
    try:
        while line := await to_thread.run_sync(sys.stdin.readline):
            if line.strip():
                await seat.says(line.rstrip("\n"))
    finally:
        looking.cancel()


@contextlib.asynccontextmanager
async def _web_server(house: House, actions_token: str, port: int) -> AsyncIterator[None]:
    """`/actions` of this process, where the shared Rasa finds it. Nothing is dispatched: each seat fetches its own."""
    app = base_app(house, actions_token, tick=False, dispatch=False)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="on"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        if serving.done():
            await serving
        await asyncio.sleep(0.02)
    try:
        yield
    finally:
        server.should_exit = True
        await serving


def _fill_if_empty(house: House) -> bool:
    def empty(uow: SqlUnitOfWork) -> bool:
        return not uow.branches.find()

    if not in_unit(house.desk.units, empty):
        return False
    fill_sample(house.engine, house.desk.scheme, house.desk.clock.now())
    return True
