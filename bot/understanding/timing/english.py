"""The time expressions of people who write English."""

import re
from dataclasses import replace
from datetime import date, timedelta

from .calendar import month_days
from .days import date_day, day_token, monday, month_start, offset_day, weekday_day
from .tokens import Clock, Day, Rule, Token, rule
from .values import Recurrence

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = r"(?P<wd>mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?s?\b"
_PLAIN_WEEKDAY = _WEEKDAY.replace("?P<wd>", "?:")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_WORDS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
          "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12}  # fmt: skip
_N = rf"(?P<n>\d{{1,3}}|{'|'.join(_WORDS)})"
_HOUR = rf"(?P<hour>\d{{1,2}}|{'|'.join(list(_WORDS)[2:])})"


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _WORDS[word.lower()]


def _weekday(match: re.Match[str]) -> Token:
    wanted = (_WEEKDAYS.index(match["wd"][:3].lower()),)
    which = (match["which"] or "").lower()
    if which == "every":
        more = {
            _WEEKDAYS.index(day[:3].lower()) for day in re.findall(_PLAIN_WEEKDAY, match["more"] or "", re.IGNORECASE)
        }
        days = tuple(sorted({*wanted, *more}))
        return Token("repeat", match.start(), match.end(), repeat=Recurrence("weekly", weekdays=days))
    if match["more"]:
        return day_token(match, replace(weekday_day(wanted, None), several=True))
    return day_token(match, weekday_day(wanted, {"next": 1, "this": 0, "last": -1}.get(which)))


def _date(match: re.Match[str]) -> Token:
    month = _MONTHS.index(match["month"][:3].lower()) + 1
    return day_token(match, date_day(match["year"], month, int(match["day"])))


def _clock(match: re.Match[str]) -> Token:
    hour, minute = (
        _number(match["hour"]),
        {"half past": 30, "quarter past": 15, "quarter to": -15}.get((match.groupdict().get("past") or "").lower(), 0),
    )
    reason = "invalid" if hour > 24 else None
    return Token("clock", match.start(), match.end(), clock=Clock(hour, minute, full=hour > 12, reason=reason))  # type: ignore[arg-type]


def _ahead(match: re.Match[str]) -> Token:
    number = _number(match["n"])
    unit = match["unit"].lower()
    if unit.startswith(("day", "week")):
        return day_token(match, offset_day(number * (7 if unit.startswith("week") else 1)))
    minutes = number * (60 if unit.startswith("h") else 1)
    return Token("delta", match.start(), match.end(), minutes=minutes)


def _between(match: re.Match[str]) -> Token:
    """9-11am, from 2 to 4 pm: the half of the day counts for both ends where it can."""
    first, last = int(match["first"]), int(match["last"])
    half = match["half"].lower()[0] + "m"
    crosses = first > last and last != 12
    start = Clock(first, half=None if crosses else "am" if half == "am" else "pm")
    end = Clock(last, half="am" if half == "am" else "pm")
    return Token("clock", match.start(), match.end(), clock=Clock(start.hour, 0, half=start.half, until=end))


def _next(match: re.Match[str]) -> Token:
    weeks = match["unit"].lower() == "week"

    def fixed(today: date) -> tuple[date, date]:
        if weeks:
            return monday(today, 1), monday(today, 1) + timedelta(7)
        return month_start(today, 1), month_start(today, 2)

    return day_token(match, Day("relative", "week" if weeks else "month", fixed, explicit=True))


def _part(name: str, pattern: str) -> Rule:
    return rule(rf"(?:in the |at |this )?\b(?:{pattern})\b", lambda m: Token("part", m.start(), m.end(), part=name))


RULES: tuple[Rule, ...] = (
    rule(
        rf"\b(?:before|by|after)\s+(?P<which>next|this)?\s*{_WEEKDAY}(?P<more>)",
        lambda m: replace(_weekday(m), reason="deadline"),
    ),
    rule(r"\bthe day after tomorrow\b|\bday after tomorrow\b", lambda m: day_token(m, offset_day(2))),
    rule(r"\b(?:tomorrow|tmr|tomorow)\b", lambda m: day_token(m, offset_day(1))),
    rule(r"\btoday\b|\bto(?=night\b)|\bthis(?= (?:morning|afternoon|evening))", lambda m: day_token(m, offset_day(0))),
    rule(r"\byesterday\b", lambda m: day_token(m, offset_day(-1))),
    rule(
        rf"\b(?:on )?(?P<which>next|this|every|last)?\s*{_WEEKDAY}(?P<more>(?:(?:,| and|,? &)\s*{_PLAIN_WEEKDAY})*)",
        _weekday,
    ),
    rule(rf"\b(?:on )?{_MONTH}\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s*(?P<year>20\d\d))?\b", _date),
    rule(
        rf"\b(?:on )?(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of "
        rf")?{_MONTH}(?:,?\s*(?P<year>20\d\d))?",
        _date,
    ),
    rule(
        rf"\b(?:on )?the (?P<day>\d{{1,2}})(?:st|nd|rd|th)\b(?! of|\s+{_MONTH.replace('?P<month>', '?:')}|"
        rf"\s*(?:floor|bus|street|one))",
        lambda m: day_token(m, Day("monthday", cycle=month_days(int(m["day"])))),
    ),
    rule(r"\bnext (?P<unit>week|month)\b", _next),
    rule(rf"\bin {_N} (?P<unit>hours?|minutes?|mins?|days?|weeks?)\b", _ahead),
    rule(r"\bin half an hour\b", lambda m: Token("delta", m.start(), m.end(), minutes=30)),
    rule(rf"\b(?P<past>half past|quarter past|quarter to)\s+{_HOUR}\b", _clock),
    rule(
        rf"\b(?:at|around|about) {_HOUR}(?!\s*[:.]?\d|\s*[ap]\.?m|\s*(?:and|hours?|minutes?|mins?|coins?|people|"
        rf"days?|weeks?)\b)\b(?:\s*o'?clock)?|\b(?!)",
        _clock,
    ),
    rule(rf"\b{_HOUR}\s*o'?clock\b", _clock),
    rule(
        r"(?:from )?\b(?P<first>\d{1,2})\s*(?:-|–|~|to|until|"
        r"till)\s*(?P<last>\d{1,2})\s*(?P<half>[ap]\.?m\b\.?)",
        _between,
    ),
    _part("morning", "morning"),
    _part("noon", "noon|midday|lunchtime"),
    _part("afternoon", "afternoon"),
    _part("evening", "evening|(?<=to)night"),
    rule(r"(?<=\bto)night\b", lambda m: Token("part", m.start(), m.end(), part="evening")),
)
