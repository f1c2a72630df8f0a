"""No sequence of grants, gifts, donations, settlements and words taken back breaks the books, passes a cap or a budget.

A plain model of what everybody has is kept beside; the books must agree after every deed and prove themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from bank.doing import Receipt
from bank.errors import BankError, LedgerError
from bank.scheme_parts import Caps
from bank.usecases import giving, grants, undo
from storage.scheme_files import load_scheme
from storage.verify import verify
from tests.bank.town import Town

CAP = 600
BUDGET = 900
PEOPLE = ("王阿婆", "小红", "李明")
STAFF = "总行老赵"
people = st.sampled_from(PEOPLE)
amounts = st.sampled_from((30, 60, 90, 150, 300, 420, 45))
beijing = load_scheme("beijing").model_copy(update={"caps": Caps(balance=CAP)})


class Giving(RuleBasedStateMachine):
    """Three people with a low cap, one budget from issuance and one from the charity account."""

    def __init__(self) -> None:
        super().__init__()
        self.town = Town(beijing)
        for one in PEOPLE:
            for other in PEOPLE:
                if one < other:
                    self.town.kin(one, other)
        self.town.budget(BUDGET)
        self.has = dict.fromkeys(PEOPLE, 0)
        self.pool = 0
        self.last: dict[str, list[tuple[Any, ...]]] = {who: [] for who in (*PEOPLE, STAFF)}

    def done(self, verb: Callable[..., Receipt], who: str, *args: Any) -> bool:
        """Whether it was done; rules must refuse before the books do."""
        try:
            self.town.do(verb, who, *args)
        except LedgerError:
            raise
        except BankError:
            return False
        return True

    @rule(who=people, minutes=amounts)
    def grant(self, who: str, minutes: int) -> None:
        """Out of the budget from issuance."""
        if self.done(grants.grant_coins, STAFF, self.town.people[who], minutes, "高龄"):
            self.has[who] += minutes
            self.last[STAFF].append(("grant", who, minutes))

    @rule(who=people, to=people, minutes=amounts)
    def gift(self, who: str, to: str, minutes: int) -> None:
        fits = who != to and minutes % 30 == 0 and self.has[who] >= minutes and self.has[to] + minutes <= CAP
        assert self.done(giving.gift_coins, who, self.town.people[to], minutes) is fits
        if fits:
            self.has[who] -= minutes
            self.has[to] += minutes
            self.last[who].append(("gift", to, minutes))

    @rule(who=people, minutes=amounts)
    def donate(self, who: str, minutes: int) -> None:
        fits = minutes % 30 == 0 and self.has[who] >= minutes
        assert self.done(giving.donate_coins, who, minutes) is fits
        if fits:
            self.has[who] -= minutes
            self.pool += minutes
            self.last[who].append(("donation", "", minutes))

    @rule(who=st.sampled_from((*PEOPLE, STAFF)))
    def take_back(self, who: str) -> None:
        """The newest deed that still stands, if its coins are still there and find room."""
        if not self.last[who]:
            assert not self.done(undo.undo_last, who)
            return
        kind, to, minutes = self.last[who][-1]
        there = self.pool >= minutes if kind == "donation" else self.has[to] >= minutes
        room = who == STAFF or self.has[who] + minutes <= CAP
        assert self.done(undo.undo_last, who) is (there and room)
        if not (there and room):
            return
        self.last[who].pop()
        if kind == "donation":
            self.pool -= minutes
        else:
            self.has[to] -= minutes
        if who != STAFF:
            self.has[who] += minutes

    @rule()
    def serve(self) -> None:
        """An hour for 王阿婆 by 李明, asked for, done and settled: what finds no room is not paid."""
        starts = (self.town.now + timedelta(days=1)).astimezone(beijing.tz).replace(tzinfo=None)
        if self.has["王阿婆"] < 60:
            return
        self.town.settled(minutes=60, starts=starts.isoformat())
        paid = min(60, CAP - self.has["李明"])
        self.has["王阿婆"] -= paid
        self.has["李明"] += paid
        self.time_passes()

    @rule()
    def time_passes(self) -> None:
        """After the minutes nothing can be taken back."""
        self.town.wait(11)
        for stack in self.last.values():
            stack.clear()

    @invariant()
    def the_books_say_the_same(self) -> None:
        assert {who: self.town.purse(who)[0] for who in PEOPLE} == self.has
        assert self.town.charity() == self.pool
        assert self.town.minted() == sum(self.has.values()) + self.pool
        with self.town.unit() as uow:
            budget = uow.grant_budgets.find()[0]
        assert budget.spent == self.town.minted()
        assert 0 <= budget.spent <= BUDGET

    def teardown(self) -> None:
        report = verify(self.town.engine)
        assert report.ok, report.as_json()
        self.town.engine.dispose()


def test_any_giving_keeps_the_books(pytestconfig: pytest.Config) -> None:
    many = 150 if pytestconfig.getoption("--long", default=False) else 12
    run_state_machine_as_test(  # type: ignore[no-untyped-call]  # hypothesis leaves it untyped
        Giving,
        settings=settings(
            max_examples=many, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
