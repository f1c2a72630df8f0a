"""Meals for older people: today's menu, price, where, when, who cooks, and who brings it home."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from bank.usecases import meals as use
from bot.actions.base import DeskAction
from bot.actions.listing import offset_of
from bot.actions.turn import Turn, payload
from bot.catalogue import MOST_CHOICES
from bot.messages import Choice
from bot.understanding.times import resolve_time

Site = dict[str, Any]
NOON = time(11, 30)  # when a meal is wanted at home
AHEAD = timedelta(hours=1)
HALF_AN_HOUR = 0.5
DELIVERY = re.compile(r"送|外卖|上门|端到|走不动|下不了楼|带回来|deliver", re.IGNORECASE)
PRICE = re.compile(r"多少钱|几块|几元|价[钱格]?|贵|便宜|收费|补贴|how much", re.IGNORECASE)
WHERE = re.compile(r"哪里|哪儿|地址|怎么走|几个|有哪些.{0,4}点|附近|电话|where", re.IGNORECASE)
HOURS = re.compile(r"几点|什么时候|开门|开饭|时间|when", re.IGNORECASE)
SUPPLIER = re.compile(r"谁做|谁烧|哪家做|哪里做|供应|配餐|谁送来的|什么公司")
ALLIANCE = re.compile(r"联盟|长者餐桌|餐厅|饭店|饭馆")


def tell(turn: Turn) -> None:
    """Answer a question about meals from the words; the menu when nothing else was asked."""
    day = _day(turn)
    sites: list[Site] = use.meals(turn.uow, turn.desk.scheme, turn.doing_or_stranger("meals"), day).facts["sites"]
    if not sites:
        turn.say("meals.none")
        return
    named = [site for site in sites if _names(site["name"], turn.words)]
    wanted = named or ([site for site in sites if site["alliance"]] if ALLIANCE.search(turn.words) else sites) or sites
    about = _about(turn)
    begin = offset_of(turn)
    shown, left = wanted[begin : begin + MOST_CHOICES], len(wanted) - begin - MOST_CHOICES
    turn.say(
        f"meals.{about}",
        choices=_choices(turn, day, about, begin + MOST_CHOICES if left > 0 else None, left),
        sites=shown,
        day=datetime.combine(day, time(12), tzinfo=turn.desk.scheme.tz),
    )


def _about(turn: Turn) -> str:
    """What of the meals is asked for; a button of a list carries it on."""
    given = turn.given("topic")
    if given is not None:
        return str(given)
    kinds: Sequence[tuple[str, Callable[[str], Any]]] = (
        ("delivery", DELIVERY.search),
        ("price", PRICE.search),
        ("supplier", SUPPLIER.search),
        ("where", WHERE.search),
        ("hours", HOURS.search),
    )
    return next(
        (name for name, found in kinds if found(turn.words)), "where" if ALLIANCE.search(turn.words) else "menu"
    )


def _day(turn: Turn) -> date:
    """The day of the menu: the one named, else today."""
    given = turn.given("time")
    if given is not None:
        return date.fromisoformat(str(given)[:10])
    said = resolve_time(turn.words, turn.local_now) if turn.words else None
    start = said.start if said is not None and not said.unsure else None
    return (start or turn.local_now).date()


def _choices(turn: Turn, day: date, about: str, more: int | None, left: int) -> list[Choice]:
    """Bring it home by a volunteer, tomorrow's menu, and what of the list is left: three at the most."""
    choices = []
    if more is not None:
        on = payload("ask_meals", topic=about, time=day.isoformat(), offset=more)
        choices.append(turn.choice("label.more", on, left=left))
    choices.append(turn.choice("meals.bring_label", _brought(turn, day)))
    if about == "menu":
        tomorrow = (turn.local_now + timedelta(days=1)).date()
        if day != tomorrow:
            choices.append(turn.choice("meals.tomorrow_label", payload("ask_meals", time=tomorrow.isoformat())))
    else:
        choices.append(turn.choice("meals.menu_label", payload("ask_meals", topic="menu", time=day.isoformat())))
    return choices


def _brought(turn: Turn, day: date) -> str:
    """A wish for a volunteer who brings the meal home at noon of the day, or the next when that is too soon."""
    at = datetime.combine(max(day, turn.local_now.date()), NOON, tzinfo=turn.desk.scheme.tz)
    if at < turn.local_now + AHEAD:
        at += timedelta(days=1)
    return payload("request_help", service="meal_delivery", place="home", time=at.isoformat(), hours=HALF_AN_HOUR)


def _names(name: str, said: str) -> bool:
    short = name
    for tail in ("老年助餐服务点", "老年助餐点", "助餐服务点", "助餐点", "餐厅", "小区", "社区"):
        short = short.removesuffix(tail)
    return name in said or (len(short) > 1 and short in said)


class AskMeals(DeskAction):
    """Anybody may ask what there is to eat."""

    action_name = "action_ask_meals"
    strangers_too = True

    def work(self, turn: Turn) -> None:
        tell(turn)
