"""Times by the clock, parts of a day, and spans from now: 差一刻三点, 下半日, 半小时后, 吃完晚饭."""

import re
from dataclasses import replace

from ..numbers import parse_number, whole_number
from .tokens import Clock, Rule, Token, rule

HOUR = (
    r"(?:\d{1,3}|[一二两三四五六七八九俩]|十[一二三四五六七八九]?|二十[一二三四五六七八九]?|"
    r"廿[一二三四五六七八九]?|零|〇)"
)
_NOT_COUNTED = r"(?!个|块|元|岁|名|位|人|斤|小时|币|分钟|天|公里|度)"
MINUTE = (
    rf"(?:半(?!个|天|小时|日)|[一三两123]刻钟?|整|零[一二三四五六七八九\d]\d?分?{_NOT_COUNTED}|"
    rf"[二三四五]?十[一二三四五六七八九]?分?{_NOT_COUNTED}|廿[一二三四五六七八九]?分?{_NOT_COUNTED}|"
    rf"\d\d(?!\d)分?{_NOT_COUNTED}|\d分{_NOT_COUNTED}|[一二三四五六七八九]分{_NOT_COUNTED}|过[五十]分)"
)
_NOT_BEFORE = r"(?:(?<![\d一二两三四五六七八九十廿几零〇差欠缺有第])|(?<=[周拜期][一二三四五六日天]))"
_ABOUT = r"(?:钟?(?:左右|前后|光景|上下|样子|出头))?"
_NO_THING = r"(?![心意建要问看说原理想体希注](?:得|见|议|求|题|法|明|由|会|望|意|因)|水|子|儿也|赞|评|菜|名|击|滴|头)"

PARTS: tuple[tuple[str, str], ...] = (
    ("dawn", r"凌晨|后半夜|拂晓"),
    ("early", r"(?:大)?清[早晨]|大清老早|天刚亮|天亮|大早上|一大早|一清早|一早(?!就)"),
    (
        "morning",
        r"早上|早晨|早晌|早起(?=[\d一二两三四五六七八九十,，。]|$)|早浪向?|早间|上午|午前|上半[天日]|上半晌|"
        r"头晌午?|头午|前晌午?|上晌午?|前半晌|晌前|今晨|晨间",
    ),
    ("noon", r"(?<![上下])中午|正午|(?<![头过后前上下])晌午|午间|中浪向?"),
    (
        "afternoon",
        r"下午|午后|下半[天日]|下半晌|过晌午?|后晌午?|下晌午?|过午|后半晌|下昼|晏昼|午[睡觉](?:睡醒(?:以后|之后|后)"
        r"?|醒来|起来|醒了|以后|之后|后|"
        r"醒)",
    ),
    ("dusk", r"傍晚|晚半晌|黄昏|[天]?擦黑|傍黑|夜快[点头]?|天快黑"),
    ("evening", r"晚上|晚间|夜里(?:厢|头|向)?|夜到(?!了)|夜头|夜晚|夜间|黑里|晚夕|今宵|晚浪向?"),
    ("night", r"半夜三更|半夜|深夜|大半夜"),
)

_WORD = r"[今明后昨前每当天日朝儿一二三四五六号午]"
_EXTRA_PARTS: tuple[tuple[str, str], ...] = (
    (
        "morning",
        rf"(?<={_WORD})早(?![点些就已退恋上晨起茶餐饭间])|(?<={_WORD})早(?={HOUR}[点:])|"
        rf"(?<!\w)早(?={HOUR}[点:时])|早(?=[789八九七]点)",
    ),
    ("morning", r"(?<=[今明昨])晨"),
    (
        "evening",
        rf"(?<={_WORD})晚(?![点些一饭会了上报餐间辈年婚])|(?<={_WORD})晚(?={HOUR}[点:])|"
        rf"(?<!\w)晚(?={HOUR}[点:时])|晚(?=[6789六七八九]点)",
    ),
    ("evening", r"(?<=[今明昨前])夜(?!里|头|晚|间|饭)"),
)

_MEALS = (
    ("morning", r"早饭|早餐|早点"),
    ("afternoon", r"中饭|中?午饭|午餐|中餐|中觉|晌饭|晌午饭"),
    ("evening", r"晚饭|晚餐|夜饭|夜宵"),
    ("meal", r"饭"),
)
_BEFORE_MEAL = {"morning": "early", "afternoon": "morning", "evening": "afternoon"}


def _part_rule(name: str, pattern: str) -> Rule:
    return rule(pattern, lambda m: Token("part", m.start(), m.end(), part=name))


def _meal_rules(part: str, words: str) -> tuple[Rule, ...]:
    """After a meal is the part of the day that follows it; 饭后 alone waits for the clock of now."""
    after = (
        rf"(?:吃|用)[完过好了](?:了|好)?(?:{words})(?:以后|之后|后(?!天)|了)?"
        rf"|(?<![早中午晚夜晌])(?:{words})(?:吃[完过好]了?)?(?:以后|之后|过后|后(?!天))|(?:{words})吃[完过好]了?"
    )
    rules = [rule(after, lambda m: Token("part", m.start(), m.end(), part=part))]
    if part in _BEFORE_MEAL:
        before = _BEFORE_MEAL[part]
        rules.append(
            rule(rf"(?:吃)?(?:{words})(?:以前|之前|前(?!天))", lambda m: Token("part", m.start(), m.end(), part=before))
        )
    return tuple(rules)


def _minute(words: str | None) -> int | None:
    if not words or words == "整":
        return 0
    if words == "半":
        return 30
    if "刻" in words:
        return {"一": 15, "1": 15, "两": 30, "2": 30}.get(words[0], 45)
    return whole_number(words.strip("分过").lstrip("零")) if words.strip("分过零") else 0


def _clock(match: re.Match[str]) -> Token | None:
    hour, minute = whole_number(match["hour"]), _minute(match["minute"])
    if hour is None or minute is None:
        return None
    full = hour > 12 or "时" in match[0] or match["hour"].startswith("0")
    clock = _checked(Clock(hour, minute, full=full))
    if match["vague"]:
        clock = replace(clock, reason=clock.reason or "vague")
    return Token("clock", match.start(), match.end(), clock=clock)


def _checked(clock: Clock) -> Clock:
    bad = clock.hour > 24 or abs(clock.minute) > 59 or (clock.hour == 24 and clock.minute > 0)
    return replace(clock, reason="invalid") if bad else clock


def _before_hour(match: re.Match[str]) -> Token | None:
    """差一刻三点, 三点差五分."""
    hour = whole_number(match["hour"])
    short = {"一刻": 15, "1刻": 15, "三刻": 45}.get(match["short"]) or whole_number(match["short"].rstrip("分钟"))
    if hour is None or short is None:
        return None
    return Token("clock", match.start(), match.end(), clock=_checked(Clock(hour, -short, full=hour > 12)))


def _digital(match: re.Match[str]) -> Token:
    """3:30, 15:00, 03:30, 3:30pm; a leading zero or an hour over 12 is of 24."""
    groups = match.groupdict()
    hour, minute = int(match["hour"]), int(groups.get("minute") or 0)
    half = (groups.get("half") or "").lower().replace(".", "")[:2]
    full = not half and (hour > 12 or match["hour"].startswith("0"))
    bad = bool(half) and not 1 <= hour <= 12
    clock = _checked(Clock(hour, minute, full, "am" if half == "am" else "pm" if half == "pm" else None))
    return Token("clock", match.start(), match.end(), clock=replace(clock, reason="invalid") if bad else clock)


def _hours(match: re.Match[str]) -> Token | None:
    """9-11点 is an interval, 三四点 a guess between two hours."""
    first, last = whole_number(match["first"]), whole_number(match["last"])
    if first is None or last is None:
        return None
    end = _checked(Clock(last, _minute(match.groupdict().get("minute")) or 0, full=last > 12))
    loose = match.groupdict().get("loose") is not None
    if loose and last != first + 1:
        return None
    start = _checked(Clock(first, 0, full=first > 12))
    reason = start.reason or end.reason or ("range" if loose else None)
    return Token("clock", match.start(), match.end(), clock=replace(start, until=end, reason=reason))


def _delta(match: re.Match[str]) -> Token | None:
    """半小时后, 一个钟头以后, 十来分钟以后: the earlier edge of what was said."""
    groups = match.groupdict()
    whole = parse_number(match["n"])
    if whole is None:
        return None
    per = 60 if groups["unit"][0] in "小钟点hH" else 15 if groups["unit"][0] == "刻" else 1
    minutes = whole.low * per + (per // 2 if groups.get("half") else 0)
    extra = whole_number(groups["more"].rstrip("分钟零")) if groups.get("more") else 0
    sign = -1 if groups.get("back") else 1
    total = int(minutes) + (extra or 0)
    return Token(
        "delta", match.start(), match.end(), minutes=sign * total, reason=None if total < 7 * 1440 else "invalid"
    )


_N = r"(?P<n>\d{1,4}(?:\.\d)?|[一二两三四五六七八九十廿卅俩百]{1,4}(?:来|几|多)?|半|\d{1,2}来|几|个把)"
_UNIT = r"(?P<unit>小时|钟头|点钟|刻钟|分钟?|h(?:ours?)?|min(?:ute)?s?)"
_LENGTH = rf"{_N}个?(?P<half>半)?(?:多)?个?{_UNIT}(?P<more>零?[\d一二三四五六七八九十]{{1,3}}分钟?)?"
_VAGUE = r"(?P<vague>多(?!少)钟?|来钟)?"

RULES: tuple[Rule, ...] = (
    *(_part_rule(name, pattern) for name, pattern in PARTS + _EXTRA_PARTS),
    *(one for part, words in _MEALS for one in _meal_rules(part, words)),
    rule(
        rf"{_NOT_BEFORE}(?P<hour>{HOUR})\s?点(?:钟(?!头|"
        rf"点))?{_NO_THING}\s?(?P<minute>{MINUTE})?{_VAGUE}{_ABOUT}",
        _clock,
    ),
    rule(rf"{_NOT_BEFORE}(?P<hour>{HOUR})时(?![候间段常而不])(?P<minute>{MINUTE})?(?P<vague>(?!))?", _clock),
    rule(
        rf"[差欠缺](?P<short>一刻|1刻|三刻|[五十廿\d][五\d]?分?钟?)(?:到)?(?P<hour>{HOUR})点(?:钟(?!头))?", _before_hour
    ),
    rule(
        rf"{_NOT_BEFORE}(?P<hour>{HOUR})点(?:钟)?[差欠缺少](?P<short>一刻|1刻|三刻|[五十廿\d][五\d]?分?钟?)",
        _before_hour,
    ),
    rule(r"(?<![\d.:])(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)(?::\d\d)?\s*(?P<half>[ap]\.?m\b\.?)?(?!\d)", _digital),
    rule(r"(?<=[午晚上早天日])(?P<hour>\d{1,2})\.(?P<minute>[0-5]\d)(?!\d|个|元|块|币)", _digital),
    rule(r"(?<![\d.:])(?P<hour>\d{1,2})\s*(?P<half>[ap]\.?m\b\.?)", _digital),
    rule(
        rf"{_NOT_BEFORE}(?P<first>\d{{1,2}}|{HOUR})(?:点钟?)?\s?(?:到|至|"
        rf"[-~—–])\s?(?P<last>{HOUR})\s?点(?:钟(?!头))?(?P<minute>{MINUTE})?",
        _hours,
    ),
    rule(
        rf"{_NOT_BEFORE}(?P<first>(?:十(?=[一二]))?[一二两三四五六七八九])(?P<loose>、?)(?P<last>[二三四五六七八"
        rf"九]|十[一二]?)点钟?",
        _hours,
    ),
    rule(
        r"(?P<first>十一)(?P<loose>、?)(?P<last>二|十二)点钟?",
        lambda m: Token("clock", m.start(), m.end(), clock=Clock(11, until=Clock(12), reason="range")),
    ),
    rule(rf"(?:(?<![超通经])再?过|等)?{_LENGTH}(?:以后|之后|过后|后(?!天|面|来)|再(?=来|去))", _delta),
    rule(rf"(?:再过|(?<![超通经不])过){_LENGTH}", _delta),
    rule(rf"{_LENGTH}(?:以内|之内)", _delta),
    rule(rf"{_LENGTH}(?P<back>以前|之前|前(?!后|面|天))", _delta),
    rule(
        r"^[^,。]{0,3}(?:现在|眼下|此刻|这会儿)[^,。]{0,4}$|(?:现在|马上|立刻|立即|即刻|这会儿)(?:就|要|能|"
        r"可以)?(?=过?来|派|叫人|有人来|要人来)|right now|\bnow\b|\basap\b",
        lambda m: Token("now", m.start(), m.end()),
    ),
    rule(
        r"以后|之后|过后|后(?=[,，。都吧的来再去有可]|$)|开始",
        lambda m: Token("bound", m.start(), m.end(), bound="after"),
    ),
    rule(
        r"以前|之前|前(?=[,，。都吧的来再去有可要到]|$)", lambda m: Token("bound", m.start(), m.end(), bound="before")
    ),
)
