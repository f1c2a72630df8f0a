"""The ledger's guarantees as tables: what is asked, and how it must end (docs/ledger.md)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from bank.coins import HoldStatus
from bank.errors import BankError, KeyReused, LedgerError, NotFound
from storage.unit_of_work import SqlUnitOfWork, UnitFactory
from storage.verify import verify
from tests.storage.books import DAY, NOW, account, balances, day, later, open_books, post, rows

POSTINGS = """
# legs                                        | kind       | daily cap | ends
  mint>ann 60                                 | grant      |           | ann=180 mint=-1280
  ann>bob 60                                  | service    | 120       | ann=60 bob=60
  ann>bob 120                                 | service    | 120       | ann=0 bob=120
  ann>bob 121                                 | service    |           | available
  ann>bob 60, ann>home 61                     | service    |           | available
  ann>bob 60, ann>home 60                     | service    |           | ann=0 bob=60 home=60
  bob>ann 60, ann>bob 60                      | gift       |           | ann=120 bob=0
  ann>ann 10                                  | gift       |           | two_accounts
  ann>bob 0                                   | gift       |           | whole_minutes
  ann>bob -5                                  | gift       |           | whole_minutes
  ann>bob 1.5                                 | gift       |           | whole_minutes
  ann>bob 60.0                                | gift       |           | whole_minutes
  ann>bob True                                | gift       |           | whole_minutes
  ann>bob_honour 10                           | gift       |           | zero_sum
                                              | gift       |           | zero_sum
  ann>bob 10                                  | reversal   |           | reversal
  ann>? 10                                    | gift       |           | not found
  ann>full 1                                  | gift       |           | cap
  full>ann 480                                | gift       |           | ann=600 full=120
  full>ann 481                                | gift       |           | cap
  full>ann 1, ann>full 1                      | gift       |           | ann=120 full=600
  mint>bob 600                                | grant      |           | bob=600
  mint>bob 601                                | grant      |           | cap
  base>bob 120                                | service    | 120       | base=380 bob=120
  base>bob 121                                | service    | 120       | daily_cap
  base>bob 60, ann>bob 61                     | service    | 120       | daily_cap
  base>home 121                               | service    | 120       | daily_cap
  base>bob 121                                | gift       | 120       | bob=121
  base>pool 121                               | service    | 120       | pool=121
  base>bob 120, mint_honour>bob_honour 30     | service    | 120       | bob=120 bob_honour=30
  base>bob 501                                | service    |           | available
  pool>bob 1                                  | donation   |           | available
  away>bob 1                                  | conversion |           | available
  ann>away 60                                 | conversion |           | ann=60 away=60
"""
HOLDS = """
# what is done                                            | ends
  reserve 60                                              | pending 60 left, 60 available
  reserve 120                                             | pending 120 left, 0 available
  reserve 121                                             | available
  reserve 0                                               | whole_minutes
  reserve 60, spend 60                                    | pending 60 left, 0 available
  reserve 60, spend 61                                    | available
  reserve 60, capture 60                                  | pending 0 left, 60 available
  reserve 60, capture 60, resolve                         | captured 0 left, 60 available
  reserve 60, capture 40, resolve                         | captured 20 left, 80 available
  reserve 60, capture 40, capture 20, resolve             | captured 0 left, 60 available
  reserve 60, capture 40, capture 21                      | hold
  reserve 60, capture 61                                  | hold
  reserve 60, resolve                                     | released 60 left, 120 available
  reserve 60, expire                                      | expired 60 left, 120 available
  reserve 60, capture 30, expire                          | captured 30 left, 90 available
  reserve 60, resolve, capture 10                         | hold
  reserve 60, resolve, resolve otherwise                  | hold
  reserve 60, resolve, resolve                            | released 60 left, 120 available
  reserve 60, capture for another account                 | hold
  reserve 60 till noon, capture 60                        | pending 0 left, 60 available
  reserve 60 till now, capture 60                         | hold
"""
REVERSALS = """
# what is done                                            | ends
  ann>bob 60, reverse                                     | ann=120 bob=0
  ann>bob 60, bob>home 30, reverse                        | available
  ann>bob 60, reverse, reverse otherwise                  | reversal
  ann>bob 60, reverse, reverse                            | ann=120 bob=0
  ann>bob 60, reverse, reverse that                       | reversal
  ann>bob 60, reverse without reason                      | reversal
  ann>bob 60, mint>ann 540, reverse                       | cap
  ann>bob 60, mint>ann 480, reverse                       | ann=600 bob=0
  ann>bob 60, reverse nothing                             | not found
"""


@pytest.mark.parametrize(("legs", "kind", "cap", "ends"), rows(POSTINGS))
def test_a_posting_ends_as_the_table_says(
    engine: Engine, units: UnitFactory, legs: str, kind: str, cap: str, ends: str
) -> None:
    with units() as uow:
        open_books(uow)
        before = balances(uow, "ann= bob= full= base=")
        try:
            post(uow, legs, key="k", kind=kind, daily_cap=int(cap) if cap else None)
            ended = balances(uow, ends) if "=" in ends else "posted"
        except BankError as error:
            ended = outcome(error)
            assert balances(uow, "ann= bob= full= base=") == before, "a refused posting changed something"
        uow.commit()
    assert ended == ends
    assert verify(engine).mismatches == []


@pytest.mark.parametrize(("steps", "ends"), rows(HOLDS))
def test_a_hold_ends_as_the_table_says(engine: Engine, units: UnitFactory, steps: str, ends: str) -> None:
    with units() as uow:
        open_books(uow)
        try:
            for number, step in enumerate(steps.split(", ")):
                hold_step(uow, step, f"k{number}")
            hold = uow.ledger.hold(1)
            ended = f"{hold.status} {hold.left} left, {account(uow, 'ann').available} available"
        except BankError as error:
            ended = outcome(error)
        uow.commit()
    assert ended == ends
    assert verify(engine).mismatches == []


def hold_step(uow: SqlUnitOfWork, step: str, key: str) -> None:
    """One step of the table above, all on ann's account and its first hold."""
    verb, *rest = step.split()
    ann = account(uow, "ann").id
    if verb == "reserve":
        until = {"noon": later(hours=2), "now": NOW}.get(rest[-1])
        uow.ledger.reserve(key=key, account_id=ann, minutes=int(rest[0]), order_id=7, now=NOW, expires_at=until)
    elif verb == "spend":
        post(uow, f"ann>bob {rest[0]}", key=key)
    elif verb == "capture":
        way = "base>bob 10" if rest[0] == "for" else f"ann>bob {rest[0]}"
        post(uow, way, key=key, hold_id=1, order_id=7)
    else:
        uow.ledger.resolve(1, key="otherwise" if "otherwise" in rest else "first", now=NOW, expired=verb == "expire")


@pytest.mark.parametrize(("steps", "ends"), rows(REVERSALS))
def test_a_reversal_ends_as_the_table_says(engine: Engine, units: UnitFactory, steps: str, ends: str) -> None:
    with units() as uow:
        open_books(uow)
        first, mirror = 0, 0
        try:
            for number, step in enumerate(steps.split(", ")):
                if not step.startswith("reverse"):
                    posted = post(uow, step, key=f"k{number}", kind="gift")
                    first = first or posted.id
                    continue
                reason = "" if "without" in step else "asked for"
                key = "otherwise" if "otherwise" in step else f"mirror{step}"
                of = mirror if "that" in step else 999_999 if "nothing" in step else first
                made = uow.ledger.reverse(of, key=key, now=later(hours=1), day=DAY, reason=reason, done_by=1)
                mirror = mirror or made.id
                assert (made.reverses_id, made.reason) == (first, reason)
            ended = balances(uow, ends) if "=" in ends else "reversed"
        except BankError as error:
            ended = outcome(error)
        uow.commit()
    assert ended == ends
    assert verify(engine).mismatches == []


def outcome(error: BankError) -> str:
    if isinstance(error, LedgerError):
        return error.guarantee
    assert isinstance(error, NotFound)
    return "not found"


def test_a_hold_is_resolved_once(units: UnitFactory) -> None:
    with units() as uow:
        open_books(uow)
        hold = uow.ledger.reserve(key="h", account_id=account(uow, "ann").id, minutes=60, order_id=1, now=NOW)
        first = uow.ledger.resolve(hold.id, key="r", now=NOW)
        again = uow.ledger.resolve(hold.id, key="r", now=later(hours=1), expired=True)
        assert first == again
        assert again.status is HoldStatus.RELEASED
        with pytest.raises(LedgerError, match="hold"):
            uow.ledger.resolve(hold.id, key="another", now=NOW)
        with pytest.raises(NotFound):
            uow.ledger.resolve(99, key="r", now=NOW)


def test_the_same_key_posts_once(units: UnitFactory) -> None:
    with units() as uow:
        open_books(uow)
        first = post(uow, "ann>bob 60", key="k")
        again = post(uow, "ann>bob 60", key="k", posted_at=later(minutes=5), scheme_version="2")
        assert again == first
        assert balances(uow, "ann= bob=") == "ann=60 bob=60"
        ann = account(uow, "ann").id
        hold = uow.ledger.reserve(key="h", account_id=ann, minutes=10, order_id=1, now=NOW)
        assert uow.ledger.reserve(key="h", account_id=ann, minutes=10, order_id=1, now=later(minutes=5)) == hold
        assert account(uow, "ann").reserved == 10


def test_a_key_posts_once_even_when_nothing_is_left(units: UnitFactory) -> None:
    with units() as uow:
        open_books(uow)
        first = post(uow, "ann>bob 120", key="k", daily_cap=120)
        assert post(uow, "ann>bob 120", key="k", daily_cap=120) == first


@pytest.mark.parametrize(
    ("words", "more"),
    [
        ("ann>bob 61", {}),
        ("bob>ann 60", {}),
        ("ann>bob 60", {"kind": "gift"}),
        ("ann>bob 60", {"order_id": 9}),
        ("ann>bob 60", {"day": day(1)}),
        ("ann>bob 60", {"done_by": 9}),
        ("ann>bob 60", {"reason": "another"}),
    ],
)
def test_the_same_key_with_other_content_is_refused(units: UnitFactory, words: str, more: dict[str, Any]) -> None:
    with units() as uow:
        open_books(uow)
        post(uow, "ann>bob 60", key="k")
        with pytest.raises(KeyReused):
            post(uow, words, key="k", **more)
        ann = account(uow, "ann").id
        uow.ledger.reserve(key="h", account_id=ann, minutes=10, order_id=1, now=NOW)
        with pytest.raises(KeyReused):
            uow.ledger.reserve(key="h", account_id=ann, minutes=11, order_id=1, now=NOW)


def test_a_reversal_gives_the_days_room_back(units: UnitFactory) -> None:
    with units() as uow:
        open_books(uow)
        posted = post(uow, "base>bob 120", key="k", daily_cap=120)
        bob = account(uow, "bob").id
        with pytest.raises(LedgerError, match="daily_cap"):
            post(uow, "base>bob 1", key="more", daily_cap=120)
        post(uow, "base>bob 1", key="next day", daily_cap=120, day=day(1))
        uow.ledger.reverse(posted.id, key="r", now=later(days=2), day=day(2), reason="never came", done_by=9)
        assert [uow.ledger.earned_on(bob, day(offset)) for offset in (0, 1, 2)] == [0, 1, 0]
        post(uow, "base>bob 120", key="again", daily_cap=120)
        assert uow.ledger.earned_on(bob, DAY) == 120


def test_a_statement_names_the_other_side(units: UnitFactory) -> None:
    with units() as uow:
        open_books(uow)
        post(uow, "ann>bob 60", key="k1", posted_at=later(hours=1), order_id=4)
        post(uow, "base>ann 30", key="k2", posted_at=later(hours=2))
        lines = uow.ledger.statement(account(uow, "ann").id, later(minutes=1), later(hours=2, minutes=1))
        assert [(line.minutes, line.balance, line.counterparty.kind) for line in lines] == [
            (-60, 60, "member"),
            (30, 90, "service_base"),
        ]
        assert [each.key for each in uow.ledger.transactions(order_id=4)] == ["k1"]
        assert len(uow.ledger.statement(account(uow, "ann").id, NOW, later(hours=2))) == 2


def test_accounts_are_locked_once_each_and_must_exist(units: UnitFactory) -> None:
    with units() as uow:
        open_books(uow)
        ann, bob = account(uow, "ann"), account(uow, "bob")
        assert list(uow.ledger.lock([bob.id, ann.id, bob.id])) == [ann.id, bob.id]
        assert uow.ledger.lock([]) == {}
        assert ann.room == 480
        with pytest.raises(NotFound):
            uow.ledger.lock([ann.id, 999])
