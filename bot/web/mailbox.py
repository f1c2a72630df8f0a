"""A person's talk on the web channel, read from inbox and outbox: the page asks, so nothing needs to be pushed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bank.errors import Conflict
from bot.messages import Reply
from bot.web.ports import ACCOUNT, CHANNEL, Line
from storage.desk_things import Identity, InboxEntry, OutboxEntry, OutboxState
from storage.unit_of_work import SqlUnitOfWork, UnitFactory

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
Said = Callable[[OutboxEntry, datetime], Reply]  # the words of an outbox row at that moment
Noted = Callable[[SqlUnitOfWork, Identity, Reply, datetime], None]  # the talk remembers what was shown


class DeskMailbox:
    """`bot.web.ports.Mailbox` over the books.

    `reading` units look; only when a notice is shown for the first time a unit of `units` notes that it was sent and,
    through `noted`, that its choices are the ones a number picks now.
    """

    def __init__(self, units: UnitFactory, reading: UnitFactory, said: Said, noted: Noted) -> None:
        self._units = units
        self._reading = reading
        self._said = said
        self._noted = noted

    def lines(self, sender: str, *, now: datetime, most: int) -> list[Line]:
        with self._reading() as uow:
            identity = uow.desk.identities.find(CHANNEL, ACCOUNT, sender)
            if identity is None:
                return []
            items = uow.desk.inbox.recent(identity.id, limit=most)
            rows = uow.desk.outbox.mailbox(
                now=now, identity_id=identity.id, member_id=identity.member_id, limit=most, newest=True
            )
        rows = [row for row in rows if not _before_the_page(identity, row)]
        fresh = [row for row in rows if row.state is OutboxState.CREATED]
        if fresh:
            self._note(identity, fresh, now)
        said = [line for item in items for line in _of_inbox(item)]
        said += [self._of_outbox(row) for row in rows if not _is_reply_of(row, items)]
        return sorted(said, key=lambda line: line.at)[-most:]

    def _note(self, identity: Identity, rows: list[OutboxEntry], now: datetime) -> None:
        """Mark the rows as sent. Somebody else who is sending them just now wins: then nothing is to be noted."""
        try:
            with self._units() as uow:
                if not uow.desk.outbox.read([row.id for row in rows], channel=CHANNEL, now=now):
                    return
                for row in rows:
                    self._noted(uow, identity, self._said(row, now), now)
                uow.commit()
        except Conflict:
            return  # the next look, a second later, notes them

    def _of_outbox(self, row: OutboxEntry) -> Line:
        """In the words that were true when it was due ("明天" stays the day after that)."""
        at = max(row.created_at or LONG_AGO, row.not_before or LONG_AGO)
        return _line(f"o{row.id}", self._said(row, at), at)


def _of_inbox(item: InboxEntry) -> list[Line]:
    said = Line(
        id=f"i{item.id}",
        mine=True,
        at=item.received_at,
        text=str(item.payload.get("text") or ""),
        message_id=item.message_id,
    )
    if item.reply is None:
        return [said]
    reply, at = Reply.from_json(item.reply), item.finished_at or item.received_at
    return [said, _line(f"r{item.id}", reply, at, answers=True)]


def _before_the_page(identity: Identity, row: OutboxEntry) -> bool:
    """What reached the person in other ways before they had this page is not told again."""
    return identity.bound_at is not None and row.sent_at is not None and row.sent_at < identity.bound_at


def _is_reply_of(row: OutboxEntry, items: list[InboxEntry]) -> bool:
    """A reply that came late stands in the inbox and in the outbox: it is one line."""
    reply: dict[str, Any] | None = row.reply
    return reply is not None and any(item.id == row.inbox_id and item.reply == reply for item in items)


def _line(ident: str, reply: Reply, at: datetime, *, answers: bool = False) -> Line:
    choices = tuple(choice.label for choice in reply.choices)
    return Line(id=ident, mine=False, at=at, text=reply.text, choices=choices, picture=reply.picture, answers=answers)
