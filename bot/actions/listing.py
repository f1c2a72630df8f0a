"""Numbered lists of orders, and which of them a person means."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bank.errors import NotFound
from bot.actions.turn import Turn
from bot.catalogue import MOST_CHOICES
from bot.messages import Choice, Reply
from bot.understanding.choices import resolve_choice
from bot.understanding.numbers import whole_number
from bot.understanding.order_numbers import resolve_order_number
from bot.understanding.services import resolve_service
from bot.understanding.text import clean
from bot.understanding.times import TimeValue, resolve_time

Facts = Mapping[str, Any]
CALLS = r"(?:阿?[婆公姨伯爹妈]|大?[爷妈娘叔姐哥婶]|奶奶|爷爷|老师|师傅|先生|女士|老伯|家)"
_ANY_NUMBER = re.compile(
    r"(?<![\d月一二三四五六七八九十])(?P<n>\d{1,6}|[一二三四五六七八九十]{1,3})号(?!楼|线|门|房|院|弄|室)"
)
_NTH = re.compile(r"第\s?([一二三123])\s?[个单条张]")


def say_list(
    turn: Turn,
    words: str,
    item: str,
    things: Sequence[Facts],
    *,
    sends: Callable[[Facts], str],
    more: Callable[[int], str],
    offset: int = 0,
    **facts: Any,
) -> Reply:
    """Say `words` with up to three of `things` as numbered choices (`item` is a choice's label), from `offset` on.

    Where more are left the third choice shows them: `more` makes its payload from the next offset.
    """
    rest = things[offset:]
    shown = rest if len(rest) <= MOST_CHOICES else rest[: MOST_CHOICES - 1]
    means = "yes" if len(things) == 1 else None  # a plain yes picks the only one
    choices: list[Choice] = [turn.choice(item, sends(thing), means=means, **thing) for thing in shown]
    if turn.interrupts:  # the numbers belong to the form's question: the things are told, not asked about
        return turn.say("list.told", things=[choice.label for choice in choices], left=len(rest) - len(shown))
    if len(shown) < len(rest):
        choices.append(turn.choice("label.more", more(offset + len(shown)), left=len(rest) - len(shown)))
    return turn.say(words, choices=choices, count=len(things), **facts)


def offset_of(turn: Turn) -> int:
    """Where a list goes on: what the choice "看更多" carries, else 0."""
    given = turn.given("offset")
    return int(given) if given is not None else 0


def order_number(turn: Turn, *, asked: bool) -> int | None:
    """The order that a payload or the words name. A bare number counts only when one was `asked` for."""
    given = turn.given("order_number")
    if given is not None:
        return int(given)
    value = resolve_order_number(turn.words, asked=asked)
    return value.number if value else None


def pick_order(turn: Turn, orders: Sequence[Facts], *, asked: bool) -> int | None:
    """Which of `orders` is meant: by number, by place in the list, by person, by time; None when that is open.

    A number that is none of them raises NotFound; where one was `asked` for it is said so and asked again.
    """
    numbers = [order["number"] for order in orders]
    named = order_number(turn, asked=asked)
    if named is not None:
        if named in numbers:
            return named
        if not asked:
            raise NotFound("order", named)
        turn.say("not_found.order")
        return None
    if not turn.words or not orders:
        return None
    nth = _position(turn.words, len(orders)) if asked or _NTH.search(turn.words) else None
    if nth is not None:
        return int(numbers[nth - 1])
    loose = [order for order in orders if order["number"] == _loose_number(turn.words)]
    return only_one(loose, by_person(turn.words, orders), by_service(turn.words, orders), by_time(turn, orders))


def only_one(*fittings: Sequence[Facts]) -> int | None:
    """The number of the first fitting that leaves a single order."""
    return next((int(fitting[0]["number"]) for fitting in fittings if len(fitting) == 1), None)


def _loose_number(words: str) -> int | None:
    """2号我去不了了: a number that may be a day as well; it counts only where one of the orders bears it."""
    match = _ANY_NUMBER.search(words)
    return whole_number(match["n"]) if match else None


def _position(text: str, count: int) -> int | None:
    match = _NTH.search(text)
    place = whole_number(match[1]) if match else resolve_choice(text, count=count)
    return place if place is not None and 1 <= place <= count else None


def by_person(text: str, orders: Sequence[Facts]) -> list[Facts]:
    """The orders of whoever the words name, by full name or by surname and a way to address (王阿婆)."""
    said = clean(text)
    return [order for order in orders if _called(said, str(order.get("resident") or ""))]


def _called(said: str, name: str) -> bool:
    if not name:
        return False
    call = re.compile(
        rf"[小老阿]{re.escape(name[0])}(?!区|时)|"
        rf"{re.escape(name[0])}(?:阿?[婆公姨伯爹妈]|大?[爷妈娘叔姐哥婶]|奶奶|爷爷|老师|师傅|先生|女士|老伯|家)"
    )
    return name in said or bool(call.search(said))


def by_service(text: str, orders: Sequence[Facts]) -> list[Facts]:
    """The orders of the kind of help that the words name (陪诊那单)."""
    service = resolve_service(clean(text))
    return [order for order in orders if service is not None and order["service"] == service.category]


def by_time(turn: Turn, orders: Sequence[Facts]) -> list[Facts]:
    """The orders that start in the time the words name; none when they name no sure time."""
    span = span_of(resolve_time(turn.words, turn.local_now))
    if span is None:
        return []
    return [order for order in orders if span[0] <= datetime.fromisoformat(order["starts_at"]) < span[1]]


def span_of(time: TimeValue | None) -> tuple[datetime, datetime] | None:
    """The half-open interval that a sure time covers: a point covers its hour."""
    if time is None or time.unsure or time.start is None:
        return None
    return time.start, time.end or time.start + timedelta(hours=1)
