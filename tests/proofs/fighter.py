"""One process of fighters: threads that do the same deeds to the same orders as everybody else, through the use cases.

    python -m tests.proofs.fighter DATABASE_URL SECONDS SEED THREADS < ring.json

Everybody looks at the same few orders at a time and keys are few, so that most deeds meet another's. The result is one
JSON object: every receipt by key, refusals by name, and whatever a use case should never have raised.
"""

from __future__ import annotations

import itertools
import json
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine

from bank.doing import Doing, Receipt
from bank.errors import BankError, Conflict, LedgerError, NotAllowed, RuleRefused
from bank.orders import JOB_HELD, OrderStatus
from bank.usecases import approval, disputes, grants, jobs, requests, serving, settling, undo
from bank.usecases.requests import Wish
from storage.engine import make_engine
from storage.receipts import content_digest
from storage.scheme_files import load_scheme
from storage.unit_of_work import SqlUnitOfWork, in_unit, uow_factory

LEAST = 25
TURN = 0.5  # seconds that everybody looks at the same order
Done = tuple[str, Receipt]  # under which key, and how it ended
Work = Callable[[SqlUnitOfWork], Done]


@dataclass
class Ring:
    """Who fights about what. `first` is when the first order starts (ISO), `rich` who is near the balance cap."""

    staff: list[int]
    residents: list[int]
    volunteers: list[int]
    orders: list[int]
    first: str
    rich: int

    def text(self) -> str:
        return json.dumps(asdict(self))


@dataclass
class Log:
    """What the threads of this process saw."""

    receipts: dict[str, list[tuple[str, bool]]] = field(default_factory=dict)
    ended: Counter[str] = field(default_factory=Counter)
    unexpected: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def receipt(self, key: str, receipt: Receipt) -> None:
        said = content_digest([receipt.outcome, receipt.facts])
        with self.lock:
            self.receipts.setdefault(key, []).append((said, receipt.again))
            self.ended[f"{receipt.outcome}{' again' if receipt.again else ''}"] += 1

    def refused(self, error: BankError) -> None:
        name = error.rule if isinstance(error, RuleRefused | NotAllowed) else type(error).__name__
        with self.lock:
            self.ended[f"refused: {name}"] += 1
            # Rules must refuse before the books do; and nobody here uses a key for two things.
            if isinstance(error, LedgerError) or name == "KeyReused":
                self.unexpected.append(f"{name}: {error}")


class Fighter:
    """One client. Mostly it does what fits the order now, as everybody does; sometimes anything."""

    def __init__(self, engine: Engine, ring: Ring, log: Log, seed: int) -> None:
        self.ring, self.log = ring, log
        self.random = random.Random(seed)
        self.scheme = load_scheme("changning")
        self.units = uow_factory(engine, zone=self.scheme.tz, clock=lambda: datetime.fromisoformat(ring.first))

    def fight(self, until: float) -> None:
        """Till the time is over, and at least `LEAST` deeds, however slow the machine is."""
        for done in itertools.count():
            if done >= LEAST and time.time() >= until:
                return
            turn = int(time.time() / TURN)
            work = self.random.choices((self.serve, self.submit, self.grant), (12, 1, 1))[0](turn)
            try:
                self.log.receipt(*in_unit(self.units, work, tries=20))
            except Conflict:
                self.log.ended["gave up after 20 conflicts"] += 1
            except BankError as error:
                self.log.refused(error)
            except Exception as error:  # the proof is that there is none: it is told, not hidden
                self.log.unexpected.append(f"{type(error).__name__}: {error}")

    def serve(self, turn: int) -> Work:
        """One step of an order's way, on the order that everybody looks at."""
        number = random.Random(turn).choice(sorted(set(self.ring.orders))[-16:])
        wild = self.random.choice(ANY) if self.random.random() < 0.25 else None
        volunteer, bucket = self.random.choice(self.ring.volunteers), self.random.randrange(2)

        def work(uow: SqlUnitOfWork) -> Done:
            order = uow.orders.get(number)
            verb = wild or self.random.choice(FITTING.get(order.status, ANY))
            end = order.starts_at + timedelta(minutes=order.minutes)
            actor, now = order.resident_id, end
            match verb:
                case "accept":
                    actor, now = volunteer, early(order.starts_at)
                case "withdraw" | "start" | "finish":
                    seats = uow.jobs.of_order(number, JOB_HELD)
                    actor = seats[0].volunteer_id if seats else volunteer
                    now = {"withdraw": early(order.starts_at), "start": order.starts_at, "finish": end}[verb]
                case "approve":
                    actor, now = self.ring.staff[0 if order.approvals_done else 1], early(order.starts_at)
                case "resolve":
                    actor = self.ring.staff[1]
                case "cancel":
                    now = early(order.starts_at)
                case "undo" if order.status is OrderStatus.CANCELLED:
                    now = early(order.starts_at)
            # The moment is no part of what a deed is asked to do: one key may well come with two.
            key = f"{verb}:{number}:{actor}:{turn}:{bucket}"
            return key, self.deed(uow, verb, number, Doing(now=now, key=key, actor_id=actor))

        return work

    def deed(self, uow: SqlUnitOfWork, verb: str, number: int, doing: Doing) -> Receipt:
        scheme = self.scheme
        match verb:
            case "approve":
                return approval.approve(uow, scheme, doing, number)
            case "accept":
                return jobs.accept(uow, scheme, doing, number)
            case "withdraw":
                return jobs.withdraw(uow, scheme, doing, number)
            case "start":
                return serving.start(uow, scheme, doing, number)
            case "finish":
                return serving.finish(uow, scheme, doing, number, 60)
            case "confirm":
                return settling.confirm(uow, scheme, doing, number, agree_extra=True)
            case "cancel":
                return requests.cancel_request(uow, scheme, doing, number)
            case "undo":
                return undo.undo_last(uow, scheme, doing)
            case "dispute":
                return disputes.dispute(uow, scheme, doing, number, "来晚了")
            case "resolve":
                outcome, minutes = OUTCOMES[number % 3]
                return disputes.resolve(uow, scheme, doing, number, outcome, minutes, "看过了")
        raise AssertionError(verb)

    def submit(self, turn: int) -> Work:
        """A wish that everybody submits at once; it may be one that is there already."""
        ring, number = self.ring, random.Random(turn).randrange(480)
        resident = ring.residents[number % len(ring.residents)]
        start = datetime.fromisoformat(ring.first) + timedelta(days=number // 12, hours=number % 12)
        wish = Wish(service="walk", words="陪我走走", starts_at=start, minutes=60, place="家里")
        doing = Doing(now=early(start), key=f"submit:{number}:{turn}", actor_id=resident)

        def work(uow: SqlUnitOfWork) -> Done:
            receipt = requests.submit_request(uow, self.scheme, doing, wish)
            ring.orders.append(int(receipt.facts["number"]))
            return doing.key, receipt

        return work

    def grant(self, turn: int) -> Work:
        """A hundred minutes at a time to a resident, or to somebody who is near the cap of the balance."""
        member = random.Random(turn).choice([*self.ring.residents, self.ring.rich])
        key = f"grant:{turn}:{self.random.randrange(2)}"
        doing = Doing(now=datetime.fromisoformat(self.ring.first), key=key, actor_id=self.ring.staff[1])
        return lambda uow: (key, grants.grant_coins(uow, self.scheme, doing, member, 100, "困难补助"))


FITTING: dict[OrderStatus, tuple[str, ...]] = {
    OrderStatus.SUBMITTED: ("approve",),
    OrderStatus.APPROVED: ("approve", "cancel"),
    OrderStatus.PUBLISHED: (*["accept"] * 8, "cancel"),
    OrderStatus.ACCEPTED: (*["finish"] * 6, "start", "start", "withdraw", "cancel"),
    OrderStatus.STARTED: ("finish",),
    OrderStatus.FINISHED: (*["confirm"] * 6, "dispute"),
    OrderStatus.SETTLED: ("undo", "undo", "undo", "dispute"),
    OrderStatus.CANCELLED: ("undo",),
    OrderStatus.DISPUTED: ("resolve",),
}
ANY = ("approve", "accept", "withdraw", "start", "finish", "confirm", "cancel", "undo", "dispute", "resolve")
OUTCOMES = (("full", None), ("part", 30), ("void", None))


def early(start: datetime) -> datetime:
    return start - timedelta(hours=2)


def main() -> None:
    url, seconds, seed, threads = sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    ring, log = Ring(**json.load(sys.stdin)), Log()
    engine = make_engine(url, pool_size=threads)
    fighters = [Fighter(engine, ring, log, seed * 1000 + number) for number in range(threads)]
    until = time.time() + seconds
    running = [threading.Thread(target=fighter.fight, args=(until,)) for fighter in fighters]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    engine.dispose()
    json.dump({"receipts": log.receipts, "ended": log.ended, "unexpected": log.unexpected}, sys.stdout)


if __name__ == "__main__":
    main()
