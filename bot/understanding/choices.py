"""A pick from a numbered list: 1, 一, 第一个, 选2, 后面那个, ②."""

import re

from .numbers import whole_number
from .text import clean

LAST = -1
"""The last one of a list whose length the caller did not say."""

_LEAD = r"(?:我|就|那就?|那我|要|选择?|按|回复?|还是|嗯|哦|好|,|是|用|拿|挑|来)*\s?(?:第|no\.?|#)?\s?"
_TAIL = r"(?:个|号|项|条|种|位|家|款|样|的|吧|呀|啊|呢|了|嘛|好了|就行|就好|可以|\.|。|、|,|!|\)|那个|那|\s)*"
_NUMBER = re.compile(rf"{_LEAD}(?P<n>\d{{1,2}}|[一二两三四五六七八九十]{{1,3}}){_TAIL}")
_LETTER = re.compile(rf"{_LEAD}(?P<n>[a-eA-E]){_TAIL}")
_WORDS: tuple[tuple[int, str], ...] = (
    (1, r"头[一里]?[个位]|最?(?:前面|上面|先头|前头|上头|左边)(?:那|这|一)?[个位一]*|最前|打头|first|前一个|前者"),
    (2, r"当?中(?:间|央)?(?:那|这)?[一个]+|second"),
    (3, r"third"),
    (LAST,
        r"最?(?:后面|下面|后头|下头|末尾|右边|底下)(?:那|这|一)?[个位一]*|最[后末](?:那|这|一)?[个位一]*|末一个|"
        r"后一个|last(?: one)?|后者"),
)  # fmt: skip
_WORD_RULES = tuple((pick, re.compile(rf"{_LEAD}(?:{words}){_TAIL}", re.IGNORECASE)) for pick, words in _WORDS)
_ENGLISH = {"one": 1, "two": 2, "three": 3}


def resolve_choice(text: str, *, count: int | None = None) -> int | None:
    """The position picked, from 1, or None when the text is no bare pick or lies outside a list of `count`.

    The last one is `count`, or `LAST` where `count` is not given.
    """
    said = clean(text).lower()
    for pick, pattern in _WORD_RULES:
        if pattern.fullmatch(said):
            chosen = count if pick == LAST and count else pick
            return chosen if count is None or chosen <= count else None
    if said in _ENGLISH:
        number: int | None = _ENGLISH[said]
    elif match := _NUMBER.fullmatch(said):
        number = whole_number(match["n"])
    elif match := _LETTER.fullmatch(said):
        number = "abcde".index(match["n"]) + 1
    else:
        return None
    return number if number is not None and 1 <= number <= (count or 99) else None
