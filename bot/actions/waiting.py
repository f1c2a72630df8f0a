"""What waits for a staff member: requests to decide, and which of them the words name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bank.usecases import approval
from bot.actions.listing import pick_order, say_list
from bot.actions.turn import Turn, payload
from bot.understanding.numbers import whole_number
from bot.understanding.text import clean

_N = r"\d{1,6}|[零〇一二两三四五六七八九十百廿]{1,5}"
_RANGE = re.compile(rf"(?P<first>{_N})\s?号?\s?(?:到|至|-|~)\s?(?P<last>{_N})\s?号?")
_NUMBER = re.compile(
    rf"(?<![\d一二三四五六七八九十])(?P<n>\d{{1,6}}|(?:{_N})(?=号))(?!\d|\s?(?:岁|个?币|点|月|小时|分钟|个人|级|审|条))"
)
_ALL = re.compile(r"全部|全过|都(?:过|批|同意|通过|可以|发)|^一起")
_FIRST_N = re.compile(r"前([两二三四五2345])[条个单]")
_BUT = re.compile(rf"除了?\s?(?P<n>{_N})\s?号?")
_INSTEAD = re.compile(r"不对|说错|等下|不是")


def waiting(turn: Turn) -> list[dict[str, Any]]:
    """Requests that this staff member may decide now, most urgent and oldest first. Raises NotAllowed."""
    receipt = approval.waiting_for(turn.uow, turn.desk.scheme, turn.doing("waiting_for"))
    orders: list[dict[str, Any]] = receipt.facts["orders"]
    return orders


def by_number(turn: Turn, number: int) -> dict[str, Any]:
    """The waiting request of that number."""
    return next(order for order in waiting(turn) if order["number"] == number)


def say_waiting(turn: Turn, words: str, orders: Sequence[dict[str, Any]], intent: str, offset: int = 0) -> None:
    """The waiting requests as a numbered list whose choices go on with `intent`."""
    say_list(
        turn,
        words,
        "review.item",
        orders,
        sends=lambda order: payload(intent, order_number=order["number"]),
        more=lambda start: payload("review_requests", offset=start),
        offset=offset,
    )


def numbers_said(text: str, orders: Sequence[dict[str, Any]]) -> list[int]:
    """All the waiting requests that the words name: 12 13 都通过, 12到16, 前三条, 除了15其他都过; in their order.

    Numbers that wait for nobody are left out: they are a house number, an age, or long decided.
    """
    said = clean(text)
    there = [int(order["number"]) for order in orders]
    but = {whole_number(match["n"]) for match in _BUT.finditer(said)}
    first = _FIRST_N.search(said)
    if first:
        return there[: whole_number(first[1]) or 0]
    if _ALL.search(said) and not _named(_BUT.sub("", said), there):
        return [number for number in there if number not in but]
    named = _named(_BUT.sub("", said), there)
    return named[-1:] if _INSTEAD.search(said) and named else named


def _named(said: str, there: Sequence[int]) -> list[int]:
    found: list[int] = []
    for match in _RANGE.finditer(said):
        first, last = whole_number(match["first"]), whole_number(match["last"])
        if first is not None and last is not None and first < last:
            found.extend(number for number in there if first <= number <= last)
    single = (whole_number(match["n"]) for match in _NUMBER.finditer(said))
    found.extend(number for number in single if number is not None and number in there)
    return list(dict.fromkeys(found))


def one_waiting(turn: Turn, orders: Sequence[dict[str, Any]], *, asked: bool) -> int | None:
    """The one request that is meant, else None. Raises NotFound for a number that does not wait."""
    named = numbers_said(turn.words, orders)
    if len(named) == 1:
        return named[0]
    return pick_order(turn, orders, asked=asked)
