"""APScheduler wakes one tick; due rows do the rest. Nothing is kept in memory, so a restart loses nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from anyio import to_thread
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bank.errors import BankError, Conflict
from bank.notices import Due, DueKind
from bank.usecases import clockwork
from bot.desk import Desk
from bot.logs import where
from bot.metrics import Metrics
from storage.unit_of_work import SqlUnitOfWork, in_unit

log = logging.getLogger(__name__)
TICK_SECONDS = 15
NONCES_KEPT = timedelta(minutes=30)


class Clockwork:
    """One per process; the advisory lock `clockwork` lets one of them tick at a time."""

    def __init__(self, desk: Desk, metrics: Metrics, *, on_done: Callable[[], None] = lambda: None) -> None:
        self._desk = desk
        self._metrics = metrics
        self._on_done = on_done
        self._scheduler = AsyncIOScheduler()

    def start(self) -> None:
        """Tick every `TICK_SECONDS`; ticks that were missed while the machine slept become one."""
        self._scheduler.add_job(
            self.tick, "interval", seconds=TICK_SECONDS, coalesce=True, max_instances=1, misfire_grace_time=None
        )
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def tick(self) -> int:
        """Do everything that is due by now; how many rows that were."""
        await to_thread.run_sync(self._tidy)
        count = 0
        while await to_thread.run_sync(self._one):
            count += 1
        if count:
            self._on_done()
        return count

    def _one(self) -> bool:
        """The earliest due row, in a transaction of its own; False when nothing is due (or another process ticks)."""
        now = self._desk.clock.now()
        row: Due | None = None
        try:
            with self._desk.units() as uow:
                if not uow.desk.try_lock("clockwork"):
                    return False
                row = next(iter(uow.desk.due.claim(now, 1)), None)
                if row is None or _must_wait(uow, row):
                    return False
                clockwork.handle_due(uow, self._desk.scheme, row, now)
                uow.desk.due.done(row.id, now)
                uow.commit()
        except Conflict:
            log.info("somebody else was at a due row, the next tick takes it")
            return False
        except BankError as error:
            if row is None:
                raise
            self._put_aside(row, error, now)
        self._metrics.due.labels(str(row.kind)).inc()
        return True

    def _put_aside(self, row: Due, error: BankError, now: datetime) -> None:
        """A row that its use case refuses would be refused at every tick: it ends here, and the log says so."""
        log.error("due row %s (%s) was refused: %s\n%s", row.id, row.kind, type(error).__name__, where(error))
        in_unit(self._desk.units, lambda uow: uow.desk.due.done(row.id, now))

    def _tidy(self) -> None:
        """What every tick looks after: what the calendar brings is planned, old nonces are forgotten."""
        now = self._desk.clock.now()

        def tidy(uow: SqlUnitOfWork) -> None:
            clockwork.plan_calendar(uow, self._desk.scheme, now)
            uow.desk.nonces.prune(now - NONCES_KEPT)

        in_unit(self._desk.units, tidy)


def _must_wait(uow: SqlUnitOfWork, row: Due) -> bool:
    """Whether a sealing waits for words that came before it: what they do is posted on the day they came."""
    return row.kind is DueKind.SEAL_DAY and uow.desk.inbox.waiting(before=row.at) > 0
