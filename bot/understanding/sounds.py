"""How text sounds: toneless pinyin with the mergers of the south (zh/z, n/l, ang/an), to forgive dictation."""

import re
from collections.abc import Sequence
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_FINAL = re.compile(r"(?<=[aei])ng$")


@lru_cache(maxsize=8192)
def syllable(ch: str) -> str:
    """The fuzzy syllable of one character; anything that is no Chinese character stands for itself."""
    if not "一" <= ch <= "鿿":
        return ch
    sound = lazy_pinyin(ch, style=Style.NORMAL)[0]
    for long, short in _INITIALS:
        if sound.startswith(long):
            sound = short + sound[2:]
            break
    return _FINAL.sub("n", sound)


def syllables(text: str) -> list[str]:
    return [syllable(ch) for ch in text]


def mend(text: str, phrases: Sequence[tuple[str, list[str]]]) -> str:
    """The text, at the same length, with every place that sounds like one of the phrases (given with their syllables)
    and shows at least half of its characters written as the phrase. Put longer phrases first."""
    sounds = syllables(text)
    mended = list(text)
    for phrase, wanted in phrases:
        length = len(phrase)
        for at in range(len(sounds) - length + 1):
            if sounds[at] != wanted[0] or sounds[at : at + length] != wanted:
                continue
            same = sum(1 for ch, want in zip(text[at : at + length], phrase, strict=True) if ch == want)
            if same * 2 >= length and same < length:
                mended[at : at + length] = phrase
    return "".join(mended)
