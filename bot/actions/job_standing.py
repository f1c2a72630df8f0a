"""When a volunteer can serve, and what they have done so far."""

from __future__ import annotations

import re
from typing import Any

from bank.errors import NotAllowed
from bank.orders import JobStatus
from bank.usecases import coins
from bot.actions.base import DeskAction
from bot.actions.turn import Turn, payload
from bot.desk import Desk
from bot.understanding.times import resolve_time

PAUSE = re.compile(
    r"别(?:给我|再)?(?:派|排|安排)|不(?:要|用)(?:给我|再)?(?:派|排|安排)|先?不接(?:单|活)|(?:暂停|停止)接单|请假|歇|休息|接不了"
)
AGAIN = re.compile(r"恢复接单|(?:可以|能)(?:重新|继续|再)(?:给我)?(?:接单|派|排|安排)|回来了.*(?:接|派)|重新接单")


class SetAvailability(DeskAction):
    """Kept in the volunteer's file in the volunteer's own words, with what could be read from them."""

    action_name = "action_set_availability"

    def work(self, turn: Turn) -> None:
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
    """Hours served, people helped and honour minutes from the books. Stars are given by staff, not by the desk."""

    action_name = "action_check_honors"

    def work(self, turn: Turn) -> None:
        done = turn.uow.jobs.of_volunteer(turn.me.id, {JobStatus.SETTLED})
        if not done:
            turn.say("honors.none", choices=[turn.choice("label.see_jobs", payload("list_jobs"), means="yes")])
            return
        orders = turn.uow.orders.find(id=tuple({job.order_id for job in done}))
        own = coins.balance(turn.uow, turn.desk.scheme, turn.doing("balance")).facts
        turn.say(
            "honors.told",
            served=sum(job.served_minutes or 0 for job in done),
            services=len(done),
            people=len({order.resident_id for order in orders}),
            honour=own["honour"],
            balance=own["balance"],
        )


def actions(desk: Desk) -> list[DeskAction]:
    return [SetAvailability(desk), CheckHonors(desk)]
