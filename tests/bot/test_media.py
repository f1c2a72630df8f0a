"""Recordings and pictures are fetched when they come and kept for staff."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.channels.ports import FetchedMedia
from bot.media import MediaKeeper
from bot.messages import Incoming, Kind
from bot.sending import WayClosed

VOICE = Incoming(
    channel="wechat",
    account="main",
    sender="o1",
    message_id="1",
    kind=Kind.VOICE,
    media={"media_id": "m1"},
    at=datetime(2026, 11, 20, tzinfo=UTC),
)


class Fetcher:
    channel = "wechat"

    def __init__(self, fetched: FetchedMedia | WayClosed) -> None:
        self._fetched = fetched

    async def fetch(self, incoming: Incoming) -> FetchedMedia:
        if isinstance(self._fetched, WayClosed):
            raise self._fetched
        return self._fetched


async def test_a_recording_is_kept_under_its_content(tmp_path: Path) -> None:
    keeper = MediaKeeper(tmp_path, {"wechat": Fetcher(FetchedMedia(b"#!AMR hello", "audio/amr"))})
    evidence = await keeper.keep(VOICE)
    path = keeper.path(evidence["file"])
    assert path is not None and path.read_bytes() == b"#!AMR hello"
    assert (await keeper.keep(VOICE))["file"] == evidence["file"]


async def test_what_cannot_be_fetched_is_named(tmp_path: Path) -> None:
    keeper = MediaKeeper(tmp_path, {"wechat": Fetcher(WayClosed("over 3 days old"))})
    assert await keeper.keep(VOICE) == {"lost": "over 3 days old", "media": {"media_id": "m1"}}
    assert "lost" in await MediaKeeper(tmp_path, {}).keep(VOICE)


@pytest.mark.parametrize("name", ["../secret", "a" * 32, "0" * 32 + ".ogg/../../x", "", "0" * 32 + ".ogg"])
def test_only_kept_files_are_handed_out(tmp_path: Path, name: str) -> None:
    assert MediaKeeper(tmp_path, {}).path(name) is None
