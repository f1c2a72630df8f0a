"""`/demo`: three people side by side, each on their own chat page, and a clock that a visitor moves forward."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from fastapi import APIRouter, HTTPException
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict

from bank.scheme import Scheme
from bot.clock import MovableClock
from bot.demo.community import SampleCommunity
from bot.desk import Desk
from bot.phrases import when
from bot.web.chat import chat_link
from bot.web.desk import desk_link
from bot.web.pages import HEADERS, Pages
from bot.web.tokens import Signer
from bot.web.wakeups import Wakeups

PANES = (("resident", "wang"), ("volunteer", "li"), ("staff", "sun"))  # who is shown first
THINGS_TO_TRY = ("ask", "approve", "take", "clock", "confirm")
SAYS = {"ask": "wang", "approve": "sun", "take": "li", "confirm": "wang"}  # who says the words of a thing to try
OPENS, CLOSES, MORNING = time(8, 30), time(17, 0), time(9, 0)


class Step(StrEnum):
    """How far the clock is moved."""

    HOUR = "hour"
    DAY = "day"
    MORNING = "morning"


class Move(BaseModel):
    """The post of the clock bar."""

    model_config = ConfigDict(extra="forbid")

    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoParts:
    """`tick` does everything that is due by the clock's new time; `clock` is the desk's own."""

    desk: Desk
    clock: MovableClock
    community: SampleCommunity
    signer: Signer
    tick: Callable[[], Awaitable[object]]
    wakeups: Wakeups


def demo_start(now: datetime, scheme: Scheme) -> datetime:
    """When the demo's clock begins: now in the daytime, else the next nine o'clock (at night nobody is pushed)."""
    local = now.astimezone(scheme.tz)
    if OPENS <= local.time() <= CLOSES:
        return now
    return next_morning(now, scheme)


def next_morning(now: datetime, scheme: Scheme) -> datetime:
    """Nine o'clock of the next morning to come."""
    local = now.astimezone(scheme.tz)
    day = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    return datetime.combine(day, MORNING, tzinfo=scheme.tz)


def demo_router(parts: DemoParts) -> APIRouter:
    """The routes of `/demo`. Mount them in the demo only: they open everybody's chat."""
    router = APIRouter(prefix="/demo", include_in_schema=False)
    pages = Pages(parts.desk)

    @router.get("")
    async def page() -> Response:
        return pages.page(
            "demo.html", panes=_panes(parts), tries=demo_tries(parts.community, pages), clock=_shown(parts)
        )

    @router.get("/clock")
    async def look() -> dict[str, str]:
        return _shown(parts)

    @router.post("/clock")
    async def move(given: Move) -> dict[str, str]:
        parts.clock.forward(_length(parts, given.step))
        await parts.tick()
        parts.wakeups.ring_all()
        return _shown(parts)

    @router.get("/desk/{key}")
    async def desk(key: str) -> Response:
        try:
            person = parts.community.named(key)
        except KeyError as error:
            raise HTTPException(404) from error
        return RedirectResponse(desk_link(parts.signer, person.member_id), status_code=303, headers=HEADERS)

    return router


def _length(parts: DemoParts, step: Step) -> timedelta:
    now = parts.clock.now()
    match step:
        case Step.HOUR:
            return timedelta(hours=1)
        case Step.DAY:
            return timedelta(days=1)
    return next_morning(now, parts.desk.scheme) - now


def _shown(parts: DemoParts) -> dict[str, str]:
    now = parts.clock.now()
    local = now.astimezone(parts.desk.scheme.tz)
    return {"now": now.isoformat(), "words": f"{local.month}月{local.day}日 {when(now, now, parts.desk.scheme.tz)}"}


def _panes(parts: DemoParts) -> list[dict[str, Any]]:
    panes = []
    for kind, first in PANES:
        people = [
            {
                "key": person.key,
                "name": person.name,
                "note": person.note,
                "link": chat_link(parts.signer, person.sender),
                "first": person.key == first,
            }
            for person in parts.community.people
            if person.kind == kind
        ]
        panes.append({"kind": kind, "people": people})
    return panes


def demo_tries(community: SampleCommunity, pages: Pages) -> list[dict[str, str]]:
    """Five things to try, in words; `says` is what the page writes for the visitor."""
    tries = []
    for thing in THINGS_TO_TRY:
        who = SAYS.get(thing, "")
        says = pages.words(f"demo.says.{thing}") if who else ""
        name = community.named(who).name if who else ""
        kind = community.named(who).kind if who else ""
        words = pages.words(f"demo.try.{thing}", name=name, says=says)
        tries.append({"words": words, "who": who, "kind": kind, "says": says})
    return tries
