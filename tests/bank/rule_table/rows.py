"""The rows of the tables: read from the files of this folder, one row per scheme that it holds in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bank.schemes import NAMES

FOLDER = Path(__file__).parent
COMMON = ("common", "stations")  # files whose rows hold in all schemes unless they say which
_FIELDS = {"rule", "line", "file", "schemes", "try", "with", "happens", "refused", "says", "book", "but"}


@dataclass(frozen=True, slots=True)
class Row:
    """One rule in one scheme: what is tried, and what happens or which rule refuses in which words."""

    scheme: str
    rule: str
    file: str
    line: str
    tryout: str
    given: dict[str, Any]
    happens: dict[str, Any] | None
    refused: str | None
    says: tuple[str, ...]
    book: tuple[str, ...]

    def __str__(self) -> str:
        given = "-".join(f"{key}={value}" for key, value in self.given.items())
        return f"{self.scheme}-{self.rule}-{self.tryout}{'-' if given else ''}{given}"


def _row(scheme: str, source: str, raw: dict[str, Any]) -> Row:
    assert set(raw) <= _FIELDS, sorted(set(raw) - _FIELDS)
    but = (raw.get("but") or {}).get(scheme, {})
    known = {**raw, **but}
    if "refused" in but:
        known.pop("happens", None)
        known["says"] = but.get("says", [])
    row = Row(
        scheme=scheme,
        rule=known["rule"],
        file=(known.get("file") or source) if known["line"] else "",
        line=known["line"],
        tryout=known["try"],
        given=known.get("with") or {},
        happens=known.get("happens"),
        refused=known.get("refused"),
        says=tuple(map(str, known.get("says") or ())),
        book=tuple(map(str, known.get("book") or ())),
    )
    assert (row.happens is None) != (row.refused is None), f"{row}: happens or refused, one of both"
    return row


def all_rows() -> list[Row]:
    """Every row of every file."""
    rows = []
    for file in sorted(FOLDER.glob("*.yml")):
        table = yaml.safe_load(file.read_text(encoding="utf-8"))
        for raw in table["rows"]:
            schemes = raw.get("schemes") or (NAMES if file.stem in COMMON else (file.stem,))
            rows += [_row(scheme, table["source"], raw) for scheme in schemes]
    return rows
