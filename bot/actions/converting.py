"""Coins into another system's points (益币): how many, read back, undone with a word while it is fresh."""

from __future__ import annotations

import re
from typing import Any

from bank.errors import RuleRefused
from bank.usecases import converting
from bank.usecases.accounts import coins_of
from bank.usecases.own_use import usable
from bot.actions.base import DeskAction
from bot.actions.forms import FormAsk, FormCheck, FormSubmit
from bot.actions.turn import Turn, payload
from bot.desk import Desk
from bot.understanding.amounts import resolve_amount
from bot.understanding.numbers import whole_number

FORM = "convert_form"
ALL = re.compile(r"全部|全都|都换|统统|通通|所有")
_INTO = re.compile(r"(?:换|兑|转)(?:换)?(?:成|为|到)")


def points_name(turn: Turn) -> str:
    """What the other system's points are called; empty where there are none."""
    rule = turn.desk.scheme.goods
    return rule.points.name if rule is not None and rule.points is not None else ""


def meant(turn: Turn) -> bool:
    """Whether the words are about the other system's points."""
    name = points_name(turn)
    if name and (name in turn.words or turn.given("change") == "convert"):
        return True
    if "益币" in turn.words and _INTO.search(turn.words):
        raise RuleRefused("conversion_not_here")
    return False


class ConvertCheck(FormCheck):
    form = FORM
    slots = ("convert_amount", "convert_agreed")
    agreed = "convert_agreed"
    intents = frozenset({"redeem_goods"})

    def begin(self, turn: Turn) -> None:
        converting.points_rule(turn.desk.scheme)

    def read(self, turn: Turn) -> None:
        minutes = self._minutes(turn)
        if minutes is None:
            return
        converting.preview_conversion(turn.uow, turn.desk.scheme, turn.doing("preview"), minutes)
        turn.set(convert_amount=minutes)

    def _minutes(self, turn: Turn) -> int | None:
        """Minutes of coins that the words mean: an amount of coins, of points, or all."""
        given = turn.given("amount")
        if given is not None:
            return int(given)
        words = turn.words
        if not words or turn.intent in ("affirm", "deny"):
            return None
        if ALL.search(words):
            return _most(turn)
        points = re.search(rf"([\d一二两三四五六七八九十百]+)\s?(?:个|点)?{re.escape(points_name(turn))}", words)
        if points is not None:
            return self._for_points(turn, whole_number(points[1]))
        amount = resolve_amount(words, asked=turn.asked == "convert_amount")
        if amount is None or amount.unsure:
            return None
        return _most(turn) if amount.all else amount.minutes

    def _for_points(self, turn: Turn, points: int | None) -> int | None:
        scheme = turn.desk.scheme
        per_coin = converting.points_rule(scheme).per_coin
        if points is None or points * scheme.minutes_per_coin % per_coin:
            return None
        return points * scheme.minutes_per_coin // per_coin


def _most(turn: Turn) -> int:
    """All that can be turned into whole points now, minutes."""
    scheme, step = turn.desk.scheme, converting.step_minutes(turn.desk.scheme)
    can = usable(turn.uow, scheme, turn.me, coins_of(turn.uow, scheme, turn.me))
    return can - can % step


class AskAmount(FormAsk):
    def facts(self, turn: Turn) -> dict[str, Any]:
        scheme = turn.desk.scheme
        rule = converting.points_rule(scheme)
        return {"name": rule.name, "per_coin": rule.per_coin, "available": _most(turn)}


class AskConvert(FormAsk):
    def facts(self, turn: Turn) -> dict[str, Any]:
        minutes = turn.slot("convert_amount")
        return converting.preview_conversion(turn.uow, turn.desk.scheme, turn.doing("preview"), minutes).facts


class ConvertSubmit(FormSubmit):
    check = ConvertCheck

    def deed(self, turn: Turn) -> None:
        minutes = turn.slot("convert_amount")
        done = converting.convert_coins(turn.uow, turn.desk.scheme, turn.doing("convert_coins"), minutes)
        sends = payload("redeem_goods", conversion=done.facts["conversion"])
        turn.say("convert.done", choices=[turn.choice("label.undo_conversion", sends)], **done.facts)

    def declined(self, turn: Turn) -> None:
        turn.say("convert.declined")


def undo(turn: Turn) -> None:
    """The choice under a conversion that was just made."""
    number = int(turn.given("conversion"))
    done = converting.undo_conversion(turn.uow, turn.desk.scheme, turn.doing("undo_conversion"), number)
    turn.say("convert.undone", **done.facts)


def actions(desk: Desk) -> list[DeskAction]:
    return [
        ConvertCheck(desk),
        AskAmount(desk, FORM, "convert_amount"),
        AskConvert(desk, FORM, "convert_agreed"),
        ConvertSubmit(desk),
    ]
