"""What happens to words on their way to us, made on purpose to measure it: always the same for the same text."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from opencc import OpenCC
from pypinyin import lazy_pinyin

_HAN: Final = re.compile(r"[一-鿿]")
_PAUSES: Final = re.compile(r"[,，。.!！?？、;；:：\s]+")
SWAPPED: Final = 0.3
"""The share of characters that become sound-alikes, as in the pilot this house compares itself with."""


def sound_groups(texts: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """The characters that people really write, by how they sound without tone."""
    groups: dict[str, set[str]] = defaultdict(set)
    for char in sorted({char for text in texts for char in text if _HAN.match(char)}):
        groups[lazy_pinyin(char)[0]].add(char)
    return {sound: tuple(sorted(chars)) for sound, chars in groups.items() if len(chars) > 1}


def sound_alikes(text: str, groups: Mapping[str, tuple[str, ...]], share: float = SWAPPED) -> str:
    """The text with `share` of its characters written as others that sound the same (wrong candidate, dictation)."""
    rng = random.Random(text)  # noqa: S311  measuring, not a secret
    sounds = iter(lazy_pinyin("".join(_HAN.findall(text))))
    made = []
    for char in text:
        if not _HAN.match(char):
            made.append(char)
            continue
        others = [other for other in groups.get(next(sounds), ()) if other != char]
        made.append(rng.choice(others) if others and rng.random() < share else char)
    return "".join(made)


def traditional(text: str) -> str:
    """The text as it is written in Taiwan or Hong Kong."""
    return str(OpenCC("s2t").convert(text))


def breathless(text: str) -> str:
    """The text as dictation gives it: no pauses, a filler at the head."""
    return "嗯那个" + _PAUSES.sub("", text)


def slipped(text: str) -> str:
    """One character lost or doubled, in texts long enough to survive it."""
    if len(text) < 6:
        return text
    rng = random.Random(f"slip:{text}")  # noqa: S311  as above
    at = rng.randrange(1, len(text) - 1)
    return text[:at] + (text[at] + text[at:] if rng.random() < 0.5 else text[at + 1 :])


def noises(groups: Mapping[str, tuple[str, ...]]) -> dict[str, Callable[[str], str]]:
    """Every kind of noise by its name in the report."""
    return {
        "sound-alikes (30 % of characters)": lambda text: sound_alikes(text, groups),
        "traditional characters": traditional,
        "no pauses, a filler before": breathless,
        "a character lost or doubled": slipped,
    }
