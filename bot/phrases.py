"""How figures and moments are said to older people: 2币, 1小时30分钟, 明天（周五）上午9点."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

WEEKDAYS = "一二三四五六日"


def coins(minutes: int, per_coin: int = 60, classifier: str = "币") -> str:
    """Minutes as coins with at most two decimals and no trailing zero: 90 -> "1.5币"."""
    sign = "-" if minutes < 0 else ""
    whole, rest = divmod(abs(minutes), per_coin)
    if rest == 0:
        return f"{sign}{whole}{classifier}"
    hundredths = round(rest * 100 / per_coin)
    if hundredths == 100:
        return f"{sign}{whole + 1}{classifier}"
    return f"{sign}{whole}.{hundredths:02d}".rstrip("0") + classifier


def hours(minutes: int) -> str:
    """Minutes as spoken length: 120 -> "2小时", 90 -> "1小时30分钟", 20 -> "20分钟"."""
    whole, rest = divmod(minutes, 60)
    if whole and rest:
        return f"{whole}小时{rest}分钟"
    return f"{whole}小时" if whole else f"{rest}分钟"


def clock(moment: datetime) -> str:
    """The time of day in spoken form: "上午9点", "下午3点半", "晚上7点20分"."""
    hour, minute = moment.hour, moment.minute
    if hour < 5:
        part, shown = "凌晨", hour
    elif hour < 12:
        part, shown = "上午", hour
    elif hour < 13:
        part, shown = "中午", hour
    elif hour < 18:
        part, shown = "下午", hour - 12
    else:
        part, shown = "晚上", hour - 12
    tail = "" if minute == 0 else "半" if minute == 30 else f"{minute}分"
    return f"{part}{shown}点{tail}"


def day(moment: datetime | date, now: datetime, zone: ZoneInfo) -> str:
    """A day as people say it, always with its weekday: "明天（周五）", "11月25日（周三）"."""
    that = moment.astimezone(zone).date() if isinstance(moment, datetime) else moment
    distance = (that - now.astimezone(zone).date()).days
    weekday = f"（周{WEEKDAYS[that.weekday()]}）"
    near = {-2: "前天", -1: "昨天", 0: "今天", 1: "明天", 2: "后天"}
    if distance in near:
        return near[distance] + weekday
    year = f"{that.year}年" if that.year != now.astimezone(zone).year else ""
    return f"{year}{that.month}月{that.day}日{weekday}"


def when(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Day and time of day together: "明天（周五）上午9点"."""
    local = moment.astimezone(zone)
    return day(local, now, zone) + clock(local)
