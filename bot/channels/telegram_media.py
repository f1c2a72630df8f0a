"""Fetches recordings and pictures from Telegram."""

from __future__ import annotations

from collections.abc import Mapping

from telegram import Bot
from telegram.error import BadRequest, TelegramError

from bot.channels.ports import FetchedMedia
from bot.channels.telegram_errors import error_for
from bot.channels.telegram_parse import CHANNEL
from bot.messages import Incoming, Kind
from bot.sending import MaybeSent, Misconfigured, TryLater, WayClosed

MEDIA_LIMIT = 10 * 1024 * 1024


class TelegramMedia:
    """A `MediaFetcher`. `bots` by account name."""

    channel = CHANNEL

    def __init__(self, bots: Mapping[str, Bot]) -> None:
        self._bots = bots

    async def fetch(self, incoming: Incoming) -> FetchedMedia:
        """Raises TryLater; WayClosed when there is no file or it is over 10 MB; Misconfigured."""
        bot, file_id = self._bots.get(incoming.account), incoming.media.get("file_id")
        if bot is None:
            raise Misconfigured("no such Telegram account")
        if not isinstance(file_id, str):
            raise WayClosed("the message names no file")
        try:
            file = await bot.get_file(file_id)
            if (file.file_size or 0) > MEDIA_LIMIT:
                raise WayClosed("the file is over 10 MB")
            content = bytes(await file.download_as_bytearray())
        except BadRequest:
            raise WayClosed("the file is gone") from None
        except TelegramError as error:
            sorted_error = error_for(error)
            # fetching again does no harm
            raise (TryLater(str(sorted_error)) if isinstance(sorted_error, MaybeSent) else sorted_error) from None
        kind = incoming.media.get("mime") or ("image/jpeg" if incoming.kind is Kind.PHOTO else "audio/ogg")
        return FetchedMedia(content, kind)
