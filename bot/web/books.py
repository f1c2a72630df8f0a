"""The ledger's health for the desk page: the last proof of this process, and a new one when staff ask."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from storage.verify import verify


class EngineBooks:
    """`bot.web.parts.Books` on an engine. It keeps only what the page shows; the proof itself is in the books."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._last: dict[str, Any] | None = None

    def last(self) -> dict[str, Any] | None:
        return self._last

    def prove(self, now: datetime) -> dict[str, Any]:
        self._last = {"at": now, **verify(self._engine).as_json()}
        return self._last
