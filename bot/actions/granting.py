"""Staff grant coins to a person in need: to whom, how many, why, read back."""

from __future__ import annotations

import re
from typing import Any

from bank.errors import RuleRefused
from bank.usecases import grants
from bot.actions.base import DeskAction
from bot.actions.forms import FormAsk, FormCheck, FormSubmit
from bot.actions.naming import ask_which, everybody, kept, named, reach
from bot.actions.turn import Turn, payload
from bot.catalogue import MOST_CHOICES
from bot.desk import Desk
from bot.messages import Choice
from bot.understanding.amounts import resolve_amount

NEEDS = re.compile(
    r"低保户?|特困|五保户?|建档立卡|贫困户?|困难(?:户|老人|补助)?|经济困难|失独|计生特殊家庭|计划生育特殊家庭|重度?残疾?|失能|失智|高龄|独居|孤老|留守|"
    r"(?:原因|事由|因为|理由)[是为:：]?(?P<why>[^,，。]{2,30})|hardship|disability"
)


class GrantCheck(FormCheck):
    form = "grant_coins_form"
    slots = ("grant_person", "grant_amount", "grant_reason", "grant_agreed")
    kept = ("grant_found",)
    agreed = "grant_agreed"
    intents = frozenset({"grant_coins"})
    free = frozenset({"grant_person", "grant_reason"})

    def begin(self, turn: Turn) -> None:
        reach(turn)  # staff only: says so before asking anything
        if not turn.desk.scheme.grants.by_staff:
            raise RuleRefused("grants_not_allowed")

    def read(self, turn: Turn) -> None:
        self._person(turn)
        said = turn.words
        if turn.given("reason"):
            turn.set(grant_reason=str(turn.given("reason")))
        if not said:
            return
        amount = resolve_amount(said, asked=turn.asked == "grant_amount")
        if amount is not None and amount.minutes is not None and not amount.unsure:
            turn.set(grant_amount=amount.minutes)
        match = NEEDS.search(said)
        if turn.asked == "grant_reason" and turn.intent not in ("affirm", "deny"):
            turn.set(grant_reason=said)
        elif match:
            turn.set(grant_reason=match["why"] or match[0])

    def _person(self, turn: Turn) -> None:
        if turn.asked in ("grant_amount", "grant_reason"):
            return
        found = named(turn, everybody(turn), asked=turn.asked == "grant_person")
        if found:
            one = kept(found[0]) if len(found) == 1 else None
            turn.set(grant_person=one, grant_found=[member.id for member in found])


class AskGrantPerson(FormAsk):
    def work(self, turn: Turn) -> None:
        if turn.slot("grant_found"):
            ask_which(turn, turn.slot("grant_found"), "grant_coins")
        else:
            turn.say("ask.grant_person")


class AskGrant(FormAsk):
    def facts(self, turn: Turn) -> dict[str, Any]:
        return {
            "person": turn.slot("grant_person")["name"],
            "amount": turn.slot("grant_amount"),
            "reason": turn.slot("grant_reason"),
        }


class AskGrantReason(AskGrant):
    """The special groups the member is in are the likely reasons."""

    def work(self, turn: Turn) -> None:
        member = turn.uow.members.get(turn.slot("grant_person")["id"])
        codes = grants.special_groups(turn.desk.scheme, member)[:MOST_CHOICES]
        names = [turn.desk.words.say("grant.group", turn.now, code=code).text for code in codes]
        choices = [Choice(label=name, payload=payload("inform", reason=name)) for name in names]
        turn.say("ask.grant_reason", choices=choices or None, **self.facts(turn))


class GrantSubmit(FormSubmit):
    check = GrantCheck

    def deed(self, turn: Turn) -> None:
        person, minutes, reason = turn.slot("grant_person"), turn.slot("grant_amount"), turn.slot("grant_reason")
        receipt = grants.grant_coins(
            turn.uow, turn.desk.scheme, turn.doing("grant_coins"), person["id"], minutes, reason=reason
        )
        turn.say("grant.done", person=person["name"], **receipt.facts)


def actions(desk: Desk) -> list[DeskAction]:
    form = "grant_coins_form"
    return [
        GrantCheck(desk),
        AskGrantPerson(desk, form, "grant_person"),
        AskGrant(desk, form, "grant_amount"),
        AskGrantReason(desk, form, "grant_reason"),
        AskGrant(desk, form, "grant_agreed"),
        GrantSubmit(desk),
    ]
