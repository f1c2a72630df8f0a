"""Which stretch of the past a person asks about: 上个月, 今年, 上周, 昨天."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.understanding.times import resolve_time

_YEARS = re.compile(r"(?P<which>今年|去年|本年)")
_HALF = re.compile(r"上半年|下半年|这半年|近半年|最近半年")
_SEASON = re.compile(r"(?P<which>本季|这个季|上季|上个季)")
_MONTHS = re.compile(r"(?P<last>上个?号?月|上个号头)|本月|这个?月|当月|月报")
_WEEKS = re.compile(
    r"(?P<last>上(?:个)?(?:周|礼拜|星期)(?![一二三四五六日天]))|(?:本|这个?)(?:周|礼拜|星期)(?![一二三四五六日天])|周报"
)


@dataclass(frozen=True, slots=True)
class Period:
    """The half-open interval [since, until); `said` is False when it was only assumed."""

    since: datetime
    until: datetime
    said: bool = True


def period_said(said: str, now: datetime) -> Period | None:
    """The period that the words name, in the zone of `now` (aware, local); None when they name none."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    month = midnight.replace(day=1)
    if match := _YEARS.search(said):
        year = month.replace(month=1)
        return Period(_months(year, -12), year) if match["which"] == "去年" else Period(year, _months(year, 12))
    if match := _HALF.search(said):
        return _half(match[0], month)
    if match := _SEASON.search(said):
        season = month.replace(month=(month.month - 1) // 3 * 3 + 1)
        begin = _months(season, -3) if match["which"].startswith("上") else season
        return Period(begin, _months(begin, 3))
    if match := _MONTHS.search(said):
        begin = _months(month, -1) if match["last"] else month
        return Period(begin, _months(begin, 1))
    if match := _WEEKS.search(said):
        monday = midnight - timedelta(days=midnight.weekday())
        begin = monday - timedelta(days=7) if match["last"] else monday
        return Period(begin, begin + timedelta(days=7))
    time = resolve_time(said, now, future=False)
    if time is None or time.unsure or time.start is None or time.start > now:
        return None
    return Period(time.start, time.end or time.start + timedelta(days=1))


def _half(words: str, month: datetime) -> Period:
    year = month.replace(month=1)
    if words == "上半年":
        return Period(year, _months(year, 6))
    if words == "下半年":
        begin = _months(year, 6)
        return Period(begin, _months(begin, 6))
    return Period(_months(month, -5), _months(month, 1))


def _months(first: datetime, count: int) -> datetime:
    """The first of the month `count` months away."""
    index = first.year * 12 + first.month - 1 + count
    return first.replace(year=index // 12, month=index % 12 + 1)
