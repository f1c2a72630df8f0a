"""Repeated times (每周二四下午, 隔天, 工作日) and words that name no time one can keep (改天, 过两天)."""

import re

from ..numbers import whole_number
from .days import NUM, WEEK, WEEKDAYS, weekday_numbers
from .tokens import Rule, Token, rule
from .values import Recurrence


def _repeat(match: re.Match[str], value: Recurrence, sure: bool = True) -> Token:
    return Token("repeat", match.start(), match.end(), repeat=value, reason=None if sure else "which_days")


def _weekly(match: re.Match[str]) -> Token:
    days = weekday_numbers(match["days"])
    if match.groupdict().get("last"):
        days = tuple(range(min(days), max(weekday_numbers(match["last"])) + 1))
    return _repeat(match, Recurrence("weekly", weekdays=days))


def _every(match: re.Match[str]) -> Token | None:
    """每两天, 每隔两天 (a gap of two days, so every third), 每隔一天, 隔天."""
    number = whole_number(match["n"])
    if number is None or not 1 <= number <= 60:
        return None
    gap = 1 if match.groupdict().get("gap") else 0
    return _repeat(match, Recurrence("daily", interval=number + gap))


def _every_weeks(match: re.Match[str]) -> Token | None:
    number = whole_number(match["n"])
    if number is None or not 1 <= number <= 26:
        return None
    gap = 1 if match.groupdict().get("gap") else 0
    return _repeat(match, Recurrence("weekly", interval=number + gap), sure=False)


def _monthly(match: re.Match[str]) -> Token | None:
    number = whole_number(match["n"])
    return _repeat(match, Recurrence("monthly", monthday=number)) if number and 1 <= number <= 31 else None


_EACH = r"(?:每一?个?|逢|每逢|各个?)"

RULES: tuple[Rule, ...] = (
    rule(rf"{_EACH}{WEEK}的?{WEEKDAYS}", _weekly),
    rule(rf"{_EACH}{WEEK}(?P<days>[一二三四五六日天])(?:到|至|[-~])(?:{WEEK})?(?P<last>[一二三四五六日天])", _weekly),
    rule(
        rf"{WEEK}(?P<days>[一二三四五六日天])(?:到|至|[-~])(?:{WEEK})?(?P<last>[一二三四五六日天])(?:每天|天天|"
        rf"都|每个)",
        _weekly,
    ),
    rule(
        r"(?<![\d一二三四五六七八九十第年月])(?P<days>一三五|二四六|一三五日|二四|一四)(?=上午|下午|早上|晚上|中午|"
        r"有空|都行|都可以|来)",
        _weekly,
    ),
    rule(rf"{_EACH}(?:{WEEK}末|双休日)|{WEEK}末都", lambda m: _repeat(m, Recurrence("weekly", weekdays=(5, 6)))),
    rule(r"每?个?(?:工作日|上班日)", lambda m: _repeat(m, Recurrence("weekly", weekdays=(0, 1, 2, 3, 4)))),
    rule(
        rf"(?:每|一)个?{WEEK}(?:来)?[一二两三四五六\d][次趟回]", lambda m: _repeat(m, Recurrence("weekly"), sure=False)
    ),
    rule(
        rf"{_EACH}{WEEK}(?![一二三四五六日天1-7末])|(?<![单双])周周(?![一二三四五六日天末])",
        lambda m: _repeat(m, Recurrence("weekly"), sure=False),
    ),
    rule(
        rf"隔{WEEK}的?(?:{WEEK}(?=[一二三四五六日天]))?{WEEKDAYS}",
        lambda m: _repeat(m, Recurrence("weekly", interval=2, weekdays=weekday_numbers(m["days"]))),
    ),
    rule(rf"隔{WEEK}|隔一?个{WEEK}|双周", lambda m: _repeat(m, Recurrence("weekly", interval=2), sure=False)),
    rule(rf"每(?P<gap>隔)?(?P<n>{NUM})个?{WEEK}", _every_weeks),
    rule(rf"(?P<n>[两三四二])个?{WEEK}一[次趟回]", _every_weeks),
    rule(
        r"每[天日]|天天|日日|每个?(?=早上|早晨|上午|中午|下午|晚上|早(?!点)|晚)",
        lambda m: _repeat(m, Recurrence("daily")),
    ),
    rule(r"每?隔[一1]?[天日](?!就)", lambda m: _repeat(m, Recurrence("daily", interval=2))),
    rule(rf"每(?P<gap>隔)?(?P<n>{NUM})天", _every),
    rule(r"(?P<n>[两三四五二])天一[次趟回]", _every),
    rule(rf"每个?月的?(?P<n>{NUM})[号日]", _monthly),
    rule(r"(?:每)?逢?(?:每月)?初一[、和跟]?(?:十五|月半)", lambda m: _repeat(m, Recurrence("monthly"), sure=False)),
    rule(r"一个?月[一二两三四五\d][次趟回]", lambda m: _repeat(m, Recurrence("monthly"), sure=False)),
    rule(
        rf"(?:(?:每|单|双|下)个?月的?)?第[一二三四五]个?{WEEK}[一二三四五六日天]",
        lambda m: _repeat(m, Recurrence("monthly"), sure=False),
    ),
    rule(r"每个?月的?(?:第[一二三四\d]|最后一)个", lambda m: _repeat(m, Recurrence("monthly"), sure=False)),
    rule(r"每个?月的?初[一二三四五六七八九十]", lambda m: _repeat(m, Recurrence("monthly"), sure=False)),
    rule(r"每个?月(?!\d|[一二三四五六七八九十廿初])|月月", lambda m: _repeat(m, Recurrence("monthly"), sure=False)),
    rule(r"\bevery\s*day\b|\bdaily\b", lambda m: _repeat(m, Recurrence("daily"))),
)

_VAGUE = (
    r"赶明[儿天]?(?:个)?|改[天日]|哪天(?!有)|回头(?=再|来|去|帮|$)|过[几两]天|隔[两几]天|这[几两][天日]|"
    r"再?等[几两]天|过[了完](?:国庆|春节|五一|元旦|中秋|端午|清明|重阳|元宵|冬至|除夕|腊八|这|节|年|月底|十五|"
    r"正月)(?:节|天|周|礼拜|"
    r"几天|个月|个礼拜|阵子?)?|(?:这个?|本|下个?)月的?(?:最后|头|第)[一二三四两几]个?(?:天|周|礼拜|"
    r"星期)[一二三四五六日天]?|"
    r"[过这]阵子|过些(?:天|日子)|"
    r"下[次回](?=再|来|去|$)|尽[快早]|越[快早]越好|等(?:一)?(?:会儿?|歇|下)(?=[再来去,，。]|$)|[待停]会儿?|"
    r"晚些时候|晚(?:一)?点儿?(?=再|来|$)|"
    r"迟点|早点儿?(?=来|$)|随时|到时候|(?:下个?|这个?|本)?月[底初末中头](?!的月)|(?:今|明)?年[底前后]|(?:明|"
    r"后|大后)年(?!\d|[一二三四五六七八九十正腊]+月|的?(?:春节|元旦|国庆|中秋|清明|端午|重阳|除夕|"
    r"元宵))(?:[春夏秋冬][天季])?|[春夏秋冬][天季](?=再|来|去|$)|节[前后]|过完年|开春|过年|"
    r"(?:国庆|春节|五一|元旦|中秋|端午|清明|劳动)节?(?:假期?|长假|期间|前后?|后|左右)|黄金周|这学期|暑假|寒假|"
    r"some ?day|\bsoon\b|\blater\b"
)

VAGUE: tuple[Rule, ...] = (rule(_VAGUE, lambda m: Token("vague", m.start(), m.end(), reason="vague")),)
