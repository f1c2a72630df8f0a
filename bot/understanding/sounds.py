"""How text sounds: toneless pinyin with the mergers of the south (zh/z, n/l, ang/an), to forgive dictation."""

import re
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


def find_sound(heard: list[str], wanted: list[str]) -> int:
    """The index at which the wanted syllables stand, or -1."""
    first, length = wanted[0], len(wanted)
    for at in range(len(heard) - length + 1):
        if heard[at] == first and heard[at : at + length] == wanted:
            return at
    return -1
