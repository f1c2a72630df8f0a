"""The composition root: builds every part of one running desk and opens and closes them in order.

Nothing is made at import. Tests build the same house with other parts.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from fastapi import APIRouter, FastAPI
from sqlalchemy import Engine

from bank.scheme import Scheme
from bot.actions_server import actions_router
from bot.catalogue import Catalogue
from bot.channels.ports import MediaFetcher
from bot.clock import Clock
from bot.clockwork import Clockwork
from bot.conversation import Conversation
from bot.desk import Desk
from bot.dispatcher import Dispatcher
from bot.doors import Doors
from bot.gateway import Gateway
from bot.health import health_router
from bot.media import MediaKeeper
from bot.messages import Reply
from bot.metrics import Metrics
from bot.rasa_client import RasaClient
from bot.sending import Sender
from bot.talk import show_in_talk
from bot.voice.setting_up import ListenerMaker
from storage.desk_things import Identity, OutboxEntry, Token
from storage.unit_of_work import SqlUnitOfWork, UnitFactory, in_unit, uow_factory

FOR_EVER = datetime(9999, 1, 1, tzinfo=UTC)
Part = Callable[[], contextlib.AbstractAsyncContextManager[None]]


@dataclass(kw_only=True)
class House:
    """One running desk. `senders`, `fetchers` and `routers` are filled by the channels before it opens."""

    engine: Engine
    desk: Desk
    reading: UnitFactory
    metrics: Metrics
    rasa: RasaClient | None
    gateway: Gateway
    clockwork: Clockwork
    dispatcher: Dispatcher
    senders: dict[str, Sender]
    media: MediaKeeper
    fetchers: dict[str, MediaFetcher]
    parts: list[Part] = field(default_factory=list)
    routers: list[APIRouter] = field(default_factory=list)
    ring: list[Callable[[str], None]] = field(default_factory=list)
    ring_all: list[Callable[[], None]] = field(default_factory=list)

    def news(self, sender: str) -> None:
        for bell in self.ring:
            bell(sender)

    def news_for_all(self) -> None:
        for bell in self.ring_all:
            bell()

    @contextlib.asynccontextmanager
    async def open(self, *, tick: bool = True, dispatch: bool = True) -> AsyncIterator[House]:
        """Everything that runs beside the requests: sweeping, sending, the clock's tick, the channels' own parts."""
        async with contextlib.AsyncExitStack() as stack:
            for part in self.parts:
                await stack.enter_async_context(part())
            tasks = [asyncio.create_task(self.gateway.keep_sweeping())]
            if dispatch:
                tasks.append(asyncio.create_task(self.dispatcher.keep_sending()))
            if tick:
                self.clockwork.start()
            try:
                yield self
            finally:
                self.clockwork.stop()
                await self.gateway.close()
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                if self.rasa is not None:
                    await self.rasa.close()

    def said(self, row: OutboxEntry, now: datetime) -> Reply:
        """The words of an outbox row."""
        return self.dispatcher.worded(row, now)

    def noted(self, uow: SqlUnitOfWork, identity: Identity, reply: Reply, now: datetime) -> None:
        """A notice was read on a page: its choices are what a number picks now."""
        show_in_talk(uow, identity.id, reply.as_json(), now)


def build_house(
    *,
    engine: Engine,
    scheme: Scheme,
    clock: Clock,
    rasa: RasaClient | None,
    actions_url: str = "",
    secret: str = "",
    public_url: str = "",
    media_folder: Path = Path("var/media"),
    listener: ListenerMaker | None = None,
) -> House:
    """Build the desk on an engine whose database is migrated. `rasa` None: the desk works without understanding.

    `secret` signs links and keys one-time codes; without one (terminal, tests) the database's own name does.
    `listener` makes the ear of voice messages; without one they go to staff.
    """
    units = uow_factory(engine, zone=scheme.tz, clock=clock.now)
    own_name = desk_id(units)
    keyed = secret or own_name
    desk = Desk(scheme=scheme, words=Catalogue(scheme), clock=clock, units=units, secret=keyed)
    metrics = Metrics()
    senders: dict[str, Sender] = {}
    fetchers: dict[str, MediaFetcher] = {}
    media = MediaKeeper(media_folder, fetchers)
    conversation = Conversation(
        desk,
        rasa=rasa,
        desk_id=own_name,
        actions_url=actions_url,
        metrics=metrics,
        doors=Doors(desk, secret=keyed, public_url=public_url),
        media=media,
        listener=listener(media) if listener else None,
    )
    house: House

    def news(sender: str) -> None:
        house.news(sender)

    def news_for_all() -> None:
        house.news_for_all()

    house = House(
        engine=engine,
        desk=desk,
        reading=uow_factory(engine, zone=scheme.tz, clock=clock.now, reading=True),
        metrics=metrics,
        rasa=rasa,
        gateway=Gateway(desk, conversation, metrics, on_news=news),
        clockwork=Clockwork(desk, metrics, on_done=news_for_all),
        dispatcher=Dispatcher(desk, senders, metrics, on_news=news),
        senders=senders,
        media=media,
        fetchers=fetchers,
    )
    return house


def desk_id(units: UnitFactory) -> str:
    """A name of this database of its own, so that several desks may share one Rasa."""

    def find(uow: SqlUnitOfWork) -> str:
        known = uow.desk.tokens.get("desk", "id", datetime.now(UTC))
        if known is not None:
            return known.value
        uow.desk.tokens.put("desk", "id", Token(value=secrets.token_hex(4), expires_at=FOR_EVER))
        made = uow.desk.tokens.get("desk", "id", datetime.now(UTC))
        return made.value if made is not None else ""

    return in_unit(units, find)


def base_app(house: House, actions_token: str, *, tick: bool = True, dispatch: bool = True) -> FastAPI:
    """The web application with what every house has: `/actions`, health, metrics."""

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with house.open(tick=tick, dispatch=dispatch):
            yield

    app = FastAPI(title="timebank", lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    app.include_router(actions_router(house.desk, actions_token))
    app.include_router(health_router(house.engine, house.rasa, house.metrics))
    return app
