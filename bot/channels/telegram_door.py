"""`POST /telegram/{account}`: secret, size, shape; stored before it is acknowledged."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Mapping

from fastapi import APIRouter, BackgroundTasks, Request, Response
from telegram import Bot, Update
from telegram.error import TelegramError

from bot.channels.ports import Gateway
from bot.channels.refusals import DoorRefused, read_capped, refusal_response
from bot.channels.telegram_parse import CHANNEL, to_incoming
from bot.channels.telegram_settings import TelegramAccount
from bot.clock import Clock

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the header's name, not a secret
log = logging.getLogger(__name__)


class TelegramDoor:
    """One bot's door, for webhook and polling alike."""

    def __init__(self, account: TelegramAccount, bot: Bot, gateway: Gateway, clock: Clock) -> None:
        self.account = account
        self.bot = bot
        self._gateway = gateway
        self._clock = clock

    def check_secret(self, given: str | None) -> None:
        """Raises DoorRefused: 404 when this bot polls, 403 when the secret is missing or wrong."""
        if self.account.polls:
            raise DoorRefused(404, "this bot polls")
        expected = self.account.secret.encode("utf-8")
        if not hmac.compare_digest((given or "").encode("utf-8", "replace"), expected):
            raise DoorRefused(403, "wrong secret token")

    def read(self, body: bytes) -> Update:
        """Raises DoorRefused (400) when the body is no update."""
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            raise DoorRefused(400, "body is not JSON") from None
        if not isinstance(raw, dict) or type(raw.get("update_id")) is not int:
            raise DoorRefused(400, "not an update")
        try:
            return Update.de_json(raw, self.bot)
        except Exception:  # the library lets out whatever a wrong shape raises: KeyError, TypeError, AttributeError …
            raise DoorRefused(400, "not a well-formed update") from None

    async def receive(self, update: Update) -> None:
        """Store what the update says; the reply goes by the outbox, as Telegram waits for none.

        Raises DoorRefused (400) for a malformed update, and whatever storing raises.
        """
        try:
            incoming = to_incoming(update, self.account.name, self._clock.now())
        except (TypeError, AttributeError, ValueError):
            raise DoorRefused(400, "not a well-formed update") from None
        if incoming is not None:
            await self._gateway.receive(incoming, wait=0)

    async def settle_tap(self, update: Update) -> None:
        """Stop the waiting sign on a tapped button. Not getting through costs nothing but the sign."""
        if update.callback_query is None:
            return
        try:
            await self.bot.answer_callback_query(update.callback_query.id)
        except TelegramError as error:
            log.info("%s/%s: a tap was not settled: %s", CHANNEL, self.account.name, type(error).__name__)


def telegram_router(doors: Mapping[str, TelegramDoor]) -> APIRouter:
    """`doors` by account name."""
    router = APIRouter()

    @router.post("/telegram/{account}", include_in_schema=False)
    async def receive(account: str, request: Request, tasks: BackgroundTasks) -> Response:
        door = doors.get(account)
        if door is None:
            return refusal_response(CHANNEL, "-", DoorRefused(404, "no such account"))
        try:
            door.check_secret(request.headers.get(SECRET_HEADER))
            update = door.read(await read_capped(request, door.account.max_body))
            await door.receive(update)
        except DoorRefused as refused:
            return refusal_response(CHANNEL, account, refused)
        tasks.add_task(door.settle_tap, update)
        return Response(status_code=200, background=tasks)

    return router
