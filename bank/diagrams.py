"""Lifecycles as pictures: the drawing is made from the table of moves, so it can't lie."""

from __future__ import annotations

from typing import Any

from bank.lifecycle import Lifecycle
from bank.members import MEMBERSHIP
from bank.notices import BROADCAST_LIFE, CASE_LIFE
from bank.orders import JOB_LIFE, ORDER_LIFE

LIFECYCLES: tuple[Lifecycle[Any], ...] = (ORDER_LIFE, JOB_LIFE, MEMBERSHIP, CASE_LIFE, BROADCAST_LIFE)


def lifecycle_mermaid(life: Lifecycle[Any]) -> str:
    """The moves of a lifecycle as a Mermaid state diagram; each arrow bears the verb and who may make the move."""
    lines = ["stateDiagram-v2", f"    [*] --> {life.first.value}"]
    lines += [f"    {move.source.value} --> {move.target.value}: {move.verb} ({move.owner})" for move in life.moves]
    lines += [f"    {state} --> [*]" for state in sorted(end.value for end in life.ends())]
    return "\n".join(lines) + "\n"
