"""How many coins somebody has, where they came from and went to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bank.members import Member
from bank.usecases import coins
from bot.actions import acting, giving, goods, granting
from bot.actions.base import DeskAction
from bot.actions.periods import Period, period_said
from bot.actions.turn import Turn
from bot.desk import Desk
from bot.understanding.amounts import resolve_amount

MOST_LINES = 5
LOOK_BACK = timedelta(days=90)


class CheckBalance(DeskAction):
    """One's own coins, or those of the relatives that are named and may be acted for."""

    action_name = "action_check_balance"

    def work(self, turn: Turn) -> None:
        if acting.offered_to_bind(turn):
            return
        named: list[Member | None] = [*acting.people(turn)]
        for member in named or [None]:
            doing = turn.doing("balance", for_id=member.id if member else None)
            facts = coins.balance(turn.uow, turn.desk.scheme, doing).facts
            turn.say("coins.balance", person=member.name if member else "", **facts)
        if not named:
            goods.say_purses(turn)


class ViewStatement(DeskAction):
    """At most five lines, the newest last; a named amount ("那两个币哪来的") picks the lines of that amount."""

    action_name = "action_view_statement"

    def work(self, turn: Turn) -> None:
        said = turn.words
        period = period_said(said, turn.local_now) or Period(turn.local_now - LOOK_BACK, turn.local_now, said=False)
        until = min(period.until, turn.now + timedelta(seconds=1))
        if acting.offered_to_bind(turn):
            return
        relative = acting.person(turn)
        doing = turn.doing("statement", for_id=relative.id if relative else None)
        facts = coins.statement(turn.uow, turn.desk.scheme, doing, period.since, until).facts
        lines: list[dict[str, Any]] = facts["lines"]
        amount = resolve_amount(said) if said else None
        if amount is not None and amount.minutes is not None:
            lines = [line for line in lines if abs(line["minutes"]) == amount.minutes]
            if lines:
                turn.say("coins.found", lines=lines[-2:])
                return
            lines = facts["lines"]
        if not lines:
            turn.say("coins.no_lines", period=period.said)
            return
        turn.say(
            "coins.statement",
            lines=lines[-MOST_LINES:],
            left_out=max(0, len(lines) - MOST_LINES),
            came_in=facts["came_in"],
            went_out=facts["went_out"],
            since=period.since if period.said else None,
            until=last_day(period.until),
        )


def last_day(until: datetime) -> datetime:
    """The last moment inside a half-open interval, for saying its last day."""
    return until - timedelta(seconds=1)


def actions(desk: Desk) -> list[DeskAction]:
    return [
        CheckBalance(desk),
        ViewStatement(desk),
        *giving.actions(desk),
        *granting.actions(desk),
    ]
