"""Numbers, button labels and a plain yes or no pick one of the choices that were last shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from bot.messages import Choice

NUMBERS = {
    1: ("1", "一", "壹", "①", "第一", "第一个", "头一个", "选1", "选一", "1号", "一号", "要第一个", "one"),
    2: ("2", "二", "两", "贰", "②", "第二", "第二个", "中间那个", "选2", "选二", "2号", "二号", "要第二个", "two"),
    3: ("3", "三", "叁", "③", "第三", "第三个", "选3", "选三", "3号", "三号", "要第三个", "three"),
}
LAST = ("最后一个", "后面那个", "末一个", "最后那个")
YES = frozenset(
    """
    对 对的 对啊 对呀 对对 对对对 是 是的 是啊 是呀 好 好的 好呀 好啊 好嘞 好滴 行 行的 行啊 中 可以 可以的 嗯 嗯嗯 嗯好
    没错 对头 得嘞 成 就这样 同意 要 要的 对伐 是额 对额 好额 灵额 好咯 可以额 ok OK yes y
    """.split()  # noqa: SIM905  # a word list reads best as words
)
NO = frozenset(
    """
    不 不对 不是 不是的 不行 不要 不要了 不用 不用了 不好 不同意 没有 勿 勿是 勿对 勿要 覅 弗要 不中 别 不了 算了 no n
    """.split()  # noqa: SIM905  # a word list reads best as words
)
VAGUE = frozenset(
    """
    好 好的 好呀 好啊 好嘞 好滴 行 行的 行啊 中 可以 可以的 嗯 嗯嗯 嗯好 得嘞 成 要 要的 好额 灵额
    好咯 可以额 ok OK yes y
    """.split()  # noqa: SIM905  # a word list reads best as words
)
"""A yes to anything, also said to what was hardly read: no coins move on these alone."""
_YES_AT_LENGTH = re.compile(
    r"(?:嗯+|好好?|对对?|是|行|可以|没错)"
    r"(?:的|呀|啊|吧|嘞|哦|噢|哈|啦|额|了)*[,，。! ]*"
    r"(?:就这样|麻烦[你您]了?|谢谢[你您]?|谢谢啊|办吧|那就办吧?|没错|对的?)?(?:啊|呀|哦|了|吧)*"
)
_GO_AHEAD = re.compile(r"(?:好的?|嗯|行|那就?)?[,，]?(?:现在|就)?(?:要?看看?|办|说|查查?|来)(?:吧|呀|啊|一下|了)*")
"""Yes to "现在办吗？"; to "对吗？" it is none."""
LETS_GO = frozenset({"算了", "不用了", "不要了", "不了"})
_TRIM = " 。，！？,.!?~～、；;：:…\u3000"


def plain(text: str) -> str:
    """The words without the punctuation and blanks around them."""
    return unicodedata.normalize("NFKC", text).strip().strip(_TRIM).strip()


def lets_go(text: str) -> bool:
    """Whether a plain no may mean that the whole matter is let go."""
    return plain(text) in LETS_GO


def says_yes(text: str) -> bool:
    """Whether the words are a yes and nothing else."""
    words = plain(text)
    return words in YES or bool(_YES_AT_LENGTH.fullmatch(words))


def vague_yes(text: str) -> bool:
    """Whether that yes is one of those that people say to anything."""
    words = plain(text)
    return words in VAGUE or (words not in YES and bool(_YES_AT_LENGTH.fullmatch(words)))


def pick(text: str, choices: Sequence[Choice]) -> Choice | None:
    """The choice that `text` picks, or None when it says something else (then the talk goes to Rasa).

    A number beyond the choices picks nothing.
    """
    words = plain(text)
    if not words or not choices:
        return None
    for choice in choices:
        label = plain(choice.label)
        if words == label or (choice.means == "no" and words.rstrip("了吧啊呀") == label.rstrip("了吧啊呀")):
            return choice
    for number, spellings in NUMBERS.items():
        if words in spellings:
            return choices[number - 1] if number <= len(choices) else None
    if words in LAST:
        return choices[-1]
    means = "no" if words in NO else "yes" if says_yes(words) else None
    if means is None:
        return _goes_ahead(words, choices)
    return next((choice for choice in choices if choice.means == means), None)


def _goes_ahead(words: str, choices: Sequence[Choice]) -> Choice | None:
    """The deed that 看看吧 or 办吧 lets go ahead; never the yes to a read-back."""
    yes = next((choice for choice in choices if choice.means == "yes"), None)
    reads_back = yes is None or yes.payload == "/affirm" or yes.payload.startswith("/confirm_done")
    return None if reads_back or not _GO_AHEAD.fullmatch(words) else yes
