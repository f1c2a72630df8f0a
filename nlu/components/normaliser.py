"""One spelling for what people write, dictate and say in dialect.

`normalise` is the only door to the classifier, at training and at parse alike. What it gives is for
understanding alone: names, times and amounts are read from the words as sent.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from opencc import OpenCC

from components.dialect import DIALECT

MAX_CHARS: Final = 300
"""Longer messages are cut: understanding costs time and memory by the character, and a wish stands early."""

_PUNCTUATION: Final = str.maketrans(
    dict.fromkeys(";:、。.·…~～-—_|/\\\"'“”‘’()[]{}<>《》【】「」*#^`", ",") | {"!": ",", "?": "?"}
)
_FILLER_WORDS: Final = (
    "就是说|怎么说呢|这个嘛|那个嘛|那个啥|这个这个|那个那个|嗯|呃|唔(?=,|$)|啊|哎呀|哎|诶|欸|哦|噢|喏"
    r"|(?:额|喂|怎么说|well|you know)(?=,)|(?:um+|uh+|er+)\b"
)
# At the head of a clause a filler says nothing ("嗯我想问一下"); "那个" and "这个" do only when a pause or another
# filler follows, since "那个单子" means one order.
_FILLER_HEAD: Final = re.compile(rf"(^|,)(?:(?:{_FILLER_WORDS})(?:,|(?=[^,?])))+")
_FILLER_PAUSE: Final = re.compile(r"(^|,)(?:(?:那个|这个|就是|然后|那么)(?:,|(?=嗯|呃|我想|我要|请问|问一下)))+")
_FILLER_CLAUSE: Final = re.compile(r",(?:嗯|呃|额|那个|这个|就是说|就是)(?=,|$)")
_LONG_RUN: Final = re.compile(r"([^\d,])\1{2,}")
_LONG_PAIR: Final = re.compile(r"([^\d,]{2,3})\1{2,}")
_COMMAS: Final = re.compile(r"[,\s]*,[,\s]*")
_SPACES: Final = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
_DIALECT: Final = [(re.compile(pattern), standard) for pattern, standard in DIALECT]


@lru_cache(maxsize=1)
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


def _plain_chars(text: str) -> str:
    """NFKC, without control and zero-width characters; line breaks are pauses."""
    kept: list[str] = []
    for char in unicodedata.normalize("NFKC", text):
        category = unicodedata.category(char)
        if char in "\r\n":
            kept.append(",")
        elif category.startswith("Z") or char == "\t":
            kept.append(" ")
        elif category[0] != "C" and category != "Mn":
            kept.append(char)
    return "".join(kept)


def _without_fillers(text: str) -> str:
    """Drops what people say while they think; a message of fillers alone stays as it is ("嗯" is a yes)."""
    shorter = _FILLER_PAUSE.sub(r"\1", text)
    shorter = _FILLER_HEAD.sub(r"\1", shorter)
    shorter = _FILLER_CLAUSE.sub("", shorter)
    shorter = _FILLER_PAUSE.sub(r"\1", shorter)
    return shorter if shorter.strip(",? ") else text


def normalise(text: str) -> str:
    """The text in simplified standard Chinese, half width, lower case, one kind of pause (",") and "?".

    At most `MAX_CHARS` characters; idempotent enough to be applied to training lines and messages alike. Never raises.
    """
    plain = _plain_chars(text[: MAX_CHARS * 2]).lower()
    plain = _to_simplified().convert(plain).translate(_PUNCTUATION)
    plain = _SPACES.sub("", _COMMAS.sub(",", plain)).strip(" ,")
    for pattern, standard in _DIALECT:
        plain = pattern.sub(standard, plain)
    plain = _LONG_PAIR.sub(r"\1\1", _LONG_RUN.sub(r"\1\1", plain))
    plain = _without_fillers(plain)
    return _COMMAS.sub(",", plain).strip(" ,")[:MAX_CHARS]
