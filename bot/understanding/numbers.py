"""Chinese and Arabic numerals as exact numbers or ranges."""

import re
from dataclasses import dataclass
from fractions import Fraction

DIGITS = {
    "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
    "幺": 1, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9, "俩": 2, "仨": 3,
}  # fmt: skip
TENS = {"廿": 20, "卅": 30}
UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10000}

CN = "零〇一二两三四五六七八九十拾百佰千仟万廿卅俩仨幺壹贰叁肆伍陆柒捌玖"
NUMERAL = rf"(?:\d+(?:\.\d+)?万?|半|(?:[{CN}]+|\d+)(?:来|几|多)?|几十?|个把)"
"""Pattern of one numeral, to be built into larger ones; read it with `parse_number`."""

_MIXED = re.compile(r"(\d+(?:\.\d+)?)(万?)")
_SPOKEN_POINT = re.compile(r"([零一二两三四五六七八九十])点([一二三四五六七八九])")
_RANGE = re.compile(r"(.+?)(?:到|至|[-~—–])(.+)")
_PAIR_ALONE = re.compile(r"([一二两三四五六七八九])([二两三四五六七八九])")
_PAIR_BEFORE_UNIT = re.compile(r"([一二两三四五六七八九])([二两三四五六七八九])([十百千万])")
_PAIR_AFTER_TEN = re.compile(r"(.*[十廿卅])([一二三四五六七八])([二三四五六七八九])")


@dataclass(frozen=True)
class Number:
    """A number as said: `low == high` when exact."""

    low: Fraction
    high: Fraction

    @property
    def exact(self) -> bool:
        return self.low == self.high

    @property
    def whole(self) -> int | None:
        """The number as an int, or None when it is a range or has a fraction."""
        return int(self.low) if self.exact and self.low.denominator == 1 else None


def parse_number(words: str) -> Number | None:
    """`两` 2, `廿五` 25, `半` ½, `2.5`, `十来` 10–15, `三四` 3–4, `十几` 11–19, `2到3` 2–3; None for anything else."""
    text = words.strip()
    special = _special(text)
    if special is not None:
        return special
    between = _RANGE.fullmatch(text)
    if between:
        first, last = parse_number(between[1]), parse_number(between[2])
        return Number(first.low, last.high) if first and last and first.low <= last.high else None
    for build in (_loose, _pair):
        found = build(text)
        if found is not None:
            return found
    point = _SPOKEN_POINT.fullmatch(text)
    value = Fraction(DIGITS.get(point[1], 10) * 10 + DIGITS[point[2]], 10) if point else exact_number(text)
    return None if value is None else Number(value, value)


def _special(text: str) -> Number | None:
    known = {"半": (Fraction(1, 2),) * 2, "个把": (Fraction(1), Fraction(2)), "几": (Fraction(2), Fraction(9)),
             "几十": (Fraction(20), Fraction(90)), "好几": (Fraction(3), Fraction(9))}  # fmt: skip
    return Number(*known[text]) if text in known else None


def _loose(text: str) -> Number | None:
    """十来 10–15, 十几 11–19, 二十多 21–29, 百把 100."""
    if len(text) < 2 or text[-1] not in "来几多把":
        return None
    base = exact_number(text[:-1])
    if base is None or base < 1:
        return None
    step = Fraction(1)
    while base % (step * 10) == 0:
        step *= 10
    if text[-1] == "来" or text[-1] == "把":
        return Number(base, base + step / 2)
    return Number(base + (1 if step > 1 else 0), base + (step - 1 if step > 1 else 1))


def _pair(text: str) -> Number | None:
    """三四 3–4, 十五六 15–16, 七八十 70–80: two neighbouring digits side by side are a range."""
    alone = _PAIR_ALONE.fullmatch(text)
    if alone:
        return _between(DIGITS[alone[1]], DIGITS[alone[2]], 1)
    before = _PAIR_BEFORE_UNIT.fullmatch(text)
    if before:
        return _between(DIGITS[before[1]], DIGITS[before[2]], UNITS[before[3]])
    after = _PAIR_AFTER_TEN.fullmatch(text)
    base = exact_number(after[1]) if after else None
    if after and base is not None:
        pair = _between(DIGITS[after[2]], DIGITS[after[3]], 1)
        return Number(base + pair.low, base + pair.high) if pair else None
    return None


def _between(first: int, last: int, unit: int) -> Number | None:
    """Only neighbours (三四) and the idiom 三五 make a range; 三八 does not."""
    if last - first == 1 or (first, last) == (3, 5):
        return Number(Fraction(first * unit), Fraction(last * unit))
    return None


def exact_number(text: str) -> Fraction | None:
    """The exact value of a numeral, or None."""
    arabic = _MIXED.fullmatch(text)
    if arabic:
        if len(arabic[1]) > 15:
            return None
        return Fraction(arabic[1]) * (10000 if arabic[2] else 1)
    if not text or len(text) > 15 or any(ch not in DIGITS and ch not in TENS and ch not in UNITS for ch in text):
        return None
    if all(ch in DIGITS for ch in text):
        return _digit_by_digit(text)
    return _with_units(text)


def _digit_by_digit(text: str) -> Fraction | None:
    """一 1, 二〇二六 2026; 三四 is a range and left to others."""
    if len(text) == 2 and DIGITS[text[0]] and DIGITS[text[1]] - DIGITS[text[0]] == 1:
        return None
    return Fraction("".join(str(DIGITS[ch]) for ch in text))


def _with_units(text: str) -> Fraction | None:
    """十二 12, 廿五 25, 一百零八 108, 一百二 120, 三千五 3500, 一万二 12000."""
    total = section = digit = 0
    last_unit = 1
    zero = False
    for ch in text:
        if ch in DIGITS:
            if digit:
                return None
            digit, zero = DIGITS[ch], zero or DIGITS[ch] == 0
            continue
        if ch in TENS:
            if digit or last_unit == 10:
                return None
            section, last_unit = section + TENS[ch], 10
            continue
        unit = UNITS[ch]
        if unit == 10000:
            total, section, digit = (total + section + digit) * unit, 0, 0
        else:
            if last_unit <= unit and section and last_unit != 10000:
                return None
            section, digit = section + (digit or 1) * unit, 0
        last_unit, zero = unit, False
    if digit and last_unit >= 100 and not zero:
        digit *= last_unit // 10
    return Fraction(total + section + digit)


def whole_number(words: str) -> int | None:
    """`parse_number` where only a whole exact number will do."""
    number = parse_number(words)
    return number.whole if number else None
