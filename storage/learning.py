"""Lines that were not understood well, in their table."""

from __future__ import annotations

from sqlalchemy import delete

from bank.coins import Audit
from bank.learning import LearningLine
from storage.collection import SqlCollection
from storage.session import Session
from storage.tables import table
from storage.tables_learning import LearningLineRow

_LINE = table(LearningLineRow)


class SqlLearning(SqlCollection[LearningLine]):
    """`bank.ports.LearningLines`."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, LearningLine, _LINE, "learning line")

    def forget(self, member_id: int, audit: Audit) -> int:
        """Delete every line that is linked to the member; how many that were. One audit row, without their words."""
        count = self._session.run(delete(_LINE).where(_LINE.c.member_id == member_id)).rowcount
        self._session.audit("member", member_id, audit)
        return count
