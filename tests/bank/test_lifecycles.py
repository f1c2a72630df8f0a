"""States are data: every state has an owner, can be reached, the ends are the right ones, drawings follow."""

from __future__ import annotations

from typing import Any

import pytest

from bank.diagrams import LIFECYCLES, lifecycle_mermaid
from bank.errors import WrongState
from bank.lifecycle import Lifecycle
from bank.notices import DueKind
from bank.orders import JOB_LIFE, ORDER_LIFE, JobStatus, OrderStatus
from bank.ports import OPEN_ORDER
from bank.usecases.clockwork import _ORDER_WORK, _OTHER_WORK
from bank.usecases.reminders import ORDER_KINDS

OWNERS = {"resident", "volunteer", "staff", "desk", "member", "head", "sub-branch", "merchant", "other side"}
ENDS = {
    "order": {"rejected", "expired", "resolved"},
    "job": {"withdrawn", "no_show", "void"},
    "membership": {"barred"},
    "bond of kin": {"ended"},
    "case": {"closed"},
    "broadcast": {"sent", "dropped"},
    "service report": set(),
    "pickup": {"collected", "cancelled", "expired"},
    "conversion": {"acknowledged", "returned"},
    "activity": {"cancelled", "held"},
    "sign-up": {"attended", "absent"},
    "survey": {"closed"},
    "award": {"granted"},
    "learning line": {"unusable"},
}
lives = pytest.mark.parametrize("life", LIFECYCLES, ids=[life.what for life in LIFECYCLES])


@lives
def test_every_move_has_an_owner_and_every_state_one_who_ends_it(life: Lifecycle[Any]) -> None:
    assert all(move.owner in OWNERS for move in life.moves)
    for state in type(life.first):
        assert state in life.ends() or any(move.source == state for move in life.moves), state


@lives
def test_every_state_is_reachable(life: Lifecycle[Any]) -> None:
    seen, frontier = {life.first}, [life.first]
    if life.what == "membership":  # suspended and barred people were active before
        assert life.first.value == "applied"
    while frontier:
        state = frontier.pop()
        for verb in life.verbs(state):
            target = life.target(0, state, verb)
            if target not in seen:
                seen.add(target)
                frontier.append(target)
    assert seen == set(type(life.first))


@lives
def test_ends(life: Lifecycle[Any]) -> None:
    assert {state.value for state in life.ends()} == ENDS[life.what]


@lives
def test_one_verb_leads_to_one_place(life: Lifecycle[Any]) -> None:
    pairs = [(move.verb, move.source) for move in life.moves]
    assert len(set(pairs)) == len(pairs)


@lives
def test_the_drawing_has_every_move(life: Lifecycle[Any]) -> None:
    drawing = lifecycle_mermaid(life)
    assert drawing.startswith("stateDiagram-v2\n    [*] --> ")
    assert drawing.count("-->") == len(life.moves) + 1 + len(life.ends())


def test_a_wrong_move_is_named() -> None:
    with pytest.raises(WrongState, match="order 3 is settled: accept is not allowed"):
        ORDER_LIFE.target(3, OrderStatus.SETTLED, "accept")
    assert not JOB_LIFE.allows(JobStatus.VOID, "settle")


def test_every_order_that_waits_is_asked_after() -> None:
    asked = {state for states, _ in _ORDER_WORK.values() for state in states}
    assert set(OPEN_ORDER) - asked == {OrderStatus.DISPUTED}  # a dispute is a case, and cases are asked after
    assert set(_ORDER_WORK) == set(ORDER_KINDS)
    assert set(_ORDER_WORK) | set(_OTHER_WORK) == set(DueKind)
