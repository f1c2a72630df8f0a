"""All tables and their metadata. Statements are written over `table(Row)`, a plain SQLAlchemy table."""

from __future__ import annotations

from typing import cast

from sqlalchemy import MetaData, Table
from sqlmodel import SQLModel

from storage import (
    tables_books,
    tables_desk,
    tables_earning,
    tables_goods,
    tables_learning,
    tables_orders,
    tables_people,
    tables_stations,
)

_ROOMS = (
    tables_people,
    tables_orders,
    tables_books,
    tables_goods,
    tables_stations,
    tables_earning,
    tables_desk,
    tables_learning,
)
metadata: MetaData = SQLModel.metadata


def table(row: type[SQLModel]) -> Table:
    """The table behind a row class."""
    return cast(Table, row.__table__)  # type: ignore[attr-defined]  # SQLModel declares it at run time


def all_tables() -> list[Table]:
    """Every table of the bank and of the desk, in an order in which they can be made."""
    names = {
        table(thing).name
        for room in _ROOMS
        for thing in vars(room).values()
        if isinstance(thing, type) and issubclass(thing, SQLModel) and hasattr(thing, "__table__")
    }
    return [each for each in metadata.sorted_tables if each.name in names]
