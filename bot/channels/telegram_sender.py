"""Telegram's way out: words in parts, choices as buttons under the last."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from telegram import Bot, InlineKeyboardMarkup
from telegram.error import RetryAfter, TelegramError

from bot.channels.progress import Progress
from bot.channels.splitting import split_text, utf16_size
from bot.channels.telegram_errors import TooLong, error_for, wait_of
from bot.channels.telegram_keys import keyboard
from bot.channels.telegram_pacer import Pacer
from bot.channels.telegram_parse import CHANNEL
from bot.messages import Reply
from bot.sending import Address, Misconfigured, Unreachable, WayClosed

TEXT_LIMIT = 4096  # UTF-16 code units


class TelegramSender:
    """`bots` by account name."""

    channel = CHANNEL

    def __init__(self, bots: Mapping[str, Bot], *, pacers: Mapping[str, Pacer] | None = None) -> None:
        self._bots = bots
        self._pacers = pacers if pacers is not None else {name: Pacer() for name in bots}
        self._progress = Progress()

    async def send(self, address: Address, reply: Reply, *, key: str, purpose: str, now: datetime) -> str | None:
        """Returns the id of the last part's message. Raises bot.sending.SendError's children."""
        bot = self._bots.get(address.account)
        if bot is None:
            raise Misconfigured("no such Telegram account")
        parts = [part for part in split_text(reply.text.replace("\x00", ""), TEXT_LIMIT, utf16_size) if part]
        if not parts:
            raise WayClosed("nothing to say: the reply has no words")
        sent: str | None = None
        for number, part in enumerate(parts):
            if number < self._progress.done(key):
                continue
            buttons = keyboard(reply.choices) if number == len(parts) - 1 else None
            sent = await self._send_part(bot, address, part, buttons)
            self._progress.reached(key, number + 1)
        self._progress.forget(key)
        return sent

    async def _send_part(self, bot: Bot, address: Address, part: str, buttons: InlineKeyboardMarkup | None) -> str:
        try:
            return await self._send_one(bot, address, part, buttons)
        except TooLong:
            # what Telegram counts differently from us goes in halves
            halves = split_text(part, utf16_size(part) // 2 + 1, utf16_size)
            for half in halves[:-1]:
                await self._send_one(bot, address, half, None)
            return await self._send_one(bot, address, halves[-1], buttons)

    async def _send_one(self, bot: Bot, address: Address, text: str, buttons: InlineKeyboardMarkup | None) -> str:
        if not address.sender.lstrip("-").isdigit():
            raise Unreachable("not a Telegram chat")
        pacer = self._pacers[address.account]
        await pacer.turn(address.sender)
        try:
            message = await bot.send_message(int(address.sender), text, reply_markup=buttons)
        except TelegramError as error:
            if isinstance(error, RetryAfter):
                pacer.pause(address.sender, wait_of(error))
            raise error_for(error) from None  # its text can hold the address and with it the token
        return str(message.message_id)
