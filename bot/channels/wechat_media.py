"""Fetches recordings and pictures from WeChat."""

from __future__ import annotations

from collections.abc import Mapping

from bot.channels.ports import FetchedMedia
from bot.channels.wechat_api import WeChatApi
from bot.channels.wechat_parse import CHANNEL
from bot.messages import Incoming
from bot.sending import Misconfigured, WayClosed


class WeChatMedia:
    """A `MediaFetcher`. `apis` by account name."""

    channel = CHANNEL

    def __init__(self, apis: Mapping[str, WeChatApi]) -> None:
        self._apis = apis

    async def fetch(self, incoming: Incoming) -> FetchedMedia:
        """Raises TryLater; WayClosed when there is no file, it is over 3 days old or over 10 MB; Misconfigured."""
        api, media_id = self._apis.get(incoming.account), incoming.media.get("media_id")
        if api is None:
            raise Misconfigured("no such WeChat account")
        if not isinstance(media_id, str):
            raise WayClosed("the message names no file")
        return await api.download(media_id)
