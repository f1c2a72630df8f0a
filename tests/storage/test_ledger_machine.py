"""Any sequence of commands keeps the ledger's guarantees.

A plain model of dictionaries says beforehand how each command must end (done, or refused by which guarantee) and what
every account holds afterwards; the ledger must agree step by step, and `verify` must agree in the end.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine

from bank.coins import HoldStatus, Leg, Posting, TransactionKind
from bank.errors import KeyReused, LedgerError
from storage.engine import make_engine
from storage.schema import create_schema
from storage.unit_of_work import SqlUnitOfWork, uow_factory
from storage.verify import verify
from tests.storage.books import ACCOUNTS, NOW, account

NAMES = [name for name in ACCOUNTS if "honour" not in name]
SPENDERS = [name for name in NAMES if name not in ("mint", "pool")]
CAPPED_BY_DAY = {"ann", "bob", "full", "home"}
names, minutes = st.sampled_from(NAMES), st.one_of(st.integers(1, 60), st.integers(1, 700))
which = st.integers(0, 1_000)


@dataclass
class Held:
    """A hold in the model."""

    id: int
    name: str
    left: int
    captured: int = 0
    pending: bool = True


@dataclass
class Posted:
    """A transaction in the model. `earned` is what it lets a day's cap know: (account, day, minutes)."""

    id: int
    posting: Posting
    moves: list[tuple[str, str, int]]
    reversal: bool = False
    reversed: bool = False


@dataclass
class Model:
    balance: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NAMES, 0))
    reserved: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NAMES, 0))
    holds: list[Held] = field(default_factory=list)
    posted: list[Posted] = field(default_factory=list)

    def available(self, name: str) -> int:
        return self.balance[name] - self.reserved[name]

    def earned(self, name: str, day: object) -> int:
        return sum(
            amount
            for each in self.posted
            if each.posting.kind is TransactionKind.SERVICE and not each.reversed and each.posting.day == day
            for _, credit, amount in each.moves
            if credit == name
        )

    def refusals(self, moves: list[tuple[str, str, int]], *, capture: tuple[str, int] | None = None) -> set[str]:
        """Which guarantees these moves would break."""
        after = dict(self.balance)
        for debit, credit, amount in moves:
            after[debit] -= amount
            after[credit] += amount
        found = set()
        for name in {name for move in moves for name in move[:2]}:
            reserved = self.reserved[name] - (capture[1] if capture and capture[0] == name else 0)
            cap = ACCOUNTS[name][2]
            if name != "mint" and after[name] < reserved:
                found.add("available")
            if cap is not None and after[name] > cap:
                found.add("cap")
        if any(debit == credit for debit, credit, _ in moves):
            found = {"two_accounts"}
        return found

    def move(self, moves: list[tuple[str, str, int]]) -> None:
        for debit, credit, amount in moves:
            self.balance[debit] -= amount
            self.balance[credit] += amount


def memory_template() -> sqlite3.Connection:
    """The schema in memory, to be copied: much quicker than making it for every example."""
    engine = make_engine("sqlite://")
    create_schema(engine)
    template = sqlite3.connect(":memory:", check_same_thread=False)
    raw: Any = engine.raw_connection().driver_connection
    raw.backup(template)
    engine.dispose()
    return template


TEMPLATE = memory_template()


def fresh_engine() -> Engine:
    engine = make_engine("sqlite://")
    with engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        TEMPLATE.backup(raw)
    return engine


class LedgerMachine(RuleBasedStateMachine):
    """Each rule is one unit of work; the model says how it must end."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = fresh_engine()
        self.units = uow_factory(self.engine)
        self.model = Model()
        self.now: datetime = NOW
        self.keys = 0
        self.ids: dict[str, int] = {}

    @initialize()
    def open_the_books(self) -> None:
        with self.units() as uow:
            self.ids = {name: account(uow, name).id for name in NAMES}
            uow.commit()
        for name in NAMES:
            if ACCOUNTS[name][3]:
                self._post([("mint", name, ACCOUNTS[name][3])], TransactionKind.OPENING)

    @rule(debit=names, credit=names, amount=minutes, service=st.booleans(), cap=st.sampled_from([None, 60, 120]))
    def transfer(self, debit: str, credit: str, amount: int, service: bool, cap: int | None) -> None:
        kind = TransactionKind.SERVICE if service else TransactionKind.GIFT
        self._post([(debit, credit, amount)], kind, cap=cap)

    @rule(legs=st.lists(st.tuples(names, names, minutes), min_size=2, max_size=3))
    def transfer_in_legs(self, legs: list[tuple[str, str, int]]) -> None:
        self._post(legs, TransactionKind.GIFT)

    @rule(name=st.sampled_from(SPENDERS), amount=minutes)
    def reserve(self, name: str, amount: int) -> None:
        def act(uow: SqlUnitOfWork) -> int:
            made = uow.ledger.reserve(
                key=self._key(), account_id=self.ids[name], minutes=amount, order_id=None, now=self.now
            )
            return made.id

        refused = set() if self.model.available(name) >= amount else {"available"}
        ident = self._do(act, refused)
        if ident is not None:
            self.model.reserved[name] += amount
            self.model.holds.append(Held(ident, name, amount))

    @precondition(lambda self: self.model.holds)
    @rule(number=which, credit=names, amount=minutes)
    def capture(self, number: int, credit: str, amount: int) -> None:
        hold = self.model.holds[number % len(self.model.holds)]
        amount = amount if amount % 3 else min(amount, max(1, hold.left))
        self._post([(hold.name, credit, amount)], TransactionKind.SERVICE, hold=hold)

    @precondition(lambda self: self.model.holds)
    @rule(number=which, expired=st.booleans())
    def resolve(self, number: int, expired: bool) -> None:
        hold = self.model.holds[number % len(self.model.holds)]
        status = self._do(
            lambda uow: uow.ledger.resolve(hold.id, key=self._key(), now=self.now, expired=expired).status,
            set() if hold.pending else {"hold"},
        )
        if status is not None:
            left = HoldStatus.EXPIRED if expired else HoldStatus.RELEASED
            assert status is (HoldStatus.CAPTURED if hold.captured else left)
            self.model.reserved[hold.name] -= hold.left
            hold.pending = False

    @precondition(lambda self: self.model.posted)
    @rule(number=which)
    def reverse(self, number: int) -> None:
        original = self.model.posted[number % len(self.model.posted)]
        moves = [(credit, debit, amount) for debit, credit, amount in original.moves]
        refused = self.model.refusals(moves) if not original.reversal and not original.reversed else {"reversal"}
        day = self.now.date()
        made = self._do(
            lambda uow: uow.ledger.reverse(
                original.id, key=self._key(), now=self.now, day=day, reason="wrong", done_by=None
            ),
            refused,
        )
        if made is not None:
            original.reversed = True
            self.model.move(moves)
            self.model.posted.append(Posted(made.id, original.posting, moves, reversal=True, reversed=True))

    @precondition(lambda self: self.model.posted)
    @rule(number=which)
    def retry(self, number: int) -> None:
        """The same posting again: the first transaction, and nothing moves."""
        first = self.model.posted[number % len(self.model.posted)]
        if not first.reversal:
            assert self._do(lambda uow: uow.ledger.post(first.posting).id, set()) == first.id

    @precondition(lambda self: self.model.posted)
    @rule(number=which)
    def reuse_a_key(self, number: int) -> None:
        first = self.model.posted[number % len(self.model.posted)].posting
        leg = Leg(debit=first.legs[0].debit, credit=first.legs[0].credit, minutes=first.legs[0].minutes + 1)
        other = self._posting((leg,), TransactionKind.GIFT, key=first.key)
        with self.units() as uow, pytest.raises(KeyReused):
            uow.ledger.post(other)

    @rule(debit=names, credit=names, amount=minutes)
    def abandon(self, debit: str, credit: str, amount: int) -> None:
        """A posting whose unit never commits, as if the process was killed."""
        if not self.model.refusals([(debit, credit, amount)]):
            with self.units() as uow:
                uow.ledger.post(self._posting(self._legs([(debit, credit, amount)]), TransactionKind.GIFT))

    @rule(days=st.integers(0, 2), seal=st.booleans())
    def let_time_pass(self, days: int, seal: bool) -> None:
        before = self.now.date()
        self.now += timedelta(days=days, hours=1)
        if seal and self.now.date() > before:
            with self.units() as uow:
                uow.ledger.seal(before, self.now)
                uow.commit()
            late = self._posting(
                self._legs([("mint", "base", 1)]), TransactionKind.GRANT, at=self.now - timedelta(days=3)
            )
            with self.units() as uow, pytest.raises(LedgerError, match="sealed"):
                uow.ledger.post(late)

    @invariant()
    def the_books_say_what_the_model_says(self) -> None:
        if not self.ids:
            return
        raw = self.engine.raw_connection()
        driver: Any = raw.driver_connection  # past SQLAlchemy: this is asked after every step
        rows = driver.execute("SELECT id, balance, reserved FROM account").fetchall()
        sums = dict(driver.execute("SELECT account_id, SUM(minutes) FROM entry GROUP BY account_id").fetchall())
        raw.close()
        kept = {row[0]: (row[1], row[2]) for row in rows}
        for name, ident in self.ids.items():
            assert kept[ident] == (self.model.balance[name], self.model.reserved[name]), name
            assert sums.get(ident, 0) == self.model.balance[name], name

    def teardown(self) -> None:
        try:
            assert verify(self.engine, marks=True).mismatches == []
        finally:
            self.engine.dispose()

    # -- how a rule is done --------------------------------------------------------------------------------------

    def _key(self) -> str:
        self.keys += 1
        return f"k{self.keys}"

    def _legs(self, moves: list[tuple[str, str, int]]) -> tuple[Leg, ...]:
        return tuple(Leg(debit=self.ids[one], credit=self.ids[other], minutes=amount) for one, other, amount in moves)

    def _posting(self, legs: tuple[Leg, ...], kind: TransactionKind, **more: Any) -> Posting:
        fields: dict[str, Any] = {"key": more.pop("key", None) or self._key(), "posted_at": more.pop("at", self.now)}
        return Posting(kind=kind, legs=legs, day=self.now.date(), scheme="test", scheme_version="1", **fields, **more)

    def _post(
        self,
        moves: list[tuple[str, str, int]],
        kind: TransactionKind,
        *,
        cap: int | None = None,
        hold: Held | None = None,
    ) -> None:
        legs = self._legs(moves)
        posting = self._posting(legs, kind, daily_cap=cap, hold_id=hold.id if hold else None)
        captured = moves[0][2] if hold else 0
        refused = self.model.refusals(moves, capture=(hold.name, captured) if hold else None)
        if refused != {"two_accounts"}:
            if hold and (not hold.pending or hold.left < captured):
                refused = {"hold"}
            if cap is not None and kind is TransactionKind.SERVICE:
                for _, credit, amount in moves:
                    if credit in CAPPED_BY_DAY and self.model.earned(credit, posting.day) + amount > cap:
                        refused.add("daily_cap")
        made = self._do(lambda uow: uow.ledger.post(posting), refused)
        if made is None:
            return
        self.model.move(moves)
        self.model.posted.append(Posted(made.id, posting, moves))
        if hold:
            hold.left -= captured
            hold.captured += captured
            self.model.reserved[hold.name] -= captured

    def _do(self, act: Callable[[SqlUnitOfWork], Any], refused: set[str]) -> Any:
        """Do it in a unit and commit; None when it was refused, as the model said it must be."""
        with self.units() as uow:
            try:
                made = act(uow)
            except LedgerError as error:
                assert error.guarantee in refused, f"{error}, but the model says {refused or 'done'}"
                uow.commit()  # a refusal has written nothing, even if the caller goes on
                return None
            assert not refused, f"done, but the model says {refused}"
            uow.commit()
            return made


@pytest.mark.proof
def test_ledger_machine(pytestconfig: pytest.Config) -> None:
    whole = pytestconfig.getoption("--long", default=False) or os.environ.get("TIMEBANK_LONG")
    examples, steps = (2000, 50) if whole else (500, 50)
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
