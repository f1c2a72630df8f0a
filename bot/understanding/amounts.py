"""Coins: 五个币, 2.5币, 俩币, 所有的."""

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from .durations import resolve_duration
from .numbers import CN, Number, parse_number
from .text import clean

MINUTES_PER_COIN = 60
MAX_COINS = 10_000
"""More coins than anybody can hold; a larger number is a slip."""

Reason = Literal["out_of_range", "not_whole_minutes", "range", "several"]


@dataclass(frozen=True)
class AmountValue:
    """Whole minutes (None for all, or where no exact amount was said) and the same in coins for people ("2.5")."""

    minutes: int | None
    coins: str | None
    all: bool
    unsure: bool
    reason: Reason | None
    words: str
    span: tuple[int, int]


_N = (
    rf"(?:[零一二两三四五六七八九]点[一二三四五六七八九]|\d+(?:\.\d+)?万?|[{CN}]+(?:来|几|多)?|\d+(?:来|几|多)|"
    rf"半|几|好几|个把|(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty)(?=\s))"
)
_SPELLED = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
            "ten": 10, "twelve": 12, "twenty": 20}  # fmt: skip
_SIGN = r"(?P<sign>负|(?<![\d一-龥A-Za-z)])[-−])?"
_COIN = (
    r"(?:时间银?行?币|时间币|公益币|爱心币|互助币|时间[毕必笔比壁闭逼弊避](?!业)|币(?![种值制])|"
    r"[毕必比](?=[,，。给]|$)|枚(?:时间)?币?|coins?\b)"
)
_COINS = re.compile(
    rf"{_SIGN}(?<![\d.第])(?P<n>{_N}(?:(?:到|至|"
    rf"[-~]){_N})?)\s?(?P<half>个?半)?\s?(?:个|块(?=时间|公益))?(?P<half2>半)?\s?{_COIN}(?P<tail>半)?",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"(?:所有|全部|全都|统统|通通|一共|总共)(?:的)?(?:时间)?币|(?:币|余额)(?:全部|全都|统统|通通|"
    r"都)(?=[给送捐转]|$)"
    r"|(?:全部|统统|通通|全都?|都)(?:给|送|捐|转)(?!我|发)|(?:剩下|余下|剩余|剩)的?(?:币|时间币)?(?:全部?|都|统统|"
    r"通通|币)|币全(?:给|送|捐|转)|全(?:给|送|捐|转)(?:给|了|掉|出去)"
)
_HALF_OF_ALL = re.compile(r"一半的?(?:时间)?币|币的?一半|(?:捐|送|转)[^,。]{0,4}一半|一半币")
_UNNAMED = re.compile(
    rf"(?:(?<!跑)(?<!公)(?<!认)(?:捐|转|赠|充)(?!圈|弯|一?[下圈])[^,。!?\d车]{{0,8}}?|(?:送|发|"
    rf"给)(?=[^,。]{{1,4}}给)|(?:送|发|给)"
    rf"(?:[我他她]?(?:老伴|女儿|儿子|孙子|孙女|外孙|妈|爸|老公|爱人|弟弟|妹妹|哥哥|姐姐)))"
    rf"(?P<n>{_N})\s?个(?P<half>半)?(?=$|[,，。!吧给送])"
)
"""捐两个, 转三个给我妈: coins where the verb moves nothing else."""
_OWNED = re.compile(r"(?:有|剩|剩下|存了?|攒了?)(?:了|着)?$")
_ALL_BARE = re.compile(r"所有的?|全部的?|全都|都给|统统|通通|一共|全给|\ball\b", re.IGNORECASE)
_BARE = re.compile(rf"(?P<sign>负|-|−)?(?P<n>{_N}(?:(?:到|至|[-~]){_N})?)\s?(?P<half>个?半)?个?")
_MENDED = re.compile(r"不是|不对|说错|错了|其实|应该|改成|(?:^|[,，。 ])不(?=[,，。 ])")


def coins_of(minutes: int) -> str:
    """Minutes as people see them: 150 is "2.5"; what a coin can't say in two decimals is rounded."""
    text = f"{minutes / MINUTES_PER_COIN:.2f}"
    return text.rstrip("0").rstrip(".")


def resolve_amount(text: str, *, asked: bool = False) -> AmountValue | None:
    """The coins that a text names, or None. With `asked` a bare number, 全部 or a length of time counts too.

    Nothing, less than nothing and absurd sums come with `reason` `out_of_range`; money (块, 元) is no amount.
    """
    said = clean(text)
    found = [value for match in _COINS.finditer(said) if (value := _coins(match, said)) is not None]
    part = _HALF_OF_ALL.search(said)
    if part:
        return AmountValue(None, None, False, True, "range", part[0], part.span())
    moved = _UNNAMED.search(said)
    value = _coins(moved, said) if moved else None
    owned = len(found) == 1 and _OWNED.search(said[: found[0].span[0]])
    if found and not (owned and value is not None):
        return _last_or_only(found, said)
    if moved and value is not None:
        start = moved.start("n")
        return replace(value, words=said[start : moved.end()], span=(start, moved.end()))
    everything = _ALL.search(said) or (_ALL_BARE.search(said) if asked else None)
    if everything:
        return AmountValue(None, None, True, False, None, everything[0], everything.span())
    return _asked(said) if asked else None


def _asked(said: str) -> AmountValue | None:
    length = resolve_duration(said)
    if length is not None and not length.unsure:
        return AmountValue(length.minutes, coins_of(length.minutes), False, False, None, length.words, length.span)
    stripped = re.sub(r"^(?:就|给|送|要|转|捐|那就|来)+|[吧啊呀呢了。!,，好的 ]+$", "", said)
    match = _BARE.fullmatch(stripped)
    value = _coins(match, stripped) if match else None
    if value is None:
        return None
    start = said.find(stripped)
    return AmountValue(
        value.minutes, value.coins, False, value.unsure, value.reason, stripped, (start, start + len(stripped))
    )


_SAID_AGAIN = re.compile(rf"(?:不对|说错|错了|应该是)[^,。]{{0,3}}[,，。]?\s?(?:是)?(?:\d+|[{CN}]+)个?(?=$|[,。吧])")


def _last_or_only(found: list[AmountValue], said: str) -> AmountValue:
    if _SAID_AGAIN.search(said, found[-1].span[1]):
        last = found[-1]
        return AmountValue(last.minutes, last.coins, False, True, last.reason or "several", last.words, last.span)
    if len({one.minutes for one in found}) == 1 or _MENDED.search(said, 0, found[-1].span[0]):
        return found[-1]
    first = found[0]
    return AmountValue(first.minutes, first.coins, False, True, first.reason or "several", first.words, first.span)


def _coins(match: re.Match[str], said: str) -> AmountValue | None:
    groups = match.groupdict()
    spelled = _SPELLED.get(match["n"].lower())
    number = Number(Fraction(spelled), Fraction(spelled)) if spelled else parse_number(match["n"])
    if number is None or match["n"] in {"几", "好几"}:  # 几个币 asks
        return None
    halved = any(groups.get(name) for name in ("half", "half2", "tail")) and match["n"] != "半"
    value = number.low + (Fraction(1, 2) if halved else 0)
    exact = value * MINUTES_PER_COIN * (-1 if groups.get("sign") else 1)
    minutes = int(exact)
    reason: Reason | None = None
    if not number.exact:
        reason = "range"
    elif exact.denominator != 1:
        reason = "not_whole_minutes"
    if not 0 < exact <= MAX_COINS * MINUTES_PER_COIN:
        reason = "out_of_range"
    if abs(minutes) > 10**12:
        return None
    return AmountValue(minutes, coins_of(minutes), False, reason is not None, reason, match[0], match.span())
