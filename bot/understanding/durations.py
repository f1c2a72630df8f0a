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
    rf"\d+(?:来|几|多)|半拉?|几|好几|个把|[两二]三|三[两二]|俩仨)"
)
_RANGE = rf"{_N}(?:(?:到|至|[-~—–]){_N})?"
_SIGN = r"(?P<sign>负|(?<![\d一-龥A-Za-z)])[-−])?"
_HOUR = r"(?:小时|钟头|钟点(?!工)|点钟头|h(?:ou)?rs?\b|hours?\b|h(?![a-z])|(?<=[个半])钟(?![头点声表情]))"
_MINUTE = (
    r"(?:分钟|(?<=\d\d)分(?=$|[,。的]|左右)|(?<=[二三四五六七八九]十)分(?=$|[,。的]|左右)|(?<=十五)分(?=$|"
    r"[,。的]|左右)|mins?\b|minutes?\b|m(?![a-z]))"
)
_NOT_RELATIVE = (
    r"(?!\s?(?:就|才|左右|我?就能)*(?:赶)?到(?:了|你|您|家|楼|门|$|[,。])|\s?(?:以后|之后|过后|后(?!面)|"
    r"以前|之前|前(?!后|面)|以内|之内))"
)
_COMING = re.compile(r"(?:就|才|左右)*(?:赶)?(?:到|来|过来|开始|结束|完)")
_NOT_COUNTING = r"(?<![\d.第])"

_EXACT = re.compile(
    rf"{_SIGN}{_NOT_COUNTING}(?P<n>{_RANGE})\s?个?(?P<half>半)?(?P<more>[多来])?\s?个?整?{_HOUR}(?P<tail>半)?(?P<ov"
    rf"er>多|出头)?"
    rf"(?:[零又加带过\s]?(?:(?P<min>\d{{1,2}}|[一二三四五六七八九十廿]{{1,3}})\s?(?:分钟?|min(?:ute)?s?|m\b)|"
    r"(?P<bare>[1-5][05]|[二三四五]十五?|十五?|廿)(?=$|[,。!的吧])|"
    rf"(?P<quarter>[一三])刻钟?))?{_NOT_RELATIVE}",
    re.IGNORECASE,
)
_MINUTES = re.compile(
    rf"{_SIGN}{_NOT_COUNTING}(?<![时点])(?P<n>{_RANGE})\s?(?P<more>多)?{_MINUTE}{_NOT_RELATIVE}", re.IGNORECASE
)
_REPORTED = re.compile(
    r"(?<![\d.第点])(?P<n>[一二两三四五六七八俩仨\d])个(?P<half>半)?点(?:儿|"
    r"钟)?(?![\d一二三四五六七八九半心子赞评菜名头])"
)
_SPOKEN = re.compile(r"(?<=[了个花用得干做忙够活])(?P<n>[一两三四五俩仨])点儿?(?=$|[,。!吧])")
_ENGLISH = re.compile(
    r"(?<!in )(?<![\d.])\b(?P<n>an?|one|two|three|four|five|six|seven|eight|ten|fifteen|twenty|thirty|forty|forty-five|"
    r"fifty|sixty|ninety) (?P<unit>hours?|minutes?|mins?)\b(?! ago| later| from now)(?P<half> and a half)?",
    re.IGNORECASE,
)
_ENGLISH_HALF = re.compile(r"\b(?P<n>one|two|three|four|five|\d) and a half hours\b", re.IGNORECASE)
_SPELLED = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
            "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "forty-five": 45, "fifty": 50,
            "sixty": 60, "ninety": 90}  # fmt: skip
_QUARTERS = re.compile(rf"(?<![点\d])(?P<n>[一二两三四123])刻(?P<more>多)?钟{_NOT_RELATIVE}")
_DAYS = re.compile(
    rf"{_SIGN}(?<![第\d初十廿一二三四五六七八九礼拜周星期])(?P<n>{_RANGE})(?P<half>个?半)?(?P<unit>天(?!气)|"
    rf"个?(?:星期|礼拜)(?![一二三四五六日天\d]))"
                   rf"(?P<tail>半)?{_NOT_RELATIVE}(?!一[次趟])")  # fmt: skip
_VAGUE: tuple[tuple[str, int, int | None], ...] = (
    (r"(?<![一二两三四五六七八九十几\d])个半(?:小时|钟头)", 90, None),
    (r"点把钟|钟把(?:时间|工夫)", 60, 90),
    (r"半个(?:上午|下午)", 120, None),
    (r"(?<![\w])小(?:半|一)个(?:小时|钟头)", 30, 60),
    (r"(?:大半|小半|多半)个?(?:小时|钟头)", 30, 60),
    (r"(?<!大)(?<!上)(?<!下)(?<!小)(?<!老)半[天日](?!后|以后)|大半天|小半天", HALF_DAY, FULL_DAY),
    (r"(?:(?<![周拜期初])一|整)个?(?:上午|下午|半天)|(?<![周拜期初])一早上", PART_OF_DAY, None),
    (r"(?:一个|整)晚上?|一[夜宿]|整夜|通宵", 8 * 60, None),
    (
        r"(?<![第有哪那这每几])(?:一整|整整一|整|全|一)天(?!比|[一两二三四五几][次趟顿回]|"
        r"[\d一二两三四五六七八半]个?(?:小时|钟)|到|天|后|以后|前|一[次趟])",
        FULL_DAY,
        None,
    ),
    (r"(?<=[陪聊坐待做看])一(?:会儿?|歇|阵子?|下)|(?<=要)一会儿?", 30, None),
    (r"half an hour", 30, None),
)
_VAGUE_RULES = tuple((re.compile(pattern), low, high) for pattern, low, high in _VAGUE)
_MENDED = re.compile(r"不是|不对|说错|错了|其实|应该|改成|改为|(?:^|[,，。 ])不(?=[,，。 ])")
_SHORT = re.compile(r"\s?(?:还)?(?:不到|不足|多[一点]|朝上|以上|出头|挂零|上下|往上)")
_LOOSE_BEFORE = re.compile(r"(?:不到|不足|不满|将近|快|小|至少|最少|起码|最多|顶多|至多)(?:有|是|要|得)?\s?$")
_WAITING = re.compile(r"(?:提前|提早|早到|早来|晚到|迟到|晚来|晚|迟|等了?|每隔)(?:大概|有|他|她|你们|人|快)?$")
_ARRIVING = re.compile(r"(?:还有|再有|还要|还得)(?:大概|差不多)?$")


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
    for pattern, build in (
        (_EXACT, _hours), (_MINUTES, _minutes), (_QUARTERS, _quarters), (_DAYS, _days), (_REPORTED, _reported),
        (_SPOKEN, _reported), (_ENGLISH, _english), (_ENGLISH_HALF, _english),
    ):  # fmt: skip
        for match in pattern.finditer(heard):
            value = build(match)
            if _WAITING.search(heard[: match.start()]):
                continue
            if value is not None and not (
                _ARRIVING.search(heard[: match.start()]) and _COMING.match(heard, match.end())
            ):
                found.append(_value(value, match.start(), match.end(), heard, said))
    for pattern, low, high in _VAGUE_RULES:
        for match in pattern.finditer(heard):
            words = said[match.start() : match.end()]
            sure = words == "half an hour" or words.startswith("个半")
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
    number = _number(match["n"].removesuffix("拉"))
    if number is None:
        return None
    half = Fraction(1, 2) if match["half"] or match["tail"] else Fraction(0)
    if number.low == Fraction(1, 2) and match["n"] in {"半", "半拉"}:
        half = Fraction(0)
    extra = Fraction(0)
    if match["min"] or match["bare"]:
        minutes = parse_number(match["min"] or match["bare"])
        extra = minutes.low if minutes else extra
    if match["quarter"]:
        extra = Fraction(15 if match["quarter"] == "一" else 45)
    ranged = bool(half) and re.search(r"[到至~—–-]", match["n"]) is not None and number.exact
    low, high = (number.low + (0 if ranged else half)) * 60 + extra, (number.high + half) * 60 + extra
    loose = bool(match["more"] or match["over"])
    return _signed(match, (low, high + 60 if loose else high, loose))


def _minutes(match: re.Match[str]) -> Stretch | None:
    number = _number(match["n"])
    if number is None:
        return None
    return _signed(match, (number.low, number.high + (10 if match["more"] else 0), bool(match["more"])))


def _quarters(match: re.Match[str]) -> Stretch | None:
    number = _number(match["n"])
    return (number.low * 15, number.high * 15, bool(match["more"])) if number else None


def _reported(match: re.Match[str]) -> Stretch | None:
    """干了两个半点, 做了俩点儿: hours as people tell them who have done them; the bare 点儿 is loose."""
    number = parse_number(match["n"])
    if number is None:
        return None
    half = Fraction(1, 2) if match.groupdict().get("half") else Fraction(0)
    minutes = (number.low + half) * 60
    return minutes, minutes, "half" not in match.groupdict()


def _english(match: re.Match[str]) -> Stretch:
    word = match["n"].lower()
    number = Fraction(_SPELLED.get(word) or int(word))
    unit = match.groupdict().get("unit") or "hours"
    if "unit" not in match.groupdict() or match["half"]:
        number += Fraction(1, 2)
    minutes = number * (60 if unit.lower().startswith("h") else 1)
    return minutes, minutes, False


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
    if _SHORT.match(heard, end) or _LOOSE_BEFORE.search(heard[:start]):
        reason = "vague"
    if not 0 < minutes <= MAX_MINUTES or abs(minutes) > MAX_MINUTES:
        reason = "out_of_range"
    return DurationValue(
        minutes, reason is not None, reason, said[start:end], (start, end), most if most != minutes else None
    )
