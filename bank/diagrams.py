"""Lifecycles as pictures: the drawing is made from the table of moves, so it can't lie."""

from __future__ import annotations

from typing import Any

from bank.activities import ACTIVITY_LIFE, SIGN_UP_LIFE
from bank.earning import REPORT_LIFE
from bank.goods import CONVERSION_LIFE, PICKUP_LIFE
from bank.honours import AWARD_LIFE
from bank.learning import LINE_LIFE
from bank.lifecycle import Lifecycle
from bank.members import KIN_LIFE, MEMBERSHIP
from bank.notices import BROADCAST_LIFE, CASE_LIFE
from bank.orders import JOB_LIFE, ORDER_LIFE
from bank.station import SURVEY_LIFE

LIFECYCLES: tuple[Lifecycle[Any], ...] = (
    ORDER_LIFE,
    JOB_LIFE,
    REPORT_LIFE,
    MEMBERSHIP,
    KIN_LIFE,
    PICKUP_LIFE,
    CONVERSION_LIFE,
    ACTIVITY_LIFE,
    SIGN_UP_LIFE,
    SURVEY_LIFE,
    AWARD_LIFE,
    CASE_LIFE,
    BROADCAST_LIFE,
    LINE_LIFE,
)


def lifecycle_mermaid(life: Lifecycle[Any]) -> str:
    """The moves of a lifecycle as a Mermaid state diagram; each arrow bears the verb and who may make the move."""
    lines = ["stateDiagram-v2", f"    [*] --> {life.first.value}"]
    lines += [f"    {move.source.value} --> {move.target.value}: {move.verb} ({move.owner})" for move in life.moves]
    lines += [f"    {state} --> [*]" for state in sorted(end.value for end in life.ends())]
    return "\n".join(lines) + "\n"
