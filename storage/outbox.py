"""What goes out: every row ends as sent, gave up (why) or on the phone list; none just vanishes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update

from bank.errors import Conflict, NotFound
from bank.notices import Notice, Urgency
from storage.collection import shape_of, to_thing
from storage.desk_things import OutboxEntry, OutboxState
from storage.identities import SqlIdentities
from storage.orders import URGENCY_RANK
from storage.receipts import insert_once
from storage.session import Session
from storage.tables import table
from storage.tables_desk import IdentityRow, OutboxRow

_OUTBOX, _IDENTITY = table(OutboxRow), table(IdentityRow)
_OTHER = _OUTBOX.alias("other")
_SHAPE = shape_of(OutboxEntry, _OUTBOX)


class SqlOutbox:
    """The outbox inside one unit of work: `bank.ports.Outbox`, and what the dispatcher needs."""

    def __init__(self, session: Session, identities: SqlIdentities, clock: Callable[[], datetime] | None) -> None:
        self._session = session
        self._identities = identities
        self._clock = clock

    def put(self, notice: Notice) -> bool:
        """A notice of the bank to a member, or to a sender who is none yet. False when a notice of that key exists.

        Raises NotFound for a sender the desk has never heard of.
        """
        identity_id: int | None = None
        if not notice.to_id:
            channel, account, sender = [*(notice.to_sender or "").split(":", 2), "", ""][:3]
            identity = self._identities.find(channel, account, sender)
            if identity is None:
                raise NotFound("identity", notice.to_sender)
            identity_id = identity.id
        made = self._put(
            key=notice.key,
            to_member_id=notice.to_id or None,
            to_identity_id=identity_id,
            words=notice.words,
            facts=notice.facts,
            urgency=notice.urgency,
            purpose=notice.words,
            not_before=notice.not_before,
            order_id=notice.order_id,
            case_id=notice.case_id,
            created_at=self._clock() if self._clock else None,
        )
        return made is not None

    def put_reply(
        self,
        *,
        key: str,
        to_identity_id: int,
        reply: dict[str, Any],
        now: datetime,
        urgency: Urgency = Urgency.NORMAL,
        purpose: str = "reply",
        not_before: datetime | None = None,
        inbox_id: int | None = None,
        case_id: int | None = None,
    ) -> int | None:
        """A ready reply to a sender (known or not). Its id; None when that key exists."""
        return self._put(
            key=key,
            to_identity_id=to_identity_id,
            reply=reply,
            urgency=urgency,
            purpose=purpose,
            not_before=not_before,
            inbox_id=inbox_id,
            case_id=case_id,
            created_at=now,
        )

    def get(self, item_id: int) -> OutboxEntry:
        """Raises NotFound."""
        found = self._some(_OUTBOX.c.id == item_id)
        if not found:
            raise NotFound("outbox", item_id)
        return found[0]

    def claim(
        self, owner: str, now: datetime, lease: timedelta, *, channels: Iterable[str] | None = None, limit: int = 20
    ) -> list[OutboxEntry]:
        """Take up to `limit` rows that may leave now: most urgent, then oldest first.

        A row whose lease ran out while sending is taken again with `maybe_sent` set. A person's next row waits while
        another is being sent, emergencies excepted. `channels` keeps to people who can be had there, and
        people who cannot be had anywhere.
        """
        statement = (
            select(_OUTBOX.c.id, _OUTBOX.c.state)
            .where(_ready(now), _nothing_before(now))
            .order_by(_OUTBOX.c.rank, _OUTBOX.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        if channels is not None:
            statement = statement.where(_to_be_had_on(list(channels)))
        taken = self._session.run(statement).all()
        for ident, state in taken:
            values: dict[str, Any] = {
                "state": str(OutboxState.SENDING),
                "lease_owner": owner,
                "leased_until": now + lease,
                "attempts": _OUTBOX.c.attempts + 1,
            }
            if state == OutboxState.SENDING:
                values["maybe_sent"] = True
            self._session.run(update(_OUTBOX).where(_OUTBOX.c.id == ident).values(**values))
        idents = [ident for ident, _ in taken]
        return self._some(_OUTBOX.c.id.in_(idents), order=(_OUTBOX.c.rank, _OUTBOX.c.id)) if idents else []

    def mark_sent(self, item_id: int, owner: str, *, channel: str, provider_id: str | None, now: datetime) -> None:
        """It left. Raises Conflict when the lease was lost."""
        self._end(
            item_id, owner, state=str(OutboxState.SENT), channel_used=channel, provider_id=provider_id, sent_at=now
        )

    def try_later(self, item_id: int, owner: str, *, at: datetime, why: str, maybe_sent: bool = False) -> None:
        """Not now: again from `at` on. Raises Conflict when the lease was lost."""
        values: dict[str, Any] = {"state": str(OutboxState.CREATED), "next_try_at": at, "why": why}
        if maybe_sent:
            values["maybe_sent"] = True
        self._end(item_id, owner, **values)

    def gave_up(self, item_id: int, owner: str, *, why: str) -> None:
        """It will not be sent; the desk shows why. Raises Conflict when the lease was lost."""
        self._end(item_id, owner, state=str(OutboxState.GAVE_UP), why=why)

    def phone_list(self, item_id: int, owner: str, *, why: str) -> None:
        """Somebody of the staff must phone. Raises Conflict when the lease was lost."""
        self._end(item_id, owner, state=str(OutboxState.PHONE_LIST), why=why)

    def mailbox(
        self,
        *,
        now: datetime,
        after_id: int = 0,
        identity_id: int | None = None,
        member_id: int | None = None,
        limit: int = 100,
        newest: bool = False,
    ) -> list[OutboxEntry]:
        """What a person reads by asking (web page, console): rows to the identity or the member, by id, due by now.

        The first `limit` of them, or with `newest` the last.
        """
        to = [
            column == ident
            for column, ident in ((_OUTBOX.c.to_identity_id, identity_id), (_OUTBOX.c.to_member_id, member_id))
            if ident is not None
        ]
        if not to:
            return []
        due = or_(_OUTBOX.c.not_before.is_(None), _OUTBOX.c.not_before <= now)
        order = _OUTBOX.c.id.desc() if newest else _OUTBOX.c.id
        rows = self._some(_OUTBOX.c.id > after_id, due, or_(*to), order=(order,), limit=limit)
        return rows[::-1] if newest else rows

    def read(self, item_ids: Iterable[int], *, channel: str, now: datetime) -> int:
        """Rows that a person has just read from their mailbox count as sent there. How many had not been sent yet."""
        statement = (
            update(_OUTBOX)
            .where(_OUTBOX.c.id.in_(list(item_ids)), _OUTBOX.c.state == str(OutboxState.CREATED))
            .values(state=str(OutboxState.SENT), channel_used=channel, sent_at=now)
        )
        return self._session.run(statement).rowcount

    def in_state(self, *states: OutboxState, limit: int = 200) -> list[OutboxEntry]:
        """Rows in these states, newest first (the phone list, what was given up)."""
        return self._some(
            _OUTBOX.c.state.in_([str(state) for state in states]), order=(_OUTBOX.c.id.desc(),), limit=limit
        )

    def phoned(self, item_id: int, now: datetime) -> None:
        """Staff have told the person. Raises Conflict when the row is not on the phone list."""
        statement = (
            update(_OUTBOX)
            .where(_OUTBOX.c.id == item_id, _OUTBOX.c.state == str(OutboxState.PHONE_LIST))
            .values(state=str(OutboxState.SENT), channel_used="phone", sent_at=now)
        )
        if self._session.run(statement).rowcount != 1:
            raise Conflict(f"outbox {item_id} is not on the phone list")

    def waiting(self) -> int:
        """How many rows have not ended."""
        open_ = _OUTBOX.c.state.in_((OutboxState.CREATED.value, OutboxState.SENDING.value))
        return int(self._session.run(select(func.count()).where(open_)).scalar_one())

    def _put(self, *, urgency: Urgency, **values: Any) -> int | None:
        values.setdefault("facts", {})
        row = {
            **values,
            "urgency": str(urgency),
            "rank": URGENCY_RANK[urgency],
            "state": str(OutboxState.CREATED),
            "attempts": 0,
            "maybe_sent": False,
        }
        return insert_once(self._session, _OUTBOX, row, "key")

    def _some(
        self, *conditions: ColumnElement[bool], order: tuple[Any, ...] = (_OUTBOX.c.id,), limit: int | None = None
    ) -> list[OutboxEntry]:
        statement = select(_OUTBOX).where(*conditions).order_by(*order)
        if limit is not None:
            statement = statement.limit(limit)
        return [to_thing(_SHAPE, row) for row in self._session.run(statement).mappings()]

    def _end(self, item_id: int, owner: str, **values: Any) -> None:
        statement = (
            update(_OUTBOX)
            .where(
                _OUTBOX.c.id == item_id,
                _OUTBOX.c.state == str(OutboxState.SENDING),
                _OUTBOX.c.lease_owner == owner,
            )
            .values(lease_owner=None, leased_until=None, **values)
        )
        if self._session.run(statement).rowcount != 1:
            raise Conflict(f"outbox {item_id} is no longer {owner}'s")


def _ready(now: datetime) -> ColumnElement[bool]:
    fresh = and_(
        _OUTBOX.c.state == str(OutboxState.CREATED),
        or_(_OUTBOX.c.not_before.is_(None), _OUTBOX.c.not_before <= now),
        or_(_OUTBOX.c.next_try_at.is_(None), _OUTBOX.c.next_try_at <= now),
    )
    cut_off = and_(_OUTBOX.c.state == str(OutboxState.SENDING), _OUTBOX.c.leased_until <= now)
    return or_(fresh, cut_off)


def _nothing_before(now: datetime) -> ColumnElement[bool]:
    same = or_(_OTHER.c.to_member_id == _OUTBOX.c.to_member_id, _OTHER.c.to_identity_id == _OUTBOX.c.to_identity_id)
    being_sent = and_(_OTHER.c.state == str(OutboxState.SENDING), _OTHER.c.leased_until > now)
    waits = exists().where(being_sent, _OTHER.c.id != _OUTBOX.c.id, same)
    return or_(_OUTBOX.c.rank == URGENCY_RANK[Urgency.EMERGENCY], ~waits)


def _to_be_had_on(channels: list[str]) -> ColumnElement[bool]:
    theirs = or_(
        _IDENTITY.c.id == _OUTBOX.c.to_identity_id,
        and_(_OUTBOX.c.to_member_id.is_not(None), _IDENTITY.c.member_id == _OUTBOX.c.to_member_id),
    )
    reachable = _IDENTITY.c.reachable.is_(True)
    here = exists().where(theirs, _IDENTITY.c.channel.in_(channels))
    nowhere = ~exists().where(theirs, reachable)
    return or_(here, nowhere)
