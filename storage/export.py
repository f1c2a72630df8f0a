"""Everything the books keep of one person, and the books themselves, as plain values.

A person's rows are found by the foreign keys of the tables, so that a new table is not forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Connection, Engine, Table, or_, select

from bank.coins import OwnerKind
from bank.errors import NotFound
from storage.tables import all_tables, table
from storage.tables_books import AccountRow, AuditRow, EntryRow, TransactionRow
from storage.tables_desk import IdentityRow
from storage.tables_orders import CaseMessageRow, CaseRow
from storage.tables_people import MemberRow

_MEMBER, _IDENTITY = table(MemberRow), table(IdentityRow)
_ACCOUNT, _ENTRY, _TRANSACTION = table(AccountRow), table(EntryRow), table(TransactionRow)
_AUDIT, _CASE, _MESSAGE = table(AuditRow), table(CaseRow), table(CaseMessageRow)
_SECRET = {"link_code"}  # hashes of one-time codes say nothing of the person


def export_person(engine: Engine, member_id: int) -> dict[str, list[dict[str, Any]]]:
    """All rows about a member by table: their own, those that name them, their accounts with every entry.

    Raises NotFound.
    """
    with engine.connect() as connection:
        own = _rows(connection, _MEMBER, [_MEMBER.c.id == member_id])
        if not own:
            raise NotFound("member", member_id)
        identities = _rows(connection, _IDENTITY, [_IDENTITY.c.member_id == member_id])
        found = {"member": own, "identity": identities}
        for each in all_tables():
            if each.name in found or each.name in _SECRET:
                continue
            conditions = [column == member_id for column in _pointing(each, _MEMBER)]
            conditions += [column.in_([row["id"] for row in identities]) for column in _pointing(each, _IDENTITY)]
            if conditions:
                found[each.name] = _rows(connection, each, [or_(*conditions)])
        cases = [row["id"] for row in found.get(_CASE.name, [])]
        found["case_message"] = _rows(connection, _MESSAGE, [_MESSAGE.c.case_id.in_(cases)])
        found["audit"] = _rows(connection, _AUDIT, [or_(_AUDIT.c.actor_id == member_id, _AUDIT.c.for_id == member_id)])
        accounts = _rows(
            connection, _ACCOUNT, [_ACCOUNT.c.owner_kind == str(OwnerKind.MEMBER), _ACCOUNT.c.owner_id == member_id]
        )
        found["account"] = accounts
        found["entry"] = _rows(connection, _ENTRY, [_ENTRY.c.account_id.in_([row["id"] for row in accounts])])
    return {name: rows for name, rows in found.items() if rows}


def export_books(engine: Engine) -> Iterator[dict[str, Any]]:
    """Every entry with its transaction and its account's owner, oldest first."""
    statement = (
        select(
            _TRANSACTION.c.id.label("transaction"),
            _TRANSACTION.c.posted_at,
            _TRANSACTION.c.day,
            _TRANSACTION.c.kind,
            _TRANSACTION.c.order_id,
            _ENTRY.c.account_id.label("account"),
            _ACCOUNT.c.owner_kind,
            _ACCOUNT.c.owner_id,
            _ENTRY.c.unit,
            _ENTRY.c.minutes,
            _ENTRY.c.balance,
            _TRANSACTION.c.reason,
        )
        .join(_TRANSACTION, _TRANSACTION.c.id == _ENTRY.c.transaction_id)
        .join(_ACCOUNT, _ACCOUNT.c.id == _ENTRY.c.account_id)
        .order_by(_ENTRY.c.id)
    )
    with engine.connect() as connection:
        for row in connection.execution_options(stream_results=True).execute(statement).mappings():
            yield {name: _plain(value) for name, value in row.items()}


def _pointing(each: Table, at: Table) -> list[Column[Any]]:
    """The columns of a table that name a row of another."""
    return [column for column in each.columns if any(key.column.table is at for key in column.foreign_keys)]


def _rows(connection: Connection, each: Table, conditions: list[Any]) -> list[dict[str, Any]]:
    statement = select(each).where(*conditions).order_by(each.c.id)
    return [{name: _plain(value) for name, value in row.items()} for row in connection.execute(statement).mappings()]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value
