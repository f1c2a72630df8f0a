"""A mark from one to five, and words, after each service."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from bank.usecases import settling as use
from bot.actions import later
from bot.actions.base import DeskAction
from bot.actions.forms import FormAsk, FormCheck, FormSubmit
from bot.actions.own_orders import TAKE_BACK, mine, order_of, pick_mine, say_mine, seat_names, take_back
from bot.actions.turn import Turn
from bot.desk import Desk
from bot.understanding.ratings import resolve_rating

RATED_WITHIN = timedelta(days=30)
POOR = 2
NO_MARK = re.compile(r"(?:不|别|懒得|没空)(?:想|要|用|愿意?|高兴)?(?:再)?(?:打|评|给)(?:分|价|了|$)")
DONE = frozenset({"settled", "resolved"})


def ratable(turn: Turn) -> list[dict[str, Any]]:
    """The speaker's settled orders of late that have no mark yet, the newest first."""
    since = (turn.local_now - RATED_WITHIN).isoformat()
    done = [one for one in mine(turn, ended_too=True) if one["status"] in DONE and one["starts_at"] >= since]
    return [one for one in reversed(done) if not turn.uow.ratings.find(order_id=one["number"])]


class RateCheck(FormCheck):
    form = "rate_service_form"
    slots = ("rate_number", "rate_score")
    kept = ("rate_words",)
    intents = frozenset({"rate_service", "thank"})

    def begin(self, turn: Turn) -> None:
        settled = turn.slots.get("settled_number")
        if settled is not None and _just_settled(turn):
            turn.set(rate_number=settled, settled_number=None)
            self._take_praise(turn)
            return
        found = ratable(turn)
        number = pick_mine(turn, found, can="rate", asked=False)
        if number is None and not found:
            turn.say("rate.none")
            turn.set(task_dropped="done")
        elif number is None and len(found) == 1:
            number = found[0]["number"]
        turn.set(rate_number=number)

    def _take_praise(self, turn: Turn) -> None:
        """The mark that was given together with "做好了"."""
        words = later.praise(turn)
        value = resolve_rating(words) if words else None
        if value is not None and not value.unsure and value.stars is not None:
            turn.set(rate_score=value.stars, rate_words="" if value.words == words else words)

    def _is_answer(self, turn: Turn) -> bool:
        return _takes_back(turn) or super()._is_answer(turn)

    def _let_go(self, turn: Turn) -> bool:
        return not _takes_back(turn) and super()._let_go(turn)

    def read(self, turn: Turn) -> None:
        if _just_settled(turn):
            return  # these words said yes to the hours and coins
        if _takes_back(turn) and take_back(turn):  # not the mark: the yes just before it
            turn.set(task_dropped="done")
            return
        if turn.asked == "rate_number":
            turn.set(rate_number=pick_mine(turn, ratable(turn), can="rate", asked=True))
            return
        if turn.asked == "rate_score" and NO_MARK.search(turn.words):
            turn.set(task_dropped="by_person")
            return
        given = turn.given("rating")
        if given is not None:
            turn.set(rate_score=int(given))
            return
        value = resolve_rating(turn.words, asked=turn.asked == "rate_score") if turn.words else None
        if value is None:
            return
        if value.unsure or value.stars is None:
            if turn.asked == "rate_score" or turn.intent == "rate_service":
                turn.say("rate.out_of_range")
            return
        turn.set(rate_score=value.stars, rate_words="" if value.words == turn.words else turn.words)


def _just_settled(turn: Turn) -> bool:
    return "action_confirm_done_submit" in turn.answered


def _takes_back(turn: Turn) -> bool:
    return turn.asked is not None and not turn.is_payload and bool(TAKE_BACK.search(turn.words))


class AskRateNumber(FormAsk):
    def work(self, turn: Turn) -> None:
        say_mine(turn, "ask.rate_number", ratable(turn), "inform")


class AskScore(FormAsk):
    def facts(self, turn: Turn) -> dict[str, Any]:
        return {"volunteer": seat_names(order_of(turn, turn.slot("rate_number")))}


class RateSubmit(FormSubmit):
    check = RateCheck

    def deed(self, turn: Turn) -> None:
        number, score = turn.slot("rate_number"), int(turn.slot("rate_score"))
        words = turn.slot("rate_words") or ""
        receipt = use.rate(turn.uow, turn.desk.scheme, turn.doing("rate"), number, score, words)
        turn.say("rate.sorry" if score <= POOR else "rate.done", **receipt.facts)

    def declined(self, turn: Turn) -> None:
        turn.say("rate.later")


def actions(desk: Desk) -> list[DeskAction]:
    form = RateCheck.form
    return [
        RateCheck(desk),
        AskRateNumber(desk, form, "rate_number"),
        AskScore(desk, form, "rate_score"),
        RateSubmit(desk),
    ]
