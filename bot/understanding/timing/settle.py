"""From what was said and the present moment to a value: a point, an interval, or an honest "unsure"."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from .calendar import month_days, occurrences, weekdays
from .hours import Reading, closing_minute, readings
from .mentions import Edge, Mention
from .tokens import Day
from .values import DayParts, Grain, Reason, Recurrence, TimeValue

ONE_DAY = timedelta(days=1)
RECENTLY = timedelta(days=31)
"""A month-day that was over less than this long ago is more likely a slip than a wish for next year."""


@dataclass(frozen=True)
class Found:
    """A value in the making."""

    start: datetime | None
    end: datetime | None = None
    grain: Grain = "minute"
    reason: Reason | None = None
    recurring: Recurrence | None = None


@dataclass(frozen=True)
class Settler:
    now: datetime
    parts: DayParts
    future: bool

    @property
    def today(self) -> date:
        return self.now.date()

    def at(self, day: date, minutes: int) -> datetime:
        """Minutes after midnight of a day, which may reach into the next one."""
        return datetime.combine(day, time(), tzinfo=self.now.tzinfo) + timedelta(minutes=minutes)

    def settle(self, mention: Mention) -> Found:
        found = self._settle(mention)
        if self.future and found.start is not None and found.reason != "past":
            over = found.end <= self.now if found.end is not None else found.start < self.now
            if over:
                return Found(None, None, found.grain, "past", found.recurring)
        return found

    def _settle(self, mention: Mention) -> Found:
        if mention.reason == "invalid":
            return Found(None, reason="invalid")
        if mention.delta is not None:
            return Found(self.now + timedelta(minutes=mention.delta), reason=mention.reason)
        if mention.repeat is not None:
            return self._repeated(mention, mention.repeat)
        begin = self._with_meal(mention.begin)
        if begin == Edge():
            if mention.now:
                return Found(self.now)
            return Found(None, grain="day", reason=mention.reason or "vague")
        try:
            return self._bounded(mention, self._dated(mention, begin))
        except (ValueError, OverflowError):
            return Found(None, reason="invalid")

    def _with_meal(self, edge: Edge) -> Edge:
        """饭后 is after the next meal to come."""
        if edge.part != "meal":
            return edge
        hour = self.now.hour
        same_day = not edge.days
        part = "afternoon" if hour < 12 or not same_day else "evening" if hour < 18 else "morning"
        return Edge(edge.days, part, edge.clock)

    def _dated(self, mention: Mention, begin: Edge) -> Found:
        """Day, part and clock of the beginning together, and the end if one was said."""
        options = readings(begin.clock, begin.part, self.parts)
        if begin.clock is None:
            return self._whole(mention, begin)
        if not begin.days:
            return self._clock_alone(mention, begin, options)
        first = options[0]
        day, reason = self._day(begin, lambda d: self.at(d, first.minute))
        reason = mention.reason or reason or first.reason
        if day == self.today and begin.days[0].explicit and self.future and reason in {None, "am_or_pm"}:
            ahead = [one for one in options if self.at(day, one.minute) >= self.now]
            if not ahead:
                return Found(None, reason="past")
            if ahead[0] is not first:
                first, reason = ahead[0], None if first.reason == "am_or_pm" else "am_or_pm"
            elif len(ahead) == 1 and first.reason == "am_or_pm":
                reason = None
        return self._closed(mention, begin, day, first, reason)

    def _clock_alone(self, mention: Mention, begin: Edge, options: list[Reading]) -> Found:
        """九点: today's if it is still to come, else tomorrow's."""
        first = options[0]
        day = self.today
        if mention.today and self.at(day, first.minute) <= self.now and self.future:
            return Found(None, reason="past")
        if self.future and self.at(day, first.minute) <= self.now:
            day += ONE_DAY
        if not self.future and self.at(day, first.minute) > self.now:
            day -= ONE_DAY
        return self._closed(mention, begin, day, first, mention.reason or first.reason)

    def _closed(self, mention: Mention, begin: Edge, day: date, first: Reading, reason: Reason | None) -> Found:
        start = self.at(day, first.minute)
        finish = mention.finish
        until = finish.clock or (begin.clock.until if begin.clock else None)
        if until is None and not finish.days:
            return Found(start, None, "minute", reason)
        if finish.days or until is None:
            last, _ = self._day(finish, lambda d: self.at(d, 24 * 60), after=day)
            closes = self.parts.of(finish.part)[1] if finish.part and not until else 24 * 60
            end = self.at(last, readings(until, finish.part, self.parts)[0].minute if until else closes)
            return Found(start, end, "minute", reason) if end > start else Found(start, None, "minute", "contradiction")
        closing = closing_minute(until, finish.part, first.minute, self.parts)
        if closing is None:
            return Found(start, None, "minute", "contradiction")
        if until.reason:
            return Found(None, reason="invalid")
        return Found(start, self.at(day, closing), "minute", reason)

    def _whole(self, mention: Mention, begin: Edge) -> Found:
        """A day, a part of one, or days from one to another."""
        if begin.part:
            first, last = self.parts.of(begin.part)
            if mention.finish.part:
                last = max(last, self.parts.of(mention.finish.part)[1])
            if mention.finish.clock:
                last = closing_minute(mention.finish.clock, mention.finish.part, first, self.parts) or last
            if not begin.days:
                return self._part_alone(mention, first, last)
            day, reason = self._day(begin, lambda d: self.at(d, first))
            if mention.finish.days:
                last_day, _ = self._day(mention.finish, lambda d: self.at(d, 24 * 60), after=day)
                last = self.parts.of(mention.finish.part)[1] if mention.finish.part else 24 * 60
                end = self.at(last_day, last)
                return Found(self.at(day, first), end, "part", mention.reason or reason)
            return Found(self.at(day, first), self.at(day, last), "part", mention.reason or reason)
        first_day, after, reason = self._days(begin)
        if mention.finish.days:
            last_day, other = self._day(mention.finish, lambda d: self.at(d, 24 * 60), after=first_day)
            reason = reason or other or ("several" if mention.finish.part or mention.finish.clock else None)
            after = last_day + ONE_DAY
            if after <= first_day:
                return Found(self.at(first_day, 0), None, "day", "contradiction")
        grain = begin.days[0].grain
        return Found(self.at(first_day, 0), self.at(after, 0), grain, mention.reason or reason)

    def _part_alone(self, mention: Mention, first: int, last: int) -> Found:
        day, reason = self.today, mention.reason
        if self.future and self.at(day, first) < self.now:
            if self.at(day, last) > self.now:
                reason = reason or "which_day"
            day += ONE_DAY
        if not self.future and self.at(day, first) > self.now:
            day -= ONE_DAY
        return Found(self.at(day, first), self.at(day, last), "part", reason)

    def _day(
        self, edge: Edge, start_on: Callable[[date], datetime], after: date | None = None
    ) -> tuple[date, Reason | None]:
        first, _, reason = self._days(edge, start_on, after)
        return first, reason

    def _days(self, edge: Edge, start_on: Callable[[date], datetime] | None = None,
              after: date | None = None) -> tuple[date, date, Reason | None]:  # fmt: skip
        """The first day, the day after the last, and a doubt; raises ValueError where there is no such day."""
        fixed = [day for day in edge.days if day.fixed is not None]
        lead = fixed[0] if fixed else edge.days[0]
        first, end, reason = self._one(lead, start_on, after)
        for other in edge.days:
            if other is lead:
                continue
            reason = reason or self._agrees(other, first, start_on)
        return first, end, reason

    def _agrees(self, other: Day, first: date, start_on: Callable[[date], datetime] | None) -> Reason | None:
        if other.cycle is not None:
            if first in other.cycle(first.year):
                return None
            return "contradiction" if other.kind == "weekday" else "several"
        start, end, _ = self._one(other, start_on, None)
        return None if start <= first < end else "several"

    def _one(self, day: Day, start_on: Callable[[date], datetime] | None,
             after: date | None) -> tuple[date, date, Reason | None]:  # fmt: skip
        reason: Reason | None = "several" if day.several else None
        if day.fixed is not None:
            first, end = day.fixed(self.today)
            return first, end, reason
        if day.cycle is None:
            raise ValueError(day)
        length = 2 if day.grain == "weekend" else 1
        begin = after or self.today
        found = occurrences(day.cycle, begin - timedelta(abs(day.shift)) if self.future else begin, self.future)
        for one in found:
            shifted = one + timedelta(day.shift)
            if after is not None or self._open(shifted, start_on, day):
                return shifted, shifted + timedelta(length), reason or self._slip(day, shifted)
        raise ValueError(day)

    def _open(self, day: date, start_on: Callable[[date], datetime] | None, said: Day) -> bool:
        """Whether the time of day is still ahead on that day (behind, when the past is meant)."""
        if start_on is None and said.kind != "weekday" and day == self.today:
            return True
        start = start_on(day) if start_on else self.at(day, 0)
        return start >= self.now if self.future else start <= self.now

    def _slip(self, said: Day, found: date) -> Reason | None:
        if said.kind != "date" or said.lunar or not self.future or said.cycle is None:
            return None
        before = occurrences(said.cycle, self.today, False)
        return "past" if before and self.today - before[0] < RECENTLY and found > self.today + 6 * RECENTLY else None

    def _repeated(self, mention: Mention, repeat: Recurrence) -> Found:
        """The first occurrence of a repeated time."""
        begin = self._with_meal(mention.begin)
        reason = mention.reason
        if repeat.freq == "weekly" and not repeat.weekdays and begin.days and begin.days[0].kind == "weekday":
            cycle = begin.days[0].cycle
            wanted = tuple(sorted({d.weekday() for d in cycle(self.today.year)})) if cycle else ()
            repeat, reason = Recurrence("weekly", repeat.interval, wanted, None), None
        options = readings(begin.clock, begin.part, self.parts) if begin.clock else []
        reason = reason or (options[0].reason if options else None)
        if options:
            first, last, grain = options[0].minute, None, "minute"
            until = mention.finish.clock or (begin.clock.until if begin.clock else None)
            last = closing_minute(until, mention.finish.part, first, self.parts) if until else None
        elif begin.part:
            (first, last), grain = self.parts.of(begin.part), "part"
        else:
            first, last, grain = 0, 24 * 60, "day"
        day = self._first_of(repeat, first)
        if day is None:
            return Found(None, reason=reason or "which_days", recurring=repeat)
        end = None if last is None else self.at(day, last)
        return Found(
            self.at(day, first),
            end,
            "part" if grain == "part" else "day" if grain == "day" else "minute",
            reason,
            repeat,
        )

    def _first_of(self, repeat: Recurrence, minute: int) -> date | None:
        if repeat.freq == "daily":
            return self.today if self.at(self.today, minute) >= self.now else self.today + ONE_DAY
        if repeat.monthday:
            cycle = month_days(repeat.monthday)
        elif repeat.weekdays:
            cycle = weekdays(repeat.weekdays)
        else:
            return None
        return next((d for d in occurrences(cycle, self.today, True) if self.at(d, minute) >= self.now), None)

    def _bounded(self, mention: Mention, found: Found) -> Found:
        """三点以后 is the rest of that part of the day, 五点以前 its beginning, 周五以前 a deadline."""
        if mention.bound is None or found.start is None or (found.end is not None and found.grain == "minute"):
            return found
        if found.grain != "minute":
            if mention.bound == "after":
                return Found(found.start, found.end, found.grain, found.reason or "deadline")
            return Found(self.now if self.future else None, found.start, found.grain, "deadline")
        day = found.start.date()
        minute = found.start.hour * 60 + found.start.minute
        if mention.bound == "after":
            ends = [end for _, end in (self.parts.morning, self.parts.afternoon, self.parts.evening) if end > minute]
            return Found(found.start, self.at(day, ends[0]) if ends else None, "part", found.reason)
        starts = [
            begin for begin, _ in (self.parts.morning, self.parts.afternoon, self.parts.evening) if begin < minute
        ]
        first = self.at(day, starts[-1] if starts else 0)
        return Found(max(first, self.now) if self.future else first, found.start, "part", found.reason)


def settle(mention: Mention, text: str, now: datetime, parts: DayParts, future: bool) -> TimeValue:
    """The value of a mention. Naive `now` raises ValueError."""
    if now.tzinfo is None or now.utcoffset() is None:
        raise ValueError("now must be an aware datetime")
    found = Settler(now, parts, future).settle(mention)
    main = mention.main
    return TimeValue(
        start=found.start,
        end=found.end,
        grain=found.grain,
        recurring=found.recurring,
        unsure=found.reason is not None,
        reason=found.reason,
        words=text[main[0] : main[1]],
        span=main,
        spans=mention.spans,
    )
