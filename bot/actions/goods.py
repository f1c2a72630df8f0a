"""What can be had for coins or points, putting it aside, giving it back; and what a counter hands over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from bank.coins import Unit
from bank.usecases import dividing, goods, green, merchants, purses
from bot.actions import converting as to_points
from bot.actions.base import DeskAction
from bot.actions.forms import FormAsk, FormCheck, FormSubmit
from bot.actions.goods_named import goods_named, pieces_named
from bot.actions.listing import offset_of, say_list
from bot.actions.turn import Turn, payload
from bot.desk import Desk
from bot.pickup_codes import PickupCode, draw_code
from bot.web.code_pictures import code_picture

FORM = "redeem_form"
OWN = re.compile(
    r"(?:我|给我)?(?:换|兑)(?:了|过|好)(?:的|些)?(?:什么|啥|东西|吗|$)|取货|提货|没(?:去)?(?:拿|取|领)|(?:还没|几时|什么时候|啥时候|哪里|到哪)[去来]?(?:拿|取|领)"
)
CODE = re.compile(
    r"码.{0,6}(?:忘|丢|没了|不见|找不到|多少|是啥|是什么|再发|再说|记不)|(?:忘|丢|记不).{0,6}码|再?(?:发|给|说).{0,4}取货码"
)
GIVE_BACK = re.compile(r"(?:不要|不换|不想要|不拿|不取|退)(?:了|掉|$)|退(?:掉|回|换)|换(?:的|好的).{0,6}(?:不要|退)")
HOW_MANY = re.compile(
    r"(?:多少|几)(?:个|分)?.{0,6}积分|积分.{0,8}(?:多少|几|有没有|还有)|(?:查|看)(?:一?下)?.{0,4}积分|换东西的?(?:时间|账户|余额)"
)
SETTLED = re.compile(r"结算|分到|分了多少|对半|各?一半|哪天(?:能|可以)换|(?:上|这)半年")


class RedeemGoods(DeskAction):
    """The door to everything about goods: a deed that a choice carries, else what the words ask for."""

    action_name = "action_redeem_goods"

    def work(self, turn: Turn) -> None:
        if turn.given("mark") is not None:
            hand_over(turn)
        elif turn.given("points") is not None:
            record_green(turn)
        elif turn.given("conversion") is not None:
            to_points.undo(turn)
        elif turn.given("pickup") is not None:
            self._own(turn, int(turn.given("pickup")))
        else:
            self._asked(turn)

    def _own(self, turn: Turn, pickup_id: int) -> None:
        if turn.given("change") != "give_back":
            say_new_code(turn, pickup_id)
            return
        row = next((one for one in own_pickups(turn) if one["pickup"] == pickup_id), None)
        if turn.given("told") or row is None:
            done = goods.cancel_pickup(turn.uow, turn.desk.scheme, turn.doing("cancel_pickup"), pickup_id)
            turn.say("goods.given_back", **done.facts)
        else:
            ask_to_give_back(turn, row)

    def _asked(self, turn: Turn) -> None:
        words = turn.words
        if to_points.meant(turn):
            turn.follow = to_points.FORM
        elif CODE.search(words) or OWN.search(words):
            say_own(turn, "code")
        elif GIVE_BACK.search(words):
            say_own(turn, "give_back")
        elif words and HOW_MANY.search(words):
            say_purses(turn, ask=True)
        elif words and turn.desk.scheme.settlement is not None and SETTLED.search(words):
            say_settlement(turn)
        elif turn.given("goods") is not None or goods_named(words, on_offer(turn)):
            turn.follow = FORM
        else:
            say_catalogue(turn)


def on_offer(turn: Turn) -> list[dict[str, Any]]:
    """What can be had now. Raises RuleRefused("goods_not_here")."""
    found = merchants.catalogue(turn.uow, turn.desk.scheme, turn.doing("catalogue"))
    rows: list[dict[str, Any]] = found.facts["goods"]
    return rows


def own_pickups(turn: Turn) -> list[dict[str, Any]]:
    """What is put aside for the speaker."""
    rows: list[dict[str, Any]] = goods.my_pickups(turn.uow, turn.desk.scheme, turn.doing("pickups")).facts["pickups"]
    return rows


def say_catalogue(turn: Turn) -> None:
    """Three things at a time, with price and stock."""
    rows = on_offer(turn)
    if not rows:
        turn.say("goods.nothing")
        return
    say_list(
        turn,
        "goods.list",
        "label.good",
        rows,
        sends=lambda good: payload("redeem_goods", goods=good["good"]),
        more=lambda offset: payload("redeem_goods", offset=offset),
        offset=offset_of(turn),
        purse=_purses(turn),
    )


def _purses(turn: Turn) -> dict[str, Any]:
    """What the speaker can pay goods with: coins or minutes of the goods account, points; None where there is none."""
    scheme = turn.desk.scheme
    facts = dict(purses.purses(turn.uow, scheme, turn.doing("purses")).facts)
    coin = Unit.COIN in purses.goods_units(scheme)
    return facts | {"coin": purses.purse_of(turn.uow, scheme, turn.me, Unit.COIN).available if coin else None}


def say_purses(turn: Turn, *, ask: bool = False) -> None:
    """Both units beside coins, where the scheme has them; said after the coins, or when `ask`ed for by themselves."""
    facts = purses.purses(turn.uow, turn.desk.scheme, turn.doing("purses")).facts
    if ask and facts["goods"] is None and facts["green"] is None:
        turn.say("goods.no_points")
    elif facts["goods"] is not None or facts["green"] or ask:
        turn.say("goods.purses", **facts)


def say_settlement(turn: Turn) -> None:
    """What the last settlement day brought, and when the next one is."""
    facts = dividing.divisions_of(turn.uow, turn.desk.scheme, turn.doing("divisions")).facts
    last = facts["rows"][0] if facts["rows"] else None
    days = {"day": date.fromisoformat(last["day"])} if last else {}
    turn.say(
        "goods.settlement",
        last=last | days if last else None,
        next_day=date.fromisoformat(facts["next_day"]),
        goods_pct=facts["goods_pct"],
        unsettled=facts["unsettled"],
    )


# Putting aside ----------------------------------------------------------------------------------------------------


class RedeemCheck(FormCheck):
    """Which thing, how many, read back. One piece unless another number is said."""

    form = FORM
    slots = ("redeem_good", "redeem_quantity", "redeem_agreed")
    kept = ("redeem_found",)
    agreed = "redeem_agreed"
    intents = frozenset({"redeem_goods"})

    def begin(self, turn: Turn) -> None:
        on_offer(turn)  # says so at once where there are no goods
        turn.set(redeem_quantity=1)

    def read(self, turn: Turn) -> None:
        given = turn.given("goods")
        rows = on_offer(turn)
        found = goods_named(turn.words, rows) if turn.words and turn.intent not in ("affirm", "deny") else []
        if given is not None:
            turn.set(redeem_good=int(given), redeem_found=None)
        elif len(found) == 1:
            turn.set(redeem_good=found[0]["good"], redeem_found=None)
        elif found and turn.slot("redeem_good") not in [row["good"] for row in found]:
            turn.set(redeem_good=None, redeem_found=[row["good"] for row in found])
        pieces = pieces_named(turn.words) if turn.words else None
        if pieces is not None:
            turn.set(redeem_quantity=pieces)
        if turn.slot("redeem_good") is not None:
            self._preview(turn)

    def _preview(self, turn: Turn) -> None:
        """Whether it can be had; a refusal ends the task with its words."""
        wanted = turn.slot("redeem_good"), turn.slot("redeem_quantity")
        goods.preview_redeem(turn.uow, turn.desk.scheme, turn.doing("preview"), *wanted)


class AskWhichGood(FormAsk):
    def work(self, turn: Turn) -> None:
        wanted = turn.slot("redeem_found") or []
        rows = [row for row in on_offer(turn) if not wanted or row["good"] in wanted]
        say_list(
            turn,
            "goods.which",
            "label.good",
            rows,
            sends=lambda good: payload("redeem_goods", goods=good["good"]),
            more=lambda offset: payload("redeem_goods", offset=offset),
            offset=offset_of(turn),
        )


class AskRedeem(FormAsk):
    def facts(self, turn: Turn) -> dict[str, Any]:
        wanted = turn.slot("redeem_good"), turn.slot("redeem_quantity")
        return goods.preview_redeem(turn.uow, turn.desk.scheme, turn.doing("preview"), *wanted).facts


class RedeemSubmit(FormSubmit):
    check = RedeemCheck

    def deed(self, turn: Turn) -> None:
        code = draw_code(turn.uow, turn.desk.secret)
        good, quantity = turn.slot("redeem_good"), turn.slot("redeem_quantity")
        done = goods.redeem_goods(
            turn.uow, turn.desk.scheme, turn.doing("redeem_goods"), good, quantity, code_hash=code.kept
        )
        if done.again:  # the message with the first code was lost on the way
            say_new_code(turn, done.facts["pickup"])
            return
        turn.say("goods.put_aside", code=code.spoken, **done.facts)
        _show_picture(turn, code)

    def declined(self, turn: Turn) -> None:
        turn.say("goods.declined")


# What is put aside ------------------------------------------------------------------------------------------------


def say_own(turn: Turn, change: str) -> None:
    """What is put aside for the speaker: another code for it, or back with it."""
    rows = own_pickups(turn)
    if not rows:
        turn.say("goods.none_put_aside")
    elif len(rows) == 1 and change == "give_back":
        ask_to_give_back(turn, rows[0])
    else:
        say_list(
            turn,
            f"goods.own_{change}",
            "label.pickup",
            rows,
            sends=lambda row: payload("redeem_goods", pickup=row["pickup"], change=change),
            more=lambda offset: payload("redeem_goods", offset=offset),
        )


def ask_to_give_back(turn: Turn, row: dict[str, Any]) -> None:
    """The read-back before something is given back."""
    sends = payload("redeem_goods", pickup=row["pickup"], change="give_back", told=1)
    choices = [
        turn.choice("label.give_back", sends, means="yes"),
        turn.choice("label.keep_it", payload("deny"), means="no"),
    ]
    turn.say("goods.ask_give_back", choices=choices, **row)


def say_new_code(turn: Turn, pickup_id: int) -> None:
    """Another code; the old one is no longer good."""
    code = draw_code(turn.uow, turn.desk.secret)
    done = goods.renew_code(turn.uow, turn.desk.scheme, turn.doing("renew_code"), pickup_id, code.kept)
    turn.say("goods.new_code", code=code.spoken, **done.facts)
    _show_picture(turn, code)


def _show_picture(turn: Turn, code: PickupCode) -> None:
    """The code once more as a picture, where the channel shows pictures and the desk can sign."""
    if turn.desk.secret:
        turn.replies[-1] = replace(turn.replies[-1], picture=code_picture(turn.desk.secret, code.said))


# At the counter: what the choices under a code or under points carry (see bot.counter) -----------------------------


def hand_over(turn: Turn) -> None:
    """The contact says that the goods were given out."""
    pickup, mark = int(turn.given("pickup")), str(turn.given("mark"))
    done = goods.hand_over(turn.uow, turn.desk.scheme, turn.doing("hand_over"), pickup, mark)
    turn.say("goods.handed_over", **done.facts)


def record_green(turn: Turn) -> None:
    """The contact of a station's counter records points."""
    member, points = int(turn.given("member_number")), int(turn.given("points"))
    deed = turn.doing("record_green")
    done = green.record_green(turn.uow, turn.desk.scheme, deed, member, points, reason=str(turn.given("reason")))
    turn.say("goods.green_recorded", **done.facts)


def actions(desk: Desk) -> list[DeskAction]:
    asks: Sequence[DeskAction] = (
        AskWhichGood(desk, FORM, "redeem_good"),
        AskRedeem(desk, FORM, "redeem_quantity"),
        AskRedeem(desk, FORM, "redeem_agreed"),
    )
    return [RedeemGoods(desk), RedeemCheck(desk), *asks, RedeemSubmit(desk), *to_points.actions(desk)]
