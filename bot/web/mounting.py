"""Puts the pages on a house: chat, desk, API, and in the demo the page with three people."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI
from fastapi.responses import RedirectResponse

from bank.organisation import Branch
from bot.clock import MovableClock
from bot.demo.community import SampleCommunity
from bot.house import House
from bot.settings import Settings, SettingsError
from bot.web.api import api_app
from bot.web.books import EngineBooks
from bot.web.chat import ChatParts, chat_router
from bot.web.code_pictures import picture_router
from bot.web.demo import DemoParts, demo_router
from bot.web.desk import desk_router
from bot.web.desk_goods import goods_router
from bot.web.mailbox import DeskMailbox
from bot.web.pages import mount_static
from bot.web.parts import DeskParts
from bot.web.tokens import Signer
from bot.web.wakeups import Wakeups
from storage.unit_of_work import UnitFactory


def mount_pages(
    app: FastAPI,
    house: House,
    settings: Settings,
    *,
    demo: SampleCommunity | None = None,
    clock: MovableClock | None = None,
) -> Wakeups:
    """Mount `/chat`, `/desk`, `/api` and `/static`; with a sample community and its clock `/demo` too.

    Answers the bells: `close()` them before the server stops, so that waiting pages don't hold it up.
    Raises SettingsError when there is no secret to sign with.
    """
    if settings.secret_key is None:
        raise SettingsError("TIMEBANK_SECRET_KEY: must be set, 32 characters or more")
    secret = settings.secret_key.get_secret_value()
    signer, wakeups = Signer(secret), Wakeups()
    house.ring.append(wakeups.ring)
    house.ring_all.append(wakeups.ring_all)
    phone = station_phone(house.reading)
    secure = settings.public_url.startswith("https://")
    chat = ChatParts(
        desk=house.desk,
        gateway=house.gateway,
        mailbox=DeskMailbox(house.desk.units, house.reading, house.said, house.noted),
        signer=signer,
        phone=phone,
        wakeups=wakeups,
        secure=secure,
    )
    desk = DeskParts(
        desk=house.desk,
        reading=house.reading,
        signer=signer,
        books=EngineBooks(house.engine),
        said=house.said,
        phone=phone,
        secret=secret,
        media=house.media,
        wakeups=wakeups,
        secure=secure,
    )
    mount_static(app)
    app.include_router(chat_router(chat))
    app.include_router(desk_router(desk))
    app.include_router(goods_router(desk))
    app.include_router(picture_router(house.desk.secret))
    app.mount("/api", api_app(desk))
    if demo is not None and clock is not None:
        parts = DemoParts(
            desk=house.desk,
            clock=clock,
            community=demo,
            signer=signer,
            tick=house.clockwork.tick,
            wakeups=wakeups,
        )
        app.include_router(demo_router(parts))
    home = "/chat" if demo is None else "/demo"
    app.add_api_route("/", lambda: RedirectResponse(home), include_in_schema=False)
    return wakeups


def station_phone(reading: UnitFactory) -> Callable[[], str]:
    """Whom to call when a page is of no use: the deepest branch that has a phone is nearest to people."""

    def find() -> str:
        with reading() as uow:
            branches: list[Branch] = uow.branches.find()
        with_phone = [branch for branch in branches if branch.phone]
        return max(with_phone, key=lambda branch: (branch.tier, -branch.id)).phone if with_phone else ""

    return find
