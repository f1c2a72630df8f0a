"""The one place that takes personal data out of words: for logs and for the lines that are kept to learn from.

What stands in its place is a word that people use, so that a masked line still reads, and teaches, like a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

PHONE, IDENTITY, CARD, NUMBER = "电话号码", "证件号码", "银行卡号", "号码"
MAIL, PLATE, ADDRESS, NAME = "邮箱", "车牌号", "某处", "某某"

_N = r"(?:\d{1,5}|[一二三四五六七八九十百零〇两廿]{1,5})"
_SPOKEN = "零〇一二三四五六七八九幺两"
_ALONE, _ENDS = r"(?<![\dA-Za-z.])", r"(?![\dA-Za-z])"

_UNIT = r"(?:号楼|号院|支弄|弄|栋|幢|单元|号门|室)"
_STREET = r"(?:(?![我您你他她来去到在住家就从往接送的是要找])[\u4e00-\u9fff][\u4e00-\u9fff]{1,2})"
_PROVINCE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"

# In this order: what is longer and surer goes first.
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"), MAIL),
    (re.compile(rf"(?:{_ALONE}|\+)(?:86[ -]?)?1[3-9]\d[ -]?\d{{4}}[ -]?\d{{4}}{_ENDS}"), PHONE),
    (re.compile(rf"{_ALONE}\d{{6}}[ -]?\d{{8}}[ -]?\d{{3}}[\dXx]{_ENDS}"), IDENTITY),
    (re.compile(rf"{_ALONE}(?:\d{{4}}[ -]?){{3,4}}\d{{1,4}}{_ENDS}"), CARD),
    (re.compile(rf"{_ALONE}0\d{{2,3}}[ -]?\d{{7,8}}{_ENDS}"), PHONE),
    (re.compile(rf"{_ALONE}\d{{7,}}{_ENDS}"), NUMBER),
    (re.compile(rf"[{_SPOKEN}](?:[ ,，]?[{_SPOKEN}]){{6,}}"), NUMBER),  # as they are read aloud
    (re.compile(rf"{_PROVINCE}[A-Za-z][· ]?[A-Za-z0-9]{{5,6}}(?![A-Za-z0-9])"), PLATE),
    (
        re.compile(
            rf"(?:{_STREET}(?:路|街|大道|胡同|巷|新村|小区|花园|公寓|苑)\s?)?"
            rf"(?:{_N}\s?号\s?)?(?:{_N}\s?{_UNIT}\s?)+(?:{_N}\s?(?:号|室|楼|{_UNIT})?)*"
        ),
        ADDRESS,
    ),
    (re.compile(rf"{_STREET}(?:路|街|大道|胡同|巷)\s?{_N}\s?号(?!线|单|车|口)"), ADDRESS),
    (re.compile(r"(?<=我叫)[\u4e00-\u9fff]{2,4}?(?=[,，。、\s今家住]|$)|(?<=名字叫|名字是)[\u4e00-\u9fff]{2,4}"), NAME),
)


def mask(text: str, names: Iterable[str] = ()) -> str:
    """`text` with numbers of people, addresses, plates and the given names replaced by plain words.

    Amounts, times, and the numbers of orders (fewer than seven digits) stay. Names of one sign are left.
    """
    for name in sorted({name for name in names if len(name) > 1}, key=len, reverse=True):
        text = text.replace(name, NAME)
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text
