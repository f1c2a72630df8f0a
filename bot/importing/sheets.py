"""Rows of a CSV or XLSX file as texts by column, whatever office program wrote it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

MOST_ROWS = 20_000
ENCODINGS = ("utf-8-sig", "gb18030")  # spreadsheet programs in China save CSV in either


class FileRefused(Exception):
    """The file as a whole cannot be read: the message says what and where."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its number as the spreadsheet shows it, and the texts of the columns that are known."""

    number: int
    cells: dict[str, str]


def read_lines(path: Path, columns: Mapping[str, tuple[str, ...]], needed: tuple[str, ...]) -> list[Line]:
    """All rows that hold anything. `columns`: the headings (Chinese or English) that mean each field.

    Raises FileRefused: no such file, neither CSV nor XLSX, empty, a heading twice or unknown, a needed one missing.
    """
    if not path.is_file():
        raise FileRefused(f"{path}: no such file")
    table = _cells(path)
    if not table:
        raise FileRefused(f"{path}: the file is empty")
    fields = _fields(path, table[0], columns, needed)
    lines = []
    for number, row in enumerate(table[1:], start=2):
        cells = {field: row[at].strip() for at, field in fields.items() if at < len(row)}
        if any(cells.values()):
            lines.append(Line(number, cells))
    if len(lines) > MOST_ROWS:
        raise FileRefused(f"{path}: {len(lines)} rows; at most {MOST_ROWS} at once")
    return lines


def _cells(path: Path) -> list[list[str]]:
    match path.suffix.lower():
        case ".csv":
            return _csv(path)
        case ".xlsx":
            return _xlsx(path)
    raise FileRefused(f"{path}: must be .csv or .xlsx")


def _csv(path: Path) -> list[list[str]]:
    raw = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return list(csv.reader(io.StringIO(text)))
    raise FileRefused(f"{path}: is neither UTF-8 nor GB18030 text")


def _xlsx(path: Path) -> list[list[str]]:
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, OSError) as error:
        raise FileRefused(f"{path}: is no XLSX file ({error})") from error
    sheet = book.worksheets[0]
    rows = [[_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    book.close()
    return rows


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if not (value.hour or value.minute) else value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # telephone numbers come as floats
    return str(value)


def _fields(
    path: Path, heading: list[str], columns: Mapping[str, tuple[str, ...]], needed: tuple[str, ...]
) -> dict[int, str]:
    names = {alias: field for field, aliases in columns.items() for alias in (field, *aliases)}
    found: dict[int, str] = {}
    for at, cell in enumerate(heading):
        title = cell.strip()
        if not title:
            continue
        if title not in names:
            raise FileRefused(f"{path}: row 1: unknown column {title!r}; known: {', '.join(sorted(names))}")
        if names[title] in found.values():
            raise FileRefused(f"{path}: row 1: column {title!r} stands twice")
        found[at] = names[title]
    missing = [columns[field][0] for field in needed if field not in found.values()]
    if missing:
        raise FileRefused(f"{path}: row 1: missing column {', '.join(missing)}")
    return found
