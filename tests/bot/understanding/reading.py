"""Reads the line files in `lines/` and says of each line whether the understanding got it right."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.understanding.times import TimeValue
from bot.understanding.values import Values, extract
from storage.scheme_files import load_scheme

ZONE = ZoneInfo("Asia/Shanghai")
MOMENTS = {
    "W": datetime(2026, 11, 18, 10, 20, tzinfo=ZONE),
    "F": datetime(2026, 9, 4, 16, 40, tzinfo=ZONE),
    "S": datetime(2026, 9, 20, 20, 30, tzinfo=ZONE),
    "M": datetime(2027, 3, 1, 7, 10, tzinfo=ZONE),
    "N": datetime(2026, 12, 31, 22, 50, tzinfo=ZONE),
}
SCHEMES = ("changning", "fuyuan", "taierzhuang", "beijing")
_PARTS = {"early": (5, 8), "am": (8, 12), "noon": (11, 13.5), "pm": (12, 14), "eve": (17, 20)}


@dataclass(frozen=True)
class Verdict:
    """Whether a line was read right, and if not whether the wrong value would have been acted on unasked."""

    text: str
    right: bool
    sure: bool
    got: str


def lines(name: str) -> Iterator[list[str]]:
    folder = Path(__file__).parent / "lines"
    for line in (folder / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield [cell.strip() for cell in line.split("|")]


def judge(name: str, column: int = 0) -> list[Verdict]:
    """A verdict per line of a file; of services, `column` says for which scheme (lines without one are left out)."""
    found = []
    for cells in lines(name):
        if len(cells) > 1 + column:
            found.append(_judge(name, cells, column))
    return found


def _judge(name: str, cells: list[str], column: int) -> Verdict:
    now = MOMENTS[cells[2] if name == "times" and len(cells) > 2 else "W"]
    if name == "services":
        scheme = load_scheme(SCHEMES[column])
        said = extract(cells[0], now, called=scheme.said_of_categories()).service
        got = "none" if said is None else "unsure" if said.unsure else scheme.category_of(said.category).code
    elif name == "times":
        time = extract(cells[0], now).time
        right = any(_is_time(time, one.strip(), now) for one in cells[1].split(" / "))
        return Verdict(cells[0], right, time is not None and not time.unsure, str(time))
    elif name in {"people", "places"}:
        return (_people if name == "people" else _places)(cells, extract(cells[0], now))
    else:
        got = _GOT[name](extract(cells[0], now))
    wanted = [one.strip() for one in cells[1 + column].split("/")]
    return Verdict(cells[0], got in wanted, got not in {"none", "unsure"}, got)


def _plain(value: Any, shown: str) -> str:
    return "none" if value is None else "unsure" if value.unsure else str(getattr(value, shown))


_GOT: dict[str, Callable[[Values], str]] = {
    "durations": lambda values: _plain(values.duration, "minutes"),
    "amounts": lambda values: (
        "all" if values.amount and values.amount.all and not values.amount.unsure else _plain(values.amount, "coins")
    ),
    "orders": lambda values: _plain(values.order_number, "number"),
    "ratings": lambda values: _plain(values.rating, "stars"),
}


def _people(cells: list[str], values: Values) -> Verdict:
    name = values.person.name if values.person else None
    kin = values.relation
    right = False
    for one in cells[1].split("/"):
        wanted = re.search(r"p:(\S+(?: [A-Z]\w+)?)", one)
        related = re.search(r"r:(\S+)", one)
        fits = name == (wanted[1] if wanted else None)
        if related:
            fits = fits and kin is not None and (related[1] in kin.words or kin.words in related[1])
        elif not wanted:
            fits = fits and kin is None and one.strip() == "none"
        right = right or fits
    return Verdict(cells[0], right, name is not None, f"{name} {kin.words if kin else ''}")


def _places(cells: list[str], values: Values) -> Verdict:
    words = values.place.words if values.place else None
    wanted = [one.strip().lower() for one in cells[1].split("/")]
    right = words is None if words is None and "none" in wanted else any(one in (words or "").lower() for one in wanted)
    return Verdict(cells[0], right, words is not None, str(words))


def _is_time(value: TimeValue | None, wanted: str, now: datetime) -> bool:
    if wanted == "none" or value is None:
        return value is None and wanted in {"none", "past"}
    if wanted == "unsure":
        return value.unsure
    if wanted == "past":
        return value.unsure and (value.reason == "past" or value.start is None)
    if value.unsure or value.start is None:
        return False
    if wanted == "now":
        return abs((value.start - now).total_seconds()) < 120
    if wanted.startswith("R "):
        return _repeats(value, wanted.split()[1:])
    return value.recurring is None and _stands(value, wanted, now)


def _repeats(value: TimeValue, wanted: list[str]) -> bool:
    every = value.recurring
    if every is None:
        return False
    weekly = re.fullmatch(r"(\d)?W(\d+)", wanted[0])
    if weekly:
        days = tuple(int(day) - 1 for day in weekly[2])
        fits = every.freq == "weekly" and every.interval == int(weekly[1] or 1) and every.weekdays == days
    elif wanted[0] == "WD":
        fits = every.freq == "weekly" and every.weekdays == (0, 1, 2, 3, 4)
    elif wanted[0].startswith("D"):
        fits = every.freq == "daily" and every.interval == int(wanted[0][1:] or 1)
    else:
        fits = every.freq == "monthly" and f"M{every.monthday}" == wanted[0]
    return fits and (len(wanted) == 1 or _at(value, wanted[1]))


def _stands(value: TimeValue, wanted: str, now: datetime) -> bool:
    match = re.fullmatch(r"(\d{4}-\d\d-\d\d)(?:~(\d{4}-\d\d-\d\d))?(?: (.+))?", wanted)
    if match is None or value.start is None or value.start.date() != date.fromisoformat(match[1]):
        return False
    if match[2]:
        last = date.fromisoformat(match[2])
        return value.end is not None and last in {value.end.date(), value.end.date() - timedelta(1)}
    return _at(value, match[3]) if match[3] else value.grain == "day" and value.end is not None


def _at(value: TimeValue, wanted: str) -> bool:
    if value.start is None:
        return False
    hour = value.start.hour + value.start.minute / 60
    if wanted in _PARTS:
        first, last = _PARTS[wanted]
        return value.grain == "part" and first <= hour <= last
    begin, _, end = wanted.partition("~")
    return f"{value.start:%H:%M}" == begin and (not end or (value.end is not None and f"{value.end:%H:%M}" == end))
