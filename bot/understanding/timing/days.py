"""Days as people say them: 后天, 下周三, 15号, 腊月二十三, 冬至那天."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from ..numbers import parse_number, whole_number
from .calendar import (
    FIRST_YEAR,
    LAST_YEAR,
    LUNAR_HOLIDAYS,
    NTH_SUNDAYS,
    SOLAR_HOLIDAYS,
    TERMS,
    holiday_days,
    lunar_days,
    month_days,
    solar_days,
    term_days,
    weekdays,
)
from .tokens import Day, Rule, Token, rule
from .values import Grain

ONE_DAY = timedelta(days=1)
MAX_DAYS_AHEAD = 3660
NUM = r"(?:\d{1,3}|[零一二两三四五六七八九十廿卅]{1,4})"
WEEK = r"(?:周|星期|礼拜|(?<!礼)拜(?=[一二三四五六日天]))"
WD = "一二三四五六日天1234567"
OFFSETS = (
    (3, r"大后(?:天|日|儿个?|朝)"),
    (2, r"(?<!大)后(?:天|日|儿个?|朝)|后(?=[早晚](?!点|些|就|一点)|上午|下午|中午|晚上)(?<![以之今然最])"),
    (
        1,
        r"明(?:天|日|儿个?|个(?=[晌早晚上下中一二三四五六七八九十\d,。我俺你]|后晌|$)|朝(?!代|皇|末|初|历史|时|的))|"
        r"翌日|明(?=[早晚晨夜](?!点|些|就)|上午|下午|中午|上半|下半)",
    ),
    (
        0,
        r"今(?:天|日|儿个?|个(?=[晌早晚上下中后,。我俺]|$)|朝(?!有酒))|本日|今(?=[早晚晨夜](?!点|些|就)|上午|下午|"
        r"中午|上半|下半)",
    ),
    (-1, r"昨(?:天|日|儿个?|个(?!月)|朝)|昨(?=[早晚晨夜]|上午|下午|中午)|隔夜"),
    (-2, r"(?<![大以之])前(?:天|日|儿个?)(?!后(?!晌|半晌))|前(?=[晚夜])(?<![以之])"),
    (-3, r"大前(?:天|日|儿个?)"),
)


def day_token(match: re.Match[str], day: Day) -> Token:
    return Token("day", match.start(), match.end(), day=day)


def offset_day(days: int, grain: Grain = "day") -> Day:
    def fixed(today: date) -> tuple[date, date]:
        if abs(days) > MAX_DAYS_AHEAD:
            raise ValueError(days)
        first = today + timedelta(days)
        return first, first + ONE_DAY

    return Day("relative", grain, fixed, explicit=True, past=days < 0)


def days_ahead(first: int, length: int) -> Day:
    return Day("relative", fixed=lambda t: (t + timedelta(first), t + timedelta(first + length)), explicit=True)


def _offset_rule(days: int, pattern: str) -> Rule:
    return rule(pattern, lambda m: day_token(m, offset_day(days)))


def monday(today: date, weeks: int) -> date:
    return today - timedelta(today.weekday()) + timedelta(weeks=weeks)


def _which(word: str) -> int | None:
    """Weeks (or months) from this one, None where none was said."""
    bare = word.replace("个", "").replace("一", "")
    if not bare:
        return None
    if bare[0] in "下来":
        return bare.count("下") + bare.count("来")
    return -bare.count("上") if bare[0] == "上" else 0


def weekday_numbers(words: str) -> tuple[int, ...]:
    found = {"一二三四五六日".find(ch.replace("天", "日")) for ch in words if ch in "一二三四五六日天"}
    found |= {int(ch) - 1 for ch in words if ch in "1234567"}
    return tuple(sorted(found))


def _span_fixed(first: Callable[[date], date], length: int) -> Callable[[date], tuple[date, date]]:
    return lambda today: (first(today), first(today) + timedelta(length))


def weekday_day(wanted: tuple[int, ...], weeks: int | None) -> Day:
    """One weekday (or several, which is for asking), of a named calendar week or the next to come."""
    many = len(wanted) > 1
    if weeks is None:
        return Day("weekday", cycle=weekdays(wanted), several=many)
    return Day("weekday", fixed=_span_fixed(lambda t: monday(t, weeks) + timedelta(wanted[0]), 1),
               explicit=True, past=weeks < 0, several=many)  # fmt: skip


def _weekday(match: re.Match[str]) -> Token:
    return day_token(match, weekday_day(weekday_numbers(match["days"]), _which(match["which"] or "")))


def _weekend(match: re.Match[str]) -> Token:
    weeks = _which(match["which"] or "")
    if weeks is None:
        return day_token(match, Day("weekday", "weekend", cycle=weekdays((5,))))
    fixed = _span_fixed(lambda t: monday(t, weeks) + timedelta(5), 2)
    return day_token(match, Day("weekday", "weekend", fixed, explicit=True, past=weeks < 0))


def _week(match: re.Match[str]) -> Token:
    weeks = _which(match["which"]) or 0
    return day_token(match, Day("relative", "week", _span_fixed(lambda t: monday(t, weeks), 7), explicit=True,
                                past=weeks < 0))  # fmt: skip


def month_start(today: date, months: int) -> date:
    index = today.year * 12 + today.month - 1 + months
    if not FIRST_YEAR <= index // 12 <= LAST_YEAR:
        raise ValueError(months)
    return date(index // 12, index % 12 + 1, 1)


def _month(match: re.Match[str]) -> Token:
    months = _which(match["which"]) or 0

    def fixed(today: date) -> tuple[date, date]:
        return month_start(today, months), month_start(today, months + 1)

    return day_token(match, Day("relative", "month", fixed, explicit=True, past=months < 0))


def _day_of_month(match: re.Match[str]) -> Token | None:
    """下个月3号 is fixed; 15号 alone the next one to come."""
    number = whole_number(match["day"])
    if number is None:
        return None
    which = _which(match["which"] or "")
    if which is None:
        return day_token(match, Day("monthday", cycle=month_days(number)))

    def fixed(today: date) -> tuple[date, date]:
        first = month_start(today, which).replace(day=number)
        return first, first + ONE_DAY

    return day_token(match, Day("monthday", fixed=fixed, explicit=True, past=which < 0))


def _days_of_month(match: re.Match[str]) -> Token | None:
    """1-5号: from the first such day to come to the last."""
    first, last = int(match["first"]), int(match["last"])
    if not 1 <= first < last <= 31:
        return None

    def fixed(today: date) -> tuple[date, date]:
        begin = month_start(today, 0 if first >= today.day else 1).replace(day=first)
        return begin, begin.replace(day=last) + ONE_DAY

    return day_token(match, Day("monthday", fixed=fixed, explicit=True))


def _year(words: str | None, today: date) -> int | None:
    if not words:
        return None
    shift = {"今": 0, "明": 1, "后": 2, "去": -1, "前": -2}.get(words[0])
    if shift is not None:
        return today.year + shift
    year = whole_number(words)
    return 2000 + year if year is not None and year < 100 else year


def _on(year: int, month: int, day: int, lunar: bool) -> date:
    """The date, in the lunar calendar or the civil one; ValueError where there is none."""
    if not FIRST_YEAR < year < LAST_YEAR:
        raise ValueError(year)
    if not lunar:
        return date(year, month, day)
    found = [d for y in (year, year + 1) for d in lunar_days(month, day)(y)]
    if not found:
        raise ValueError((month, day))
    # the lunar year begins in the spring of the civil one: its twelfth month falls into the next
    return found[1] if month >= 11 and len(found) > 1 and found[0].month <= 2 else found[0]


def _date(match: re.Match[str]) -> Token | None:
    """12月3号, 腊月二十三, 农历八月十五, 明年三月五号, 2026-12-03."""
    groups = match.groupdict()
    month_word, day_word = match["month"], match["day"]
    lunar = bool(groups.get("lunar")) or month_word in {"正", "腊", "冬"} or day_word[0] == "初"
    if not groups.get("unit"):
        lunar = lunar or day_word[0] == "廿" or (month_word == day_word and month_word in "二三六七九")
    month = {"元": 1, "正": 1, "冬": 11, "腊": 12}.get(month_word) or whole_number(month_word)
    day = 15 if day_word == "半" else whole_number(day_word.lstrip("初"))
    if month is None or day is None:
        return None
    return day_token(match, date_day(groups.get("year"), month, day, lunar or day_word == "半"))


def date_day(year_word: str | None, month: int, day: int, lunar: bool = False) -> Day:
    def fixed(today: date) -> tuple[date, date]:
        year = _year(year_word, today)
        first = _on(year if year is not None else today.year, month, day, lunar)
        return first, first + ONE_DAY

    if year_word:
        return Day("date", fixed=fixed, explicit=True)
    valid = 1 <= month <= 12 and 1 <= day <= (30 if lunar else monthrange(2024, month)[1])
    if not valid:
        return Day("date", fixed=fixed, explicit=True)
    return Day("date", cycle=lunar_days(month, day) if lunar else solar_days(month, day), lunar=lunar)


def _lunar_day(match: re.Match[str]) -> Token | None:
    number = whole_number(match["day"])
    if number is None or not 1 <= number <= 30:
        return None
    month = 1 if match["new_year"] else None
    return day_token(match, Day("date" if month else "monthday", cycle=lunar_days(month, number), lunar=True))


def _month_alone(match: re.Match[str]) -> Token | None:
    number = whole_number(match["month"])
    if number is None or not 1 <= number <= 12:
        return None

    def fixed(today: date) -> tuple[date, date]:
        year = _year(match["year"], today)
        if year is None:
            year = today.year + (number < today.month)
        first = _on(year, number, 1, False)
        return first, month_start(first, 1)

    return day_token(match, Day("date", "month", fixed, explicit=True))


def _third_of_month(match: re.Match[str]) -> Token | None:
    """下个月中旬, 十二月上旬: ten days, the last third to the end of the month."""
    months = _which(match["which"]) if match["which"] else None
    number = whole_number(match["month"]) if match["month"] else None
    nth = "上中下".index(match["third"])

    def fixed(today: date) -> tuple[date, date]:
        ahead = months if months is not None else ((number or today.month) - today.month) % 12
        first = month_start(today, ahead)
        end = month_start(first, 1) if nth == 2 else first.replace(day=10 * nth + 11)
        return first.replace(day=10 * nth + 1), end

    return day_token(match, Day("relative", "month", fixed, explicit=True))


def _named(match: re.Match[str]) -> Token:
    """A solar term or a holiday, of a named year or the next to come, or a day next to it."""
    name = match["name"]
    cycle = term_days(name) if name in TERMS and name not in SOLAR_HOLIDAYS else holiday_days(_holiday(name))
    after = match["side"] or ""
    shift = -1 if "前" in after or "头" in after else 1 if after and not after.startswith(("那", "当", "这")) else 0
    year_word = match.groupdict().get("year")
    if not year_word:
        return day_token(match, Day("named", cycle=cycle, shift=shift))

    def fixed(today: date) -> tuple[date, date]:
        year = _year(year_word, today)
        found = cycle(year) if year is not None and FIRST_YEAR < year < LAST_YEAR else ()
        if not found:
            raise ValueError(year_word)
        first = found[0] + timedelta(shift)
        return first, first + ONE_DAY

    return day_token(match, Day("named", fixed=fixed, explicit=True, past=year_word[0] in "去前"))


_NICKNAMES = {"大年三十": "年三十", "年三十夜": "年三十", "大年夜": "年夜", "年初一": "大年初一", "十一": "国庆",
              "小年": "北方小年", "三八": "三八节", "八一": "建军节", "5.1": "五一", "元宵节": "元宵"}  # fmt: skip


def _holiday(name: str) -> str:
    return _NICKNAMES.get(name, name)


def _ahead(match: re.Match[str]) -> Token | None:
    """三天后, 两个礼拜以后, 半个月后, 过三天."""
    unit = match["unit"]
    factor = 1 if unit in "天日" else 7 if unit in {"周", "星期", "礼拜"} else 30
    if match["n"] == "半":
        return day_token(match, offset_day(factor // 2)) if factor == 30 else None
    number = whole_number(match["n"])
    if number is None:
        loose = parse_number(match["n"]) is not None
        return Token("vague", match.start(), match.end(), reason="vague") if loose else None
    sign = -1 if match.groupdict().get("back") else 1
    if factor != 30:
        return day_token(match, offset_day(sign * number * factor))

    def fixed(today: date) -> tuple[date, date]:
        first = month_start(today, sign * number)
        first = first.replace(day=min(today.day, monthrange(first.year, first.month)[1]))
        return first, first + ONE_DAY

    return day_token(match, Day("relative", fixed=fixed, explicit=True, past=sign < 0))


_SIDE = r"(?P<side>那天|那日|当天|当日|这天|前一[天日]|头一[天日]|前夜|后一[天日]|第二[天日]|次日)?"
_NEEDS_DAY = ("小雪", "大雪", "雨水", "小满", "白露")  # also weather and names
_SURE_TERMS = "|".join(term for term in TERMS if term not in _NEEDS_DAY)
_HOLIDAYS = "|".join(
    sorted(
        {*SOLAR_HOLIDAYS, *LUNAR_HOLIDAYS, *NTH_SUNDAYS} - {"元宵", "北方小年", "南方小年"},
        key=lambda name: (-len(name), name),
    )
)
_YEAR = r"(?:(?P<year>\d{4}|[二〇零一三四五六七八九]{4}|[今明后去前])年\s?的?)?"
_LUNAR = r"(?P<lunar>农历|阴历|旧历|古历)?"
_MONTH = r"(?P<month>\d\d?|十[一二三]?|[一二三四五六七八九正冬腊元])"
_NO_NUM = r"(?<![\d一二三四五六七八九十廿卅第])"
_NOT_A_NAME = r"(?<![王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯董程曹袁邓许傅沈曾彭吕小老阿])"
_WHICH = r"(?P<which>下下|上上|下|上|这|本|今|来)?个?"
_WHICH_WORD = r"(?P<which>下下个?|上上个?|下一?个?|上一?个?|这个?|本)"
_FIRST_WD = r"(?:[一二三四五六日天]|[1-7](?![\d点:号]))"
_WD_END = rf"(?=[\s,。、和跟与及的上下早晚中都有可要各]|{WEEK}|[{WD}]|$)"
_NEXT_WD = (
    rf"(?:(?:[、,和跟与及]\s?{WEEK}?|{WEEK})(?:[一二三四五六日天]|[1-7](?!\d)){_WD_END}|"
    rf"[二三四五六日天]{_WD_END})"
)
WEEKDAYS = rf"(?P<days>{_FIRST_WD}{_NEXT_WD}*)(?!岁)"

RULES: tuple[Rule, ...] = (
    rule(r"明后(?:[两二]?天|日|两日)", lambda m: day_token(m, replace(days_ahead(1, 2), several=True))),
    rule(r"今明(?:[两二]?天|日|两日)", lambda m: day_token(m, replace(days_ahead(0, 2), several=True))),
    *(_offset_rule(days, pattern) for days, pattern in OFFSETS),
    rule(rf"(?<![老小姓每]){_WHICH}(?:(?<=[下上这本个]){WEEK}的)?{WEEK}(?P<days>{_FIRST_WD})(?!岁)", _weekday),
    rule(rf"(?<![老小姓每]){_WHICH}(?:(?<=[下上这本个]){WEEK}的)?{WEEK}{WEEKDAYS}", _weekday),
    rule(rf"{_WHICH}(?:{WEEK}末|双休日)", _weekend),
    rule(rf"{_WHICH_WORD}{WEEK}(?![{WD}末]|边|围)", _week),
    rule(rf"{_WHICH_WORD}月(?!\d|[一二三四五六七八九十廿]+[号日]|[底初中末])", _month),
    rule(r"(?<![\d月.-])(?P<first>\d{1,2})[号日]?\s?[-~—–]\s?(?P<last>\d{1,2})[号日](?![楼线院门床])", _days_of_month),
    rule(rf"(?:(?P<which>下下个?|下个?|这个?|本|上个?)月的?)?{_NO_NUM}(?P<day>{NUM})\s?(?:号|日(?!子|常|"
        rf"用))(?!\d{{1,4}}(?!\d|"
        rf"\s?[:点时]))",
         _day_of_month),
    rule(
        rf"{_YEAR}{_LUNAR}{_NO_NUM}{_MONTH}\s?月(?:份的?)?\s?(?P<day>初[一二三四五六七八九十]|"
        rf"{NUM})\s?(?P<unit>[号日])?", _date),
    rule(r"(?P<lunar>农历|阴历|旧历)?(?P<month>[正七八])月(?P<day>半)", _date),
    rule(r"(?<!\d)(?P<year>20\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)", _date),
    rule(r"(?<![\d/])(?P<month>1[0-2]|0?[1-9])/(?P<day>3[01]|[12]\d|0?[1-9])(?![\d/])", _date),
    rule(
        rf"{_YEAR}{_NO_NUM}(?P<month>1[0-2]|[1-9]|十[一二]?|"
        rf"[一二三四五六七八九])月份?(?![\d一二三四五六七八九十廿初半底头饼亮花三上中下])",
         _month_alone),
    rule(rf"{_NO_NUM}(?:(?P<which>下下个?|下个?|这个?|本)|(?P<month>1[0-2]|[1-9]|十[一二]?|"
        rf"[一二三四五六七八九]))月份?的?(?P<third>[上中下])旬",
         _third_of_month),
    rule(r"(?:下|这|本)个?月的?初(?P<day>[一二三四五六七八九十])",
         lambda m: day_token(m, Day("monthday", cycle=lunar_days(None, whole_number(m["day"]) or 1), several=True))),
    rule(r"(?:农历|阴历|旧历)?(?P<new_year>大年|年|正月)?初(?P<day>[一二三四五六七八九十])(?!中|级)", _lunar_day),
    rule(
        r"(?:农历|阴历|旧历)(?P<new_year>(?!))?(?P<day>廿[一二三四五六七八九]?|"
        r"[一二]?十[一二三四五六七八九]?)", _lunar_day),
    rule(rf"{_NOT_A_NAME}{_YEAR}(?P<name>{_SURE_TERMS})(?:节气|节)?{_SIDE}", _named),
    rule(rf"(?P<name>{'|'.join(_NEEDS_DAY)})(?:节气|节)?(?P<side>那天|那日|当天|这天)", _named),
    rule(
        rf"{_NOT_A_NAME}{_YEAR}{_NO_NUM}(?P<name>{_HOLIDAYS})(?:节(?![目约后]|前(?![一夜])))?{_SIDE}(?!路|街|小学|"
        rf"中学|幼儿园|村|"
        rf"公园|广场|医院|大道|饭店|节?假|节?长假|节?期间|"
        rf"节?前|节?后|节?左右)", _named),
    rule(rf"(?P<name>元宵)节{_SIDE}", _named),
    rule(rf"{_NO_NUM}(?P<name>元宵|十一|三八|八一)(?P<side>那天|当天)", _named),
    rule(rf"(?P<name>大年三十|年三十夜|年三十|除夕|大年夜|小年夜|年夜|小年)(?:夜(?!饭))?(?!饭|轻|纪){_SIDE}", _named),
    rule(rf"(?P<n>{NUM}|半)个?(?P<unit>天|日|周|星期|礼拜|月)(?:以后|之后|过后|后(?![天日面来]))", _ahead),
    rule(
        r"(?:再过|过)(?P<n>[13-9]\d?|[一三四五六七八九十]+|半)个?(?P<unit>天|周|星期|礼拜|月)(?:以后|之后|"
        r"后)?", _ahead),
    rule(rf"(?P<n>{NUM}|半)个?(?P<unit>天|周|星期|礼拜|月)(?P<back>以前|之前|前(?!后))", _ahead),
)  # fmt: skip
