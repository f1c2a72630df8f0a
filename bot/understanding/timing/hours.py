"""What hour a number means: 三点 is in the afternoon, 八点 in the morning, 七点 is for asking."""

from dataclasses import dataclass

from .tokens import Clock
from .values import DayParts, Reason

NOON, DAY = 12 * 60, 24 * 60
MORNING_HOURS = range(8, 12)
AFTERNOON_HOURS = range(1, 6)


@dataclass(frozen=True)
class Reading:
    """A minute of the day (over 1440: the next one) and the doubt about it."""

    minute: int
    reason: Reason | None = None


def readings(clock: Clock | None, part: str | None, parts: DayParts) -> list[Reading]:
    """The readings of a clock time in a part of the day, likeliest first; the part's beginning without a clock."""
    if clock is None:
        return [Reading(parts.of(part)[0] if part else 0)]
    plain = clock.hour * 60 + clock.minute
    if clock.reason == "invalid":
        return [Reading(0, "invalid")]
    if clock.half:
        return [Reading(clock.hour % 12 * 60 + clock.minute + (NOON if clock.half == "pm" else 0))]
    if part and clock.hour <= 12 and not (clock.full and clock.hour == 0):
        return [_in_part(clock, part, parts)]
    if clock.full or clock.hour > 12 or clock.hour == 0:
        odd = not 5 * 60 <= plain <= 22 * 60 or (part is not None and not _inside(plain, part, parts))
        return [Reading(plain, "odd_hour" if odd else None)]
    return _by_sense(clock.hour, plain)


def _by_sense(hour: int, plain: int) -> list[Reading]:
    """Daytime services: 8–11 in the morning, 12 at noon, 1–5 in the afternoon; 6 and 7 may be either."""
    later = plain + NOON if hour < 12 else plain
    if hour in MORNING_HOURS:
        return [Reading(plain), Reading(later)]
    if hour in AFTERNOON_HOURS:
        return [Reading(later), Reading(plain)]
    if hour == 12:
        return [Reading(plain)]
    return [Reading(plain, "am_or_pm"), Reading(later, "am_or_pm")]


def _inside(minute: int, part: str, parts: DayParts) -> bool:
    first, last = parts.of(part)
    return first - 180 <= minute <= last + 180


def _in_part(clock: Clock, part: str, parts: DayParts) -> Reading:
    """下午三点 15:00, 晚上十二点 the end of the day, 中午一点 13:00, 上午三点 odd."""
    hour = clock.hour
    morning = part in {"dawn", "early", "morning"}
    if morning:
        minute = (0 if hour == 12 and part == "dawn" else hour) * 60 + clock.minute
        odd = (part == "morning" and hour < 5) or (part == "early" and hour not in range(4, 10))
        return Reading(minute, "odd_hour" if odd or part == "dawn" else None)
    if part == "noon":
        minute = (hour if hour >= 10 else hour + 12) * 60 + clock.minute
        return Reading(minute, "odd_hour" if hour in range(4, 10) else None)
    late = part in {"evening", "night"}
    if late and (hour == 12 or hour < 5):
        return Reading((24 if hour == 12 else 24 + hour) * 60 + clock.minute, "odd_hour" if hour != 12 else None)
    minute = (12 if hour == 12 else hour + 12) * 60 + clock.minute
    return Reading(minute, None)


def closing_minute(clock: Clock, part: str | None, start: int, parts: DayParts) -> int | None:
    """The minute at which an interval from `start` ends: the next such hour on the dial; None for no length."""
    if clock.reason == "invalid":
        return None
    if part or clock.half or clock.full:
        minute = readings(clock, part, parts)[0].minute
        return minute if minute > start else minute + DAY if minute + DAY - start <= NOON else None
    plain = clock.hour * 60 + clock.minute
    ahead = [minute for minute in (plain, plain + NOON, plain + DAY) if start < minute < start + NOON]
    return ahead[0] if ahead else None
