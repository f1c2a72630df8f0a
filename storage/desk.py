"""The desk's tables in one hand, inside the same unit of work as the bank's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import text

from storage.identities import SqlIdentities
from storage.inbox import SqlInbox
from storage.outbox import SqlOutbox
from storage.receipts import SqlDueRows, SqlReceipts
from storage.session import Session
from storage.talks import SqlNonces, SqlTalks, SqlTokens


class Desk:
    """Inbox, outbox, identities, talks, tokens, nonces, due rows and receipts."""

    def __init__(self, session: Session, clock: Callable[[], datetime] | None) -> None:
        self._session = session
        self.identities = SqlIdentities(session)
        self.inbox = SqlInbox(session, self.identities)
        self.outbox = SqlOutbox(session, self.identities, clock)
        self.talks = SqlTalks(session)
        self.tokens = SqlTokens(session)
        self.nonces = SqlNonces(session)
        self.due = SqlDueRows(session)
        self.receipts = SqlReceipts(session)

    def try_lock(self, name: str) -> bool:
        """Whether this unit is the only one that holds the lock of that name, till it ends (one scheduler of many).

        SQLite has one writer at a time, so a writing unit holds every lock.
        """
        if self._session.sqlite:
            return True
        statement = text("SELECT pg_try_advisory_xact_lock(hashtext(:name))")
        return bool(self._session.run(statement, {"name": name}).scalar())
