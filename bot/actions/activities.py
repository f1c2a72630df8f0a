"""What is on, signing up for it (for oneself or a relative), waiting for a place, and leaving."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bank.usecases import activities as use
from bot.actions.activity_naming import (
    Row,
    for_whom,
    just_signed,
    meant,
    own,
    span_said,
    titled,
    upcoming,
    within,
)
from bot.actions.base import DeskAction
from bot.actions.forms import FormAsk, FormCheck, FormSubmit
from bot.actions.listing import offset_of, say_list
from bot.actions.turn import Turn, payload
from bot.desk import Desk


class ListActivities(DeskAction):
    """What is on in the time that was named, else soon: one is told in full, several as a list."""

    action_name = "action_list_activities"

    def work(self, turn: Turn) -> None:
        rows = upcoming(turn)
        if not rows:
            turn.say("activities.none")
            return
        wanted = titled(turn.words, rows) or rows
        on_day = within(turn, wanted)
        if turn.words and span_said(turn) is not None and not on_day:
            turn.say("activities.none_then")
        shown = on_day or wanted
        if len(shown) == 1 and not turn.interrupts:
            self._one(turn, shown[0])
        else:
            say_rows(turn, "activities.list", shown, "join_activity", "list_activities")

    def _one(self, turn: Turn, row: Row) -> None:
        intent = "leave_activity" if row["mine"] else "join_activity"
        yes = turn.choice(f"label.{intent}", payload(intent, activity=row["activity"]), means="yes")
        if row["mine"]:
            yes = turn.choice("label.leave_activity", payload(intent, activity=row["activity"]))
        turn.say("activities.one", choices=[yes, turn.choice("label.no_thanks", payload("deny"), means="no")], **row)


def say_rows(turn: Turn, words: str, rows: Sequence[Row], picks: str, goes_on: str) -> None:
    """A numbered list of activities; picking one sends `picks`, the rest comes by `goes_on`."""
    say_list(
        turn,
        words,
        "activity.item",
        rows,
        sends=lambda row: payload(picks, activity=row["activity"]),
        more=lambda start: payload(goes_on, offset=start),
        offset=offset_of(turn),
    )


class JoinCheck(FormCheck):
    form = "join_activity_form"
    slots = ("join_activity_number", "join_activity_agreed")
    kept = ("join_activity_for", "join_activity_for_name", "join_activity_full")
    agreed = "join_activity_agreed"
    intents = frozenset({"join_activity", "list_activities"})

    def begin(self, turn: Turn) -> None:
        person = for_whom(turn)
        if person is not None:
            turn.set(join_activity_for=person[0], join_activity_for_name=person[1])
        rows = upcoming(turn, turn.slot("join_activity_for"))
        if not rows:
            turn.say("activities.none")
            turn.set(task_dropped="done")

    def read(self, turn: Turn) -> None:
        if turn.intent in ("affirm", "deny"):
            return
        rows = upcoming(turn, turn.slot("join_activity_for"))
        found = meant(turn, rows) or just_signed(turn, rows)
        if not found and len(rows) == 1:
            found = rows
        if len(found) != 1:
            return
        self._check(turn, found[0]["activity"])

    def _check(self, turn: Turn, number: int) -> None:
        """The rules are asked before the read-back; a button that has told all there is needs none."""
        doing = turn.doing("preview", for_id=turn.slot("join_activity_for"))
        facts = use.preview_sign_up(turn.uow, turn.desk.scheme, doing, number).facts
        turn.set(join_activity_number=number, join_activity_full=facts["full"])
        if turn.given("told") and not facts["full"] and not facts["same_time"]:
            turn.set(join_activity_agreed=True)

    def _answer_to_read_back(self, turn: Turn, before: dict[str, Any]) -> None:
        told = turn.slot(self.agreed)
        super()._answer_to_read_back(turn, before)
        if told and turn.given("told"):
            turn.set(join_activity_agreed=True)


class AskJoinNumber(FormAsk):
    """Which one: those that the words can mean, else all."""

    def work(self, turn: Turn) -> None:
        rows = upcoming(turn, turn.slot("join_activity_for"))
        say_rows(turn, "ask.join_activity_number", meant(turn, rows) or rows, "join_activity", "join_activity")


class JoinReadBack(FormAsk):
    def facts(self, turn: Turn) -> dict[str, Any]:
        doing = turn.doing("preview", for_id=turn.slot("join_activity_for"))
        number = int(turn.slot("join_activity_number"))
        facts = use.preview_sign_up(turn.uow, turn.desk.scheme, doing, number).facts
        return {**facts, "for_name": turn.slot("join_activity_for_name") or ""}


class JoinSubmit(FormSubmit):
    check = JoinCheck

    def deed(self, turn: Turn) -> None:
        doing = turn.doing("sign_up", for_id=turn.slot("join_activity_for"))
        number, wait = int(turn.slot("join_activity_number")), bool(turn.slot("join_activity_full"))
        receipt = use.sign_up(turn.uow, turn.desk.scheme, doing, number, wait)
        name = turn.slot("join_activity_for_name") or ""
        turn.say(f"activity.{receipt.outcome}", **receipt.facts, for_name=name)


class LeaveCheck(FormCheck):
    form = "leave_activity_form"
    slots = ("leave_activity_number", "leave_activity_agreed")
    kept = ("leave_activity_for", "leave_activity_for_name")
    agreed = "leave_activity_agreed"
    intents = frozenset({"leave_activity"})

    def begin(self, turn: Turn) -> None:
        person = for_whom(turn)
        if person is not None:
            turn.set(leave_activity_for=person[0], leave_activity_for_name=person[1])
        if not own(turn, turn.slot("leave_activity_for")):
            turn.say("activity.none_mine")
            turn.set(task_dropped="done")

    def read(self, turn: Turn) -> None:
        if turn.intent in ("affirm", "deny"):
            return
        rows = own(turn, turn.slot("leave_activity_for"))
        found = meant(turn, rows)
        if turn.given("activity") is not None and not found:
            turn.say("activity.not_on_list")
            turn.set(task_dropped="done")
            return
        if not found and len(rows) == 1:
            found = rows
        if len(found) == 1:
            turn.set(leave_activity_number=found[0]["activity"])

    def _answer_to_read_back(self, turn: Turn, before: dict[str, Any]) -> None:
        super()._answer_to_read_back(turn, before)
        if turn.given("activity") is not None and turn.slot("leave_activity_number") is not None:
            turn.set(leave_activity_agreed=True)  # the button said which one, and that it is to be left


class AskLeaveNumber(FormAsk):
    def work(self, turn: Turn) -> None:
        rows = own(turn, turn.slot("leave_activity_for"))
        say_rows(turn, "ask.leave_activity_number", meant(turn, rows) or rows, "leave_activity", "leave_activity")


class LeaveReadBack(FormAsk):
    def facts(self, turn: Turn) -> dict[str, Any]:
        rows = own(turn, turn.slot("leave_activity_for"))
        number = turn.slot("leave_activity_number")
        row = next(row for row in rows if row["activity"] == number)
        return {**row, "for_name": turn.slot("leave_activity_for_name") or ""}


class LeaveSubmit(FormSubmit):
    check = LeaveCheck

    def declined(self, turn: Turn) -> None:
        turn.say("activity.stays")

    def deed(self, turn: Turn) -> None:
        doing = turn.doing("leave", for_id=turn.slot("leave_activity_for"))
        receipt = use.leave_activity(turn.uow, turn.desk.scheme, doing, int(turn.slot("leave_activity_number")))
        again = turn.choice("label.join_again", payload("join_activity", activity=receipt.facts["activity"]))
        name = turn.slot("leave_activity_for_name") or ""
        choices = [] if name else [again]
        turn.say("activity.left", choices=choices, **receipt.facts, for_name=name)


def actions(desk: Desk) -> list[DeskAction]:
    join, leave = JoinCheck.form, LeaveCheck.form
    return [
        ListActivities(desk),
        JoinCheck(desk),
        AskJoinNumber(desk, join, "join_activity_number"),
        JoinReadBack(desk, join, "join_activity_agreed"),
        JoinSubmit(desk),
        LeaveCheck(desk),
        AskLeaveNumber(desk, leave, "leave_activity_number"),
        LeaveReadBack(desk, leave, "leave_activity_agreed"),
        LeaveSubmit(desk),
    ]
