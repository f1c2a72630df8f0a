"""How long: 两个半钟头, 三刻钟, 廿分钟, 半天."""

import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from .numbers import CN, Number, parse_number
from .text import clean
from .timing.not_times import hear

MAX_MINUTES = 24 * 60
"""Longest stretch that is taken as one service, in minutes."""

HALF_DAY, FULL_DAY, PART_OF_DAY = 4 * 60, 8 * 60, 4 * 60

Reason = Literal["out_of_range", "vague", "range", "several"]


@dataclass(frozen=True)
class DurationValue:
    """Whole minutes; for a range the lower end, with the upper in `most`. `span` is of the cleaned text."""

    minutes: int
    unsure: bool
    reason: Reason | None
    words: str
    span: tuple[int, int]
    most: int | None = None


_N = (
    rf"(?:[零一二两三四五六七八九]点[一二三四五六七八九](?=个?(?:小时|钟头))|\d+(?:\.\d+)?|[{CN}]+(?:来|几|多)?|"
    rf"\d+(?:来|几|多)|半|几|好几|个把)"
)
_RANGE = rf"{_N}(?:(?:到|至|[-~—–]){_N})?"
_SIGN = r"(?P<sign>负|(?<![\d一-龥A-Za-z)])[-−])?"
_HOUR = r"(?:小时|钟头|点钟头|h(?:ou)?rs?\b|hours?\b|h(?![a-z])|(?<=[个半])钟(?![头点声表情]))"
_MINUTE = (
    r"(?:分钟|(?<=\d\d)分(?=$|[,。的]|左右)|(?<=[二三四五六七八九]十)分(?=$|[,。的]|左右)|(?<=十五)分(?=$|"
    r"[,。的]|左右)|mins?\b|minutes?\b|m(?![a-z]))"
)
_NOT_RELATIVE = r"(?!\s?(?:以后|之后|过后|后(?!面)|以前|之前|前(?!后|面)|以内|之内))"
_NOT_COUNTING = r"(?<![\d.第])"

_EXACT = re.compile(
    rf"{_SIGN}{_NOT_COUNTING}(?P<n>{_RANGE})\s?个?(?P<half>半)?(?P<more>多)?\s?个?{_HOUR}(?P<tail>半)?(?P<ov"
    rf"er>多|出头)?"
    rf"(?:[零又加\s]?(?:(?P<min>\d{{1,2}}|[一二三四五六七八九十廿]{{1,3}})\s?(?:分钟?|min(?:ute)?s?|m\b)|"
    rf"(?P<quarter>[一三])刻钟?))?{_NOT_RELATIVE}",
    re.IGNORECASE,
)
_MINUTES = re.compile(rf"{_SIGN}{_NOT_COUNTING}(?P<n>{_RANGE})\s?(?P<more>多)?{_MINUTE}{_NOT_RELATIVE}", re.IGNORECASE)
_QUARTERS = re.compile(rf"(?<![点\d])(?P<n>[一二两三四123])刻钟?(?<=钟){_NOT_RELATIVE}")
_DAYS = re.compile(
    rf"{_SIGN}(?<![第\d初十廿一二三四五六七八九礼拜周星期])(?P<n>{_RANGE})(?P<half>个?半)?(?P<unit>天(?!气)|"
    rf"个?(?:星期|礼拜)(?![一二三四五六日天\d]))"
                   rf"(?P<tail>半)?{_NOT_RELATIVE}(?!一[次趟])")  # fmt: skip
_VAGUE: tuple[tuple[str, int, int | None], ...] = (
    (r"点把钟", 60, 90),
    (r"(?:大半|小半|多半)个?(?:小时|钟头)", 30, 60),
    (r"(?<!大)(?<!上)(?<!下)(?<!小)(?<!老)半[天日](?!后|以后)|大半天|小半天", HALF_DAY, FULL_DAY),
    (r"(?:(?<![周拜期初])一|整)个?(?:上午|下午|半天)|(?<![周拜期初])一早上", PART_OF_DAY, None),
    (r"(?:一个|整)晚上?|一[夜宿]|整夜|通宵", 8 * 60, None),
    (r"(?<![第有哪那这每几])(?:一整|整整一|整|全|一)天(?!比|到|天|后|以后|前|一[次趟])", FULL_DAY, None),
    (r"(?<=[陪聊坐待做看])一(?:会儿?|歇|阵子?|下)|(?<=要)一会儿?", 30, None),
    (r"half an hour", 30, None),
)
_VAGUE_RULES = tuple((re.compile(pattern), low, high) for pattern, low, high in _VAGUE)
_MENDED = re.compile(r"不是|不对|说错|错了|其实|应该|改成|改为|(?:^|[,，。 ])不(?=[,，。 ])")
_SHORT = re.compile(r"\s?(?:还)?(?:不到|不足)")


def resolve_duration(text: str) -> DurationValue | None:
    """The stretch of time that a text names, or None.

    A wait from now (半小时后) and a time of day are none. More than a day, nothing and less than nothing
    are given back with `reason` `out_of_range`.
    """
    said = clean(text)
    found = _all(hear(said), said)
    if not found:
        return None
    if len({one.minutes for one in found}) == 1:
        return found[0]
    mended = any(_MENDED.search(said, left.span[0] - 2 if left.span[0] > 1 else 0, right.span[0])
                 for left, right in pairwise(found))  # fmt: skip
    if mended:
        return found[-1]
    first = found[0]
    return DurationValue(first.minutes, True, first.reason or "several", first.words, first.span, first.most)


def _all(heard: str, said: str) -> list[DurationValue]:
    """Every stretch named, from left to right, the longer of two that overlap."""
    found: list[DurationValue] = []
    for pattern, build in ((_EXACT, _hours), (_MINUTES, _minutes), (_QUARTERS, _quarters), (_DAYS, _days)):
        for match in pattern.finditer(heard):
            value = build(match)
            if value is not None:
                found.append(_value(value, match.start(), match.end(), heard, said))
    for pattern, low, high in _VAGUE_RULES:
        for match in pattern.finditer(heard):
            words = said[match.start() : match.end()]
            sure = words == "half an hour"
            found.append(DurationValue(low, not sure, None if sure else "vague", words, match.span(), high))
    found.sort(key=lambda one: (one.span[0], -one.span[1]))
    kept: list[DurationValue] = []
    for one in found:
        if not kept or one.span[0] >= kept[-1].span[1]:
            kept.append(one)
    return kept


Stretch = tuple[Fraction, Fraction, bool]
"""Least and most minutes, and whether the words are loose (多)."""


def _signed(match: re.Match[str], stretch: Stretch) -> Stretch:
    return (-stretch[0], -stretch[1], stretch[2]) if match["sign"] else stretch


def _number(words: str) -> Number | None:
    return parse_number(words)


def _hours(match: re.Match[str]) -> Stretch | None:
    number = _number(match["n"])
    if number is None:
        return None
    half = Fraction(1, 2) if match["half"] or match["tail"] else Fraction(0)
    if number.low == Fraction(1, 2) and match["n"] == "半":
        half = Fraction(0)
    extra = Fraction(0)
    if match["min"]:
        minutes = parse_number(match["min"])
        extra = minutes.low if minutes else extra
    if match["quarter"]:
        extra = Fraction(15 if match["quarter"] == "一" else 45)
    low, high = (number.low + half) * 60 + extra, (number.high + half) * 60 + extra
    loose = bool(match["more"] or match["over"])
    return _signed(match, (low, high + 60 if loose else high, loose))


def _minutes(match: re.Match[str]) -> Stretch | None:
    number = _number(match["n"])
    if number is None:
        return None
    return _signed(match, (number.low, number.high + (10 if match["more"] else 0), bool(match["more"])))


def _quarters(match: re.Match[str]) -> Stretch | None:
    number = _number(match["n"])
    return (number.low * 15, number.high * 15, False) if number else None


def _days(match: re.Match[str]) -> Stretch | None:
    """Whole days of service; one day means a working day, not 24 hours."""
    number = _number(match["n"])
    if number is None or match["n"] in {"半", "几"}:
        return None
    half = Fraction(1, 2) if match["half"] or match["tail"] else Fraction(0)
    if number.low == 1 and number.exact and match["unit"] == "天" and not half:
        return Fraction(FULL_DAY), Fraction(FULL_DAY), True
    per = 24 * 60 * (1 if match["unit"] == "天" else 7)
    return _signed(match, ((number.low + half) * per, (number.high + half) * per, False))


def _value(stretch: Stretch, start: int, end: int, heard: str, said: str) -> DurationValue:
    low, high, loose = stretch
    minutes, most = round(low), round(high)
    reason: Reason | None = "vague" if loose else "range" if most != minutes else None
    if _SHORT.match(heard, end):
        reason = "vague"
    if not 0 < minutes <= MAX_MINUTES or abs(minutes) > MAX_MINUTES:
        reason = "out_of_range"
    return DurationValue(
        minutes, reason is not None, reason, said[start:end], (start, end), most if most != minutes else None
    )
