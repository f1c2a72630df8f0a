"""Which thing of the catalogue the words name, and how many pieces: 换一袋米, 两瓶酱油, 要三块肥皂."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.understanding.numbers import whole_number
from bot.understanding.sounds import syllables
from bot.understanding.text import clean

_CN = "一二两俩三四五六七八九十仨"
MEASURES = "袋瓶包盒个桶提条块斤把罐卷件份箱双只支张本串"
_PIECES = re.compile(rf"(?P<n>\d{{1,3}}|[{_CN}]{{1,3}})\s?(?:小|大)?[{MEASURES}]")
_WISH = re.compile(
    r"^(?:我?(?:想要?|要|给我|帮我|来|再)?(?:用?(?:时间)?币|用?积分)?(?:去|来)?(?:换取?|兑换?|领取?|拿|要)(?:点|些|成|个)?)+"
)
_TAIL = re.compile(r"(?:好?[吗吧呀啊呢嘛哦了]|可以|行不行|谢谢[你您]?|有没有|还有)+$")
_ASIDE = re.compile(r"[（(][^)）]*[)）]|\d+(?:\.\d+)?(?:公?斤|千?克|kg|g|毫?升|ml|l)", re.IGNORECASE)
_PUNCTUATION = re.compile(r"[\s,，。.!！?？、]")
_SPOKEN = {"俩": 2, "仨": 3, "两": 2}


def pieces_named(words: str) -> int | None:
    """How many pieces the words say; None when they say no number with a measure."""
    match = _PIECES.search(clean(words))
    if match is None:
        return None
    return _SPOKEN.get(match["n"]) or whole_number(match["n"])


def goods_named(words: str, on_offer: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The things that the words name: by their whole name, else by what is asked for, also as it sounds."""
    said = _PUNCTUATION.sub("", clean(words))
    if not said:
        return []
    whole = [good for good in on_offer if core(good["name"]) and core(good["name"]) in said]
    longest = max((len(core(good["name"])) for good in whole), default=0)
    if whole:
        return [good for good in whole if len(core(good["name"])) == longest]
    thing = asked_for(said)
    if not thing:
        return []
    inside = [good for good in on_offer if thing in core(good["name"])]
    return inside or [good for good in on_offer if _sounds_in(thing, core(good["name"]))]


def core(name: str) -> str:
    """The name without number, measure and what stands in brackets: 一袋米（5公斤） -> 米."""
    bare = _PUNCTUATION.sub("", _ASIDE.sub("", clean(name)))
    return _PIECES.sub("", bare) or bare


def asked_for(said: str) -> str:
    """What is left of a wish without its verb, number and measure: 换一袋米吧 -> 米. Empty without a wish."""
    verb = _WISH.match(said)
    number = _PIECES.search(said)
    if verb is None and number is None:
        return ""
    rest = said[number.end() :] if number is not None else said[verb.end() if verb else 0 :]
    return _TAIL.sub("", rest).removeprefix("的")


def _sounds_in(thing: str, name: str) -> bool:
    """Whether the name has a part of two signs or more that sounds like the thing."""
    wanted, heard = syllables(thing), syllables(name)
    if len(wanted) < 2:
        return False
    return any(heard[start : start + len(wanted)] == wanted for start in range(len(heard) - len(wanted) + 1))
