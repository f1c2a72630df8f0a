"""Column types that both engines read and write alike."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB

from bank.moments import check_aware

BigId = BigInteger().with_variant(Integer(), "sqlite")  # SQLite numbers rows by itself only in INTEGER columns
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")  # None is NULL, not JSON null


class Moment(TypeDecorator[datetime]):
    """An aware moment. Refuses naive ones (ValueError), gives back UTC. SQLite keeps the UTC clock's text."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        utc = check_aware(value).astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def to_driver(value: datetime, *, sqlite: bool) -> str | datetime:
    """The same moment as `Moment` binds it, for statements that go straight to the driver."""
    utc = check_aware(value).astimezone(UTC)
    return utc.replace(tzinfo=None).isoformat(" ", "microseconds") if sqlite else utc


def from_driver(value: str | datetime) -> datetime:
    """A moment as the driver gave it, aware, in UTC."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value.astimezone(UTC)


def day_to_driver(value: date, *, sqlite: bool) -> str | date:
    return value.isoformat() if sqlite else value


def day_from_driver(value: str | date) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def dumps(value: Any) -> str:
    """JSON as the tables keep it: moments and days as ISO text, Chinese as it is. Raises TypeError for other things."""
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is not kept as JSON")
