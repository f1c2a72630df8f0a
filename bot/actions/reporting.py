"""Services that a sub-branch reports and the head confirms: the receiver's word, and the sub-branch's report."""

from __future__ import annotations

import re
from typing import Any

from bank.members import RoleName
from bank.usecases import reports
from bot.actions.listing import offset_of, pick_order, say_list
from bot.actions.own_orders import order_of, seat_names
from bot.actions.turn import Turn, payload

REPORTS = re.compile(r"上报|报上去|报给总行|报总行|上传(?:到)?平台")


def meant(turn: Turn) -> bool:
    """Whether staff say that they report a service, or took the choice of doing so."""
    if not turn.desk.scheme.report_confirmed_by_head or RoleName.STAFF not in turn.roles:
        return False
    return turn.given("change") == "report" or bool(REPORTS.search(turn.words))


def answer(turn: Turn) -> None:
    """The report, once its read-back was agreed to; else the read-back of the service that is meant."""
    scheme = turn.desk.scheme
    if turn.given("told"):
        chosen = int(turn.given("order_number"))
        receipt = reports.report_service(turn.uow, scheme, turn.doing("report_service"), chosen)
        turn.say("report.reported", **receipt.facts)
        return
    rows: list[dict[str, Any]] = reports.reports_waiting(turn.uow, scheme, turn.doing("reports")).facts["to_report"]
    if not rows:
        turn.say("report.nothing")
        return
    number = pick_order(turn, rows, asked=False)
    if number is None and len(rows) == 1:
        number = int(rows[0]["number"])
    if number is None:
        say_list(
            turn,
            "report.which",
            "report.item",
            rows,
            sends=lambda row: payload("confirm_done", order_number=row["number"], change="report"),
            more=lambda start: payload("confirm_done", offset=start, change="report"),
            offset=offset_of(turn),
        )
        return
    row = next(one for one in rows if one["number"] == number)
    yes = payload("confirm_done", order_number=number, change="report", told=1)
    turn.say(
        "report.agreed",
        choices=[
            turn.choice("label.report", yes, means="yes"),
            turn.choice("label.not_now", payload("deny"), means="no"),
            turn.choice("label.person", payload("talk_to_person")),
        ],
        **row,
    )


def pass_on(turn: Turn, number: int) -> None:
    """The receiver says it was done: no coins of theirs move, the sub-branch is asked to report it."""
    order = order_of(turn, number)
    if order["status"] != "finished":
        turn.say("confirm.waiting_for_finish", **{**order, "volunteer": seat_names(order)})
        return
    receipt = reports.say_done(turn.uow, turn.desk.scheme, turn.doing("say_done"), number, turn.words)
    turn.say("confirm.passed_on", **receipt.facts)
