"""Files about goods: a merchant's month, a batch of conversions, and the other side's answer to it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

MONTH = ("pickup", "at", "name", "quantity", "unit", "cost")
BATCH = ("batch", "number", "member_id", "member", "phone", "points", "minutes", "asked_at")
ANSWER = ("number", "result", "reason")
MOST_BYTES = 1_000_000
WHY_NOT = (
    *("unknown", "twice", "other_result", "reason_missing", "no_room"),  # what the use case finds
    *("number", "result", "columns", "unreadable", "empty", "too_large"),
)
"""Why an answer is not taken: each has its words."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class AnswerWrong(ValueError):
    """The file can't be read as an answer: `line` 0 means the whole of it, `why` is the key of its words."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}")
        self.line, self.why = line, why


def month_csv(facts: Mapping[str, Any]) -> str:
    """A merchant's statement, piece by piece."""
    return _csv(MONTH, facts["rows"])


def batch_csv(facts: Mapping[str, Any]) -> str:
    """A batch for the other side; the same facts give the same text."""
    return _csv(BATCH, [{"batch": facts["batch"], **row} for row in facts["rows"]])


def batch_json(facts: Mapping[str, Any]) -> str:
    """The same as JSON: batch, name, points and rows."""
    kept = {name: facts[name] for name in ("batch", "name", "points", "rows")}
    return json.dumps(kept, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _csv(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    """With a mark at the front that tells spreadsheets it is UTF-8."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: harmless(row.get(name)) for name in columns} for row in rows)
    return "\ufeff" + out.getvalue()


def harmless(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula is kept as text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def read_answer(raw: bytes) -> list[dict[str, Any]]:
    """Rows (number, result, reason) of an answer, CSV with a header or JSON (a list, or `rows` of an object).

    Raises AnswerWrong for a file or line that can't be read; what the rows say is checked by the use case.
    """
    if len(raw) > MOST_BYTES:
        raise AnswerWrong(0, "too_large")
    text = _text(raw).strip()
    if not text:
        raise AnswerWrong(0, "empty")
    rows = _json_rows(text) if text[:1] in ("[", "{") else _csv_rows(text)
    if not rows:
        raise AnswerWrong(0, "empty")
    return [_row(line, row) for line, row in enumerate(rows, start=1)]


def _text(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AnswerWrong(0, "unreadable")


def _json_rows(text: str) -> list[Any]:
    try:
        whole = json.loads(text)
    except ValueError as error:
        raise AnswerWrong(0, "unreadable") from error
    rows = whole.get("rows") if isinstance(whole, dict) else whole
    if not isinstance(rows, list):
        raise AnswerWrong(0, "unreadable")
    return rows


def _csv_rows(text: str) -> list[Any]:
    try:
        reader = csv.DictReader(io.StringIO(text), strict=True)
        rows = list(reader)
    except csv.Error as error:
        raise AnswerWrong(0, "unreadable") from error
    if not {"number", "result"} <= set(reader.fieldnames or ()):
        raise AnswerWrong(0, "columns")
    return rows


def _row(line: int, row: Any) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise AnswerWrong(line, "unreadable")
    number, result = str(row.get("number") or "").strip(), str(row.get("result") or "").strip().lower()
    if not number.isascii() or not number.isdigit() or len(number) > 9 or int(number) == 0:
        raise AnswerWrong(line, "number")
    if result not in ("acknowledged", "returned"):
        raise AnswerWrong(line, "result")
    return {"number": int(number), "result": result, "reason": str(row.get("reason") or "").strip()[:200]}
