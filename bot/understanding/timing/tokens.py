"""The pieces that a time expression is made of, and how they are found in a text."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from .calendar import YearDays
from .values import Grain, Reason, Recurrence

DayKind = Literal["relative", "weekday", "monthday", "date", "named"]


@dataclass(frozen=True)
class Day:
    """A day as said: either fixed by today's date, or the nearest one of a cycle.

    `fixed` gives the first day and the day after the last; it may raise ValueError for a day that no
    calendar has (30 February).
    """

    kind: DayKind
    grain: Grain = "day"
    fixed: Callable[[date], tuple[date, date]] | None = None
    cycle: YearDays | None = None
    shift: int = 0
    explicit: bool = False
    past: bool = False
    several: bool = False
    lunar: bool = False


@dataclass(frozen=True)
class Clock:
    """A time by the clock: minutes may be negative (差一刻三点); `full` when the hour is of 24."""

    hour: int
    minute: int = 0
    full: bool = False
    half: Literal["am", "pm"] | None = None
    until: "Clock | None" = None
    reason: Reason | None = None


Kind = Literal["day", "part", "clock", "delta", "repeat", "bound", "vague", "now"]


@dataclass(frozen=True)
class Token:
    kind: Kind
    start: int
    end: int
    day: Day | None = None
    part: str | None = None
    clock: Clock | None = None
    minutes: int = 0
    repeat: Recurrence | None = None
    bound: Literal["after", "before"] | None = None
    reason: Reason | None = None


Build = Callable[[re.Match[str]], "Token | None"]


@dataclass(frozen=True)
class Rule:
    """A pattern and what its match means; of two matches from one place the longer wins, then the earlier rule."""

    pattern: re.Pattern[str]
    build: Build


def rule(pattern: str, build: Build) -> Rule:
    return Rule(re.compile(pattern, re.IGNORECASE), build)


def scan(text: str, rules: Iterable[Rule]) -> list[Token]:
    """The tokens of a text from left to right, none over another."""
    found: list[tuple[int, int, int, Token]] = []
    for rank, one in enumerate(rules):
        for match in one.pattern.finditer(text):
            token = one.build(match)
            if token is not None and token.end > token.start:
                found.append((token.start, -(token.end - token.start), rank, token))
    kept: list[Token] = []
    reached = 0
    for start, _, _, token in sorted(found, key=lambda row: row[:3]):
        if start >= reached:
            kept.append(token)
            reached = token.end
    return kept
