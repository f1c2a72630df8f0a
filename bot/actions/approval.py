"""Staff look at what waits for them. Letting through, refusing, handing out and cases stand beside it."""

from __future__ import annotations

import re
from typing import Any

from bot.actions import approving, assigning, cases, rejecting
from bot.actions.base import DeskAction
from bot.actions.listing import offset_of, order_number
from bot.actions.turn import Turn, payload
from bot.actions.waiting import say_waiting, waiting
from bot.desk import Desk

CASE_WORDS = re.compile(r"个案|求助|有人找|要回的|人回|没人管|要处理|投诉|来访|待回|转人工|人工的")


class ReviewRequests(DeskAction):
    """What waits for approval, one request in full, or the cases that wait for an answer."""

    action_name = "action_review_requests"

    def work(self, turn: Turn) -> None:
        if cases.asked_for(turn, CASE_WORDS):
            cases.work(turn)
            return
        orders = waiting(turn)
        number = order_number(turn, asked=False)
        one = next((order for order in orders if order["number"] == number), None)
        if one is not None:
            self._one(turn, one)
            return
        open_cases = len(cases.open_cases(turn))
        if not orders:
            see = [turn.choice("label.see_cases", payload("review_requests", case_number=0))] if open_cases else []
            turn.say("review.none", choices=see, cases=open_cases)
            return
        say_waiting(turn, "review.list", orders, "review_requests", offset_of(turn))

    def _one(self, turn: Turn, order: dict[str, Any]) -> None:
        number = order["number"]
        turn.say(
            "review.one",
            choices=[
                turn.choice("label.approve", payload("approve_request", order_number=number)),
                turn.choice("label.reject", payload("reject_request", order_number=number)),
                turn.choice("label.see_waiting", payload("review_requests")),
            ],
            **order,
        )


def actions(desk: Desk) -> list[DeskAction]:
    return [ReviewRequests(desk), *approving.actions(desk), *rejecting.actions(desk), *assigning.actions(desk)]
