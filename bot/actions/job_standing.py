"""When a volunteer can serve, and what they have done so far."""

from __future__ import annotations

import re
from typing import Any

from bank.errors import NotAllowed
from bank.usecases import honours
from bot.actions import skills
from bot.actions.base import DeskAction
from bot.actions.turn import Turn, payload
from bot.desk import Desk
from bot.understanding.times import resolve_time

PAUSE = re.compile(
    r"别(?:给我|再)?(?:派|排|安排)|不(?:要|用)(?:给我|再)?(?:派|排|安排)|先?不接(?:单|活)|(?:暂停|停止)接单|请假|歇|休息|接不了"
)
AGAIN = re.compile(r"恢复接单|(?:可以|能)(?:重新|继续|再)(?:给我)?(?:接单|派|排|安排)|回来了.*(?:接|派)|重新接单")


RANKING = re.compile(r"排名|排行|第几|名次|榜")
HIDE = re.compile(r"(?:不要|别|不想|不参加|退出|隐藏).{0,6}(?:排名|排行|榜|名次)")
SHOW = re.compile(r"(?:恢复|重新|加入|显示).{0,6}(?:排名|排行|榜)")
CLAIM = re.compile(r"(?:申请|办).{0,8}(?:养老院|入住)")


class SetAvailability(DeskAction):
    """Kept in the volunteer's file in the volunteer's own words, with what could be read from them."""

    action_name = "action_set_availability"

    def work(self, turn: Turn) -> None:
        if skills.meant(turn):
            skills.answer(turn)
            return
        file = turn.uow.members.volunteer_file(turn.me.id, lock=True)
        if file is None:
            raise NotAllowed("not_a_volunteer")
        said = turn.words
        if not said:
            turn.say("availability.ask")
            return
        file.availability = read_availability(turn, said)
        turn.uow.volunteer_files.save(file, turn.doing("set_availability").audit("availability_said", said=said))
        paused = file.availability["paused"]
        turn.say("availability.paused" if paused else "availability.kept", said=said)


def read_availability(turn: Turn, said: str) -> dict[str, Any]:
    """`said` as it was, `paused` when no jobs are wanted, the time as a rule or an interval (ISO) where one is sure."""
    time = resolve_time(said, turn.local_now)
    kept: dict[str, Any] = {
        "said": said,
        "paused": bool(PAUSE.search(said)) and not AGAIN.search(said),
        "at": turn.now.isoformat(),
    }
    if time is not None and not time.unsure:
        kept["rrule"] = time.recurring.rrule if time.recurring else None
        kept["from"] = time.start.isoformat() if time.start else None
        kept["until"] = time.end.isoformat() if time.end else None
    return kept


class CheckHonors(DeskAction):
    """Hours, coins, stars, the place among others and the care-home right from the books; hiding from rankings."""

    action_name = "action_check_honors"

    def work(self, turn: Turn) -> None:
        scheme = turn.desk.scheme
        if HIDE.search(turn.words) or SHOW.search(turn.words):
            ranked = not HIDE.search(turn.words)
            receipt = honours.set_ranked(turn.uow, scheme, turn.doing("set_ranked"), ranked)
            turn.say(f"honors.{receipt.outcome}")
            return
        if RANKING.search(turn.words):
            turn.say("honors.ranking", **honours.ranking(turn.uow, scheme, turn.doing("ranking")).facts)
            return
        if CLAIM.search(turn.words) and scheme.care_home_right is not None:
            receipt = honours.claim_care_home(turn.uow, scheme, turn.doing("claim_care_home"))
            turn.say("honors.claimed", **receipt.facts)
            return
        facts = honours.honours_of(turn.uow, scheme, turn.doing("honours")).facts
        if not facts["services"] and not facts["earned"]:
            turn.say("honors.none", choices=[turn.choice("label.see_jobs", payload("list_jobs"), means="yes")])
            return
        turn.say("honors.told", **facts)


def actions(desk: Desk) -> list[DeskAction]:
    return [SetAvailability(desk), CheckHonors(desk)]
