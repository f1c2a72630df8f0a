"""Any sequence of deeds keeps the guarantees: orders and ledger together, as a state machine.

500 examples of 50 steps, four times as many with `--long`. Each example starts from a copy of one settled town.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import text

from bank.errors import BankError, LedgerError
from bank.usecases import approval, disputes, grants, jobs, requests, serving, settling, undo
from storage.verify import verify
from tests.bank.town import MONDAY, Town

RESIDENTS = ("王阿婆", "小红", "陈芳")
VOLUNTEERS = ("李明", "陈芳")
STAFF = ("分行老张", "总行老赵")
OPEN = ("submitted", "approved", "published", "accepted", "started", "finished")
picks = st.integers(0, 50)

BOOKS = """
SELECT 'sum', count(*) FROM (SELECT unit FROM entry GROUP BY unit HAVING sum(minutes) <> 0)
UNION ALL SELECT 'below', count(*) FROM account WHERE owner_kind <> 'issuance' AND balance < reserved
UNION ALL SELECT 'reserved', count(*) FROM account a WHERE a.reserved <> coalesce(
    (SELECT sum(h.minutes - h.captured) FROM hold h WHERE h.account_id = a.id AND h.status = 'pending'), 0)
UNION ALL SELECT 'balance', count(*) FROM account a WHERE a.balance <> coalesce(
    (SELECT sum(e.minutes) FROM entry e WHERE e.account_id = a.id), 0)
UNION ALL SELECT 'cap', count(*) FROM account WHERE cap IS NOT NULL AND balance > cap
UNION ALL SELECT 'minted', count(*) FROM (SELECT unit FROM account GROUP BY unit HAVING sum(balance) <> 0)
UNION ALL SELECT 'captured', count(*) FROM hold WHERE captured > minutes OR captured < 0
UNION ALL SELECT 'left over', count(*) FROM orders o JOIN hold h ON h.order_id = o.id
    WHERE h.status = 'pending' AND o.status IN ('settled', 'rejected', 'cancelled', 'expired', 'resolved', 'submitted')
UNION ALL SELECT 'two holds', count(*) FROM (
    SELECT order_id FROM hold WHERE status = 'pending' GROUP BY order_id HAVING count(*) > 1)
UNION ALL SELECT 'seats', count(*) FROM (
    SELECT o.id FROM orders o JOIN job j ON j.order_id = o.id
    WHERE j.status IN ('accepted', 'started', 'finished', 'settled') GROUP BY o.id, o.capacity
    HAVING count(*) > o.capacity)
UNION ALL SELECT 'two at once', count(*) FROM (
    SELECT 1 FROM job j JOIN orders o ON o.id = j.order_id JOIN job k ON k.volunteer_id = j.volunteer_id
    JOIN orders p ON p.id = k.order_id
    WHERE o.id < p.id AND o.starts_at = p.starts_at AND j.status IN ('accepted', 'started')
    AND k.status IN ('accepted', 'started'))
"""
DAILY = """
SELECT e.account_id, t.day, sum(e.minutes) FROM entry e JOIN ledger_transaction t ON t.id = e.transaction_id
JOIN account a ON a.id = e.account_id LEFT JOIN ledger_transaction u ON u.id = t.reverses_id
WHERE a.unit = 'coin' AND a.owner_kind = 'member' AND t.job_id IS NOT NULL
AND e.account_id = (SELECT b.id FROM account b JOIN job j ON j.id = t.job_id
    WHERE b.owner_kind = 'member' AND b.owner_id = j.volunteer_id AND b.unit = 'coin')
GROUP BY e.account_id, t.day HAVING sum(e.minutes) > 120 OR sum(e.minutes) < 0
"""
PAID = """
SELECT j.id FROM job j WHERE coalesce(j.credited_minutes, 0) <> coalesce((
    SELECT sum(e.minutes) FROM entry e JOIN ledger_transaction t ON t.id = e.transaction_id
    JOIN account a ON a.id = e.account_id
    WHERE t.job_id = j.id AND a.unit = 'coin' AND a.owner_kind = 'member' AND a.owner_id = j.volunteer_id), 0)
"""


class Snapshot:
    """One town set up once; every example starts from a copy of its bytes."""

    _town: Town | None = None
    _bytes: bytes = b""

    @classmethod
    def town(cls) -> Town:
        if cls._town is None:
            cls._town = Town("changning")
            cls._town.grant("王阿婆", 10)
            cls._town.grant("陈芳", 3)
            cls._town.grant("李明", 599)
            cls._bytes = cls._driver(cls._town).serialize()
        town = cls._town
        cls._driver(town).deserialize(cls._bytes)
        town.now = town.at(MONDAY)
        return town

    @staticmethod
    def _driver(town: Town) -> Any:
        with town.engine.connect() as connection:
            return connection.connection.driver_connection


class OrderMachine(RuleBasedStateMachine):
    """Deeds of residents, volunteers, staff and the clock in any order. A refusal is fine; a broken book is not."""

    def __init__(self) -> None:
        super().__init__()
        self.town = Snapshot.town()
        self.orders: dict[int, str] = {}
        self.last: tuple[Any, ...] | None = None

    def in_state(self, *states: str) -> list[int]:
        return [number for number, state in self.orders.items() if state in states]

    def do(self, verb: Any, who: str, *args: Any) -> Any:
        """A deed that may be refused, but never by the ledger: rules come before the books."""
        key = f"deed{next(self.town.keys)}"
        try:
            receipt = self.town.do(verb, who, *args, key=key)
        except LedgerError:
            raise
        except BankError:
            return None
        self.last = (verb, who, args, key, self.town.now, receipt)
        return receipt

    def pick(self, index: int, *states: str) -> int:
        numbers = self.in_state(*states)
        return numbers[index % len(numbers)]

    # Deeds ------------------------------------------------------------------------------------------------------

    @rule(
        who=st.sampled_from(RESIDENTS),
        hours=st.integers(1, 26),
        minutes=st.sampled_from([30, 60, 90, 120, 180, 300]),
        capacity=st.sampled_from([1, 1, 1, 2]),
        through=st.booleans(),
    )
    @precondition(lambda self: len(self.in_state("submitted", "published", "accepted", "started", "finished")) < 4)
    def ask(self, who: str, hours: int, minutes: int, capacity: int, through: bool) -> None:
        wish = self.town.wish(minutes=minutes, capacity=capacity)
        moment = self.town.now.replace(minute=0) + timedelta(hours=hours)
        receipt = self.do(requests.submit_request, who, requests.Wish(**{**_fields(wish), "starts_at": moment}))
        if receipt is not None and through:
            for staff in STAFF:
                self.do(approval.approve, staff, receipt.facts["number"])

    def press_on(self, index: int, steps: int, who: str) -> None:
        """The right next steps of an order, at the right time."""
        number = self.pick(index, *OPEN)
        for _ in range(steps):
            self.next_step(number, who)

    def next_step(self, number: int, who: str) -> None:
        state, start = self.state_of(number)
        if state in ("submitted", "approved"):
            for staff in STAFF:
                self.do(approval.approve, staff, number)
        elif state == "published":
            self.do(jobs.accept, who, number)
        elif state == "accepted":
            self.town.clock_to(max(self.town.now, start))
            for volunteer in VOLUNTEERS:
                self.do(serving.start, volunteer, number)
        elif state == "started":
            self.town.wait(90)
            for volunteer in VOLUNTEERS:
                self.do(serving.finish, volunteer, number, None)
        elif state == "finished":
            self.do(settling.confirm, self.owner(number), number, number % 2 == 0)

    @rule(index=picks, steps=st.integers(1, 3), who=st.sampled_from(VOLUNTEERS))
    @precondition(lambda self: self.in_state(*OPEN))
    def press_on_somewhere(self, index: int, steps: int, who: str) -> None:
        self.press_on(index, steps, who)

    @rule(who=st.sampled_from(VOLUNTEERS))
    @precondition(lambda self: self.in_state(*OPEN))
    def press_on_with_the_oldest(self, who: str) -> None:
        self.press_on(0, 2, who)

    @rule(index=picks, extra=st.booleans(), minutes=st.sampled_from([0, 20, 60, 240, 400]))
    @precondition(lambda self: self.in_state("started", "accepted"))
    def work_to_the_end(self, index: int, extra: bool, minutes: int) -> None:
        number = self.pick(index, "started", "accepted")
        if self.orders[number] == "accepted":
            self.next_step(number, VOLUNTEERS[0])
        for volunteer in VOLUNTEERS:
            self.do(serving.finish, volunteer, number, minutes)
        self.do(settling.confirm, self.owner(number), number, extra)

    @rule(index=picks, staff=st.sampled_from(STAFF))
    @precondition(lambda self: self.in_state("submitted"))
    def reject(self, index: int, staff: str) -> None:
        self.do(approval.reject, staff, self.pick(index, "submitted"), "不在范围")

    @rule(index=picks, who=st.sampled_from(VOLUNTEERS), assigned=st.booleans())
    @precondition(lambda self: self.in_state("published"))
    def take(self, index: int, who: str, assigned: bool) -> None:
        number = self.pick(index, "published")
        if assigned:
            self.do(jobs.assign, "分行老张", number, self.town.people[who])
        else:
            self.do(jobs.accept, who, number)

    @rule(index=picks, who=st.sampled_from(VOLUNTEERS))
    @precondition(lambda self: self.in_state("accepted", "published"))
    def give_back(self, index: int, who: str) -> None:
        self.do(jobs.withdraw, who, self.pick(index, "accepted", "published"))

    @rule(index=picks, extra=st.booleans(), by_staff=st.booleans())
    @precondition(lambda self: self.in_state("finished", "started"))
    def confirm(self, index: int, extra: bool, by_staff: bool) -> None:
        number = self.pick(index, "finished", "started")
        self.do(settling.confirm, "分行老张" if by_staff else self.owner(number), number, extra)

    @rule(index=picks)
    @precondition(lambda self: self.in_state("submitted", "published", "accepted"))
    def call_off(self, index: int) -> None:
        number = self.pick(index, "submitted", "published", "accepted")
        self.do(requests.cancel_request, self.owner(number), number)

    @rule(index=picks, minutes=st.sampled_from([60, 120, 240]))
    @precondition(lambda self: self.in_state("submitted", "published", "accepted"))
    def change(self, index: int, minutes: int) -> None:
        number = self.pick(index, "submitted", "published", "accepted")
        self.do(requests.change_request, self.owner(number), number, requests.Change(minutes=minutes))

    @rule(index=picks)
    @precondition(lambda self: self.in_state("accepted", "started", "finished", "settled"))
    def object(self, index: int) -> None:
        number = self.pick(index, "accepted", "started", "finished", "settled")
        self.do(disputes.dispute, self.owner(number), number, "不对")

    @rule(
        index=picks,
        outcome=st.sampled_from(disputes.OUTCOMES),
        minutes=st.sampled_from([30, 60, 120]),
    )
    @precondition(lambda self: self.in_state("disputed"))
    def resolve(self, index: int, outcome: str, minutes: int) -> None:
        self.do(disputes.resolve, "分行老张", self.pick(index, "disputed"), outcome, minutes)

    @rule(index=picks)
    @precondition(lambda self: self.in_state("accepted", "started", "published"))
    def nobody_came(self, index: int) -> None:
        number = self.pick(index, "accepted", "started", "published")
        self.do(serving.no_show, self.owner(number), number)

    @rule(who=st.sampled_from(RESIDENTS))
    @precondition(lambda self: self.in_state("settled", "cancelled"))
    def undo(self, who: str) -> None:
        self.do(undo.undo_last, who)

    @rule(who=st.sampled_from(RESIDENTS), minutes=st.sampled_from([60, 300, 36000]))
    @precondition(lambda self: self.in_state("settled", "expired"))
    def grant(self, who: str, minutes: int) -> None:
        self.do(grants.grant_coins, "总行老赵", self.town.people[who], minutes, "关怀")

    @rule(minutes=st.sampled_from([5, 60, 240]))
    @precondition(lambda self: self.orders)
    def time_goes_by(self, minutes: int) -> None:
        self.town.wait(minutes)

    @rule()
    @precondition(lambda self: self.last is not None)
    def the_same_word_again(self) -> None:
        assert self.last is not None
        verb, who, args, key, _, receipt = self.last
        again = self.town.do(verb, who, *args, key=key)
        assert again.again
        assert again.facts == receipt.facts

    # What must hold -----------------------------------------------------------------------------------------------

    def state_of(self, number: int) -> tuple[str, datetime]:
        """(status, agreed start) of an order as it stands."""
        with self.town.unit() as uow:
            order = uow.orders.get(number)
        return order.status.value, order.starts_at

    def owner(self, number: int) -> str:
        with self.town.unit() as uow:
            row = uow.connection.execute(text("SELECT resident_id FROM orders WHERE id = :id"), {"id": number})
            resident = row.scalar_one()
        return next(name for name, ident in self.town.people.items() if ident == resident)

    @invariant()
    def the_books_hold(self) -> None:
        with self.town.engine.connect() as connection:
            run = connection.connection.driver_connection.execute  # type: ignore[union-attr]  # sqlite's own, for speed
            assert [row for row in run(BOOKS).fetchall() if row[1]] == []
            assert run(DAILY).fetchall() == []
            assert run(PAID).fetchall() == []
            self.orders = dict(run("SELECT id, status FROM orders").fetchall())

    def teardown(self) -> None:
        report = verify(self.town.engine)
        assert report.ok, report.as_json()


def _fields(wish: requests.Wish) -> dict[str, Any]:
    return {name: getattr(wish, name) for name in wish.__dataclass_fields__}


@pytest.mark.proof
def test_any_sequence_of_deeds_keeps_the_guarantees(long: bool) -> None:
    examples, steps = (2000, 50) if long else (500, 50)
    run_state_machine_as_test(
        OrderMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
