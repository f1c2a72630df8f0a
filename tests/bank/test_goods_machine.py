"""Any sequence of earning, redeeming, collecting, giving back, expiring, dividing, converting, returning and undoing.

The books stay proven, stock is never below zero and never lost, each unit sums to zero, nobody is divided twice.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import text

from bank.coins import Unit
from bank.errors import BankError, LedgerError
from bank.notices import DueKind
from bank.scheme import Scheme
from bank.usecases import clockwork, converting, goods, green, merchant_months, merchants
from bank.usecases.converting import Answered
from bank.usecases.merchants import STATION
from storage.scheme_files import load_scheme
from storage.verify import verify
from tests.bank.market import Market, code, scheme_with
from tests.bank.town import MONDAY, Town

PEOPLE = ("王阿婆", "小红", "李明")
picks = st.integers(0, 50)

BOOKS = """
SELECT 'sum', count(*) FROM (SELECT unit FROM entry GROUP BY unit HAVING sum(minutes) <> 0)
UNION ALL SELECT 'below', count(*) FROM account WHERE owner_kind <> 'issuance' AND balance < reserved
UNION ALL SELECT 'reserved', count(*) FROM account a WHERE a.reserved <> coalesce(
    (SELECT sum(h.minutes - h.captured) FROM hold h WHERE h.account_id = a.id AND h.status = 'pending'), 0)
UNION ALL SELECT 'stock', count(*) FROM good WHERE stock < 0
UNION ALL SELECT 'held', count(*) FROM pickup p JOIN hold h ON h.id = p.hold_id
    WHERE (p.status = 'reserved') <> (h.status = 'pending') OR h.minutes <> p.quantity * p.price
UNION ALL SELECT 'codes', count(*) FROM (
    SELECT code_hash FROM pickup WHERE status = 'reserved' GROUP BY code_hash HAVING count(*) > 1)
UNION ALL SELECT 'twice', count(*) FROM (SELECT member_id, day FROM division GROUP BY 1, 2 HAVING count(*) > 1)
UNION ALL SELECT 'more than earned', count(*) FROM division WHERE to_goods > earned * 30 / 100
UNION ALL SELECT 'away', count(*) FROM (
    SELECT (SELECT coalesce(sum(balance), 0) FROM account WHERE owner_kind = 'clearing' AND unit = 'coin') AS lies,
           (SELECT coalesce(sum(minutes), 0) FROM conversion WHERE status <> 'returned') AS gone) WHERE lies <> gone
"""
PIECES = """
SELECT g.id, g.stock + coalesce((SELECT sum(p.quantity) FROM pickup p
    WHERE p.good_id = g.id AND p.status IN ('reserved', 'collected')), 0) FROM good g ORDER BY g.id
"""


def city() -> Scheme:
    """Quarterly days, 30 %, goods from the goods account, 益币 and green points: everything at once."""
    return scheme_with(
        load_scheme("fuyuan"),
        settlement={"days": ["03-31", "06-30", "09-30", "12-31"], "goods_pct": 30},
        green={"name": "绿色积分"},
        account_holder="person",
    )


class Snapshot:
    """One town set up once; every example starts from a copy of its bytes."""

    _market: Market | None = None
    _bytes: bytes = b""
    others: tuple[int, int] = (0, 0)

    @classmethod
    def market(cls) -> Market:
        if cls._market is None:
            cls._market = market = Market(Town(city()), stock=5)
            market.counter("服务站", STATION)
            market.good("抽纸", 20, 5, Unit.GREEN)
            for name in PEOPLE:
                market.fund(name, 300, Unit.GOODS)
            cls._bytes = cls._driver(market.town).serialize()
        town = cls._market.town
        cls._driver(town).deserialize(cls._bytes)
        town.now = town.at(MONDAY)
        return cls._market

    @staticmethod
    def _driver(town: Town) -> Any:
        with town.engine.connect() as connection:
            return connection.connection.driver_connection


class GoodsMachine(RuleBasedStateMachine):
    """A refusal is fine; a broken book is not."""

    def __init__(self) -> None:
        super().__init__()
        self.market = Snapshot.market()
        self.town = self.market.town
        self.codes = 0
        self.open: dict[int, tuple[str, str]] = {}  # pick-ups that may be open: whose, and the code
        self.asked: dict[int, str] = {}
        self.batches: list[str] = []
        self.last: tuple[Any, ...] | None = None
        with self.town.unit() as uow:
            clockwork.plan_calendar(uow, self.town.scheme, self.town.now)
            uow.commit()

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

    @rule(who=st.sampled_from(PEOPLE), minutes=st.sampled_from([31, 60, 90, 121]))
    def earn(self, who: str, minutes: int) -> None:
        self.market.earn(who, minutes)

    @rule(who=st.sampled_from(PEOPLE), good=st.integers(0, 2), quantity=st.integers(1, 4))
    def redeem(self, who: str, good: int, quantity: int) -> None:
        rows = (self.market.rice, self.market.soap, self.market.soap + 1)
        self.codes += 1
        done = self.do(goods.redeem_goods, who, rows[good], quantity, code(self.codes))
        if done is not None:
            self.open[done.facts["pickup"]] = (who, code(self.codes))

    def pickup(self, index: int) -> int:
        return list(self.open)[index % len(self.open)]

    @rule(index=picks, look=st.booleans())
    @precondition(lambda self: self.open)
    def collect(self, index: int, look: bool) -> None:
        pickup = self.pickup(index)
        if look:
            self.do(goods.find_pickup, "店主", self.open[pickup][1])
        self.do(goods.hand_over, "店主", pickup, self.open[pickup][1])

    @rule(index=picks)
    @precondition(lambda self: self.open)
    def give_back(self, index: int) -> None:
        pickup = self.pickup(index)
        self.do(goods.cancel_pickup, self.open[pickup][0], pickup)

    @rule(index=picks)
    @precondition(lambda self: self.open)
    def another_code(self, index: int) -> None:
        pickup = self.pickup(index)
        self.codes += 1
        if self.do(goods.renew_code, self.open[pickup][0], pickup, code(self.codes)) is not None:
            self.open[pickup] = (self.open[pickup][0], code(self.codes))

    @rule(who=st.sampled_from(PEOPLE), points=st.sampled_from([10, 200]))
    def green(self, who: str, points: int) -> None:
        self.do(green.record_green, "店主", self.town.people[who], points, "垃圾分类")

    @rule(who=st.sampled_from(PEOPLE), minutes=st.sampled_from([6, 60, 90]))
    def convert(self, who: str, minutes: int) -> None:
        done = self.do(converting.convert_coins, who, minutes)
        if done is not None:
            self.asked[done.facts["conversion"]] = who

    @rule(index=picks)
    @precondition(lambda self: self.asked)
    def undo(self, index: int) -> None:
        number = list(self.asked)[index % len(self.asked)]
        self.do(converting.undo_conversion, self.asked[number], number)

    @rule()
    @precondition(lambda self: self.asked)
    def export(self) -> None:
        name = f"b{len(self.batches) + 1}"
        if self.do(converting.export_conversions, "总行老赵", name) is not None:
            self.batches.append(name)

    @rule(index=picks, which=picks, back=st.booleans())
    @precondition(lambda self: self.batches)
    def answer(self, index: int, which: int, back: bool) -> None:
        number = list(self.asked)[which % len(self.asked)]
        answered = Answered(number=number, result="returned" if back else "acknowledged", reason="查无此人")
        self.do(converting.take_answers, "总行老赵", self.batches[index % len(self.batches)], [answered])

    @rule(pieces=st.sampled_from([-3, 2]))
    def restock(self, pieces: int) -> None:
        if self.do(merchants.change_good, "分行老张", self.market.rice, pieces) is not None:
            self.brought = getattr(self, "brought", 0) + pieces

    @rule(days=st.sampled_from([1, 8, 30]))
    def time_goes_by(self, days: int) -> None:
        self.town.wait(days * 24 * 60)
        with self.town.unit() as uow:
            clockwork.plan_calendar(uow, self.town.scheme, self.town.now)
            uow.commit()

    @rule(index=picks)
    def clear(self, index: int) -> None:
        rows = self.town.do(merchant_months.merchant_months, "总行老赵").facts["rows"]
        if rows:
            self.do(merchant_months.clear_month, "总行老赵", rows[index % len(rows)]["month_id"])

    @rule()
    @precondition(lambda self: self.last is not None)
    def the_same_word_again(self) -> None:
        assert self.last is not None
        verb, who, args, key, at, receipt = self.last
        before, now = self.town.figures(), self.town.now
        self.town.now = at
        again = self.town.do(verb, who, *args, key=key)
        self.town.now = now
        assert again.again
        assert again.facts == receipt.facts
        assert self.town.figures() == before

    @invariant()
    def the_books_hold(self) -> None:
        with self.town.unit() as uow:
            broken = [row[0] for row in uow.connection.execute(text(BOOKS)) if row[1]]
            pieces = [row[1] for row in uow.connection.execute(text(PIECES))]
        assert broken == []
        assert pieces == [5 + getattr(self, "brought", 0), 5, 5]

    def teardown(self) -> None:
        with self.town.unit() as uow:
            waiting = [row for row in uow.desk.due.claim(self.town.now, 99) if row.kind is DueKind.PICKUP_EXPIRES]
        assert waiting == []
        report = verify(self.town.engine)
        assert report.ok, report.as_json()


def test_any_sequence_keeps_the_books(request: pytest.FixtureRequest) -> None:
    examples = 200 if request.config.getoption("--long") else 40
    run_state_machine_as_test(
        GoodsMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
