"""Several workers on the same accounts at once, and a worker that is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bank.errors import BankError, Conflict, LedgerError
from storage.unit_of_work import SqlUnitOfWork, UnitFactory, in_unit
from storage.verify import verify
from tests.storage.books import account, open_books, post

Work = Callable[[SqlUnitOfWork], object]


def at_once(units: UnitFactory, *works: Work) -> Counter[str]:
    """Run each in a unit of its own, all started together; how they ended."""
    start = threading.Barrier(len(works))
    ended: list[str] = []

    def run(work: Work) -> None:
        start.wait()
        try:
            in_unit(units, work)
            ended.append("done")
        except LedgerError as error:
            ended.append(error.guarantee)
        except BankError as error:
            ended.append(type(error).__name__)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(ended)


@pytest.fixture
def open_units(units: UnitFactory) -> UnitFactory:
    with units() as uow:
        open_books(uow)
        uow.commit()
    return units


def poster(words: str, key: str, **more: Any) -> Work:
    return lambda uow: post(uow, words, key=key, **more)


def test_two_workers_cannot_spend_the_same_minutes(engine: Engine, open_units: UnitFactory) -> None:
    works = [poster("ann>bob 40", f"k{number}") for number in range(6)]
    assert at_once(open_units, *works) == {"done": 3, "available": 3}
    assert verify(engine).ok


def test_two_workers_cannot_pass_a_cap(engine: Engine, open_units: UnitFactory) -> None:
    works = [poster("mint>bob 250", f"k{number}", kind="grant") for number in range(4)]
    assert at_once(open_units, *works) == {"done": 2, "cap": 2}
    assert verify(engine).ok


def test_two_workers_cannot_pass_the_daily_cap(engine: Engine, open_units: UnitFactory) -> None:
    works = [poster("base>bob 60", f"k{number}", daily_cap=120) for number in range(4)]
    assert at_once(open_units, *works) == {"done": 2, "daily_cap": 2}
    assert verify(engine).ok


def test_two_workers_with_one_key_post_once(engine: Engine, open_units: UnitFactory) -> None:
    assert at_once(open_units, *[poster("ann>bob 40", "same") for _ in range(4)]) == {"done": 4}
    with open_units() as uow:
        assert account(uow, "bob").balance == 40
    assert verify(engine).ok


def test_one_key_for_two_contents_on_other_accounts_is_refused(engine: Engine, open_units: UnitFactory) -> None:
    ended = at_once(open_units, poster("ann>bob 40", "same"), poster("full>base 40", "same", kind="gift"))
    assert ended == {"done": 1, "KeyReused": 1}
    assert verify(engine).ok


def test_opposite_transfers_do_not_deadlock(engine: Engine, open_units: UnitFactory) -> None:
    there = [poster("ann>base 1", f"there{number}", kind="gift") for number in range(5)]
    back = [poster("base>ann 1", f"back{number}", kind="gift") for number in range(5)]
    mixed = [poster("base>ann 1, ann>full 0", f"never{number}") for number in range(1)]
    assert at_once(open_units, *there, *back, *mixed) == {"done": 10, "whole_minutes": 1}
    with open_units() as uow:
        assert (account(uow, "ann").balance, account(uow, "base").balance) == (120, 500)
    assert verify(engine).ok


def test_one_account_opened_by_many_is_one(open_units: UnitFactory) -> None:
    idents: list[int] = []
    at_once(open_units, *[lambda uow: idents.append(account(uow, "pool").id) for _ in range(4)])
    assert len(set(idents)) == 1


def test_a_conflict_is_tried_again_and_then_told(units: UnitFactory) -> None:
    calls: list[int] = []

    def conflicting(uow: SqlUnitOfWork) -> None:
        calls.append(1)
        raise Conflict("somebody was faster")

    with pytest.raises(Conflict):
        in_unit(units, conflicting, tries=3)
    assert len(calls) == 3


WRITER = """
import sys
from storage.engine import make_engine
from storage.unit_of_work import uow_factory
from tests.storage.books import account, post, NOW
units = uow_factory(make_engine(sys.argv[1]))
number = int(sys.argv[2])
while True:
    number += 1
    with units() as uow:
        ann = account(uow, "ann").id
        way = "ann>bob 1" if number % 2 else "bob>ann 1"
        hold = uow.ledger.reserve(key=f"h{number}", account_id=ann, minutes=2, order_id=number, now=NOW)
        post(uow, "ann>base 1", key=f"c{number}", hold_id=hold.id, kind="gift")
        post(uow, "base>ann 1", key=f"b{number}", kind="gift")
        uow.ledger.resolve(hold.id, key="r", now=NOW)
        post(uow, way, key=f"w{number}", kind="gift")
        uow.commit()
    print(number, flush=True)
"""


@pytest.mark.proof
def test_a_killed_writer_leaves_honest_books(
    engine: Engine, open_units: UnitFactory, database_url: str, pytestconfig: pytest.Config
) -> None:
    """Killed at an arbitrary instant, again and again: what it said was done is there, and nothing is half there."""
    kills = 40 if pytestconfig.getoption("--long", default=False) else 3
    root = Path(__file__).parents[2]
    with open_units() as uow:
        post(uow, "mint>bob 10", key="start", kind="grant")
        uow.commit()
    done = 0
    for round_ in range(kills):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, database_url, str(done)], stdout=subprocess.PIPE, text=True, cwd=root
        )
        assert process.stdout is not None
        for _ in range(2 + round_ % 5):
            done = int(process.stdout.readline())
        os.kill(process.pid, signal.SIGKILL)
        said = process.stdout.read().split()
        process.stdout.close()
        process.wait()
        done = int(said[-1]) if said else done
        with open_units() as uow:
            kept = uow.ledger.hold(done)
            assert kept.key == f"h{done}"
        report = verify(engine)
        assert report.mismatches == []
        done = report.counts["hold"]
