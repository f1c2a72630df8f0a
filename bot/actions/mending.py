"""Corrections: what takes the place of what was said (不是三点，是四点), what is only called wrong (地方不对)."""

from __future__ import annotations

import re

from bot.understanding.durations import resolve_duration

_PAUSE = r"[,，。;； ]*"
_HEAD = r"(?:^|[,，。;； ])(?:哦|噢|哎呀?|嗯|我说的|我是说|那个)*"
_INSTEAD = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_HEAD}不是(?P<old>[^,，。;；]{{1,16}}?){_PAUSE}(?:而是|应该是|是|要|改成|换成)(?P<new>[^,，。;；].*)$",
        rf"{_HEAD}不是(?P<old>[^,，。;；]{{1,16}}?)[,，。;； ]+(?P<new>[^,，。;；].*)$",
        rf"{_HEAD}不要(?P<old>[^,，。;；]{{1,16}}?){_PAUSE}(?:要|改成|换成|改到)(?P<new>[^,，。;；].*)$",
        r"(?:^|[把将,，。 ])(?P<old>[^,，。;；把将]{0,12}?)(?:改成|换成|改为|改到|换到|变成)(?P<new>[^,，。;；].*)$",
        rf"(?P<old>[^,，。;；]{{1,16}}?)太(?:长|短|早|晚|远|多|少|久)了?{_PAUSE}(?:那就|就|还是|改)?(?P<new>[^,，。;；了啊呀吧].{{0,11}})$",
        rf"(?:说|讲|弄|搞|写|听)错了?{_PAUSE}(?:应该)?(?:是|要)?(?P<old>)(?P<new>[^,，。;；了啊呀吧].*)$",
        r"^(?:不对|不是|错了)(?:不对)?(?:的|啊|呀|哦|噢)?[,，。;； ]+(?:应该)?(?:是|要)?(?P<old>)(?P<new>.+)$",
    )
)
_HOURS_ALONE = re.compile(
    r"(?:就|要)?(?:\d{1,2}(?:\.5)?|[一二两三四五六七八九十半]{1,2})个?半?(?:就(?:够|行|好)了?|够了|吧|好了)?"
)
_WRONG = (
    r"(?:好像)?(?:不对|错了|说错了|写错了|弄错了|不是这个|要改|改一下|改一改|换一个|换一换|不合适|不行)"
    r"[了啊呀哦的。!！]*"
)
NAMED_ALONE = (
    ("time", re.compile(rf"(?:改)?(?:时间|几点|日子|日期|哪天|辰光|钟点)(?:{_WRONG})?|太(?:早|晚)了?[啊呀]?")),
    ("place", re.compile(rf"(?:改)?(?:地点|地方|地址|哪里|位置)(?:{_WRONG})?|太远了?[啊呀]?")),
    ("minutes", re.compile(rf"(?:改)?(?:多久|时长|几个?小时|长短|钟头)(?:{_WRONG})?|太(?:长|短|久)了?[啊呀]?")),
    ("service", re.compile(rf"(?:改)?(?:服务|内容|事情?|项目|做什么)(?:{_WRONG})?")),
)


def correction(words: str) -> str | None:
    """What is to stand instead, in the person's words; None when the words put nothing in anything's place.

    A bare number in the place of a length is a length: 两个小时太长，一个半.
    """
    for pattern in _INSTEAD:
        match = pattern.search(words)
        if match is None:
            continue
        new = match["new"].strip()
        if match["old"] and resolve_duration(match["old"]) and _HOURS_ALONE.fullmatch(new):
            return _as_length(new)
        return new
    return None


def _as_length(new: str) -> str:
    bare = re.sub(r"^(?:就|要)|(?:就(?:够|行|好)了?|够了|吧|好了)$", "", new)
    return f"{bare}小时" if "个" in bare else f"{bare}个小时"


def called_wrong(words: str) -> str | None:
    """Which one thing is called wrong without saying what is right: time, place, minutes or service."""
    return next((what for what, pattern in NAMED_ALONE if pattern.fullmatch(words)), None)
