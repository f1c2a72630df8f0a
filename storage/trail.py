"""The audit trail read back: who did what to one thing."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from bank.coins import Audit
from storage.session import Session
from storage.tables import table
from storage.tables_books import AuditRow

_AUDIT = table(AuditRow)


class SqlTrail:
    """`bank.ports.Trail`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, what: str, subject_id: int, verbs: Iterable[str]) -> list[Audit]:
        """The audit rows of these verbs about one thing, oldest first."""
        statement = (
            select(_AUDIT)
            .where(_AUDIT.c.what == what, _AUDIT.c.subject_id == subject_id, _AUDIT.c.verb.in_(list(verbs)))
            .order_by(_AUDIT.c.id)
        )
        return [
            Audit(
                at=row["at"],
                verb=row["verb"],
                actor_id=row["actor_id"],
                for_id=row["for_id"],
                key=row["key"],
                detail=row["detail"],
            )
            for row in self._session.run(statement).mappings()
        ]
