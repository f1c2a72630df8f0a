"""Emergencies by words, before and without any classifier.

`screen` is tuned for recall: a `certain` alarm pages people at once, a `doubtful` one asks one short question and
alerts staff as well. Idioms, denials, the past, other people's news, plans and what-ifs are kept out.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from .alarm_calm import CALM, DESK_TALK, STORY
from .alarm_context import (
    HANDLED,
    HANDLED_NOT,
    HEARSAY,
    HYPOTHETICAL,
    IDIOMS,
    INNER_DENIAL,
    LEARNING,
    MONEY_WANTED,
    NEGATED_BEFORE,
    OTHERS,
    PAST,
    PLANNED,
    STILL,
    URGENT,
    WAY_WANTED,
)
from .alarm_kinds import MEDICAL, Kind, Level
from .alarm_sounds import KEY_PAIRS, KEY_PHRASES, MISHEARD
from .alarm_words import COMPILED
from .sounds import mend, syllables
from .text import clean

BLANK = "\x00"
_STOPS = re.compile(r"[。!?;,\n~…]| (?=[一-龥])")
_USED_BY_SWINDLERS: frozenset[Kind] = frozenset({"traffic", "violence", "intruder"})
_SHUT_OUT = re.compile(
    r"你们站|站里|快递|退回|几点|楼下(?:遛|等|散)|我(?:再)?等(?:一?会|他|她)|志愿者敲门?(?:我|时)|没听[见到]|"
    r"我(?:一直)?在家|说我不在|我[^,。]{0,8}没出门|冰箱|推销|送餐员|外卖|先走了"
)
_SNOWED_IN = re.compile(r"(?:买|送|带|取|捎|代购)[^,。]{0,6}(?:菜|米|药|饭|东西|快递|水|奶)")
_PRICE = re.compile(r"收费|多少钱|医保|报销|能报|报吗|区别|how much|手环怎么|按钮怎么", re.IGNORECASE)
_TOLD = re.compile(r"电话|微信|短信|说是|自称|对方|讲是|网上|专家")
_ERRAND_CALL = re.compile(
    r"来(?:个|几个)?人(?:帮(?:我|忙)?|给我)?(?:一?起)?(?:搬|买|修|送|接(?!我)|取|拿|做|装|换|挪|扛|提|洗|擦|打扫|"
    r"关一?下)|(?:水管|阀门?|水龙头)[^。]{0,14}(?:拧|关|来人)|顶不住[^。]{0,8}(?:接|单|派)"
)
_ALWAYS: frozenset[Kind] = frozenset({"suicide"})


@dataclass(frozen=True)
class Alarm:
    """A call for help: how sure, what kind, the words and where they stand in the cleaned text."""

    level: Level
    kind: Kind
    words: str
    span: tuple[int, int]


@lru_cache(maxsize=1)
def _phrases() -> tuple[tuple[str, list[str]], ...]:
    longer = sorted((phrase for phrase in KEY_PHRASES if len(phrase) > 2), key=len, reverse=True)
    return tuple((phrase, syllables(phrase)) for phrase in (*longer, *KEY_PAIRS))


def mend_sounds(text: str) -> str:
    """Alarming phrases that were misheard put right (煤器味 → 煤气味), at the same length. A phrase of three
    and more characters is recognised by its sound when at least half of its characters stand as they should."""
    for heard, meant in MISHEARD.items():
        if heard in text and len(heard) == len(meant):
            text = text.replace(heard, meant)
    return mend(text, _phrases())


def screen(text: str) -> Alarm | None:
    """The alarm that a message raises, or None. Of several the surest counts, then the first kind in the table."""
    said = clean(text)
    heard = mend_sounds(said)
    bare = IDIOMS.sub(lambda match: BLANK * len(match[0]), heard)
    doubt: Alarm | None = None
    for kind, level, pattern in COMPILED:
        for match in pattern.finditer(bare):
            final = _weigh(kind, level, match, bare, heard)
            if final is None:
                continue
            alarm = Alarm(final, kind, said[match.start() : match.end()], match.span())
            if final == "certain":
                return alarm
            doubt = doubt or alarm
    return doubt


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    """The clause around a span."""
    before = [match.end() for match in _STOPS.finditer(text, 0, start)]
    after = _STOPS.search(text, end)
    return (before[-1] if before else 0), (after.start() if after else len(text))


def _weigh(kind: Kind, level: Level, match: re.Match[str], bare: str, heard: str) -> Level | None:
    """The level that is left after looking around, or None."""
    begin, finish = _clause(bare, match.start(), match.end())
    before = bare[begin : match.start()]
    if NEGATED_BEFORE.search(before) and kind not in _ALWAYS:
        return None
    if kind in _ALWAYS:
        return _weigh_words_of_despair(level, before, bare, heard)
    if INNER_DENIAL.search(bare[match.start() : finish]):
        return None
    urgent = bool(URGENT.search(bare))
    if DESK_TALK.search(bare) or (level == "doubtful" and CALM.search(bare)):
        return None
    if kind == "no_answer_at_door" and _SHUT_OUT.search(bare):
        return None
    if (kind == "trapped" and _SNOWED_IN.search(bare)) or (kind == "help" and _ERRAND_CALL.search(bare)):
        return None
    if kind == "electric" and re.search(r"(?:手机|充电)[^。]{0,8}(?:吗|修)", bare):
        return None
    if kind == "help" and (_PRICE.search(bare) or (MONEY_WANTED.search(bare) and _TOLD.search(bare))):
        return None
    if HEARSAY.search(heard) or _over(bare, begin, finish, match):
        return None
    if LEARNING.search(bare) and not (urgent and level == "certain" and not _asks_about_rules(bare)):
        return None
    if HYPOTHETICAL.search(bare[:finish]) and not re.search(r"现在|刚才|刚刚|救命|快来", bare):
        return None
    if kind in MEDICAL and PLANNED.search(bare):
        if level == "doubtful":
            return None
        return level if urgent else "doubtful"
    if (kind in _USED_BY_SWINDLERS or (kind == "help" and level == "doubtful")) and MONEY_WANTED.search(bare):
        return None
    if kind == "lost" and WAY_WANTED.search(bare):
        return None
    if OTHERS.search(before) and kind in MEDICAL and not urgent:
        return "doubtful"
    return level


def _weigh_words_of_despair(level: Level, before: str, bare: str, heard: str) -> Level | None:
    """Talk of not wanting to live counts even as a what-if; news, lectures and plain denial don't."""
    if re.search(r"(?:没有?|不会|从没|不是|不)(?:想过?|要)?$", before) or re.search(
        r"预防|防止|讲座|宣传|热线|新闻|听说|电视|小说|电影", heard
    ):
        return None
    if STORY.search(bare) and not re.search(r"我(?:也)?(?:真)?(?:不?想|要)|现在|今[天晚]|一直|又", bare):
        return None
    return level


def _over(bare: str, begin: int, finish: int, match: re.Match[str]) -> bool:
    """Whether it is over: dealt with, or told of a past day with nothing that says it goes on."""
    if HANDLED.search(bare) and not HANDLED_NOT.search(bare):
        return True
    clause_before = bare[max(0, begin - 14) : match.end() + 1]
    return bool(PAST.search(clause_before)) and not STILL.search(bare[match.start() :]) and not URGENT.search(bare)


def _asks_about_rules(bare: str) -> bool:
    return bool(re.search(r"算不算|管不管|规定|章程|保险|赔|讲座|培训|报名|演[习练]|宣传|多少钱|知识", bare))
