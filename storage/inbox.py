"""What came in: kept before anything else is done, worked on one person at a time, in order, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select, update

from bank.errors import Conflict, NotFound
from storage.collection import shape_of, to_thing
from storage.desk_things import Identity, InboxEntry, InboxState
from storage.identities import SqlIdentities
from storage.receipts import insert_once
from storage.session import Session
from storage.tables import table
from storage.tables_desk import IdentityRow, InboxRow

_INBOX, _IDENTITY = table(InboxRow), table(IdentityRow)
_OTHER = _INBOX.alias("other")
_SHAPE = shape_of(InboxEntry, _INBOX)


@dataclass(frozen=True, slots=True)
class Received:
    """A message that is safely kept. `again`: it was there before, `item` holds the stored reply if there is one."""

    item: InboxEntry
    again: bool
    identity: Identity


class SqlInbox:
    """The inbox inside one unit of work. Its answers count only once that unit is committed."""

    def __init__(self, session: Session, identities: SqlIdentities) -> None:
        self._session = session
        self._identities = identities

    def receive(
        self,
        *,
        channel: str,
        account: str,
        message_id: str,
        sender: str,
        kind: str,
        payload: dict[str, Any],
        now: datetime,
        gesture: bool = False,
    ) -> Received:
        """Keep a message; a redelivery finds the first. `gesture`: a menu click, follow or scan."""
        identity = self._identities.get_or_create(channel, account, sender, now)
        values = {
            "channel": channel,
            "account": account,
            "message_id": message_id,
            "sender": sender,
            "identity_id": identity.id,
            "kind": kind,
            "payload": payload,
            "received_at": now,
            "state": str(InboxState.RECEIVED),
            "attempts": 0,
        }
        made = insert_once(self._session, _INBOX, values, "channel", "account", "message_id")
        if made is not None:
            self._identities.incoming(identity.id, now, gesture=gesture)
            return Received(self.get(made), again=False, identity=identity)
        statement = select(_INBOX).where(
            _INBOX.c.channel == channel, _INBOX.c.account == account, _INBOX.c.message_id == message_id
        )
        row = self._session.run(statement).mappings().one()
        return Received(to_thing(_SHAPE, row), again=True, identity=identity)

    def get(self, item_id: int) -> InboxEntry:
        """Raises NotFound."""
        row = self._session.run(select(_INBOX).where(_INBOX.c.id == item_id)).mappings().first()
        if row is None:
            raise NotFound("inbox", item_id)
        item: InboxEntry = to_thing(_SHAPE, row)
        return item

    def answered(self, item_id: int) -> bool:
        """Whether that message has its answer already (False for one that is not kept)."""
        state = self._session.run(select(_INBOX.c.state).where(_INBOX.c.id == item_id)).scalar()
        return state in (InboxState.DONE.value, InboxState.FAILED.value)

    def next_for(self, owner: str, now: datetime, lease: timedelta) -> InboxEntry | None:
        """Claim the oldest message whose sender has no earlier unfinished one and none being worked on.

        A claim whose lease has run out is taken again. None when nothing can be claimed now.
        """
        ident = self._session.run(_NEXT, {"at": now}).scalar()
        return None if ident is None else self._take(int(ident), owner, now, lease)

    def claim(self, item_id: int, owner: str, now: datetime, lease: timedelta) -> InboxEntry | None:
        """Claim this very message; None when it is not its turn, is being worked on, or is done."""
        # SQLite has one writer at a time; elsewhere the rows are locked before they are asked about.
        if not self._session.sqlite and self._session.run(_THIS, {"item": item_id, "at": now}).scalar() is None:
            return None
        return self._take(item_id, owner, now, lease)

    def renew(self, item_id: int, owner: str, now: datetime, lease: timedelta) -> None:
        """It takes longer than the lease: keep it. Nothing when it was lost or the message is done."""
        mine = (_INBOX.c.state == str(InboxState.WORKING), _INBOX.c.lease_owner == owner)
        self._session.run(update(_INBOX).where(_INBOX.c.id == item_id, *mine).values(leased_until=now + lease))

    def finish(
        self, item_id: int, owner: str, *, reply: dict[str, Any] | None, sent: str | None, now: datetime
    ) -> str | None:
        """The message is dealt with: keep its reply and how that left (None: leave what was noted before).

        Answers how the reply leaves as far as that is noted. In the same unit as the use case this makes the effect
        happen once. Raises Conflict when the lease was lost.
        """
        left = {} if sent is None else {"reply_sent": sent}
        return self._end(item_id, owner, state=str(InboxState.DONE), reply=reply, finished_at=now, **left)

    def fail(self, item_id: int, owner: str, *, why: str, now: datetime, reply: dict[str, Any] | None = None) -> None:
        """Given up, with the reason and the reply that said so. Raises Conflict when the lease was lost."""
        self._end(item_id, owner, state=str(InboxState.FAILED), why=why, reply=reply, finished_at=now)

    def give_back(self, item_id: int, owner: str, *, why: str) -> None:
        """Not done: let anybody claim it again. Raises Conflict when the lease was lost."""
        self._end(item_id, owner, state=str(InboxState.RECEIVED), why=why)

    def reply_left(self, item_id: int, how: str) -> None:
        """Note how the stored reply left (passive, outbox …)."""
        self._session.run(update(_INBOX).where(_INBOX.c.id == item_id).values(reply_sent=how))

    def waits(self, identity_id: int) -> bool:
        """Whether a message of that sender is not finished."""
        unfinished = _INBOX.c.state.in_((InboxState.RECEIVED.value, InboxState.WORKING.value))
        statement = select(_INBOX.c.id).where(_INBOX.c.identity_id == identity_id, unfinished).limit(1)
        return self._session.run(statement).scalar() is not None

    def waiting(self, *, before: datetime | None = None) -> int:
        """How many messages are not finished, of those received `before` if that is given."""
        unfinished = _INBOX.c.state.in_((InboxState.RECEIVED.value, InboxState.WORKING.value))
        statement = select(func.count()).where(unfinished)
        if before is not None:
            statement = statement.where(_INBOX.c.received_at < before)
        return int(self._session.run(statement).scalar_one())

    def recent(self, identity_id: int, limit: int = 20) -> list[InboxEntry]:
        """The last messages of a sender with their replies, oldest first (the talk so far)."""
        statement = select(_INBOX).where(_INBOX.c.identity_id == identity_id).order_by(_INBOX.c.id.desc()).limit(limit)
        return [to_thing(_SHAPE, row) for row in self._session.run(statement).mappings()][::-1]

    def _take(self, item_id: int, owner: str, now: datetime, lease: timedelta) -> InboxEntry | None:
        # Asked again in a statement of its own: it sees what was committed while the rows were being locked.
        values = {"item": item_id, "at": now, "owner": owner, "until": now + lease}
        row = self._session.run(_TAKE, values).mappings().first()
        return None if row is None else to_thing(_SHAPE, row)

    def _end(self, item_id: int, owner: str, **values: Any) -> str | None:
        statement = (
            update(_INBOX)
            .where(
                _INBOX.c.id == item_id,
                _INBOX.c.state == str(InboxState.WORKING),
                _INBOX.c.lease_owner == owner,
            )
            .values(lease_owner=None, leased_until=None, **values)
            .returning(_INBOX.c.reply_sent)
        )
        row = self._session.run(statement).first()
        if row is None:
            raise Conflict(f"inbox {item_id} is no longer {owner}'s")
        left: str | None = row[0]
        return left


def _free() -> ColumnElement[bool]:
    return or_(
        _INBOX.c.state == str(InboxState.RECEIVED),
        and_(_INBOX.c.state == str(InboxState.WORKING), _INBOX.c.leased_until <= bindparam("at")),
    )


def _first_of_sender() -> ColumnElement[bool]:
    unfinished = _OTHER.c.state.in_((InboxState.RECEIVED.value, InboxState.WORKING.value))
    worked_on = and_(_OTHER.c.state == str(InboxState.WORKING), _OTHER.c.leased_until > bindparam("at"))
    return ~exists().where(
        _OTHER.c.identity_id == _INBOX.c.identity_id,
        _OTHER.c.id != _INBOX.c.id,
        or_(and_(_OTHER.c.id < _INBOX.c.id, unfinished), worked_on),
    )


# Built once: every message runs them, and building costs more than running.
_CLAIMABLE = (
    select(_INBOX.c.id)
    .join(_IDENTITY, _IDENTITY.c.id == _INBOX.c.identity_id)
    .where(_free(), _first_of_sender())
    .with_for_update(skip_locked=True)  # the sender's row too: two claims for one sender exclude each other
)
_NEXT = _CLAIMABLE.order_by(_INBOX.c.id).limit(1)
_THIS = _CLAIMABLE.where(_INBOX.c.id == bindparam("item"))
_TAKE = (
    update(_INBOX)
    .where(_INBOX.c.id == bindparam("item"), _free(), _first_of_sender())
    .values(
        state=str(InboxState.WORKING),
        lease_owner=bindparam("owner"),
        leased_until=bindparam("until"),
        attempts=_INBOX.c.attempts + 1,
    )
    .returning(_INBOX)
)
