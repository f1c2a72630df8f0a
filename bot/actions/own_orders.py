"""A resident's own orders: which one is meant, how it is said, and taking back what was just done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bank.errors import NotAllowed, WrongState
from bank.usecases import requests, undo
from bot.actions import acting
from bot.actions.listing import Facts, by_person, by_time, offset_of, order_number, pick_order, say_list
from bot.actions.turn import Turn, payload
from bot.understanding.services import resolve_service

OWN = ("resident", "kin")
TAKE_BACK = re.compile(r"撤销|撤回|反悔|恢复(?:刚才|那|原来)|undo", re.IGNORECASE)


def mine(turn: Turn, can: str | None = None, *, ended_too: bool = False) -> list[dict[str, Any]]:
    """The speaker's orders by start, and those of relatives they act for, unless they have ended.

    Where the words name such a relative, theirs alone. `can`: only those that this verb of an order's life fits now.
    """
    named = [member.id for member in acting.people(turn)]
    people: list[int | None] = [*named] or [None, *(kin.member_id for kin in turn.uow.kin.acting(turn.me.id))]
    found: list[dict[str, Any]] = []
    for person in people:
        doing = turn.doing("my_requests", for_id=person)
        receipt = requests.my_requests(turn.uow, turn.desk.scheme, doing, can=can, ended_too=ended_too)
        found += receipt.facts["orders"]
    return sorted(found, key=lambda order: str(order["starts_at"]))


def order_of(turn: Turn, number: int) -> dict[str, Any]:
    """One order as the speaker may see it. Raises NotFound, NotAllowed."""
    return requests.order_of(turn.uow, turn.desk.scheme, turn.doing(f"order_of:{number}"), number).facts


def pick_mine(turn: Turn, orders: Sequence[Facts], *, can: str, asked: bool) -> int | None:
    """Which of the speaker's `orders` is meant: by number, place in the list, volunteer, time or service.

    Raises WrongState when the words name another order of theirs, on which `can` may not be done now, NotFound or
    NotAllowed for an order that is not theirs; inside a question (`asked`) that is said and asked again.
    """
    named = order_number(turn, asked=asked)
    if named is not None and not asked and named not in [order["number"] for order in orders]:
        order = order_of(turn, named)
        if order["as_what"] not in OWN:
            raise NotAllowed("not_your_order", number=named)
        raise WrongState("order", named, order["status"], can)
    picked = pick_order(turn, [order | {"resident": seat_names(order)} for order in map(dict, orders)], asked=asked)
    if picked is not None or not turn.words or named is not None:
        return picked
    for fitting in (by_time(turn, orders), _by_service(turn, orders)):
        if len(fitting) == 1:
            return int(fitting[0]["number"])
    return None


ABOUT_THE_DESK = re.compile(
    r"志愿者|时间银行|时间币|服务(?![器区员站])|单子|这一?单|[那这]单|你们[派叫请]|预?约[的了好]"
)


def speaks_of(turn: Turn, order: Facts) -> bool:
    """Whether the words name anything of that order: its number, its people, its time, its kind of help, or the desk.

    What somebody writes to somebody else by mistake (冰箱装好了, 会议取消了) names none of it: then the order is not
    read back as if it were meant, but asked about.
    """
    if turn.is_payload or ABOUT_THE_DESK.search(turn.words) or order_number(turn, asked=False) is not None:
        return True
    if by_person(turn.words, [{**order, "resident": seat_names(order)}]) or by_time(turn, [order]):
        return True
    return bool(_by_service(turn, [order]))


def the_only(turn: Turn, orders: Sequence[Facts]) -> int | None:
    """The number of the only order there is, unless the words name another service than it has."""
    if len(orders) != 1:
        return None
    service = resolve_service(turn.words) if turn.words else None
    if service is not None and not service.unsure and service.category not in ("other", orders[0]["service"]):
        return None
    return int(orders[0]["number"])


def _by_service(turn: Turn, orders: Sequence[Facts]) -> list[Facts]:
    service = resolve_service(turn.words)
    return [order for order in orders if service and order["service"] == service.category]


def seat_names(order: Facts) -> str:
    """The names of the volunteers on an order, joined as Chinese joins them; empty when there are none."""
    return "、".join(seat["name"] for seat in order["volunteers"])


def say_mine(
    turn: Turn, words: str, orders: Sequence[Facts], intent: str, offset: int | None = None, **facts: Any
) -> None:
    """The orders as numbered choices that go on with `intent`; inside a form that is `inform`."""
    say_list(
        turn,
        words,
        "orders.item",
        orders,
        sends=lambda order: payload(intent, order_number=order["number"]),
        more=lambda start: payload(intent, offset=start),
        offset=offset_of(turn) if offset is None else offset,
        **facts,
    )


def just_asked(turn: Turn) -> int | None:
    """The speaker's order that "撤销" means when asking for it was their last deed: it can be called off."""
    if turn.member is None or turn.is_payload or not TAKE_BACK.search(turn.text):
        return None
    since = turn.now - timedelta(minutes=turn.desk.scheme.undo_minutes)
    found = [turn.uow.orders.get(order["number"]) for order in mine(turn, "cancel")]
    fresh = [order for order in found if order.asked_by == turn.me.id and order.created_at >= since]
    if not fresh:
        return None
    newest = max(fresh, key=lambda order: (order.created_at, order.id))
    ended = undo.last_undone_at(turn.uow, turn.desk.scheme, turn.doing("undoable"))
    return None if ended is not None and ended > newest.created_at else newest.id


def take_back(turn: Turn) -> bool:
    """Undo the speaker's last deed when the words ask for that ("撤销"); False when they don't."""
    if turn.member is None or turn.is_payload or not TAKE_BACK.search(turn.text):
        return False
    if just_asked(turn) is not None:
        turn.follow = "cancel_order_form"
        return True
    undo_now(turn)
    return True


_UNDONE = {
    "confirm_undone": "undo.confirm",
    "cancel_undone": "undo.cancel",
    "ask_undone": "cancel.done",  # what somebody else had asked for the speaker
    "gift_undone": "undo.gift",
    "donation_undone": "undo.donation",
    "grant_undone": "undo.grant",
    "conversion_undone": "convert.undone",
}


def undo_now(turn: Turn) -> None:
    """Undo the speaker's last deed, or say that there is none."""
    open_deed = undo.undoable(turn.uow, turn.desk.scheme, turn.doing("undoable"))
    if open_deed.outcome == "nothing":
        turn.say("undo.nothing")
        return
    receipt = undo.undo_last(turn.uow, turn.desk.scheme, turn.doing("undo"))
    turn.say(_UNDONE[receipt.outcome], **receipt.facts)
