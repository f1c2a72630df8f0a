"""The two hashes of a transaction: `digest` of what its key stands for, `mark` of all that it and its entries say."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from bank.coins import Posting


class Line(NamedTuple):
    """One entry as it is written: signed minutes on an account, the other side, the balance before and after."""

    leg: int
    account_id: int
    counter_id: int
    unit: str
    minutes: int
    previous_balance: int
    balance: int


def digest_of(posting: Posting, reverses_id: int | None) -> str:
    """sha256 of the content: not of the moment of posting nor of the scheme's version (a retry comes later)."""
    return _hash(
        [
            str(posting.kind),
            [[leg.debit, leg.credit, leg.minutes] for leg in posting.legs],
            posting.day.isoformat(),
            posting.scheme,
            posting.category,
            posting.multiplier_pct,
            posting.order_id,
            posting.job_id,
            posting.done_by,
            posting.done_for,
            posting.reason,
            posting.hold_id,
            reverses_id,
        ]
    )


def mark_of(digest: str, row: Sequence[Any], lines: Sequence[Sequence[Any]]) -> str:
    """sha256 of a whole transaction. `row` is `mark_row(...)`; `lines` are entries by leg, the debit first."""
    return _hash([digest, list(row), [list(line) for line in lines]])


def mark_row(
    *,
    key: str,
    kind: str,
    day: date,
    posted_at: datetime,
    scheme: str,
    scheme_version: str,
    category: str | None,
    multiplier_pct: int | None,
    order_id: int | None,
    job_id: int | None,
    done_by: int | None,
    done_for: int | None,
    reason: str | None,
    hold_id: int | None,
    daily_cap: int | None,
    reverses_id: int | None,
) -> tuple[Any, ...]:
    """The transaction's own fields as `mark_of` wants them."""
    return (
        key,
        kind,
        day.isoformat(),
        posted_at.astimezone(UTC).isoformat(timespec="microseconds"),
        scheme,
        scheme_version,
        category,
        multiplier_pct,
        order_id,
        job_id,
        done_by,
        done_for,
        reason,
        hold_id,
        daily_cap,
        reverses_id,
    )


def _hash(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
