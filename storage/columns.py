"""Short names for the columns that the tables share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String
from sqlmodel import Field, SQLModel

from storage.types import BigId, Json, Moment

# Constraints bear names, so that later migrations can reach them on both engines.
SQLModel.metadata.naming_convention = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ix": "ix_%(table_name)s_%(column_0_name)s",
}


def ident(*, big: bool = False) -> Any:
    """The primary key, numbered by the database."""
    return Field(default=None, primary_key=True, sa_type=BigId) if big else Field(default=None, primary_key=True)


def link(target: str, *, big: bool = False, index: bool = True) -> Any:
    """A reference that must exist (`table.column`)."""
    if big:
        return Field(foreign_key=target, index=index, sa_type=BigId)
    return Field(foreign_key=target, index=index)


def maybe_link(target: str, *, index: bool = False) -> Any:
    """A reference that may be missing."""
    return Field(default=None, foreign_key=target, index=index)


def moment(*, index: bool = False) -> Any:
    return Field(sa_type=Moment, index=index)


def maybe_moment(*, index: bool = False) -> Any:
    return Field(default=None, sa_type=Moment, nullable=True, index=index)


def json_of(kind: type[dict[str, Any]] | type[list[Any]]) -> Any:
    """A JSON column that is empty, never NULL."""
    return Field(default_factory=kind, sa_type=Json, nullable=False)


def maybe_json() -> Any:
    return Field(default=None, sa_type=Json, nullable=True)


def word(*, index: bool = False, unique: bool = False) -> Any:
    """A short text: a state's or a kind's value, a key."""
    return Field(sa_type=String, index=index, unique=unique)
