"""Time expressions of older people, read without guessing.

`resolve_time` knows points, intervals, day parts, lunar days, solar terms, holidays, repeated times,
dialect and the usual errors of dictation; it knows what only looks like a time (三号楼, 一点也不好), and
says `unsure`, with a reason, where two readings are possible.
"""

from datetime import datetime

from .text import clean
from .timing import clocks, days, english, repeats
from .timing.mentions import gather
from .timing.not_times import blank_out, hear
from .timing.settle import settle
from .timing.tokens import scan
from .timing.values import DEFAULT_PARTS, DayParts, Grain, Reason, Recurrence, TimeValue

__all__ = ["DEFAULT_PARTS", "DayParts", "Grain", "Reason", "Recurrence", "TimeValue", "resolve_time"]

_RULES = (*days.RULES, *clocks.RULES, *repeats.RULES, *english.RULES, *repeats.VAGUE)


def resolve_time(text: str, now: datetime, *, future: bool = True, parts: DayParts = DEFAULT_PARTS) -> TimeValue | None:
    """The time that a text names, or None when it names none.

    `now` must be aware (ValueError otherwise); the answer is in its zone. With `future` a time that is over is
    never answered: a bare hour or weekday rolls on to the next one, an explicitly past time is unsure with
    reason `past`. An interval that is still running (今天, 今天上午) is not over.
    """
    if now.tzinfo is None or now.utcoffset() is None:
        raise ValueError("now must be an aware datetime")
    said = clean(text)
    heard = blank_out(hear(said))
    mention = gather(heard, scan(heard, _RULES), future)
    return settle(mention, said, now, parts, future) if mention is not None else None
