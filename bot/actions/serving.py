"""A volunteer begins and ends a job. "做完了" from somebody who was served is handed to the receiver's form."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bank.orders import Job
from bank.usecases import proof
from bank.usecases import serving as use
from bot.actions.base import DeskAction
from bot.actions.forms import FormAsk, FormCheck, FormSubmit
from bot.actions.listing import order_number, pick_order
from bot.actions.own_jobs import say_own, schedule
from bot.actions.settling import confirmable
from bot.actions.turn import Turn
from bot.desk import Desk
from bot.understanding.durations import resolve_duration
from bot.understanding.times import resolve_time

AROUND_NOW = timedelta(hours=2)
RECEIVERS_FORM = "confirm_done_form"


class StartCheck(FormCheck):
    form = "start_service_form"
    slots = ("start_number",)
    intents = frozenset({"start_service"})

    def begin(self, turn: Turn) -> None:
        mine = schedule(turn, "start")
        near = [job for job in mine if abs(datetime.fromisoformat(job["starts_at"]) - turn.now) <= AROUND_NOW]
        if not mine:
            turn.say("start.none")
            turn.set(task_dropped="done")
        elif order_number(turn, asked=False) is None and len(near or mine) == 1:
            turn.set(start_number=(near or mine)[0]["number"])

    def read(self, turn: Turn) -> None:
        number = pick_order(turn, schedule(turn, "start"), asked=turn.asked == "start_number")
        if number is not None:
            turn.set(start_number=number)


class AskStartNumber(FormAsk):
    def work(self, turn: Turn) -> None:
        say_own(turn, "ask.start_number", schedule(turn, "start"), "start_service")


class StartSubmit(FormSubmit):
    check = StartCheck

    def deed(self, turn: Turn) -> None:
        receipt = use.start(turn.uow, turn.desk.scheme, turn.doing("start"), turn.slot("start_number"))
        turn.say("start.done", **receipt.facts)


def running(turn: Turn) -> list[dict[str, Any]]:
    """The speaker's jobs that can have ended: those begun, else those whose start has passed."""
    mine = schedule(turn, "finish")
    begun = [job for job in mine if job["job_status"] == "started"]
    return begun or [job for job in mine if datetime.fromisoformat(job["starts_at"]) <= turn.now]


class FinishCheck(FormCheck):
    form = "finish_service_form"
    slots = ("finish_number", "finish_duration", "finish_agreed")
    kept = ("finish_hand_over",)
    agreed = "finish_agreed"
    corrects = True
    intents = frozenset({"finish_service"})

    def begin(self, turn: Turn) -> None:
        mine = running(turn)
        if not mine and confirmable(turn):
            turn.set(task_dropped="done", finish_hand_over=RECEIVERS_FORM)
        elif not mine:
            turn.say("finish.none")
            turn.set(task_dropped="done")
        elif len(mine) == 1 and order_number(turn, asked=False) is None:
            self._choose(turn, mine[0]["number"])

    def read(self, turn: Turn) -> None:
        if turn.slot("task_dropped"):
            return
        number = pick_order(turn, running(turn), asked=turn.asked == "finish_number")
        if number is not None and number != turn.slot("finish_number"):
            self._choose(turn, number)
        said = length_said(turn)
        if said is not None:
            turn.set(finish_duration=said)

    def read_back_refused(self, turn: Turn) -> None:
        turn.set(finish_duration=None, finish_agreed=None)  # the hours are what can be wrong: ask for them

    def _choose(self, turn: Turn, number: int) -> None:
        """Take that job; its length is from check-in to now until the volunteer says otherwise."""
        job = own_seat(turn, number)
        turn.set(finish_number=number, finish_duration=None)
        if job is not None and job.started_at is not None:
            minutes = int((turn.now - job.started_at).total_seconds() // 60)
            if 0 < minutes <= turn.desk.scheme.longest_service:
                turn.set(finish_duration=minutes)


def own_seat(turn: Turn, number: int) -> Job | None:
    """The speaker's live seat on that order."""
    seats = turn.uow.jobs.of_order(number)
    return next((job for job in seats if job.volunteer_id == turn.me.id and job.claimed_minutes is None), None)


def length_said(turn: Turn) -> int | None:
    """Minutes that the words give: 两个小时, 从九点到十一点; None when they give none for sure."""
    said = turn.words
    length = resolve_duration(said)
    if length is not None:
        return None if length.unsure else length.minutes
    time = resolve_time(said, turn.local_now, future=False)
    if time is None or time.unsure or time.grain != "minute" or time.start is None or time.end is None:
        return None
    return int((time.end - time.start).total_seconds() // 60)


class AskFinishNumber(FormAsk):
    def work(self, turn: Turn) -> None:
        say_own(turn, "ask.finish_number", running(turn), "finish_service")


class AskFinishDuration(FormAsk):
    def facts(self, turn: Turn) -> dict[str, Any]:
        return own_facts(turn)


class AskFinishAgreed(FormAsk):
    def facts(self, turn: Turn) -> dict[str, Any]:
        return own_facts(turn) | {"claimed": turn.slot("finish_duration")}


def own_facts(turn: Turn) -> dict[str, Any]:
    return next(job for job in running(turn) if job["number"] == turn.slot("finish_number"))


class FinishSubmit(FormSubmit):
    check = FinishCheck

    def work(self, turn: Turn) -> None:
        turn.follow = turn.slot("finish_hand_over")
        super().work(turn)

    def deed(self, turn: Turn) -> None:
        number, minutes = turn.slot("finish_number"), turn.slot("finish_duration")
        receipt = use.finish(turn.uow, turn.desk.scheme, turn.doing("finish"), number, minutes=minutes)
        turn.say("finish.done", **receipt.facts)
        mine = [job for job in turn.uow.jobs.of_order(number) if job.volunteer_id == turn.me.id]
        if any(proof.lacks_photo(turn.uow, turn.desk.scheme, job) for job in mine):
            turn.say("finish.photo_please", number=number)


def actions(desk: Desk) -> list[DeskAction]:
    finish = "finish_service_form"
    return [
        StartCheck(desk),
        AskStartNumber(desk, "start_service_form", "start_number"),
        StartSubmit(desk),
        FinishCheck(desk),
        AskFinishNumber(desk, finish, "finish_number"),
        AskFinishDuration(desk, finish, "finish_duration"),
        AskFinishAgreed(desk, finish, "finish_agreed"),
        FinishSubmit(desk),
    ]
