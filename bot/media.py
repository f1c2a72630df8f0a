"""Recordings and pictures: fetched when they come (WeChat's ids die after three days) and kept for staff."""

from __future__ import annotations

import hashlib
import logging
import mimetypes
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anyio import to_thread

from bot.channels.ports import FetchedMedia, MediaFetcher
from bot.messages import Incoming
from bot.sending import SendError

log = logging.getLogger(__name__)
NAME = re.compile(r"[0-9a-f]{32}\.[a-z0-9]{1,5}")


class MediaKeeper:
    """Files under `folder`, named by their content. `fetchers` by channel; the serving fills them in."""

    def __init__(self, folder: Path, fetchers: Mapping[str, MediaFetcher]) -> None:
        self._folder = folder
        self._fetchers = fetchers

    async def keep(self, incoming: Incoming) -> dict[str, Any]:
        """Evidence for a case: `file` when it could be fetched, else `lost` with the reason. Raises nothing of the
        channel's: a recording that cannot be had must not lose the message."""
        fetched, lost = await self.fetch(incoming)
        return lost if fetched is None else await self.store(fetched)

    async def fetch(self, incoming: Incoming) -> tuple[FetchedMedia | None, dict[str, Any]]:
        """The file, not kept yet; or None and the evidence that it is lost."""
        fetcher = self._fetchers.get(incoming.channel)
        if fetcher is None:
            return None, {"lost": "this channel brings no files"}
        try:
            return await fetcher.fetch(incoming), {}
        except SendError as error:
            log.warning("a recording from %s could not be fetched: %s", incoming.channel, error)
            return None, {"lost": str(error), "media": incoming.media}

    async def store(self, fetched: FetchedMedia) -> dict[str, Any]:
        """Keep a fetched file for staff; answers the evidence."""
        name = await to_thread.run_sync(self._write, fetched.content, fetched.content_type)
        return {"file": name, "content_type": fetched.content_type}

    def path(self, name: str) -> Path | None:
        """The kept file of that name; None when there is none (or the name is none of ours)."""
        found = self._folder / name
        return found if NAME.fullmatch(name) and found.is_file() else None

    def _write(self, content: bytes, content_type: str) -> str:
        self._folder.mkdir(parents=True, exist_ok=True)
        ending = (mimetypes.guess_extension(content_type.split(";", maxsplit=1)[0].strip()) or ".bin")[1:]
        name = f"{hashlib.sha256(content).hexdigest()[:32]}.{ending}"
        (self._folder / name).write_bytes(content)
        return name
