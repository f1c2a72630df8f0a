"""Coins: 五个币, 2.5币, 俩币, 所有的."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from .durations import resolve_duration
from .numbers import CN, parse_number
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
    rf"半|几|好几|个把)"
)
_SIGN = r"(?P<sign>负|(?<![\d一-龥A-Za-z)])[-−])?"
_COIN = r"(?:时间银?行?币|时间币|公益币|爱心币|互助币|币(?![种值制])|毕(?=[,，。给]|$)|枚(?:时间)?币?|coins?\b)"
_COINS = re.compile(
    rf"{_SIGN}(?<![\d.第])(?P<n>{_N}(?:(?:到|至|"
    rf"[-~]){_N})?)\s?(?P<half>个?半)?\s?个?(?P<half2>半)?\s?{_COIN}(?P<tail>半)?",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"(?:所有|全部|全都|统统|通通|一共|总共)(?:的)?(?:时间)?币|(?:币|余额)(?:全部|全都|统统|通通|"
    r"都)(?=[给送捐转]|$)"
    r"|(?:全部|统统|通通|全都?|都)(?:给|送|捐|转)(?!我|发)|(?:剩下|余下|剩余)的?(?:全部|都|币)"
)
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
    if found:
        return _last_or_only(found, said)
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


def _last_or_only(found: list[AmountValue], said: str) -> AmountValue:
    if len({one.minutes for one in found}) == 1 or _MENDED.search(said, 0, found[-1].span[0]):
        return found[-1]
    first = found[0]
    return AmountValue(first.minutes, first.coins, False, True, first.reason or "several", first.words, first.span)


def _coins(match: re.Match[str], said: str) -> AmountValue | None:
    groups = match.groupdict()
    number = parse_number(match["n"])
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
