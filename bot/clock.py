"""The one place that knows what time it is. Everything else is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

from bank.moments import check_aware


class Clock(Protocol):
    def now(self) -> datetime:
        """An aware moment."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """Stands still (`chat --now`)."""

    def __init__(self, moment: datetime) -> None:
        self._moment = check_aware(moment)

    def now(self) -> datetime:
        return self._moment


class MovableClock:
    """Runs, and can be moved forward (demo, tests). Never moves back: due rows would lie in the future again."""

    def __init__(self, start: datetime | None = None, base: Clock | None = None) -> None:
        self._base: Clock = base or SystemClock()
        self._ahead = check_aware(start) - self._base.now() if start else timedelta(0)

    def now(self) -> datetime:
        return self._base.now() + self._ahead

    def forward(self, step: timedelta) -> datetime:
        """Move ahead by `step`. Raises ValueError when it is negative."""
        if step < timedelta(0):
            raise ValueError("the clock only moves forward")
        self._ahead += step
        return self.now()
