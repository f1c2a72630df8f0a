"""Settlements per second beside the bare driver running the same statements with the same durability; and `verify`.

    python bench/ledger.py [--settlements 1500] [--rounds 3] [--entries 1000000] [--engines sqlite,postgresql]

One settlement is one unit of work: a posting that captures a hold under a daily cap, the hold resolved, the commit.
The bare run sends the very same statements (compared one by one first) with nothing around them, in turn with ours.
Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import Engine, text

from bank.coins import Leg, Owner, OwnerKind, Posting, TransactionKind, Unit
from storage import ledger_sql as sql
from storage.engine import is_sqlite, make_engine
from storage.migrate import migrate
from storage.session import Session
from storage.types import day_to_driver, to_driver
from storage.unit_of_work import SqlUnitOfWork, uow_factory
from storage.verify import verify
from tests.storage.books import DAY, NOW
from tests.storage.many import fill_books
from tests.storage.postgres_server import PostgresServer, postgres_server

MEMBERS = 200
MINUTES = 60
CAP = 10_000_000
PLENTY = 50_000_000


def prepare(engine: Engine, settlements: int) -> None:
    """Members with coins and a hold for each settlement: payer n, volunteer n + 1."""
    migrate(engine)
    with uow_factory(engine)() as uow:
        mint = uow.ledger.account(Owner(OwnerKind.ISSUANCE), Unit.COIN)
        accounts = [uow.ledger.account(Owner(OwnerKind.MEMBER, n), Unit.COIN, cap=PLENTY * 2) for n in range(MEMBERS)]
        for each in accounts:
            legs = (Leg(debit=mint.id, credit=each.id, minutes=settlements * MINUTES),)
            fields: dict[str, Any] = {"day": DAY, "posted_at": NOW, "scheme": "bench", "scheme_version": "1"}
            uow.ledger.post(Posting(key=f"open:{each.id}", kind=TransactionKind.GRANT, legs=legs, **fields))
        for number in range(settlements):
            payer = accounts[number % MEMBERS].id
            uow.ledger.reserve(key=f"hold:{number}", account_id=payer, minutes=MINUTES, order_id=number, now=NOW)
        uow.commit()


def who(number: int) -> tuple[int, int]:
    """Ids of payer and volunteer (1 is issuance)."""
    return number % MEMBERS + 2, (number + 1) % MEMBERS + 2


def settle(units: Callable[[], SqlUnitOfWork], number: int) -> None:
    payer, volunteer = who(number)
    with units() as uow:
        uow.ledger.post(
            Posting(
                key=f"settle:{number}",
                kind=TransactionKind.SERVICE,
                legs=(Leg(debit=payer, credit=volunteer, minutes=MINUTES),),
                day=DAY,
                posted_at=NOW,
                scheme="bench",
                scheme_version="1",
                category="company",
                order_id=number,
                done_by=volunteer,
                done_for=payer,
                hold_id=number + 1,
                daily_cap=CAP,
            )
        )
        uow.ledger.resolve(number + 1, key=f"resolve:{number}", now=NOW)
        uow.commit()


class Bare:
    """The same statements on the driver, with nothing around them."""

    def __init__(self, engine: Engine) -> None:
        self.sqlite = is_sqlite(engine)
        self.pooled = engine.raw_connection()
        self.connection: Any = self.pooled.driver_connection
        self.sent: list[str] = []
        said = {
            name: sql.spoken(statement, sqlite=self.sqlite)
            for name, statement in {
                "two": sql.lock_accounts(2),
                "before": sql.BEFORE_POSTING,
                "earned": sql.EARNED_ON,
                "post": sql.POST,
                "entries": sql.write_entries(2),
                "balances": sql.write_balances(2),
                "capture": sql.CAPTURE,
                "hold": sql.GET_HOLD,
                "one": sql.lock_accounts(1),
                "resolve": sql.RESOLVE,
            }.items()
        }
        self.said = said
        self.at = to_driver(NOW, sqlite=self.sqlite)
        self.day = day_to_driver(DAY, sqlite=self.sqlite)

    def run(self, name: str, values: dict[str, Any]) -> Any:
        self.sent.append(self.said[name])
        return self.connection.execute(self.said[name], values)

    def settle(self, number: int) -> None:
        payer, volunteer = who(number)
        run, hold = self.run, number + 1
        if self.sqlite:
            self.connection.execute("BEGIN IMMEDIATE")
        low, high = sorted((payer, volunteer))
        held = {row[0]: row for row in run("two", {"a0": low, "a1": high}).fetchall()}
        run("before", {"key": f"settle:{number}", "hold": hold}).fetchone()
        run("earned", {"account": volunteer, "day": self.day}).fetchone()
        own = {
            "key": f"settle:{number}", "digest": "0" * 64, "mark": "0" * 64, "kind": "service", "day": self.day,
            "posted_at": self.at, "scheme": "bench", "scheme_version": "1", "category": "company",
            "multiplier_pct": None, "order_id": number, "job_id": None, "done_by": volunteer, "done_for": payer,
            "reason": None, "hold_id": hold, "daily_cap": CAP, "reverses_id": None,
        }  # fmt: skip
        ident = run("post", own).fetchone()[0]
        paid, got = held[payer], held[volunteer]
        run(
            "entries",
            {
                "t": ident, "day": self.day, "l0": 1, "a0": payer, "c0": volunteer, "u0": "coin", "m0": -MINUTES,
                "p0": paid[4], "b0": paid[4] - MINUTES, "l1": 1, "a1": volunteer, "c1": payer, "u1": "coin",
                "m1": MINUTES, "p1": got[4], "b1": got[4] + MINUTES,
            },
        )  # fmt: skip
        after = {
            payer: (paid[4] - MINUTES, paid[5] - MINUTES),
            volunteer: (got[4] + MINUTES, got[5]),
        }
        run(
            "balances",
            {
                "a0": low, "b0": after[low][0], "r0": after[low][1],
                "a1": high, "b1": after[high][0], "r1": after[high][1],
            },
        )  # fmt: skip
        run("capture", {"hold": hold, "minutes": MINUTES})
        run("hold", {"id": hold}).fetchone()
        run("one", {"a0": payer}).fetchall()
        run("hold", {"id": hold}).fetchone()
        run("resolve", {"id": hold, "status": "captured", "at": self.at, "key": f"resolve:{number}"})
        self.connection.execute("COMMIT") if self.sqlite else self.connection.commit()


def same_statements(units: Callable[[], SqlUnitOfWork], bare: Bare, first: int) -> int:
    """How many statements a settlement sends. Raises AssertionError when the bare run would send others."""
    sent: list[str] = []
    real = Session.driver

    def recording(self: Session, statement: str, values: Any) -> Any:
        sent.append(statement)
        return real(self, statement, values)

    Session.driver = recording  # type: ignore[method-assign,assignment]  # for one settlement
    try:
        settle(units, first)
    finally:
        Session.driver = real  # type: ignore[method-assign]
    bare.sent.clear()
    bare.settle(first)
    assert bare.sent == sent, "the bare run does not send what the ledger sends"
    return len(sent)


def rate(act: Callable[[int], None], numbers: range) -> float:
    begun = time.perf_counter()
    for number in numbers:
        act(number)
    return len(numbers) / (time.perf_counter() - begun)


def measure_settlements(ours: Engine, theirs: Engine, settlements: int, rounds: int) -> dict[str, Any]:
    """Two databases with the same content; rounds in turn, so that both meet the same weather."""
    for engine in (ours, theirs):
        prepare(engine, settlements * rounds + 1)
    units, bare = uow_factory(ours), Bare(theirs)
    statements = same_statements(units, bare, 0)
    rates: dict[str, list[float]] = {"ours": [], "bare": []}
    for number in range(rounds):
        numbers = range(1 + number * settlements, 1 + (number + 1) * settlements)
        rates["ours"].append(rate(lambda n: settle(units, n), numbers))
        rates["bare"].append(rate(bare.settle, numbers))
    bare.pooled.close()
    report = verify(ours)
    assert report.ok, report.mismatches
    pairs = zip(rates["ours"], rates["bare"], strict=True)
    return {
        "settlements_per_s": round(median(rates["ours"])),
        "bare_per_s": round(median(rates["bare"])),
        "ratio": round(median(one / other for one, other in pairs), 2),
        "statements": statements,
        "rounds": rounds,
    }


def measure_verify(engine: Engine, entries: int) -> dict[str, Any]:
    """`verify` beside a bare sum, then with one row altered behind its back."""
    migrate(engine)
    fill_books(engine, entries)
    if not is_sqlite(engine):
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    begun = time.perf_counter()
    with engine.connect() as connection:
        connection.execute(text("SELECT account_id, SUM(minutes) FROM entry GROUP BY account_id")).all()
    bare = time.perf_counter() - begun
    begun = time.perf_counter()
    report = verify(engine)
    took = time.perf_counter() - begun
    assert report.ok, report.mismatches[:3]
    with engine.begin() as connection:
        if is_sqlite(engine):
            connection.execute(text("DROP TRIGGER entry_no_update"))
            connection.execute(text("PRAGMA ignore_check_constraints = ON"))
        else:
            connection.execute(text("ALTER TABLE entry DISABLE TRIGGER USER"))
            connection.execute(text("ALTER TABLE entry DROP CONSTRAINT ck_entry_balance"))
        connection.execute(text("UPDATE entry SET minutes = minutes + 1 WHERE id = :id"), {"id": entries // 3})
    named = sorted({f"{each.table} {each.id}" for each in verify(engine).mismatches})
    return {
        "entries": report.counts["entry"],
        "verify_s": round(took, 2),
        "bare_sum_s": round(bare, 2),
        "altered": f"entry {entries // 3}",
        "named": named,
    }


@contextmanager
def databases(engine: str, folder: Path) -> Iterator[Callable[[str], Engine]]:
    """A maker of fresh databases by name, with the durability of production."""
    with ExitStack() as stack:
        server: PostgresServer | None = None
        if engine == "postgresql":
            server = stack.enter_context(postgres_server(durable=True))

        def make(name: str) -> Engine:
            if server is None:
                made = make_engine(f"sqlite:///{folder}/{name}.sqlite")
            else:
                plain = make_engine(server.url())
                with plain.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    connection.execute(text(f"CREATE DATABASE {name}"))
                plain.dispose()
                made = make_engine(server.url(name))
            stack.callback(made.dispose)
            return made

        yield make


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--settlements", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--engines", default="sqlite,postgresql")
    asked = parser.parse_args()
    report: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for engine in asked.engines.split(","):
            with databases(engine, Path(folder)) as make:
                figures = measure_settlements(make("ours"), make("theirs"), asked.settlements, asked.rounds)
                report[engine] = figures
                if asked.entries:
                    report[engine]["proof"] = measure_verify(make("many"), asked.entries)
    print(json.dumps(report, ensure_ascii=False))


if __name__ == "__main__":
    main()
