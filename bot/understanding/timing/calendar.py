"""Days that the traditional calendar and the holidays name, as dates of a civil year."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from lunar_python import Lunar, LunarMonth, Solar  # type: ignore[import-untyped]

FIRST_YEAR, LAST_YEAR = 1901, 2099

YearDays = Callable[[int], tuple[date, ...]]
"""The dates of a civil year on which a named day falls."""

TERMS = (
    "立春", "雨水", "惊蛰", "春分", "清明", "谷雨", "立夏", "小满", "芒种", "夏至", "小暑", "大暑",
    "立秋", "处暑", "白露", "秋分", "寒露", "霜降", "立冬", "小雪", "大雪", "冬至", "小寒", "大寒",
)  # fmt: skip

SOLAR_HOLIDAYS = {
    "元旦": (1, 1), "情人节": (2, 14), "妇女节": (3, 8), "三八节": (3, 8), "植树节": (3, 12), "学雷锋日": (3, 5),
    "愚人节": (4, 1), "五一": (5, 1), "劳动节": (5, 1), "青年节": (5, 4), "护士节": (5, 12), "六一": (6, 1),
    "儿童节": (6, 1), "七一": (7, 1), "建党节": (7, 1), "建军节": (8, 1), "八一建军节": (8, 1), "教师节": (9, 10),
    "国庆": (10, 1), "十一国庆": (10, 1), "双十一": (11, 11), "双11": (11, 11), "光棍节": (11, 11),
    "志愿者日": (12, 5), "双十二": (12, 12), "平安夜": (12, 24), "圣诞": (12, 25),
}  # fmt: skip
LUNAR_HOLIDAYS = {
    "春节": (1, 1), "大年初一": (1, 1), "元宵": (1, 15), "龙抬头": (2, 2), "端午": (5, 5), "端阳": (5, 5),
    "七夕": (7, 7), "中元": (7, 15), "中秋": (8, 15), "八月半": (8, 15), "七月半": (7, 15), "正月半": (1, 15),
    "重阳": (9, 9), "腊八": (12, 8), "北方小年": (12, 23), "南方小年": (12, 24),
}  # fmt: skip
NTH_SUNDAYS = {"母亲节": (5, 2), "父亲节": (6, 3)}
EVES = ("除夕", "年三十", "年夜", "小年夜")


@lru_cache(maxsize=2048)
def lunar_date(year: int, month: int, day: int) -> date | None:
    """The civil date of a lunar one, or None where that month has no such day."""
    found = LunarMonth.fromYm(year, month)
    if found is None or not 1 <= day <= found.getDayCount():
        return None
    solar = Lunar.fromYmd(year, month, day).getSolar()
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


def lunar_of(day: date) -> tuple[int, int]:
    """Lunar month (negative for a leap month) and day of a civil date."""
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return lunar.getMonth(), lunar.getDay()


def lunar_days(month: int | None, day: int) -> YearDays:
    """Every such lunar day; `month` None for the same day of each month (初八)."""

    def in_year(year: int) -> tuple[date, ...]:
        months = [month] if month else list(range(1, 13))
        found = [lunar_date(y, m, day) for y in (year - 1, year) for m in months]
        return tuple(sorted(one for one in found if one and one.year == year))

    return in_year


@lru_cache(maxsize=256)
def _terms_of(year: int) -> dict[str, date]:
    table = Lunar.fromYmd(year, 6, 1).getJieQiTable()
    names = {**{name: name for name in TERMS}, "DONG_ZHI": "冬至", "DA_XUE": "大雪"}
    found: dict[str, date] = {}
    for key, name in names.items():
        solar = table.get(key)
        if solar is not None and solar.getYear() == year:
            found[name] = date(solar.getYear(), solar.getMonth(), solar.getDay())
    return found


def term_days(name: str) -> YearDays:
    return lambda year: tuple(day for term, day in _terms_of(year).items() if term == name)


def solar_days(month: int, day: int) -> YearDays:
    def in_year(year: int) -> tuple[date, ...]:
        try:
            return (date(year, month, day),)
        except ValueError:
            return ()

    return in_year


def month_days(day: int) -> YearDays:
    """Such a day of every month that has it."""
    return lambda year: tuple(one for month in range(1, 13) for one in solar_days(month, day)(year))


def weekdays(wanted: tuple[int, ...]) -> YearDays:
    def in_year(year: int) -> tuple[date, ...]:
        first = date(year, 1, 1)
        length = (date(year + 1, 1, 1) - first).days
        return tuple(d for d in (first + timedelta(n) for n in range(length)) if d.weekday() in wanted)

    return in_year


def _eve(days_before: int) -> YearDays:
    def in_year(year: int) -> tuple[date, ...]:
        new_year = lunar_date(year, 1, 1)
        return (new_year - timedelta(days_before),) if new_year else ()

    return in_year


def _nth_sunday(month: int, nth: int) -> YearDays:
    def in_year(year: int) -> tuple[date, ...]:
        first = date(year, month, 1)
        return (first + timedelta((6 - first.weekday()) % 7 + 7 * (nth - 1)),)

    return in_year


def holiday_days(name: str) -> YearDays:
    """Dates of a holiday by its name as in the tables above; raises KeyError for another name."""
    if name in SOLAR_HOLIDAYS:
        return solar_days(*SOLAR_HOLIDAYS[name])
    if name in NTH_SUNDAYS:
        return _nth_sunday(*NTH_SUNDAYS[name])
    if name in EVES:
        return _eve(2 if name == "小年夜" else 1)
    return lunar_days(*LUNAR_HOLIDAYS[name])


def occurrences(in_year: YearDays, today: date, forward: bool) -> list[date]:
    """The dates from today on (or back from today), nearest first, over three years."""
    years = range(today.year, today.year + 3) if forward else range(today.year, today.year - 3, -1)
    found = {day for year in years if FIRST_YEAR <= year <= LAST_YEAR for day in in_year(year)}
    kept = [day for day in found if (day >= today if forward else day <= today)]
    return sorted(kept, reverse=not forward)
