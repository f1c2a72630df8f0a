"""`serve`: the house with its channels, by the settings, under one web server."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from types import FrameType

import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.channel_books import BookedNonces, BookedTokens, DeskAlarms, IdentityBook
from bot.channels.outbound_policy import NOT_MARKETING
from bot.channels.telegram_door import TelegramDoor, telegram_router
from bot.channels.telegram_media import TelegramMedia
from bot.channels.telegram_sender import TelegramSender
from bot.channels.telegram_service import TelegramService, build_application
from bot.channels.telegram_settings import TelegramAccount
from bot.channels.wechat_api import WeChatApi
from bot.channels.wechat_door import WeChatDoor
from bot.channels.wechat_media import WeChatMedia
from bot.channels.wechat_routes import wechat_router
from bot.channels.wechat_sender import WeChatSender
from bot.channels.wechat_settings import WeChatAccount, WeChatTemplate
from bot.clock import Clock, MovableClock, SystemClock
from bot.demo.community import SampleCommunity
from bot.house import House, base_app, build_house
from bot.logs import set_up_logging
from bot.rasa_client import RasaClient
from bot.rasa_process import RasaProcess, say
from bot.settings import Settings, SettingsError
from bot.training import ensure_model
from bot.voice.setting_up import ListenerMaker, listener_for
from bot.web.mounting import mount_pages
from bot.web.wakeups import Wakeups
from storage.engine import make_engine
from storage.migrate import migrate
from storage.scheme_files import load_scheme
from storage.unit_of_work import uow_factory


class Server(uvicorn.Server):
    """The web server; when it shall stop it first lets go the pages that wait for news."""

    def __init__(self, app: FastAPI, settings: Settings) -> None:
        self._wakeups: Wakeups = app.state.wakeups
        super().__init__(
            uvicorn.Config(app, host=settings.host, port=settings.port, log_level="warning", access_log=False)
        )

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._wakeups.close()
        super().handle_exit(sig, frame)


async def run_serve(settings: Settings) -> None:
    """Serve until a signal comes. Raises SettingsError when a setting cannot work."""
    set_up_logging()
    async with rasa_for(settings) as (rasa, actions_token):
        house = house_for(settings, rasa=rasa, clock=SystemClock(), listener=listener_for(settings))
        app = full_app(house, settings, actions_token)
        await Server(app, settings).serve()


@contextlib.asynccontextmanager
async def rasa_for(settings: Settings) -> AsyncIterator[tuple[RasaClient | None, str]]:
    """A client of the Rasa of the settings, or of one started here. The desk does not wait for it to be ready."""
    if settings.rasa_url:
        token = settings.rasa_token.get_secret_value() if settings.rasa_token else None
        actions_token = settings.actions_token.get_secret_value() if settings.actions_token else ""
        yield RasaClient(settings.rasa_url, token, settings.rasa_timeout), actions_token
        return
    process = RasaProcess(
        model=ensure_model(),
        actions_url=f"http://127.0.0.1:{settings.port}/actions",
        var=settings.var.absolute() / "rasa",
        shared=shared_talks(settings),
    )
    process.start()
    say("Rasa is starting; until then the desk works with menu and fixed words")
    try:
        yield RasaClient(process.url, process.token, settings.rasa_timeout), process.actions_token
    finally:
        process.stop()


def shared_talks(settings: Settings) -> dict[str, str]:
    """What Rasas beside each other share: talks in the desks' PostgreSQL, locks in Redis. Empty without redis_url."""
    if settings.redis_url is None:
        return {}
    redis = make_url(settings.redis_url)
    tracker = make_url(settings.database_url).set(drivername="postgresql")  # Rasa has psycopg 2
    return {
        "RASA_TRACKER_URL": tracker.render_as_string(hide_password=False),
        "RASA_LOCK_STORE": "redis",
        "RASA_REDIS_HOST": redis.host or "127.0.0.1",
        "RASA_REDIS_PORT": str(redis.port or 6379),
        "RASA_REDIS_PASSWORD": redis.password or "",
    }


def open_database(url: str) -> Engine:
    """The engine of a database brought to the newest version; the folder of an SQLite file is made."""
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).absolute().parent.mkdir(parents=True, exist_ok=True)
    try:
        engine = make_engine(url)
    except (ValueError, ArgumentError) as error:
        raise SettingsError(f"TIMEBANK_DATABASE_URL: {error}") from error
    migrate(engine)
    return engine


def house_for(
    settings: Settings, *, rasa: RasaClient | None, clock: Clock, listener: ListenerMaker | None = None
) -> House:
    """The house on the database and scheme of the settings."""
    return build_house(
        engine=open_database(settings.database_url),
        scheme=load_scheme(settings.scheme),
        clock=clock,
        rasa=rasa,
        actions_url=f"http://127.0.0.1:{settings.port}/actions",
        secret=settings.secret_key.get_secret_value() if settings.secret_key else "",
        public_url=settings.public_url,
        media_folder=settings.var.absolute() / "media",
        listener=listener,
    )


def full_app(
    house: House,
    settings: Settings,
    actions_token: str,
    *,
    tick: bool = True,
    dispatch: bool = True,
    demo: SampleCommunity | None = None,
    clock: MovableClock | None = None,
) -> FastAPI:
    """The web application with every channel that the settings switch on, and the pages (`demo`: `/demo` too)."""
    if settings.wechat_on:
        add_wechat(house, settings)
    if settings.telegram_on:
        add_telegram(house, settings)
    app = base_app(house, actions_token, tick=tick, dispatch=dispatch)
    for router in house.routers:
        app.include_router(router)
    app.state.wakeups = mount_pages(app, house, settings, demo=demo, clock=clock)
    return app


def add_wechat(house: House, settings: Settings) -> None:
    """The Official Account of the settings: its door, its API, its way out. Raises SettingsError."""
    units = house.desk.units
    try:
        account = wechat_account(settings)
    except ValueError as error:
        raise SettingsError(f"TIMEBANK_WECHAT_*: {error}") from error
    nonces = BookedNonces(uow_factory(house.engine, zone=house.desk.scheme.tz, relaxed=True))
    door = WeChatDoor(account, nonces, SystemClock())
    api = WeChatApi(account, BookedTokens(units, SystemClock()), SystemClock())
    house.senders["wechat"] = WeChatSender({account.name: api}, book=IdentityBook(units), alarms=DeskAlarms(house.desk))
    house.fetchers["wechat"] = WeChatMedia({account.name: api})
    house.routers.append(wechat_router({account.name: door}, house.gateway))
    house.parts.append(lambda: closing(api))


def wechat_account(settings: Settings) -> WeChatAccount:
    """Raises ValueError for keys that cannot work."""
    templates: dict[str, WeChatTemplate] = {}
    if settings.wechat_template_id:
        template = WeChatTemplate(template_id=settings.wechat_template_id)
        templates = dict.fromkeys(NOT_MARKETING, template)
    return WeChatAccount(
        name=settings.wechat_account,
        app_id=settings.wechat_app_id or "",
        secret=settings.wechat_secret.get_secret_value() if settings.wechat_secret else "",
        token=settings.wechat_token.get_secret_value() if settings.wechat_token else "",
        aes_key=settings.wechat_aes_key.get_secret_value() if settings.wechat_aes_key else "",
        api_url=settings.wechat_api_url,
        plain=settings.wechat_plain,
        development=settings.development,
        reply_within=settings.wechat_reply_within,
        templates=templates,
    )


def add_telegram(house: House, settings: Settings) -> None:
    """The bot of the settings: webhook where there is a secret, else polling. Raises SettingsError."""
    try:
        account = TelegramAccount(
            name=settings.telegram_account,
            token=settings.telegram_token.get_secret_value() if settings.telegram_token else "",
            secret=settings.telegram_secret.get_secret_value() if settings.telegram_secret else "",
            public_url=settings.public_url,
            api_url=settings.telegram_api_url,
        )
    except ValueError as error:
        raise SettingsError(f"TIMEBANK_TELEGRAM_*: {error}") from error
    application = build_application(account)
    door = TelegramDoor(account, application.bot, house.gateway, house.desk.clock)
    service = TelegramService(application, door)
    house.senders["telegram"] = TelegramSender({account.name: application.bot})
    house.fetchers["telegram"] = TelegramMedia({account.name: application.bot})
    house.routers.append(telegram_router({account.name: door}))
    house.parts.append(lambda: running(service))


@contextlib.asynccontextmanager
async def closing(api: WeChatApi) -> AsyncIterator[None]:
    yield
    await api.aclose()


@contextlib.asynccontextmanager
async def running(service: TelegramService) -> AsyncIterator[None]:
    service.start()
    yield
    await service.stop()
