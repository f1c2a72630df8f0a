"""Things of one kind: rows to the bank's dataclasses and back, by equal field names, with audit and version check."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, Generic, TypeVar, get_args, get_origin, get_type_hints

from sqlalchemy import ColumnElement, Select, Table, bindparam, insert, select, update

from bank.coins import Audit
from bank.errors import Conflict, NotFound
from storage.session import Session

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shape:
    """How one dataclass lies in its table. `words` are the fields whose text is one of an enum's values."""

    kind: type[Any]
    table: Table
    names: tuple[str, ...]
    words: dict[str, type[StrEnum]]
    versioned: bool


_shapes: dict[tuple[type[Any], str], Shape] = {}  # worked out once per kind; the kinds are fixed


def shape_of(kind: type[Any], table: Table) -> Shape:
    """How the kind lies in the table. Raises TypeError when a field has no column of its name."""
    known = _shapes.get((kind, table.name))
    if known is None:
        known = _shapes[kind, table.name] = _work_out(kind, table)
    return known


def _work_out(kind: type[Any], table: Table) -> Shape:
    names = tuple(field.name for field in fields(kind))
    missing = [name for name in names if name not in table.columns]
    if missing:
        raise TypeError(f"table {table.name} has no columns {missing} of {kind.__name__}")
    hints = get_type_hints(kind)
    words = {name: enum for name in names if (enum := _enum_in(hints[name])) is not None}
    return Shape(kind, table, names, words, "version" in names)


def _enum_in(hint: Any) -> type[StrEnum] | None:
    options = get_args(hint) if isinstance(hint, UnionType) or get_origin(hint) is not None else (hint,)
    for option in options:
        if isinstance(option, type) and issubclass(option, StrEnum):
            return option
    return None


def to_thing(shape: Shape, row: Any) -> Any:
    """The dataclass of a row (a mapping of column names)."""
    values = {name: row[name] for name in shape.names}
    for name, enum in shape.words.items():
        if values[name] is not None:
            values[name] = enum(values[name])
    return shape.kind(**values)


def to_row(shape: Shape, thing: Any) -> dict[str, Any]:
    """A row's values of a thing, without its id."""
    values = {name: getattr(thing, name) for name in shape.names if name != "id"}
    for name in shape.words:
        if values[name] is not None:
            values[name] = str(values[name])
    return values


@cache  # building a statement costs as much as running it, and the tables are fixed
def _by_id(table: Table, lock: bool) -> Select[Any]:
    statement = select(table).where(table.c.id == bindparam("ident"))
    return statement.with_for_update() if lock else statement


class SqlCollection(Generic[T]):
    """`bank.ports.Collection` over one table."""

    def __init__(self, session: Session, kind: type[Any], table: Table, what: str) -> None:
        self._session = session
        self._shape = shape_of(kind, table)
        self._table = table
        self._what = what

    def get(self, ident: int, *, lock: bool = False) -> T:
        """The thing of that id; `lock` holds it till the end of the unit. Raises NotFound."""
        row = self._session.run(_by_id(self._table, lock), {"ident": ident}).mappings().first()
        if row is None:
            raise NotFound(self._what, ident)
        thing: T = to_thing(self._shape, row)
        return thing

    def find(self, **equal: Any) -> list[T]:
        """All whose fields equal the values (a tuple, list or set means "one of"), by id."""
        return self._all(select(self._table).where(*self._conditions(equal)).order_by(self._table.c.id))

    def add(self, thing: T, audit: Audit) -> T:
        """Store a new thing, give it its id, write the audit row."""
        values = to_row(self._shape, thing)
        result = self._session.run(insert(self._table).returning(self._table.c.id), values)
        ident = int(result.scalar_one())
        setattr(thing, "id", ident)  # noqa: B010  T need not declare the id that every stored kind has
        self._session.audit(self._table.name, ident, audit)
        return thing

    def save(self, thing: T, audit: Audit) -> T:
        """Store a changed thing, write the audit row. Raises Conflict when it was saved by another in between."""
        values = to_row(self._shape, thing)
        ident: int = getattr(thing, "id")  # noqa: B009  as above
        statement = update(self._table).where(self._table.c.id == bindparam("ident"))
        parameters: dict[str, Any] = {"ident": ident}
        if self._shape.versioned:
            statement = statement.where(self._table.c.version == bindparam("seen"))
            parameters["seen"] = values["version"]
            values["version"] += 1
        result = self._session.run(statement.values(values), parameters)
        if result.rowcount != 1:
            self.get(ident)  # NotFound when that is the reason
            raise Conflict(f"{self._what} {ident} was changed by somebody else")
        if self._shape.versioned:
            setattr(thing, "version", values["version"])  # noqa: B010  only kinds with a version come here
        self._session.audit(self._table.name, ident, audit)
        return thing

    def _conditions(self, equal: dict[str, Any]) -> list[ColumnElement[bool]]:
        conditions: list[ColumnElement[bool]] = []
        for name, value in equal.items():
            column = self._table.columns[name]
            if value is None:
                conditions.append(column.is_(None))
            elif isinstance(value, (tuple, list, set, frozenset)):
                conditions.append(column.in_(list(value)))
            else:
                conditions.append(column == value)
        return conditions

    def _all(self, statement: Select[Any]) -> list[T]:
        return [to_thing(self._shape, row) for row in self._session.run(statement).mappings()]


def words_of(values: Iterable[StrEnum]) -> list[str]:
    """The texts of enum values, for a condition."""
    return [str(value) for value in values]
