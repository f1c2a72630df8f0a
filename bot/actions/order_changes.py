"""A resident looks after an order: how it stands, another time or place, calling it off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bank.errors import RuleRefused
from bank.notices import CaseKind
from bank.usecases import care, requests
from bank.usecases.requests import Change
from bot.actions import acting
from bot.actions.base import DeskAction, words_of
from bot.actions.forms import FormAsk, FormCheck, FormSubmit
from bot.actions.listing import Facts, offset_of, order_number
from bot.actions.own_orders import (
    TAKE_BACK,
    just_asked,
    mine,
    order_of,
    pick_mine,
    say_mine,
    seat_names,
    speaks_of,
    take_back,
    the_only,
)
from bot.actions.turn import Turn, payload
from bot.actions.wish_time import ask_time, is_yes_or_no, read_time
from bot.desk import Desk
from bot.keypad import plain
from bot.understanding.durations import resolve_duration
from bot.understanding.places import resolve_place

CHANGEABLE = frozenset({"submitted", "approved", "published", "accepted"})
OTHER_PERSON = re.compile(r"换(?:一?个|一?位)?(?:人|志愿者|师傅|别人)|另外(?:找|派)|不要(?:他|她|小|老)|别的人")
WHERE_IS_HE = re.compile(r"没[来到见]|怎么还|还不来|迟到|人呢|到哪|什么时候[来到]|几点[来到]|啥辰光来")
BARE_OFF = re.compile(
    r"(?:那|就|还是|帮我|给我|请|我|麻烦)*(?:把(?:它|这个|那个))?"
    r"(?:取消|撤销|退掉?|(?:不用|不要|别|甭|勿要)再?(?:来|约|办|去)?|不(?:约|来|去|办|需要|要))(?:掉|它|这个|那个)?(?:了|吧|啦|一下|呀|啊)*"
)
STAYS = re.compile(r"不|别|勿|覅|照旧|还是")
LATE_ENOUGH = 15  # minutes after which staff are asked to ring the volunteer (the scheme's own ladder does so too)


class CheckOrder(DeskAction):
    """How an order stands; a late volunteer is no answer but a case for staff."""

    action_name = "action_check_order"

    def work(self, turn: Turn) -> None:
        number = order_number(turn, asked=turn.intent == "inform")
        if number is not None:
            self._one(turn, number)
            return
        if acting.offered_to_bind(turn):
            return
        found = mine(turn)
        if not found:
            self._none(turn)
            return
        awaited = [order for order in found if WHERE_IS_HE.search(turn.words) and overdue(turn, order)]
        if len(awaited) == 1:
            found = awaited
        picked = found[0]["number"] if len(found) == 1 else pick_mine(turn, found, can="look", asked=False)
        if picked is not None:
            self._one(turn, picked)
        else:
            relative = acting.person(turn)
            name = relative.name if relative else ""
            say_mine(turn, "orders.list", found, "check_order", offset_of(turn), person=name)

    def _none(self, turn: Turn) -> None:
        if "volunteer" in turn.roles:  # "我的单子" from a volunteer means the jobs taken
            turn.follow = "action_view_schedule"
        else:
            turn.say("orders.none")

    def _one(self, turn: Turn, number: int) -> None:
        order = order_of(turn, number)
        turn.say("order.line", **order)
        late = order["status"] == "accepted" and order["late"] > 0
        state = "accepted_late" if late else order["status"]
        facts = {**order, "volunteers": seat_names(order)}
        turn.say(f"order_state.{state}", choices=_next_steps(turn, order, late=late), **facts)
        if late and order["late"] >= LATE_ENOUGH and order["as_what"] in ("resident", "kin"):
            words = turn.desk.words.say("order.late_case", turn.now, **facts).text
            doing = turn.doing("late")
            care.open_case(turn.uow, turn.desk.scheme, doing, CaseKind.CALLBACK, words, order_id=number)


def _next_steps(turn: Turn, order: dict[str, Any], *, late: bool) -> list[Any]:
    """What may be done with the order now, three choices at most."""
    number = order["number"]
    if order["as_what"] not in ("resident", "kin"):
        return []
    steps = []
    if late:
        nobody = payload("dispute_service", order_number=number, reason="no_show")
        steps.append(turn.choice("label.nobody_came", nobody))
    if order["status"] in ("finished", "started") or late:
        steps.append(turn.choice("label.done_it", payload("confirm_done", order_number=number)))
    if order["status"] in CHANGEABLE and not late:
        steps.append(turn.choice("label.change_it", payload("change_order", order_number=number)))
    if "cancel" in order["can"] and not late:
        steps.append(turn.choice("label.cancel_it", payload("cancel_order", order_number=number)))
    if not order["can"]:
        steps.append(turn.choice("label.ask_again", payload("request_help")))
    return [*steps[:2], turn.choice("label.person", payload("talk_to_person"))]


def overdue(turn: Turn, order: Facts) -> bool:
    """Whether somebody has taken the order and should be there by now."""
    return order["status"] == "accepted" and datetime.fromisoformat(str(order["starts_at"])) <= turn.now


def changeable(turn: Turn) -> list[dict[str, Any]]:
    return [order for order in mine(turn) if order["status"] in CHANGEABLE]


class ChangeCheck(FormCheck):
    form = "change_order_form"
    slots = ("change_number", "change_what", "change_time", "change_minutes", "change_place", "change_agreed")
    kept = ("change_day", "change_words")
    agreed = "change_agreed"
    corrects = True
    intents = frozenset({"change_order", "request_help"})
    yes_or_no = frozenset({"change_time"})

    def takes_a_no(self, turn: Turn) -> bool:
        return super().takes_a_no(turn) and is_yes_or_no(turn, "change")

    def begin(self, turn: Turn) -> None:
        found = changeable(turn)
        number = pick_mine(turn, found, can="resubmit", asked=False) if found or _named(turn) else None
        if number is None and not found:
            turn.say("change.none", choices=[turn.choice("label.ask_again", payload("request_help"))])
            turn.set(task_dropped="done")
        turn.set(change_number=the_only(turn, found) if number is None else number, change_words=turn.words)

    def read(self, turn: Turn) -> None:
        if turn.asked == "change_number":
            turn.set(change_number=pick_mine(turn, changeable(turn), can="resubmit", asked=True))
            turn.hear_again(turn.slot("change_words") or "")  # "改到礼拜五" was said before it was known which
        number = turn.slot("change_number")
        if number is None:
            return
        self._read_what(turn, number)
        if turn.slot("change_agreed") is False or any(turn.slot(name) is None for name in self.needed(turn)[:-1]):
            return
        self._check_change(turn, number)

    def _read_what(self, turn: Turn, number: int) -> None:
        given, said = turn.given("change"), turn.words
        if given == "person" or OTHER_PERSON.search(said):
            words = turn.desk.words.say("change.other_person_case", turn.now, number=number).text
            doing = turn.doing("other_person")
            care.open_case(turn.uow, turn.desk.scheme, doing, CaseKind.PERSON, words, order_id=number)
            turn.say("change.other_person", number=number)
            turn.set(task_dropped="done")
            return
        if given in ("time", "place"):
            turn.set(change_what=given)
            return
        if turn.slot("change_time") is None and said:
            order = order_of(turn, number)
            turn.set(change_time=order["starts_at"])  # so that "改到后天" keeps the hour
            lasts = read_time(turn, "change")
            if turn.slot("change_time") == order["starts_at"]:
                turn.set(change_time=None)
        else:
            lasts = read_time(turn, "change")
        minutes = resolve_duration(said) if said else None
        if minutes is not None and not minutes.unsure:
            turn.set(change_minutes=minutes.minutes)
        elif lasts is not None:
            turn.set(change_minutes=int(lasts.total_seconds() // 60))
        place = resolve_place(said) if said else None
        if place is not None:
            home = turn.desk.words.say("place.home", turn.now).text
            turn.set(change_place=home if place.kind == "home" else place.words)
        elif turn.asked == "change_place" and turn.intent == "inform" and said:
            turn.set(change_place=said)
        self._what_was_said(turn)

    def _what_was_said(self, turn: Turn) -> None:
        if turn.slot("change_what") is not None:
            return
        if turn.slot("change_time") or turn.slot("change_day"):
            turn.set(change_what="time")
        elif turn.slot("change_minutes"):
            turn.set(change_what="minutes")
        elif turn.slot("change_place"):
            turn.set(change_what="place")

    def needed(self, turn: Turn) -> Sequence[str]:
        what = turn.slot("change_what")
        return ("change_number", "change_what", *((f"change_{what}",) if what else ()), "change_agreed")

    def _check_change(self, turn: Turn, number: int) -> None:
        """Bounds that one answer can mend are said at once, before the read-back."""
        start = turn.slot("change_time")
        if start and datetime.fromisoformat(start) <= turn.now:
            refusal = RuleRefused("starts_in_past", starts_at=datetime.fromisoformat(start))
            turn.replies.append(words_of(turn.desk, turn.now, refusal))
            turn.set(change_time=None)


def _named(turn: Turn) -> bool:
    return order_number(turn, asked=False) is not None


def change_of(turn: Turn) -> Change:
    start, minutes = turn.slot("change_time"), turn.slot("change_minutes")
    return Change(
        starts_at=datetime.fromisoformat(start) if start else None,
        minutes=int(minutes) if minutes else None,
        place=turn.slot("change_place"),
    )


class AskChangeNumber(FormAsk):
    def work(self, turn: Turn) -> None:
        say_mine(turn, "ask.change_number", changeable(turn), "inform")


class AskChangeWhat(FormAsk):
    def facts(self, turn: Turn) -> dict[str, Any]:
        return order_of(turn, turn.slot("change_number"))


class AskChangeTime(FormAsk):
    def work(self, turn: Turn) -> None:
        ask_time(turn, "change", "ask.change_time")


class ChangeReadBack(FormAsk):
    def facts(self, turn: Turn) -> dict[str, Any]:
        order = order_of(turn, turn.slot("change_number"))
        return {**order, **change_of(turn).given(), "has_volunteer": bool(order["volunteers"])}


class ChangeSubmit(FormSubmit):
    check = ChangeCheck

    def deed(self, turn: Turn) -> None:
        number = turn.slot("change_number")
        receipt = requests.change_request(turn.uow, turn.desk.scheme, turn.doing("change"), number, change_of(turn))
        turn.say(f"change.{receipt.outcome}", **receipt.facts)

    def declined(self, turn: Turn) -> None:
        turn.say("change.kept")


class CancelCheck(FormCheck):
    form = "cancel_order_form"
    slots = ("cancel_number", "cancel_agreed")
    agreed = "cancel_agreed"
    intents = frozenset({"cancel_order"})

    def begin(self, turn: Turn) -> None:
        fresh = just_asked(turn)
        if fresh is not None:
            turn.set(cancel_number=fresh)
            return
        if take_back(turn):
            turn.set(task_dropped="done")
            return
        found = mine(turn, "cancel")
        number = pick_mine(turn, found, can="cancel", asked=False)
        if number is None and not found:
            turn.say("cancel.none", choices=[turn.choice("label.person", payload("talk_to_person"))])
            turn.set(task_dropped="done")
        sure = number is None and len(found) == 1 and (calls_off(turn) or speaks_of(turn, found[0]))
        turn.set(cancel_number=the_only(turn, found) if sure else number)

    def read(self, turn: Turn) -> None:
        if turn.asked is not None and TAKE_BACK.search(turn.words):
            turn.set(task_dropped="by_person")
        elif turn.asked == "cancel_number":
            turn.set(cancel_number=pick_mine(turn, mine(turn, "cancel"), can="cancel", asked=True))
        elif turn.asked == "cancel_agreed" and turn.intent == "cancel_order" and not STAYS.search(turn.words):
            turn.set(cancel_agreed=True)  # "取消吧" as the answer to "取消3号单，对吗？"


def calls_off(turn: Turn) -> bool:
    """不用来了, 取消吧: nothing that could be about something else."""
    return bool(BARE_OFF.fullmatch(plain(turn.words)))


class AskCancelNumber(FormAsk):
    def work(self, turn: Turn) -> None:
        say_mine(turn, "ask.cancel_number", mine(turn, "cancel"), "inform")


class CancelReadBack(FormAsk):
    def facts(self, turn: Turn) -> dict[str, Any]:
        order = order_of(turn, turn.slot("cancel_number"))
        return {**order, "volunteers": seat_names(order)}


class CancelSubmit(FormSubmit):
    check = CancelCheck

    def deed(self, turn: Turn) -> None:
        number = turn.slot("cancel_number")
        receipt = requests.cancel_request(turn.uow, turn.desk.scheme, turn.doing("cancel"), number)
        turn.say("cancel.done", **receipt.facts)

    def declined(self, turn: Turn) -> None:
        turn.say("cancel.kept")


def actions(desk: Desk) -> list[DeskAction]:
    change, cancel = ChangeCheck.form, CancelCheck.form
    return [
        CheckOrder(desk),
        ChangeCheck(desk),
        AskChangeNumber(desk, change, "change_number"),
        AskChangeWhat(desk, change, "change_what"),
        AskChangeTime(desk, change, "change_time"),
        FormAsk(desk, change, "change_minutes"),
        FormAsk(desk, change, "change_place"),
        ChangeReadBack(desk, change, "change_agreed"),
        ChangeSubmit(desk),
        CancelCheck(desk),
        AskCancelNumber(desk, cancel, "cancel_number"),
        CancelReadBack(desk, cancel, "cancel_agreed"),
        CancelSubmit(desk),
    ]
