"""Receipts of use cases by idempotency key, and rows of what falls due."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bank.doing import Receipt
from bank.errors import KeyReused
from bank.notices import Due, DueKind, DueStatus
from storage.collection import shape_of, to_row, to_thing, words_of
from storage.session import Session
from storage.tables import table
from storage.tables_books import ReceiptRow
from storage.tables_orders import DueRow
from storage.types import dumps

_RECEIPT, _DUE = table(ReceiptRow), table(DueRow)
_DUE_SHAPE = shape_of(Due, _DUE)


def content_digest(content: Any) -> str:
    """sha256 of any JSON-able content; the order of keys does not matter."""
    canonical = json.dumps(json.loads(dumps(content)), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


class SqlReceipts:
    """`bank.ports.Receipts`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def seen(self, key: str, content: dict[str, Any]) -> Receipt | None:
        """The first receipt of this key, `again` set. Raises KeyReused when the content differs."""
        row = self._session.run(select(_RECEIPT).where(_RECEIPT.c.key == key)).mappings().first()
        if row is None:
            return None
        if row["digest"] != content_digest(content):
            raise KeyReused(key)
        return Receipt(outcome=row["outcome"], facts=row["facts"], again=True)

    def any_under(self, key: str, *, besides: str) -> bool:
        """Whether a step of that key (`<key>:<step>`) was done, the step `besides` left out."""
        statement = select(_RECEIPT.c.key).where(_RECEIPT.c.key.startswith(f"{key}:", autoescape=True))
        return self._session.run(statement.where(_RECEIPT.c.key != f"{key}:{besides}").limit(1)).scalar() is not None

    def put(self, key: str, content: dict[str, Any], receipt: Receipt, now: datetime) -> None:
        """Keep the receipt. A second writer of the same key gets Conflict from the unit of work and tries again."""
        self._session.run(
            insert(_RECEIPT),
            {
                "key": key,
                "digest": content_digest(content),
                "outcome": receipt.outcome,
                "facts": receipt.facts,
                "at": now,
            },
        )


class SqlDueRows:
    """`bank.ports.DueRows`, and what the clockwork takes from it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, due: Due) -> bool:
        """False when a row of that key exists."""
        return insert_once(self._session, _DUE, to_row(_DUE_SHAPE, due), "key") is not None

    def cancel(self, subject_id: int, kinds: Iterable[DueKind], now: datetime) -> None:
        """Waiting rows of these kinds about that subject are no longer needed."""
        self._session.run(
            update(_DUE)
            .where(
                _DUE.c.subject_id == subject_id,
                _DUE.c.kind.in_(words_of(kinds)),
                _DUE.c.status == str(DueStatus.WAITING),
            )
            .values(status=str(DueStatus.CANCELLED), done_at=now)
        )

    def claim(self, now: datetime, limit: int = 100) -> list[Due]:
        """Rows that are due, earliest first, locked till the end of the unit; rows that others hold are left out."""
        statement = (
            select(_DUE)
            .where(_DUE.c.status == str(DueStatus.WAITING), _DUE.c.at <= now)
            .order_by(_DUE.c.at, _DUE.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [to_thing(_DUE_SHAPE, row) for row in self._session.run(statement).mappings()]

    def done(self, due_id: int, now: datetime) -> None:
        """The row has been dealt with, in this same unit."""
        self._session.run(update(_DUE).where(_DUE.c.id == due_id).values(status=str(DueStatus.DONE), done_at=now))

    def next_at(self) -> datetime | None:
        """When the earliest waiting row falls due; None when nothing waits."""
        statement = select(_DUE.c.at).where(_DUE.c.status == str(DueStatus.WAITING)).order_by(_DUE.c.at).limit(1)
        found: datetime | None = self._session.run(statement).scalar()
        return found


def insert_once(session: Session, into: Any, values: dict[str, Any], *unique: str) -> int | None:
    """Insert a row unless one with these unique columns exists; its id, or None."""
    maker: Any = sqlite.insert if session.sqlite else postgresql.insert
    statement = maker(into).values(values).on_conflict_do_nothing(index_elements=list(unique)).returning(into.c.id)
    found = session.run(statement).scalar()
    return None if found is None else int(found)
