"""What a message looks like to the classifiers: several readings of the same normalised text, each a bag of signs.

Characters as written, known words made one sign (`concepts`), syllables as heard, pairs with a gap between, the
beginnings and ends of clauses, and a few plain facts (how long, is it a question, is an order named …).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from components.concepts import with_concepts
from components.pinyin import fuzzy_pinyin

_DIGITS: Final = re.compile(r"\d+")
_PAUSE: Final = re.compile("[,?]")
_NEAR: Final = 5
"""How many syllables apart the two of a pair may stand."""
_FAR: Final = 8
"""How many characters apart, where known words are one sign."""
_SKIP: Final = 4
"""How many characters apart, as written."""
_LENGTHS: Final = (1, 2, 3, 5, 8, 13, 21, 39)

_FACTS: Final = {
    "asks": re.compile(
        "[?吗呢谁几]|么$|什么|怎么|哪|多少|多久|能不能|可以不|是不是|有没有|要不要|行不行|好不好|how|what|when|where|who"
    ),
    "order": re.compile(r"(?:\d+|[一二三四五六七八九十]+)号"),
    "coins": re.compile(r"(?:\d+|[一二两三四五六七八九十半]+)[个块]?(?:时间)?币"),
    "time": re.compile("点|周|今天|明天|后天|上午|下午|早上|晚上|月"),
    "over": re.compile("了$"),
    "me": re.compile("我"),
    "you": re.compile("你"),
    "them": re.compile("[他她]"),
    "not": re.compile("[别不没甭]"),
    "latin": re.compile("[a-z]{2}"),
}


def _chars(text: str) -> str:
    """Characters with every number alike, pauses as spaces and the ends marked."""
    return f"^{_DIGITS.sub('0', text).replace(',', ' ')}$"


def _concepts(text: str) -> str:
    return _chars(with_concepts(text))


def _sounds(text: str) -> str:
    return " ".join(["^", *fuzzy_pinyin(text), "$"])


def _pairs(items: Sequence[str], least: int, most: int) -> str:
    """All ordered pairs that stand from `least` to `most` places apart."""
    found = [
        f"{items[i]}_{items[j]}" for i in range(len(items)) for j in range(i + least, min(i + most + 1, len(items)))
    ]
    return " ".join(found)


def _char_pairs(text: str) -> str:
    return _pairs(_chars(text).replace(" ", ""), 2, _SKIP)


def _sound_pairs(text: str) -> str:
    return _pairs(_sounds(text).split(), 2, _NEAR)


def _concept_pairs(text: str) -> str:
    return _pairs(_DIGITS.sub("0", with_concepts(text)).replace(",", "").replace(" ", ""), 1, _FAR)


def _edges(text: str) -> str:
    """The first and last syllables of the message and of each clause."""
    whole = fuzzy_pinyin(text)
    found = [f"{size}^{''.join(whole[:size])} {size}${''.join(whole[-size:])}" for size in (1, 2, 3) if whole]
    for clause in filter(None, map(fuzzy_pinyin, _PAUSE.split(text))):
        found += [f"{size}<{''.join(clause[:size])} {size}>{''.join(clause[-size:])}" for size in (2, 3)]
    return " ".join(found)


def _shape(text: str) -> str:
    """The plain facts and every two of them together, with the length."""
    facts = [f"pauses{min(4, text.count(','))}", *(name for name, pattern in _FACTS.items() if pattern.search(text))]
    length = sum(len(text) > limit for limit in _LENGTHS)
    return " ".join([f"length{length}", *facts, *(f"{a}+{b}" for i, a in enumerate(facts) for b in facts[i + 1 :])])


_WORDS: Final[dict[str, Any]] = {"tokenizer": str.split, "token_pattern": None}
_VIEWS: Final[dict[str, tuple[Callable[[str], str], dict[str, Any]]]] = {
    "chars": (_chars, {"analyzer": "char", "ngram_range": (1, 4)}),
    "char_pairs": (_char_pairs, _WORDS),
    "concepts": (_concepts, {"analyzer": "char", "ngram_range": (1, 4)}),
    "concept_pairs": (_concept_pairs, _WORDS),
    "sounds": (_sounds, {**_WORDS, "ngram_range": (1, 3)}),
    "sound_pairs": (_sound_pairs, _WORDS),
    "edges": (_edges, _WORDS),
    "shape": (_shape, _WORDS),
}


class Views:
    """All readings side by side in one sparse row a text (float32, each reading of length one)."""

    def __init__(self, seen_at_least: int) -> None:
        """What stands in fewer than `seen_at_least` lines is no feature."""
        self._readers = {
            name: TfidfVectorizer(sublinear_tf=True, lowercase=False, min_df=seen_at_least, dtype=np.float32, **options)
            for name, (_, options) in _VIEWS.items()
        }

    def learn(self, texts: Sequence[str]) -> csr_matrix:
        """Learns what there is to see in the training lines and gives their rows."""
        return hstack(
            [self._readers[name].fit_transform(list(map(view, texts))) for name, (view, _) in _VIEWS.items()]
        ).tocsr()

    def rows(self, texts: Sequence[str]) -> csr_matrix:
        """The rows of other texts."""
        return hstack(
            [self._readers[name].transform(list(map(view, texts))) for name, (view, _) in _VIEWS.items()]
        ).tocsr()
