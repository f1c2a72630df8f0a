"""Templates with the catalogue's words, and the headers every page carries."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.staticfiles import StaticFiles

from bot import phrases
from bot.desk import Desk

HERE = Path(__file__).parent
STATIC = HERE / "static"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'self'"
    ),
    "Referrer-Policy": "no-referrer",  # addresses may carry a signed link
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


@cache
def static_version() -> str:
    """Changes when any static file does, so that browsers fetch it anew."""
    digest = hashlib.sha256()
    for file in sorted(STATIC.rglob("*")):
        if file.is_file():
            digest.update(file.read_bytes())
    return digest.hexdigest()[:10]


def mount_static(app: FastAPI) -> None:
    """Serve the static files under a path that changes with them: modules import each other by relative paths."""
    app.mount(static_path(), StaticFiles(directory=STATIC), name="static")


def static_path() -> str:
    return f"/static/{static_version()}"


class Pages:
    """Renders templates in the words of one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        scheme = desk.scheme
        environment = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        environment.globals |= {"scheme": scheme, "static": static_path(), "words": self.words}
        filters: dict[str, Callable[..., str]] = {"coins": self._coins, "hours": phrases.hours, "when": self._when}
        filters |= {kind: self._name_of(kind) for kind in ("group", "relation")}
        environment.filters |= filters
        self._environment = environment

    def words(self, key: str, **facts: Any) -> str:
        """The page's words of that key. Raises WordsError."""
        return self._desk.words.say(f"page.{key}", self._desk.clock.now(), **facts).text

    def _coins(self, minutes: int) -> str:
        scheme = self._desk.scheme
        return phrases.coins(minutes, scheme.minutes_per_coin, scheme.coin_classifier)

    def _name_of(self, kind: str) -> Callable[..., str]:
        """What people call a code of that kind."""

        def name(code: str) -> str:
            return self._desk.words.say(f"page.{kind}", self._desk.clock.now(), code=code).text

        return name

    def _when(self, moment: datetime | str) -> str:
        """Day and time as people say them, of a moment or of its ISO text (as facts have it)."""
        value = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        return phrases.when(value, self._desk.clock.now(), self._desk.scheme.tz)

    def page(self, template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
        html = self._environment.get_template(template).render(facts)
        return HTMLResponse(html, status_code=status, headers=HEADERS)
