"""Runs one bot inside the web app: connects, sets the webhook or polls, and never takes the app down with it."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Update
from telegram.error import InvalidToken, RetryAfter, TelegramError
from telegram.ext import Application
from telegram.request import HTTPXRequest

from bot.channels.quiet_logs import keep_addresses_out_of_logs
from bot.channels.refusals import DoorRefused
from bot.channels.telegram_door import TelegramDoor
from bot.channels.telegram_errors import wait_of
from bot.channels.telegram_parse import ALLOWED_UPDATES, CHANNEL
from bot.channels.telegram_settings import TelegramAccount

POLL_SECONDS = 25
LONGEST_PAUSE = 60.0
App = Application[Any, Any, Any, Any, Any, Any]
Sleep = Callable[[float], Awaitable[None]]
log = logging.getLogger(__name__)


def build_application(account: TelegramAccount, **httpx_kwargs: Any) -> App:
    """The library's application without its updater: updates come in by our own door. Makes no connection."""
    keep_addresses_out_of_logs()
    # the library's own switch to its coming form; without it every flood control answer is a warning
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    base = account.api_url.rstrip("/")
    return (
        Application.builder()
        .token(account.token)
        .base_url(f"{base}/bot")
        .base_file_url(f"{base}/file/bot")
        .request(HTTPXRequest(connection_pool_size=64, pool_timeout=5.0, httpx_kwargs=httpx_kwargs))
        .get_updates_request(HTTPXRequest(connection_pool_size=1, httpx_kwargs=httpx_kwargs))
        .updater(None)
        .build()
    )


class TelegramService:
    """`start` and `stop` belong into the web app's lifespan."""

    def __init__(
        self,
        application: App,
        door: TelegramDoor,
        *,
        poll_seconds: int = POLL_SECONDS,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._application = application
        self._door = door
        self._account = door.account
        self._poll_seconds = poll_seconds
        self._sleep = sleep
        self._task: asyncio.Task[None] | None = None
        self._offset: int | None = None

    def start(self) -> None:
        """Return at once; connecting goes on behind, again and again until it works."""
        self._task = asyncio.create_task(self._run(), name=f"telegram:{self._account.name}")

    async def stop(self) -> None:
        """End polling and close the connections. What was fetched and not confirmed comes again."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        await self._application.shutdown()

    async def connect(self) -> None:
        """Say who we are and how updates shall come. Raises TelegramError."""
        await self._application.initialize()
        bot = self._application.bot
        if self._account.polls:
            await bot.delete_webhook()
        elif self._account.public_url:
            await bot.set_webhook(
                self._account.webhook_url, secret_token=self._account.secret, allowed_updates=ALLOWED_UPDATES
            )

    async def poll_once(self) -> int:
        """Fetch and store one batch; how many came. An update is confirmed by the call after it was stored.

        Raises TelegramError, and whatever storing raises: then the same batch comes again.
        """
        updates = await self._application.bot.get_updates(
            offset=self._offset, timeout=self._poll_seconds, allowed_updates=ALLOWED_UPDATES
        )
        for update in updates:
            await self._take(update)
            self._offset = update.update_id + 1
        return len(updates)

    async def _take(self, update: Update) -> None:
        try:
            await self._door.receive(update)
        except DoorRefused as refused:
            log.warning("%s/%s: update passed over: %s", CHANNEL, self._account.name, refused.reason)
            return
        await self._door.settle_tap(update)

    async def _run(self) -> None:
        connected, pause = False, 1.0
        while True:
            try:
                if not connected:
                    await self.connect()
                    connected = True
                if not self._account.polls:
                    return
                await self.poll_once()
                pause = 1.0
                continue
            except InvalidToken:
                log.critical("%s/%s: the bot's token is refused; this bot stays silent", CHANNEL, self._account.name)
                return
            except RetryAfter as error:
                pause = max(pause, wait_of(error).total_seconds())
            except TelegramError as error:
                log.warning("%s/%s: %s; next try in %.0f s", CHANNEL, self._account.name, type(error).__name__, pause)
            except Exception as error:  # the books may be away for a moment; polling must outlive that
                log.warning("%s/%s: not stored: %s", CHANNEL, self._account.name, type(error).__name__)
            await self._sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
