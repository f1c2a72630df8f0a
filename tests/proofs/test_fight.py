"""Two processes, sixteen clients, the same orders, caps, confirmations and keys at once: every guarantee holds."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from bank.coins import HoldStatus, TransactionKind
from bank.orders import JOB_HELD, Job, JobStatus, Order, OrderStatus
from bank.usecases import grants
from storage.desk_things import OutboxState
from storage.unit_of_work import SqlUnitOfWork
from storage.verify import verify
from tests.proofs.community import BRANCH, HEAD, Community
from tests.proofs.fighter import Ring

HOUSE = Path(__file__).parents[2]
FIRST = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # Monday, 8:00 in Shanghai
PROCESSES, CLIENTS = 2, 16
CAN_PAY = {
    OrderStatus.PUBLISHED, OrderStatus.ACCEPTED, OrderStatus.STARTED, OrderStatus.FINISHED, OrderStatus.DISPUTED,
    OrderStatus.APPROVED,
}  # fmt: skip

pytestmark = pytest.mark.proof


def test_every_guarantee_holds_when_two_processes_fight(
    engine: Engine, database_url: str, engine_name: str, long: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds = (60 if engine_name == "postgresql" else 20) if long else 3
    people = Community(engine, FIRST - timedelta(days=3)).found(residents=4, volunteers=5, coins_each=1500)
    ring = set_up(people)
    seen = fight(database_url, ring, seconds)

    assert seen.unexpected == []
    assert seen.ended["accepted"], seen.ended
    assert seen.ended["settled"], seen.ended
    report = verify(engine, marks=True)
    assert report.mismatches == []
    with people.units() as uow:
        orders = uow.orders.find()
        seats = {order.id: uow.jobs.of_order(order.id) for order in orders}
        no_seat_is_taken_twice(orders, seats)
        no_volunteer_is_in_two_places(orders, seats)
        every_seat_is_paid_once(uow, orders, seats)
        holds_are_resolved_once(uow, orders)
        caps_hold(uow, people)
        nothing_was_lost_from_the_outbox(uow)
        receipts_stand_once(uow, seen.receipts)
    with capsys.disabled():
        done = sum(count for name, count in seen.ended.items() if not name.startswith(("refused", "gave up")))
        print(
            f"\n{engine_name}: {seconds} s, {PROCESSES} processes, {CLIENTS} clients: {done} receipts "
            f"({sum(n for name, n in seen.ended.items() if name.endswith(' again'))} of them again), "
            f"{sum(n for name, n in seen.ended.items() if name.startswith('refused'))} refused, "
            f"{report.counts['ledger_transaction']} transactions; verify is clean"
        )


class Seen:
    """What all processes saw together."""

    def __init__(self) -> None:
        self.receipts: dict[str, list[tuple[str, bool]]] = defaultdict(list)
        self.ended: Counter[str] = Counter()
        self.unexpected: list[str] = []

    def add(self, log: dict[str, Any]) -> None:
        for key, said in log["receipts"].items():
            self.receipts[key] += [(digest, again) for digest, again in said]
        self.ended.update(log["ended"])
        self.unexpected += log["unexpected"]


def set_up(people: Community) -> Ring:
    """Orders of four hours on each of five days (the day's cap is always near): published, and waiting for a yes."""
    with people.units() as uow:
        orders = []
        for number in range(20):
            starts_at = FIRST + timedelta(days=number // 4, hours=number % 4)
            resident = people.residents[number % 4]
            if number % 2:
                volunteer = people.volunteers[number // 4]
                orders.append(people.finished(uow, resident, volunteer, starts_at, 60))
            else:
                orders.append(people.published(uow, resident, starts_at, capacity=1 + number % 4 // 2))
        rich = people.volunteers[0]
        for _ in range(36):  # near the cap of 36,000
            grants.grant_coins(uow, people.scheme, people.doing(people.staff[BRANCH]), rich, 990, "困难补助")
        uow.commit()
    return Ring(
        staff=[people.staff[HEAD], people.staff[BRANCH]],
        residents=people.residents,
        volunteers=people.volunteers,
        orders=orders,
        first=FIRST.isoformat(),
        rich=rich,
    )


def fight(url: str, ring: Ring, seconds: float) -> Seen:
    running = []
    for number in range(PROCESSES):
        command = [sys.executable, "-m", "tests.proofs.fighter", url, str(seconds), str(number + 1)]
        child = subprocess.Popen(
            [*command, str(CLIENTS // PROCESSES)], cwd=HOUSE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert child.stdin is not None
        child.stdin.write(ring.text())
        child.stdin.close()
        child.stdin = None
        running.append(child)
    seen = Seen()
    for child in running:
        said, _ = child.communicate(timeout=seconds + 120)
        assert child.returncode == 0
        seen.add(json.loads(said))
    return seen


def held(jobs: list[Job]) -> list[Job]:
    return [job for job in jobs if job.status in JOB_HELD]


def no_seat_is_taken_twice(orders: list[Order], seats: dict[int, list[Job]]) -> None:
    for order in orders:
        mine = held(seats[order.id])
        assert len(mine) <= order.capacity, f"order {order.id} has {len(mine)} of {order.capacity} seats taken"
        assert len({job.volunteer_id for job in mine}) == len(mine), f"order {order.id}: one volunteer on two seats"
        if order.status is OrderStatus.ACCEPTED:
            assert len(mine) == order.capacity
        if order.status is OrderStatus.CANCELLED:
            assert not mine


def no_volunteer_is_in_two_places(orders: list[Order], seats: dict[int, list[Job]]) -> None:
    busy: dict[int, list[tuple[datetime, datetime, int]]] = defaultdict(list)
    for order in orders:
        for job in held(seats[order.id]):
            busy[job.volunteer_id].append(
                (order.starts_at, order.starts_at + timedelta(minutes=order.minutes), order.id)
            )
    for times in busy.values():
        times.sort()
        for (_, end, first), (start, _, second) in pairwise(times):
            assert end <= start, f"orders {first} and {second} overlap for one volunteer"


def every_seat_is_paid_once(uow: SqlUnitOfWork, orders: list[Order], seats: dict[int, list[Job]]) -> None:
    """What stands in the books for a seat is what the seat says, and only settled seats have anything."""
    for order in orders:
        lines = uow.ledger.transactions(order_id=order.id)
        undone = {line.reverses_id for line in lines}
        standing = [line for line in lines if line.reverses_id is None and line.id not in undone]
        for job in seats[order.id]:
            paid = sum(minutes_of(uow, line.id) for line in standing if line.job_id == job.id)
            assert paid == (job.credited_minutes or 0), f"seat {job.id} of order {order.id}"
            if job.status in (JobStatus.FINISHED, JobStatus.ACCEPTED, JobStatus.WITHDRAWN, JobStatus.CANCELLED):
                assert paid == 0
        assert {line.kind for line in standing} <= {TransactionKind.SERVICE}


def minutes_of(uow: SqlUnitOfWork, transaction_id: int) -> int:
    """Coin minutes that one transaction brought to its receiver."""
    statement = text(
        "SELECT COALESCE(SUM(minutes), 0) FROM entry WHERE transaction_id = :id AND minutes > 0 AND unit = 'coin'"
    )
    return int(uow.connection.execute(statement, {"id": transaction_id}).scalar_one())


def holds_are_resolved_once(uow: SqlUnitOfWork, orders: list[Order]) -> None:
    """A pending hold is its order's own; every other was resolved by one key, and paid no more than it held."""
    owner = {order.hold_id: order for order in orders if order.hold_id is not None}
    rows = uow.connection.execute(text("SELECT id, status, minutes, captured, resolve_key FROM hold")).all()
    assert rows
    for ident, status, minutes, captured, key in rows:
        assert captured <= minutes
        if status == HoldStatus.PENDING:
            assert key is None
            assert ident in owner, f"hold {ident} keeps coins back for nobody"
            assert owner[ident].status in CAN_PAY, f"hold {ident}: order {owner[ident].id} is {owner[ident].status}"
        else:
            assert key is not None


def caps_hold(uow: SqlUnitOfWork, people: Community) -> None:
    caps = people.scheme.caps
    purses = "SELECT owner_id, balance, reserved, cap FROM account WHERE unit = 'coin' AND owner_kind = 'member'"
    rows = uow.connection.execute(text(purses))
    for member, balance, reserved, cap in rows:
        assert cap == caps.balance
        assert 0 <= reserved <= balance <= cap, f"member {member}: {balance} of {cap}, {reserved} reserved"
    earned = text(
        "SELECT e.account_id, e.day, SUM(e.minutes) FROM entry e JOIN ledger_transaction t ON t.id = e.transaction_id "
        "WHERE t.kind = 'service' AND e.unit = 'coin' AND e.minutes > 0 AND NOT EXISTS "
        "(SELECT 1 FROM ledger_transaction r WHERE r.reverses_id = t.id) GROUP BY e.account_id, e.day"
    )
    days = uow.connection.execute(earned).all()
    assert days
    for account, day, minutes in days:
        assert minutes <= (caps.earned_per_day or 0), f"account {account} earned {minutes} on {day}"


def nothing_was_lost_from_the_outbox(uow: SqlUnitOfWork) -> None:
    """No sender runs here: every message that a deed put there still waits, each under a key of its own."""
    rows = uow.connection.execute(text("SELECT COUNT(*), COUNT(DISTINCT key) FROM outbox")).one()
    waiting = len(uow.desk.outbox.in_state(OutboxState.CREATED, limit=1_000_000))
    assert rows[0] == rows[1] == waiting


def receipts_stand_once(uow: SqlUnitOfWork, seen: dict[str, list[tuple[str, bool]]]) -> None:
    """Whoever used a key got the same answer; one of them did the deed, and one receipt is kept."""
    firsts = 0
    for key, said in seen.items():
        assert len({digest for digest, _ in said}) == 1, f"{key} was answered in two ways"
        firsts += sum(not again for _, again in said)
    kept = uow.connection.execute(text("SELECT COUNT(*) FROM receipt WHERE key NOT LIKE 'setup:%'")).scalar_one()
    assert kept == firsts
