"""Text tables: a row per expression, what is expected in the last column."""

from datetime import datetime, timedelta, timezone

from bot.understanding.times import TimeValue

SHANGHAI = timezone(timedelta(hours=8), "CST")
NOW = datetime(2026, 11, 19, 10, 0, tzinfo=SHANGHAI)
"""A Thursday; every row is read at this moment unless it begins with another."""

NOTHING = "-"


def rows(table: str) -> list[tuple[str, ...]]:
    """The rows of a table, cells stripped; blank lines and lines of `--` are for the eye."""
    lines = (line.strip() for line in table.splitlines())
    return [tuple(cell.strip() for cell in line.split("|")) for line in lines if line and not line.startswith("--")]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text.lstrip("@ ")).replace(tzinfo=SHANGHAI)


def told(value: TimeValue | None) -> str:
    """A time value as a row writes it: `11-20 09:00`, `11-20 08:00 to 11-20 12:00 part`, `unsure am_or_pm`."""
    if value is None:
        return NOTHING
    rule = f" {value.recurring.rrule}" if value.recurring else ""
    if value.unsure:
        return f"unsure {value.reason}{rule}"
    assert value.start is not None, "a sure value has a beginning"
    if value.end is None:
        return f"{_short(value.start)}{rule}"
    grain = "" if value.grain == "minute" else f" {value.grain}"
    return f"{_short(value.start)} to {_short(value.end)}{grain}{rule}"


def _short(at: datetime) -> str:
    return at.strftime("%m-%d %H:%M" if at.year == NOW.year else "%Y-%m-%d %H:%M")
