"""A volunteer finds jobs, takes one, gives it back, and looks at what lies ahead."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bank.members import RoleName
from bank.usecases import jobs
from bot.actions import job_standing, serving
from bot.actions.base import DeskAction
from bot.actions.forms import FormAsk, FormCheck, FormSubmit
from bot.actions.listing import (
    Facts,
    by_person,
    by_service,
    by_time,
    offset_of,
    order_number,
    pick_order,
    say_list,
    span_of,
)
from bot.actions.own_jobs import open_jobs, say_own, schedule
from bot.actions.own_orders import mine
from bot.actions.turn import Turn, payload
from bot.desk import Desk
from bot.keypad import plain
from bot.understanding.numbers import whole_number
from bot.understanding.times import resolve_time

GOES = re.compile(
    r"(?:那)?我?(?:就|能|可以)?(?:去|来|接|接单|接下|去吧|来吧)(?:的|了|好了|啊|呀|吧)?|这个我(?:来|去|接)"
)
"""What else is a yes to "您接吗？"."""
GOING_TO = re.compile(
    r"(?P<n>\d{1,6}|[一二三四五六七八九十]{1,3})\s?号(?:单子?)?[,，]?(?:我|让我|就我)(?:去|来|接|能去|可以去|要)"
)
TAKES = re.compile(r"[接抢领]单|单子?|接下|这个?活|那个?活|有空|报名|算我|交给我")
CANNOT = re.compile(r"[去来]不[了成]|不(?:能)?[去来]|退")
"""What else is a yes to "您去不了了，对吗？"."""


def say_jobs(turn: Turn, words: str, found: Sequence[Mapping[str, Any]], offset: int = 0) -> None:
    """The list of jobs, each a choice that takes it; what was shown is kept, for "第一个我接"."""
    say_list(
        turn,
        words,
        "jobs.item",
        found,
        sends=lambda job: payload("accept_job", order_number=job["number"]),
        more=lambda start: payload("list_jobs", offset=start),
        offset=offset,
    )


class ListJobs(DeskAction):
    action_name = "action_list_jobs"

    def work(self, turn: Turn) -> None:
        found = open_jobs(turn)
        if not found:
            turn.say("jobs.none")
            return
        wanted = span_of(resolve_time(turn.words, turn.local_now))
        then = by_time(turn, found) if wanted else found
        if wanted and not then:
            say_jobs(turn, "jobs.none_then", found)
        else:
            say_jobs(turn, "jobs.list", then, offset_of(turn))


class ViewSchedule(DeskAction):
    action_name = "action_view_schedule"

    def work(self, turn: Turn) -> None:
        ahead = schedule(turn)
        if not ahead and (RoleName.VOLUNTEER not in turn.roles or mine(turn)):
            turn.follow = "action_check_order"  # "我的单子" from somebody who is helped
            return
        if not ahead:
            turn.say("schedule.none", choices=[turn.choice("label.see_jobs", payload("list_jobs"), means="yes")])
            return
        number = order_number(turn, asked=False)
        then = [job for job in ahead if job["number"] == number] or by_time(turn, ahead)
        if len(then) == 1 or len(ahead) == 1:
            self._one(turn, (then or ahead)[0])
            return
        say_list(
            turn,
            "schedule.list",
            "schedule.item",
            then or ahead,
            sends=lambda job: payload("view_schedule", order_number=job["number"]),
            more=lambda start: payload("view_schedule", offset=start),
            offset=offset_of(turn),
        )

    def _one(self, turn: Turn, job: Mapping[str, Any]) -> None:
        begun = job["job_status"] == "started"
        first = turn.choice(
            "label.finished_here" if begun else "label.arrived",
            payload("finish_service" if begun else "start_service", order_number=job["number"]),
        )
        cannot = turn.choice("label.cannot_go", payload("withdraw_job", order_number=job["number"]))
        person = turn.choice("label.person", payload("talk_to_person"))
        turn.say("schedule.one", choices=[first, person] if begun else [first, cannot, person], **job)


class AcceptCheck(FormCheck):
    form = "accept_job_form"
    slots = ("accept_number", "accept_agreed")
    agreed = "accept_agreed"
    intents = frozenset({"accept_job"})

    def begin(self, turn: Turn) -> None:
        found = open_jobs(turn)
        if order_number(turn, asked=False) is not None or _going_to(turn) is not None:
            return
        if not found:
            turn.say("jobs.none")
            turn.set(task_dropped="done")
        elif len(found) == 1 and self._means_it(turn, found[0]):
            turn.set(accept_number=found[0]["number"])

    def _means_it(self, turn: Turn, job: Facts) -> bool:
        """Whether the words speak of taking a job: 我去接孩子 does not."""
        said = plain(turn.words)
        if turn.is_payload or GOES.fullmatch(said) or TAKES.search(said):
            return True
        return bool(by_person(said, [job]) or by_service(said, [job]) or by_time(turn, [job]))

    def read(self, turn: Turn) -> None:
        asked = turn.asked == "accept_number"
        named = order_number(turn, asked=asked) or _going_to(turn)
        number = named if named is not None else pick_order(turn, open_jobs(turn), asked=asked)
        if number is not None:
            jobs.preview_accept(turn.uow, turn.desk.scheme, turn.doing("preview_accept"), number)  # says why not
            turn.set(accept_number=number)
        elif turn.asked == "accept_agreed" and GOES.fullmatch(plain(turn.words)):
            turn.set(accept_agreed=True)


def _going_to(turn: Turn) -> int | None:
    """11号我去: a day on which there is a job, else an order's number, though nobody may take it (why is said then)."""
    match = GOING_TO.match(turn.words)
    if match is None or by_time(turn, open_jobs(turn)):
        return None
    return whole_number(match["n"])


class AskAcceptNumber(FormAsk):
    def work(self, turn: Turn) -> None:
        say_jobs(turn, "ask.accept_number", open_jobs(turn))


class AskAcceptAgreed(FormAsk):
    def facts(self, turn: Turn) -> dict[str, Any]:
        number = turn.slot("accept_number")
        return jobs.preview_accept(turn.uow, turn.desk.scheme, turn.doing("preview_accept"), number).facts


class AcceptSubmit(FormSubmit):
    check = AcceptCheck

    def deed(self, turn: Turn) -> None:
        number = turn.slot("accept_number")
        receipt = jobs.accept(turn.uow, turn.desk.scheme, turn.doing("accept"), number)
        turn.say("jobs.accepted", **receipt.facts)

    def declined(self, turn: Turn) -> None:
        turn.say("jobs.not_accepted", choices=[turn.choice("label.see_jobs", payload("list_jobs"))])


class WithdrawCheck(FormCheck):
    form = "withdraw_job_form"
    slots = ("withdraw_number", "withdraw_agreed")
    kept = ("withdraw_reason",)
    agreed = "withdraw_agreed"
    intents = frozenset({"withdraw_job"})

    def begin(self, turn: Turn) -> None:
        mine = schedule(turn, "withdraw")
        if turn.words:
            turn.set(withdraw_reason=turn.words)  # "我发烧了，明天去不了": staff want to know why
        if not mine:
            turn.say("withdraw.none")
            turn.set(task_dropped="done")
        elif len(mine) == 1 and order_number(turn, asked=False) is None:
            turn.set(withdraw_number=mine[0]["number"])

    def read(self, turn: Turn) -> None:
        number = pick_order(turn, schedule(turn, "withdraw"), asked=turn.asked == "withdraw_number")
        if number is not None:
            turn.set(withdraw_number=number)
        elif turn.asked == "withdraw_agreed" and turn.intent == "withdraw_job" and CANNOT.search(turn.words):
            turn.set(withdraw_agreed=True)


class AskWithdrawNumber(FormAsk):
    def work(self, turn: Turn) -> None:
        say_own(turn, "ask.withdraw_number", schedule(turn, "withdraw"), "withdraw_job")


class AskWithdrawAgreed(FormAsk):
    def facts(self, turn: Turn) -> dict[str, Any]:
        number = turn.slot("withdraw_number")
        return next(job for job in schedule(turn, "withdraw") if job["number"] == number)


class WithdrawSubmit(FormSubmit):
    check = WithdrawCheck

    def deed(self, turn: Turn) -> None:
        number, reason = turn.slot("withdraw_number"), turn.slot("withdraw_reason") or ""
        receipt = jobs.withdraw(turn.uow, turn.desk.scheme, turn.doing("withdraw"), number, reason=reason)
        turn.say("withdraw.done", **receipt.facts)

    def declined(self, turn: Turn) -> None:
        turn.say("withdraw.kept")


def actions(desk: Desk) -> list[DeskAction]:
    return [
        ListJobs(desk),
        ViewSchedule(desk),
        AcceptCheck(desk),
        AskAcceptNumber(desk, "accept_job_form", "accept_number"),
        AskAcceptAgreed(desk, "accept_job_form", "accept_agreed"),
        AcceptSubmit(desk),
        WithdrawCheck(desk),
        AskWithdrawNumber(desk, "withdraw_job_form", "withdraw_number"),
        AskWithdrawAgreed(desk, "withdraw_job_form", "withdraw_agreed"),
        WithdrawSubmit(desk),
        *serving.actions(desk),
        *job_standing.actions(desk),
    ]
