"""A member gives coins: to somebody, or to the charity account. Read back with what is left, undone by one word."""

from __future__ import annotations

import re
from typing import Any

from bank.eligibility import check_active
from bank.errors import NotAllowed, RuleRefused
from bank.scheme import Gifts
from bank.usecases import coins, giving
from bot.actions import acting
from bot.actions.base import words_of
from bot.actions.finding import ask_which_member, members_named, name_said, relatives
from bot.actions.forms import FormAsk, FormCheck, FormSubmit
from bot.actions.naming import kept
from bot.actions.own_orders import undo_now
from bot.actions.turn import Turn, carried, payload
from bot.desk import Desk
from bot.understanding.amounts import resolve_amount

TAKE_BACK = re.compile(r"撤销|撤回|收回|要回|退回来|送错|捐错|转错|拿回来")
ANOTHER_AMOUNT = frozenset({"gift_not_half", "gift_too_much", "gift_no_room"})
"""Refusals that another amount mends: it is asked again."""


def read_amount(turn: Turn, slot: str) -> None:
    """The coins in the words; all of them means all that is available, in whole halves."""
    if not turn.words:
        return
    asked = turn.asked == slot or turn.intent == "correct"
    amount = resolve_amount(turn.words, asked=asked)
    if amount is None or (turn.slot(slot) is not None and not asked and turn.intent != "inform"):
        return
    if amount.all:
        half = turn.desk.scheme.minutes_per_coin // giving.STEPS_PER_COIN
        available = int(coins.balance(turn.uow, turn.desk.scheme, turn.doing("balance")).facts["available"])
        turn.set(**{slot: available // half * half})
    elif amount.unsure or amount.minutes is None:
        turn.say("gift.amount_unclear")
    else:
        turn.set(**{slot: amount.minutes})


def check_own(turn: Turn) -> None:
    """Nobody gives what is another's. Raises NotAllowed("never_for_another")."""
    relation = turn.values.relation
    if relation is not None and acting.on_behalf(turn):
        found = acting.person(turn)
        raise NotAllowed("never_for_another", person=found.name if found else relation.words)


class GiftCheck(FormCheck):
    form = "gift_coins_form"
    slots = ("gift_person", "gift_amount", "gift_agreed")
    kept = ("gift_found", "gift_said", "gift_relation")
    agreed = "gift_agreed"
    intents = frozenset({"gift_coins"})
    free = frozenset({"gift_person"})
    corrects = True

    def begin(self, turn: Turn) -> None:
        if TAKE_BACK.search(turn.words):
            undo_now(turn)
            turn.set(task_dropped="done")
            return
        giving.check_gifts(turn.desk.scheme)
        check_active(turn.me)
        check_own(turn)

    def read(self, turn: Turn) -> None:
        self._person(turn)
        read_amount(turn, "gift_amount")
        if turn.slot("gift_person") is not None:
            self._check(turn)

    def _person(self, turn: Turn) -> None:
        asked = turn.asked == "gift_person"
        if turn.asked == "gift_amount" and turn.intent != "correct":
            return
        if turn.slot("gift_person") is not None and turn.intent not in ("correct", "gift_coins"):
            return
        relation = turn.values.relation if turn.words else None
        found = members_named(turn, asked=asked, before=turn.slot("gift_said") or "")
        kin = relatives(turn, relation.code) if relation else []
        both = [member for member in found if member.id in {one.id for one in kin}]
        found = both or found or kin
        if relation is not None:
            turn.set(gift_relation=relation.words)
        if len(found) == 1:
            turn.set(gift_person=kept(found[0]), gift_found=None)
        elif found:
            turn.set(gift_found=[member.id for member in found])
        else:
            self._nobody(turn, asked)

    def _nobody(self, turn: Turn, asked: bool) -> None:
        """Nobody was found: is there a bond lacking, or a name that nobody bears?"""
        relation = turn.slot("gift_relation")
        if relation and turn.desk.scheme.gifts is Gifts.DIRECT_KIN and not asked:
            words = turn.desk.words.say("family.bind_words", turn.now, relation=relation).text
            turn.say(
                "gift.not_bound",
                relation=relation,
                choices=[
                    turn.choice("label.bind", payload("link_family", words=carried(words)), means="yes"),
                    turn.choice("label.leave_it", payload("deny"), means="no"),
                    turn.choice("label.person", payload("talk_to_person")),
                ],
            )
            turn.set(task_dropped="done")
            return
        name = name_said(turn, asked=asked) if turn.words else ""
        if name or (asked and re.search(r"\d{4}", turn.words)):
            turn.set(gift_said=name or turn.slot("gift_said"))
            turn.say("gift.nobody", name=name)

    def _check(self, turn: Turn) -> None:
        """The rules are asked before the read-back: of the person at once, of the amount when it is known."""
        scheme, ident = turn.desk.scheme, turn.slot("gift_person")["id"]
        giving.check_may_be_given(turn.uow, scheme, turn.me, turn.uow.members.get(ident))
        if turn.slot("gift_amount") is None:
            return
        try:
            giving.preview_gift(turn.uow, scheme, turn.doing("preview"), ident, turn.slot("gift_amount"))
        except RuleRefused as refusal:
            if refusal.rule not in ANOTHER_AMOUNT:
                raise
            turn.replies.append(words_of(turn.desk, turn.now, refusal))
            turn.set(gift_amount=None)


class AskGiftPerson(FormAsk):
    def work(self, turn: Turn) -> None:
        if turn.slot("gift_found"):
            ask_which_member(turn, turn.slot("gift_found"), "gift_coins")
        else:
            turn.say("ask.gift_person", relation=turn.slot("gift_relation") or "")


class AskGiftAmount(FormAsk):
    def facts(self, turn: Turn) -> dict[str, Any]:
        return {"person": turn.slot("gift_person")["name"]}


class GiftReadBack(FormAsk):
    def facts(self, turn: Turn) -> dict[str, Any]:
        person, minutes = turn.slot("gift_person"), turn.slot("gift_amount")
        scheme = turn.desk.scheme
        return giving.preview_gift(turn.uow, scheme, turn.doing("preview"), person["id"], minutes).facts


class GiftSubmit(FormSubmit):
    check = GiftCheck

    def deed(self, turn: Turn) -> None:
        person, minutes = turn.slot("gift_person"), turn.slot("gift_amount")
        receipt = giving.gift_coins(turn.uow, turn.desk.scheme, turn.doing("gift_coins"), person["id"], minutes)
        turn.say("gift.done", **receipt.facts)

    def declined(self, turn: Turn) -> None:
        turn.say("gift.dropped")


class DonateCheck(FormCheck):
    form = "donate_coins_form"
    slots = ("donate_amount", "donate_agreed")
    agreed = "donate_agreed"
    intents = frozenset({"donate_coins"})
    corrects = True

    def begin(self, turn: Turn) -> None:
        if TAKE_BACK.search(turn.words):
            undo_now(turn)
            turn.set(task_dropped="done")
            return
        giving.check_donations(turn.desk.scheme)
        check_active(turn.me)
        check_own(turn)

    def read(self, turn: Turn) -> None:
        read_amount(turn, "donate_amount")
        if turn.slot("donate_amount") is None:
            return
        try:
            giving.preview_donation(turn.uow, turn.desk.scheme, turn.doing("preview"), turn.slot("donate_amount"))
        except RuleRefused as refusal:
            if refusal.rule not in ANOTHER_AMOUNT:
                raise
            turn.replies.append(words_of(turn.desk, turn.now, refusal))
            turn.set(donate_amount=None)


class DonateReadBack(FormAsk):
    def facts(self, turn: Turn) -> dict[str, Any]:
        doing, minutes = turn.doing("preview"), turn.slot("donate_amount")
        return giving.preview_donation(turn.uow, turn.desk.scheme, doing, minutes).facts


class DonateSubmit(FormSubmit):
    check = DonateCheck

    def deed(self, turn: Turn) -> None:
        doing = turn.doing("donate_coins")
        receipt = giving.donate_coins(turn.uow, turn.desk.scheme, doing, turn.slot("donate_amount"))
        turn.say("donate.done", **receipt.facts)

    def declined(self, turn: Turn) -> None:
        turn.say("donate.dropped")


def actions(desk: Desk) -> list[Any]:
    gift, donate = GiftCheck.form, DonateCheck.form
    return [
        GiftCheck(desk),
        AskGiftPerson(desk, gift, "gift_person"),
        AskGiftAmount(desk, gift, "gift_amount"),
        GiftReadBack(desk, gift, "gift_agreed"),
        GiftSubmit(desk),
        DonateCheck(desk),
        FormAsk(desk, donate, "donate_amount"),
        DonateReadBack(desk, donate, "donate_agreed"),
        DonateSubmit(desk),
    ]
