"""First steps on what people typed or dictated: clean, defuse, recognise emptiness, mask for logs."""

import re
import unicodedata
from functools import lru_cache
from typing import Protocol

from opencc import OpenCC  # type: ignore[import-untyped]  # the library ships no types

MAX_CHARS = 300
"""Longest text that is looked at, in characters; a 21,000-character text once took a classifier to 12 GB."""

_LOOK_AHEAD = MAX_CHARS * 4
_LONGEST_WRITTEN = 2000
_KEYCAP = re.compile("[\ufe0e\ufe0f\u20e3]")
_SPACES = re.compile(r"\s+")
_ZHE = re.compile("著(?![名作称]|书立)(?<!显著)(?<!卓著)(?<!名著)(?<!原著)(?<!专著)")
_PAYLOAD = re.compile(r"^[/／⁄∕÷\\\s]+")


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@lru_cache(maxsize=1)
def _t2s() -> _Converter:
    converter: _Converter = OpenCC("t2s")
    return converter


def clean(text: str) -> str:
    """The text in half width, simplified characters, without control characters, at most `MAX_CHARS` long.

    Runs of blanks become one blank. `clean(clean(x)) == clean(x)`; every span that this package
    reports counts characters of the cleaned text.
    """
    previous, current = text, _clean_once(text)
    for _ in range(3):
        if current == previous:
            break
        previous, current = current, _clean_once(current)
    return current


def _clean_once(text: str) -> str:
    head = _KEYCAP.sub("", text[:_LOOK_AHEAD])
    half = unicodedata.normalize("NFKC", head)
    kept = "".join(_printable(ch) for ch in half)
    simplified = _ZHE.sub("着", _t2s().convert(kept))
    return _SPACES.sub(" ", simplified).strip()[:MAX_CHARS].strip()


def _printable(ch: str) -> str:
    """A blank for white space, nothing for control, format (zero width), surrogate and unassigned ones."""
    if ch in "\n\r\t\x0b\x0c\u2028\u2029":
        return " "
    return "" if unicodedata.category(ch) in {"Cc", "Cf", "Cs", "Co", "Cn"} else ch


def as_written(text: str) -> str:
    """The person's own words for another person to read: only what cannot be printed is left out."""
    lines = text[:_LONGEST_WRITTEN].splitlines()
    return "\n".join("".join(_printable(ch) for ch in line) for line in lines).strip()


def neutralise(text: str) -> str:
    """Text of a user that can't be read as a `/intent{...}` payload; leading slashes of any width are cut off."""
    visible = "".join(_printable(ch) for ch in text)
    if not unicodedata.normalize("NFKC", visible).lstrip().startswith(("/", "\\")) and not _PAYLOAD.match(visible):
        return text
    return _PAYLOAD.sub("", unicodedata.normalize("NFKC", visible))


def is_only_symbols(text: str) -> bool:
    """Whether nothing but emoji, punctuation, marks or blanks is left; the empty text counts."""
    return not any(unicodedata.category(ch)[0] in "LN" for ch in clean(text))


_ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)\d{15}(?!\d)")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(?:0\d{2,3}[- ]?)?\d{7,8}(?!\d)")
_LONG_RUN = re.compile(r"\d(?:[- ]?\d){6,}")
_SPOKEN_RUN = re.compile("[零〇一二三四五六七八九幺]{7,}")


def mask(text: str) -> str:
    """The text with ID numbers, telephone numbers and other long runs of digits blotted out, for logs."""
    half = "".join(unicodedata.normalize("NFKC", ch) if "０" <= ch <= "９" else ch for ch in text)
    for pattern, word in (
        (_ID_NUMBER, "[证件号]"),
        (_MOBILE, "[电话]"),
        (_LANDLINE, "[电话]"),
        (_LONG_RUN, "[数字]"),
        (_SPOKEN_RUN, "[数字]"),
    ):
        half = pattern.sub(word, half)
    return half
