"""Cells into values: each reader raises BadCell with words that a clerk can mend the file by."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

YES = frozenset({"是", "有", "√", "1", "y", "yes", "true", "对"})
NO = frozenset({"", "否", "无", "没有", "×", "0", "n", "no", "false", "不是"})
_PHONE = re.compile(r"\d{7,12}")
_COINS = re.compile(r"(\d{1,6})(?:\.(0|5))?")
SEPARATORS = re.compile(r"[、,，;；/\s]+")


class BadCell(Exception):
    """What is wrong with one cell."""


def text(cell: str, *, most: int = 200) -> str:
    if len(cell) > most:
        raise BadCell(f"is longer than {most} characters")
    return cell


def needed(cell: str, *, most: int = 60) -> str:
    if not cell:
        raise BadCell("must not be empty")
    return text(cell, most=most)


def phone(cell: str) -> str | None:
    """Digits only; None for an empty cell."""
    digits = re.sub(r"[\s-]", "", cell)
    if not digits:
        return None
    if not _PHONE.fullmatch(digits):
        raise BadCell(f"{cell!r} is no telephone number")
    return digits


def yes(cell: str) -> bool:
    if cell.lower() in YES:
        return True
    if cell.lower() in NO:
        return False
    raise BadCell(f"{cell!r} must be 是 or 否")


def day(cell: str) -> date | None:
    """1948-05-06, 1948/5/6, 1948年5月6日, 19480506; None for an empty cell."""
    if not cell:
        return None
    parts = re.findall(r"\d+", cell)
    if len(parts) == 1 and len(parts[0]) == 8:
        parts = [parts[0][:4], parts[0][4:6], parts[0][6:]]
    try:
        year, month, number = (int(part) for part in parts[:3])
        return date(year, month, number)
    except ValueError as error:
        raise BadCell(f"{cell!r} is no date; write it as 1948-05-06") from error


def moment(cell: str, zone: ZoneInfo) -> datetime:
    """2026-12-03 14:00, with the date as in `day`."""
    match = re.fullmatch(r"(?P<day>.+?)[\sT日]+(?P<hour>\d{1,2})[:：点](?P<minute>\d{2})?分?", cell)
    on = day(match["day"]) if match else None
    if match is None or on is None:
        raise BadCell(f"{cell!r} is no date with a time; write it as 2026-12-03 14:00")
    try:
        return datetime(on.year, on.month, on.day, int(match["hour"]), int(match["minute"] or 0), tzinfo=zone)
    except ValueError as error:
        raise BadCell(f"{cell!r} is no time of a day") from error


def coins(cell: str) -> int:
    """Coins with at most a half ("12", "1.5") as minutes; 0 for an empty cell."""
    if not cell:
        return 0
    match = _COINS.fullmatch(cell)
    if match is None:
        raise BadCell(f"{cell!r} is no amount of coins; whole or half ones only")
    return int(match[1]) * 60 + (30 if match[2] == "5" else 0)


def whole(cell: str, *, least: int, most: int) -> int | None:
    """A whole number; None for an empty cell."""
    if not cell:
        return None
    if not cell.isdecimal() or not least <= int(cell) <= most:
        raise BadCell(f"{cell!r} must be a whole number from {least} to {most}")
    return int(cell)


def listed(cell: str) -> list[str]:
    """Words between commas or 、."""
    return [part for part in SEPARATORS.split(cell) if part]
