"""Numerals."""

from fractions import Fraction

import pytest

from bot.understanding.numbers import parse_number, whole_number

from .tables import rows

NUMERALS = """
    两 | 2
    俩 | 2
    廿五 | 25
    廿 | 20
    半 | 1/2
    2.5 | 5/2
    一点五 | 3/2
    十 | 10
    十二 | 12
    三十一 | 31
    一百零八 | 108
    一百二 | 120
    三千五 | 3500
    一百一十 | 110
    二〇二六 | 2026
    1万 | 10000
    一万二 | 12000
    十来 | 10..15
    十几 | 11..19
    二十多 | 21..29
    三四 | 3..4
    三五 | 3..5
    一两 | 1..2
    十五六 | 15..16
    七八十 | 70..80
    两三百 | 200..300
    2到3 | 2..3
    个把 | 1..2
    三八 | 38
    十十 | -
    好 | -
    99999999999999999999 | -
"""


def told(words: str) -> str:
    number = parse_number(words)
    if number is None:
        return "-"
    return str(number.low) if number.exact else f"{number.low}..{number.high}"


@pytest.mark.parametrize(("words", "expected"), rows(NUMERALS))
def test_numerals(words: str, expected: str) -> None:
    assert told(words) == expected


def test_whole_numbers_only() -> None:
    assert whole_number("三") == 3
    assert whole_number("半") is None
    assert whole_number("三四") is None
    half = parse_number("半")
    assert half is not None
    assert half.low == Fraction(1, 2)
