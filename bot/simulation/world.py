"""The stage: books in memory, a clock that jumps from event to event, and deeds that may go wrong on the way."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bank.coins import Audit
from bank.doing import Doing, Receipt
from bank.errors import NotAllowed, RuleRefused, WrongState
from bank.scheme import Scheme
from bank.usecases import clockwork
from storage.engine import make_engine
from storage.schema import create_schema
from storage.unit_of_work import SqlUnitOfWork

TICK = timedelta(minutes=30)
"""How often due rows are looked for; the real desk looks every few seconds, the outcome is the same."""
TAPPED_TWICE, CUT_OFF = 0.03, 0.02
"""Shares of deeds that a finger taps twice, and that a crash cuts off before they are written."""

Event = Callable[[], object]


class GuaranteeBroken(AssertionError):
    """Something happened that no fault may bring about: the message says what."""


class World:
    """`rng` drives the people, another source the faults: with faults the same people wish the same things."""

    def __init__(self, scheme: Scheme, seed: int, start: datetime, *, faults: bool, url: str = "sqlite://") -> None:
        self.scheme = scheme
        self.now = start
        self.rng = Random(f"{scheme.name}:{seed}")  # noqa: S311  a play, not a secret
        self._mischief = Random(f"faults:{seed}") if faults else None  # noqa: S311  as above
        self.engine = make_engine(url)
        create_schema(self.engine)
        self.refusals: Counter[str] = Counter()
        self.happened: Counter[str] = Counter()
        self._events: list[tuple[datetime, int, Event]] = []
        self._numbers = 0
        self._next_tick = start

    def unit(self) -> SqlUnitOfWork:
        return SqlUnitOfWork(self.engine, zone=self.scheme.tz, relaxed=True)

    def audit(self, verb: str = "simulate") -> Audit:
        return Audit(at=self.now, verb=verb, actor_id=None)

    # Time -------------------------------------------------------------------------------------------------------

    def at(self, moment: datetime, event: Event) -> None:
        """Let `event` happen at `moment`, or now when that is past."""
        self._numbers += 1
        heapq.heappush(self._events, (max(moment, self.now), self._numbers, event))

    def after(self, least: float, most: float, event: Event) -> None:
        """Let `event` happen between `least` and `most` hours from now."""
        self.at(self.now + timedelta(hours=self.rng.uniform(least, most)), event)

    def run(self, until: datetime) -> None:
        """Play all events and due rows up to `until`."""
        while self._events and self._events[0][0] < until:
            moment, _, event = heapq.heappop(self._events)
            self._tick_to(moment)
            self.now = moment
            event()
        self._tick_to(until)
        self.now = until

    def _tick_to(self, moment: datetime) -> None:
        while self._next_tick <= moment:
            self.now = max(self.now, self._next_tick)
            self._fall_due()
            self._next_tick += TICK

    def _fall_due(self) -> None:
        while True:
            with self.unit() as uow:
                rows = uow.desk.due.claim(self.now, 100)
                for row in rows:
                    clockwork.handle_due(uow, self.scheme, row, self.now)
                    if self._mischief is not None and self._mischief.random() < TAPPED_TWICE:
                        self._same(clockwork.handle_due(uow, self.scheme, row, self.now))
                    uow.desk.due.done(row.id, self.now)
                if not rows:
                    return
                uow.commit()

    # Deeds ------------------------------------------------------------------------------------------------------

    def do(self, verb: Callable[..., Receipt], who: int, *args: Any, **more: Any) -> Receipt | None:
        """One deed in a unit of its own; None when a rule refused it (counted by rule)."""
        self._numbers += 1
        doing = Doing(now=self.now, key=f"simulated:{self._numbers}", actor_id=who, device=f"phone:{who}")
        self._cut_off(verb, doing, args, more)
        try:
            with self.unit() as uow:
                receipt = verb(uow, self.scheme, doing, *args, **more)
                uow.commit()
        except (RuleRefused, NotAllowed) as refusal:
            self.refusals[refusal.rule] += 1
            return None
        except WrongState as refusal:
            self.refusals[f"{refusal.what} is {refusal.state}"] += 1
            return None
        self.happened[receipt.outcome] += 1
        if self._mischief is not None and self._mischief.random() < TAPPED_TWICE:
            self.happened["tapped twice"] += 1
            with self.unit() as uow:
                self._same(verb(uow, self.scheme, doing, *args, **more))
                uow.commit()
        return receipt

    def look(self, verb: Callable[..., Receipt], who: int, *args: Any) -> Receipt:
        """A verb that only reads."""
        with self.unit() as uow:
            return verb(uow, self.scheme, Doing(now=self.now, key="look", actor_id=who), *args)

    def _cut_off(self, verb: Callable[..., Receipt], doing: Doing, args: Any, more: Any) -> None:
        """A crash in the middle: the deed was done up to the commit, and is lost; the person will try again."""
        if self._mischief is None or self._mischief.random() >= CUT_OFF:
            return
        self.happened["cut off"] += 1
        try:
            with self.unit() as uow:
                verb(uow, self.scheme, doing, *args, **more)
        except (RuleRefused, NotAllowed, WrongState):
            return

    def _same(self, receipt: Receipt) -> None:
        """A second tap: nothing new may come of it."""
        if not receipt.again:
            raise GuaranteeBroken(f"the same tap did something twice: {receipt.outcome}")
