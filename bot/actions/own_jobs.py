"""A volunteer's own jobs and the open ones, as the use cases know them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bank.usecases import jobs
from bot.actions.listing import say_list
from bot.actions.turn import Turn, payload


def open_jobs(turn: Turn) -> list[dict[str, Any]]:
    """Jobs that this volunteer may still take, soonest first. Raises NotAllowed."""
    receipt = jobs.open_jobs(turn.uow, turn.desk.scheme, turn.doing("open_jobs"))
    orders: list[dict[str, Any]] = receipt.facts["orders"]
    return orders


def schedule(turn: Turn, can: str | None = None) -> list[dict[str, Any]]:
    """The speaker's own jobs ahead; with `can` only those on which that verb is allowed."""
    receipt = jobs.schedule(turn.uow, turn.desk.scheme, turn.doing("schedule"), can=can)
    orders: list[dict[str, Any]] = receipt.facts["orders"]
    return orders


def say_own(turn: Turn, words: str, mine: Sequence[dict[str, Any]], intent: str) -> None:
    """A numbered question about one's own jobs."""
    say_list(
        turn,
        words,
        "schedule.item",
        mine,
        sends=lambda job: payload(intent, order_number=job["number"]),
        more=lambda start: payload("view_schedule", offset=start),
    )
