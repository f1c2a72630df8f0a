"""Where the branch is, when it is open, its telephone. Meals are not in the desk's books: it says so."""

from __future__ import annotations

from bank.usecases import stations
from bot.actions.base import DeskAction
from bot.actions.turn import Turn
from bot.desk import Desk

MOST_BRANCHES = 3


class AskStation(DeskAction):
    """One's own branch, or those that the words name. A stranger hears of the head branch."""

    action_name = "action_ask_station"
    strangers_too = True

    def work(self, turn: Turn) -> None:
        known = stations.branch_info(turn.uow, turn.desk.scheme, turn.doing_or_stranger("branch_info")).facts[
            "branches"
        ]
        said = turn.words
        named = [branch for branch in known if _named(branch["name"], said)]
        if not known:
            turn.say("station.unknown")
        elif any(word in said for word in ("哪几", "几家", "所有", "列表", "都有", "哪些")):
            turn.say("station.list", branches=known[:MOST_BRANCHES])
        else:
            reachable = [branch for branch in known if branch["phone"] or branch["address"]]
            turn.say("station.one", **(named or reachable or known)[0])


def _named(name: str, said: str) -> bool:
    """Whether the words name that branch, whole or without what kind of branch it is."""
    short = name
    for tail in ("分行", "支行", "总行", "时间银行", "街道", "社区", "镇"):  # from the end of a name inwards
        short = short.removesuffix(tail)
    return name in said or (len(short) > 1 and short in said)


class AskMeals(DeskAction):
    action_name = "action_ask_meals"
    strangers_too = True

    def work(self, turn: Turn) -> None:
        turn.say("not_yet.meals")


def actions(desk: Desk) -> list[DeskAction]:
    return [AskStation(desk), AskMeals(desk)]
