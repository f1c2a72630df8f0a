"""One running desk for a test: the real parts on a copy of the sample community, served on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import uvicorn
from anyio import to_thread
from fastapi import FastAPI
from sqlalchemy import text

from bank.members import MemberStatus
from bot.clock import FixedClock, MovableClock
from bot.demo.community import fill_sample
from bot.house import House
from bot.rasa_client import RasaClient
from bot.rasa_process import free_port
from bot.serving import full_app, house_for, open_database
from bot.settings import Settings
from storage.desk_things import Identity
from storage.scheme_files import load_scheme
from storage.unit_of_work import SqlUnitOfWork, in_unit
from storage.verify import verify

SECRET = "a secret of thirty-two characters."


@dataclass
class OpenHouse:
    """A house that is open and served at `url`. `clock` moves only when told."""

    house: House
    app: FastAPI
    clock: MovableClock
    settings: Settings
    url: str

    def unit(self, work):  # type: ignore[no-untyped-def]  # as in_unit
        return in_unit(self.house.desk.units, work)

    async def set_clock(self, now: datetime) -> None:
        """Move on, do what is due, send what waits."""
        self.clock.forward(now - self.clock.now())
        await self.house.clockwork.tick()
        await self.settle()

    async def settle(self) -> None:
        """Return when every message is answered and the outbox has nothing that may leave now."""
        while await to_thread.run_sync(self.unit, lambda uow: uow.desk.inbox.waiting()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)  # the answer comes through Rasa and this same loop
        while await self.house.dispatcher.send_waiting():
            pass

    def bind(self, channel: str, account: str, sender: str, name: str) -> Identity:
        """Let the member of that name write as `sender`; a newcomer stays unknown. All older notices count as read."""

        def bind(uow: SqlUnitOfWork) -> Identity:
            now = self.clock.now()
            identity = uow.desk.identities.get_or_create(channel, account, sender, now)
            found = [each for each in uow.members.find(name=name) if each.status is not MemberStatus.LEFT]
            if not found:
                return identity
            (member,) = found
            for other in uow.desk.identities.of_member(member.id):
                uow.desk.identities.unbind(other.id)
            bound = uow.desk.identities.bind(identity.id, member.id, now)
            rows = uow.desk.outbox.mailbox(now=now, member_id=member.id, limit=1000)
            uow.desk.outbox.read([row.id for row in rows], channel=channel, now=now)
            return bound

        return self.unit(bind)

    def member(self, name: str) -> int:
        return self.unit(lambda uow: uow.members.find(name=name)[0].id)

    def count(self, table: str) -> int:
        """Rows of a table."""
        with self.house.engine.connect() as connection:
            return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())

    def check_books(self) -> None:
        report = verify(self.house.engine)
        assert report.ok, report.as_json()


def sample_database(path: Path, begins: datetime, scheme: str = "changning") -> Path:
    """A database file with the sample community as it stands at `begins`. No desk has opened it yet."""
    engine = open_database(f"sqlite:///{path}")
    fill_sample(engine, load_scheme(scheme), begins)
    engine.dispose()  # the last connection that closes writes everything into the one file
    return path


@contextlib.asynccontextmanager
async def open_house(
    sample: Path,
    at: Path,
    begins: datetime,
    *,
    rasa: RasaClient | None,
    actions_token: str = "",
    clock: MovableClock | None = None,
    **settings: object,
) -> AsyncIterator[OpenHouse]:
    """Open a desk on a copy of `sample`; its own clock's ticks and sendings are left to the test."""
    if not at.exists():  # a desk that opens again finds its own books
        shutil.copyfile(sample, at)
    port = settings.pop("port", None) or free_port()
    chosen = Settings(database_url=f"sqlite:///{at}", port=port, secret_key=SECRET, **settings)  # type: ignore[arg-type]  # pydantic checks them
    clock = clock or MovableClock(base=FixedClock(begins))
    house = await to_thread.run_sync(lambda: house_for(chosen, rasa=rasa, clock=clock))
    app = full_app(house, chosen, actions_token, tick=False, dispatch=False)
    async with served(app, port):
        try:
            yield OpenHouse(house, app, clock, chosen, f"http://127.0.0.1:{port}")
        finally:
            house.engine.dispose()


@contextlib.asynccontextmanager
async def served(app: FastAPI, port: int) -> AsyncIterator[None]:
    """The app under a web server in this same loop."""
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="on", ws="none")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        if serving.done():
            await serving
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        await serving
