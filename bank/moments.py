"""Time as the bank sees it: aware moments, local days, midnight, quiet hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def check_aware(moment: datetime) -> datetime:
    """Return `moment` unchanged. Raises ValueError for a naive one (DESIGN: refused at the door)."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError(f"naive datetime {moment!r}: every moment carries its zone")
    return moment


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The local date on which `moment` falls (SCHEMES: "Day")."""
    return check_aware(moment).astimezone(zone).date()


@dataclass(frozen=True, slots=True)
class DayPart:
    """The `minutes` of one service that fall on one local `day`."""

    day: date
    minutes: int


def split_at_midnight(start: datetime, minutes: int, zone: ZoneInfo) -> list[DayPart]:
    """Split a service of `minutes` beginning at `start` into its local days (SCHEMES: "Day")."""
    if minutes < 0:
        raise ValueError(f"a service cannot last {minutes} minutes")
    parts: list[DayPart] = []
    cursor, left = check_aware(start).astimezone(zone), minutes
    while left > 0:
        midnight = datetime.combine(cursor.date() + timedelta(days=1), time(0), tzinfo=zone)
        room = max(1, int((midnight - cursor).total_seconds() // 60))
        here = min(left, room)
        parts.append(DayPart(cursor.date(), here))
        left -= here
        cursor = midnight
    return parts


def after_quiet_hours(moment: datetime, zone: ZoneInfo, begin: time, end: time) -> datetime:
    """The first moment from `moment` on that is outside the quiet hours `begin`–`end` (21:00–08:00 by default)."""
    local = check_aware(moment).astimezone(zone)
    clock = local.timetz().replace(tzinfo=None)
    over_midnight = begin > end
    quiet = clock >= begin or clock < end if over_midnight else begin <= clock < end
    if not quiet:
        return moment
    day = local.date() + timedelta(days=1) if over_midnight and clock >= begin else local.date()
    return datetime.combine(day, end, tzinfo=zone)
