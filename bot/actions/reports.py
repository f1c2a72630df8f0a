"""Figures of a period for staff, counted from the books."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from bank.members import MemberStatus
from bank.orders import JobStatus, OrderStatus
from bot.actions.base import DeskAction
from bot.actions.coins import last_day
from bot.actions.naming import reach
from bot.actions.periods import Period, period_said
from bot.actions.turn import Turn, payload
from bot.desk import Desk


class ViewReport(DeskAction):
    """Orders asked for, settled, called off and still open, coins moved, open cases, members; of one's own branches."""

    action_name = "action_view_report"

    def work(self, turn: Turn) -> None:
        branches = tuple(reach(turn))
        now = turn.local_now
        period = period_said(turn.words, now) or this_month(now)
        orders = turn.uow.orders.find(branch_id=branches)
        asked = [order for order in orders if period.since <= order.created_at < period.until]
        settled = [
            job
            for job in turn.uow.jobs.find(order_id=tuple(order.id for order in orders), status=JobStatus.SETTLED)
            if job.settled_at is not None and period.since <= job.settled_at < period.until
        ]
        cases = len(turn.uow.cases.open_in(branches))
        see_cases = [turn.choice("label.see_cases", payload("review_requests", case_number=0))] if cases else []
        states = Counter(order.status for order in asked)
        turn.say(
            "report.figures",
            choices=see_cases,
            since=period.since,
            until=last_day(period.until),
            asked=len(asked),
            settled=len(settled),
            called_off=states[OrderStatus.CANCELLED] + states[OrderStatus.EXPIRED] + states[OrderStatus.REJECTED],
            served=sum(job.served_minutes or 0 for job in settled),
            moved=sum(job.credited_minutes or 0 for job in settled),
            cases=cases,
            members=len(turn.uow.members.find(branch_id=branches, status=MemberStatus.ACTIVE)),
        )


def this_month(now: datetime) -> Period:
    """What is meant when no period is named."""
    month = period_said("本月", now)
    assert month is not None
    return month


def actions(desk: Desk) -> list[DeskAction]:
    return [ViewReport(desk)]
