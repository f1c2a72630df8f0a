"""The shortest answers, by closed list: two characters are too little for statistics and too much to get wrong."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

import yaml

from components.decision import OUT_OF_SCOPE
from components.normaliser import normalise

_LIST: Final = Path(__file__).with_name("short_answers.yml")
_MEANINGFUL: Final = re.compile(r"[0-9A-Za-z㐀-鿿?]")
_ANSWERS: Final = {"affirm", "deny"}
"""With a question mark these are no answers: "好？" asks."""
_NUMBER: Final = re.compile(
    r"(?:选|要|就)?(?:第)?(?:\d{1,4}|[一二两三四五六七八九十]{1,3})(?:个|号|项|条|位)?(?:吧|呀|啊|的)?"
)


def _key(text: str) -> str:
    return normalise(text).replace(",", "").replace(" ", "")


@lru_cache(maxsize=1)
def closed_list() -> dict[str, str]:
    """Words, as `normalise` leaves them without pauses, and their intents. Raises ValueError on a word listed twice."""
    words: dict[str, str] = {}
    for intent, forms in yaml.safe_load(_LIST.read_text(encoding="utf-8")).items():
        for form in forms:
            key = _key(str(form))
            if words.setdefault(key, intent) != intent:
                raise ValueError(f"{form!r} is listed under {words[key]} and {intent}")
    return words


def short_answer(normalised: str) -> str | None:
    """The intent of a normalised message that stands in the closed list, is a bare number or holds no word at all."""
    if not _MEANINGFUL.search(normalised):
        return OUT_OF_SCOPE if normalised else None
    key = normalised.replace(",", "").replace(" ", "")
    for form in (key, key.rstrip("?")):
        intent = closed_list().get(form)
        if intent and (form == key or intent not in _ANSWERS):
            return intent
    return "inform" if _NUMBER.fullmatch(key) else None
