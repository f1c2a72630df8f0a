"""What a time expression comes to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Grain = Literal["minute", "part", "day", "weekend", "week", "month"]
"""How exact the words were; anything but `minute` is to be narrowed by asking."""

Reason = Literal[
    "past",  # what was said is over
    "am_or_pm",  # seven o'clock: morning or evening
    "which_day",  # a day part that is already running, no day said
    "which_days",  # "twice a week"
    "several",  # more than one time, no word which
    "contradiction",  # "tomorrow, Saturday" on a Thursday
    "range",  # "three or four o'clock"
    "deadline",  # "before Friday"
    "odd_hour",  # a service at three in the night
    "invalid",  # 25 o'clock, 30 February
    "vague",  # "one of these days"
]


@dataclass(frozen=True)
class Recurrence:
    """A repeated time; weekdays count from Monday 0."""

    freq: Literal["daily", "weekly", "monthly"]
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    monthday: int | None = None

    @property
    def rrule(self) -> str:
        """As RFC 5545 writes it: `FREQ=WEEKLY;BYDAY=TU,TH`."""
        parts = [f"FREQ={self.freq.upper()}"]
        if self.interval > 1:
            parts.append(f"INTERVAL={self.interval}")
        if self.weekdays:
            parts.append("BYDAY=" + ",".join(["MO", "TU", "WE", "TH", "FR", "SA", "SU"][day] for day in self.weekdays))
        if self.monthday:
            parts.append(f"BYMONTHDAY={self.monthday}")
        return ";".join(parts)


@dataclass(frozen=True)
class TimeValue:
    """A point (`end` None) or a half-open interval, with the words it was read from.

    `start` is None only where `unsure` is True and no candidate is left. An unsure value with a start
    carries the likeliest candidate, to be asked about, never to be acted on. `span` is the main piece of
    the text that was read, `spans` all pieces; they count characters of the cleaned text.
    """

    start: datetime | None
    end: datetime | None
    grain: Grain
    recurring: Recurrence | None
    unsure: bool
    reason: Reason | None
    words: str
    span: tuple[int, int]
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class DayParts:
    """Minutes of the day at which the parts of a day begin and end; a town may set its own."""

    dawn: tuple[int, int] = (0, 6 * 60)
    early: tuple[int, int] = (6 * 60, 8 * 60)
    morning: tuple[int, int] = (8 * 60, 12 * 60)
    noon: tuple[int, int] = (11 * 60, 13 * 60)
    afternoon: tuple[int, int] = (12 * 60, 18 * 60)
    dusk: tuple[int, int] = (17 * 60, 19 * 60)
    evening: tuple[int, int] = (18 * 60, 21 * 60)
    night: tuple[int, int] = (21 * 60, 24 * 60)

    def of(self, name: str) -> tuple[int, int]:
        found: tuple[int, int] = getattr(self, name)
        return found


DEFAULT_PARTS = DayParts()
