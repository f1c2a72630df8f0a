"""When a wish is for: from what people say to one moment, narrowing by asking and never guessing.

Three slots work together: `<topic>_time` is the moment (ISO), `<topic>_day` what is known so far: a day or a part of
one whose hour is still open, or up to two moments of which one is meant.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from bot.actions.turn import Turn, payload
from bot.understanding.times import TimeValue, resolve_time

NAMES_A_DAY = re.compile(
    r"今|明|后[天日儿]|周|礼拜|星期|[号日]|月|初|下[个周]|节|大后|前天|昨|today|tomorrow|day", re.IGNORECASE
)
BARE_HOUR = re.compile(r"(?:就|在|到)?(\d{1,2}|[一二两三四五六七八九十]{1,2})(?:吧|好了|就行|的)?")
EARLY = re.compile(r"早|上午|清晨|凌晨|前(?:一个|面)|a\.?m", re.IGNORECASE)
LATE = re.compile(r"晚|下午|傍晚|夜|后(?:一个|面)|p\.?m", re.IGNORECASE)
HALF_DAY = 12
PARTS = ((11, "morning"), (12, "noon"), (18, "afternoon"), (24, "evening"))
"""Hours up to which a part of the day begins: noon at 11, the afternoon from 12 on (`timing.values.DayParts`)."""


def read_time(turn: Turn, topic: str) -> timedelta | None:
    """Take the time in the words into `<topic>_time` or `<topic>_day`; says what is wrong with it.

    Returns how long the service lasts where the words give both ends (三点到五点).
    """
    given = turn.given("time")
    if given == "other":
        turn.set(**{f"{topic}_day": None})
        return None
    if given:
        _take(turn, topic, datetime.fromisoformat(str(given)))
        return None
    if not turn.words or _one_of_two(turn, topic):
        return None
    if turn.asked == f"{topic}_minutes" and turn.values.time is None:
        return None  # "两个小时" is how long, not when
    value = _resolve(turn, topic)
    if value is None:
        return None
    if value.unsure:
        _unsure(turn, topic, value)
        return None
    if value.grain == "part" and _holds_already(turn, topic, value):
        return None
    assert value.start is not None  # only unsure values lack one
    if value.recurring is not None and value.grain == "minute":
        turn.say("request.recurring", at=value.start)
    if value.grain != "minute":
        _narrow(turn, topic, value.words, value.start, value.grain)
        return None
    if abs(value.start - turn.now) < timedelta(minutes=5):
        _at_once(turn, topic)
        return None
    if value.start <= turn.now:
        turn.say("request.time_past")
        return None
    _take(turn, topic, value.start)
    return value.end - value.start if value.end else None


def _holds_already(turn: Turn, topic: str, value: TimeValue) -> bool:
    """下午, though two in the afternoon is known: nothing new."""
    known = turn.slot(f"{topic}_time")
    if not known or value.start is None or value.end is None:
        return False
    return value.start <= datetime.fromisoformat(known) < value.end


def _take(turn: Turn, topic: str, moment: datetime) -> None:
    turn.set(**{f"{topic}_time": moment.isoformat(), f"{topic}_day": None})


def _resolve(turn: Turn, topic: str) -> TimeValue | None:
    """The time in the words, on the day that is known already when the words name none themselves."""
    said, known = turn.words, turn.slot(f"{topic}_day") or {}
    asked_for_it = turn.asked == f"{topic}_time"
    bare = BARE_HOUR.fullmatch(said) if asked_for_it else None
    if bare:
        said = f"{bare[1]}点"
    if known.get("words") and not NAMES_A_DAY.search(said):
        return resolve_time(f"{known['words']}{said}", turn.local_now) or resolve_time(said, turn.local_now)
    set_already = turn.slot(f"{topic}_time")
    value = resolve_time(said, turn.local_now)
    if value is None or not set_already or value.start is None:
        return value
    before = datetime.fromisoformat(set_already).astimezone(turn.desk.scheme.tz)
    if value.unsure and value.reason == "am_or_pm" and turn.intent == "correct":
        return _same_half(turn, value.start, before)
    return value if value.unsure else _mended(turn, said, value, before)


def _mended(turn: Turn, said: str, value: TimeValue, before: datetime) -> TimeValue | None:
    """A correction that names only the day keeps the hour; one that names only the hour keeps the day."""
    if value.grain == "day":
        clock = f"{before.hour}点{before.minute}分" if before.minute else f"{before.hour}点"
        return resolve_time(f"{value.words}{clock}", turn.local_now) or value
    if not NAMES_A_DAY.search(said):
        return resolve_time(f"{before.month}月{before.day}日{value.words}", turn.local_now) or value
    return value


def _same_half(turn: Turn, meant: datetime, before: datetime) -> TimeValue | None:
    """不是三点，是四点: of the same day, and of the same half of it."""
    day = meant if NAMES_A_DAY.search(turn.words) else before
    hour = meant.hour % HALF_DAY + (HALF_DAY if before.hour >= HALF_DAY else 0)
    return resolve_time(f"{day.month}月{day.day}日{hour}点{meant.minute}分", turn.local_now)


def _unsure(turn: Turn, topic: str, value: TimeValue) -> None:
    slot = f"{topic}_day"
    if value.reason == "past":
        turn.say("request.time_past")
    elif value.start is None:
        turn.say("request.time_unclear")
    elif value.reason == "am_or_pm":
        both = _both_halves(turn, value.start)
        turn.set(**{slot: {"maybe": [one.isoformat() for one in both]}, f"{topic}_time": None})
    elif value.grain == "minute" and value.start > turn.now:
        if value.reason == "several":
            turn.say("request.time_several")
        turn.set(**{slot: {"maybe": [value.start.isoformat()]}, f"{topic}_time": None})
    else:
        turn.say("request.time_unclear")


def _both_halves(turn: Turn, start: datetime) -> list[datetime]:
    """Seven in the morning and seven in the evening: of the day that was named, else the next of each."""
    early = start.replace(hour=start.hour % 12)
    both = [early, early + timedelta(hours=12)]
    if not NAMES_A_DAY.search(turn.words):
        both = [one - timedelta(days=1) if one - timedelta(days=1) > turn.now else one for one in both]
    return [one for one in sorted(both) if one > turn.now]


def _at_once(turn: Turn, topic: str) -> None:
    """现在, 马上: the next half hour that leaves somebody time to come, to be agreed to."""
    soon = (turn.local_now + timedelta(minutes=30)).replace(second=0, microsecond=0)
    soon += timedelta(minutes=-soon.minute % 30)
    turn.set(**{f"{topic}_day": {"maybe": [soon.isoformat()]}, f"{topic}_time": None})


def _narrow(turn: Turn, topic: str, words: str, start: datetime, grain: str) -> None:
    """A whole day or a part of one: the hour is asked next. A week or a month is asked again as a whole."""
    if grain not in ("day", "part"):
        turn.say("request.time_unclear")
        return
    turn.set(**{f"{topic}_day": {"words": words, "start": start.isoformat(), "grain": grain}, f"{topic}_time": None})


def _one_of_two(turn: Turn, topic: str) -> bool:
    """早上 or 晚上 as the answer to "早上7点，还是晚上7点"; yes to "是…吗"."""
    maybe = (turn.slot(f"{topic}_day") or {}).get("maybe")
    if not maybe or turn.asked != f"{topic}_time":
        return False
    if len(maybe) == 1 and turn.intent in ("affirm", "deny"):
        if turn.intent == "affirm":
            _take(turn, topic, datetime.fromisoformat(maybe[0]))
        else:
            turn.set(**{f"{topic}_day": None})
        return True
    early, late = EARLY.search(turn.words), LATE.search(turn.words)
    if len(maybe) == 2 and bool(early) != bool(late):
        moments = [datetime.fromisoformat(one) for one in maybe]
        meant = [one for one in moments if (one.hour < HALF_DAY) == bool(early)]
        _take(turn, topic, meant[0] if meant else moments[0])
        return True
    return False


def is_yes_or_no(turn: Turn, topic: str) -> bool:
    """Whether the question about the time is "是…吗", to which a plain no is an answer."""
    return len((turn.slot(f"{topic}_day") or {}).get("maybe", ())) == 1


def keep_the_day(turn: Turn, topic: str) -> None:
    """The time is asked again; an hour alone ("改成九点") then still means the day that was agreed."""
    before = datetime.fromisoformat(turn.slot(f"{topic}_time")).astimezone(turn.desk.scheme.tz)
    turn.set(**{f"{topic}_time": None, f"{topic}_day": {"words": f"{before.month}月{before.day}日"}})


def ask_time(turn: Turn, topic: str, words: str) -> None:
    """Ask for the time, or for what is still open of it; `words` is the plain question."""
    known: dict[str, Any] = turn.slot(f"{topic}_day") or {}
    maybe = [datetime.fromisoformat(one) for one in known.get("maybe", ())]
    if len(maybe) == 2:
        choices = [turn.choice("label.when", payload("inform", time=one.isoformat()), at=one) for one in maybe]
        turn.say("request.am_or_pm", early=maybe[0], late=maybe[1], choices=choices)
    elif maybe:
        yes = turn.choice("label.when", payload("inform", time=maybe[0].isoformat()), means="yes", at=maybe[0])
        no = turn.choice("label.other_time", payload("inform", time="other"), means="no")
        turn.say("request.meant_time", at=maybe[0], choices=[yes, no])
    elif known.get("grain") == "part":
        start = datetime.fromisoformat(known["start"])
        part = next(name for until, name in PARTS if start.hour < until)
        turn.say("request.which_hour", day=start, part=turn.desk.words.say(f"request.part.{part}", turn.now).text)
    elif known.get("grain") == "day":
        turn.say("request.which_hour_any", day=datetime.fromisoformat(known["start"]))
    else:
        turn.say(words)
