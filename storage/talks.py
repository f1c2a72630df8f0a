"""How each conversation stands; the channels' access tokens; what was seen before."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update

from storage.collection import shape_of, to_row, to_thing
from storage.desk_things import Talk, Token
from storage.receipts import insert_once
from storage.session import Session
from storage.tables import table
from storage.tables_desk import ChannelTokenRow, NonceRow, TalkRow

_TALK, _TOKEN, _NONCE = table(TalkRow), table(ChannelTokenRow), table(NonceRow)
_SHAPE = shape_of(Talk, _TALK)


class SqlTalks:
    """Conversations by person."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, person: str, *, lock: bool = False) -> Talk:
        """The person's talk; a fresh one (id 0) when there is none."""
        statement = select(_TALK).where(_TALK.c.person == person)
        if lock:
            statement = statement.with_for_update()
        row = self._session.run(statement).mappings().first()
        if row is None:
            return Talk(person=person)
        talk: Talk = to_thing(_SHAPE, row)
        return talk

    def save(self, talk: Talk, now: datetime) -> Talk:
        """Keep the talk as it stands."""
        talk.updated_at = now
        values = to_row(_SHAPE, talk)
        if not talk.id:
            made = insert_once(self._session, _TALK, values, "person")
            talk.id = made if made is not None else self.get(talk.person).id
        self._session.run(update(_TALK).where(_TALK.c.id == talk.id).values(**values))
        return talk


class SqlTokens:
    """Access tokens: one holder for all workers. Whoever takes the lease asks the channel, outside any transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, channel: str, account: str, now: datetime) -> Token | None:
        """The token, unless it has run out."""
        row = self._session.run(select(_TOKEN.c.value, _TOKEN.c.expires_at).where(*_of(channel, account))).first()
        if row is None or row[0] is None or row[1] is None or row[1] <= now:
            return None
        return Token(value=row[0], expires_at=row[1])

    def take_refresh(self, channel: str, account: str, owner: str, now: datetime, lease: timedelta) -> bool:
        """Whether this owner may fetch a new token now; False while another does so."""
        insert_once(self._session, _TOKEN, {"channel": channel, "account": account}, "channel", "account")
        statement = (
            update(_TOKEN)
            .where(*_of(channel, account), or_(_TOKEN.c.leased_until.is_(None), _TOKEN.c.leased_until <= now))
            .values(lease_owner=owner, leased_until=now + lease)
        )
        return self._session.run(statement).rowcount == 1

    def put(self, channel: str, account: str, token: Token) -> None:
        """Keep a new token and end the lease."""
        insert_once(self._session, _TOKEN, {"channel": channel, "account": account}, "channel", "account")
        self._session.run(
            update(_TOKEN)
            .where(*_of(channel, account))
            .values(value=token.value, expires_at=token.expires_at, lease_owner=None, leased_until=None)
        )

    def forget(self, channel: str, account: str, value: str) -> None:
        """The channel says that this token is no good (unless a newer one is there already)."""
        self._session.run(
            update(_TOKEN).where(*_of(channel, account), _TOKEN.c.value == value).values(value=None, expires_at=None)
        )

    def end_refresh(self, channel: str, account: str, owner: str) -> None:
        """Fetching failed: let another try."""
        self._session.run(
            update(_TOKEN)
            .where(*_of(channel, account), _TOKEN.c.lease_owner == owner)
            .values(lease_owner=None, leased_until=None)
        )


class SqlNonces:
    """What was seen before, against replays."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def first_time(self, channel: str, account: str, nonce: str, now: datetime) -> bool:
        """Whether this nonce was never seen; from now on it was."""
        values = {"channel": channel, "account": account, "nonce": nonce, "seen_at": now}
        return insert_once(self._session, _NONCE, values, "channel", "account", "nonce") is not None

    def prune(self, before: datetime) -> int:
        """Forget what was seen before that moment; how many that were."""
        return self._session.run(delete(_NONCE).where(_NONCE.c.seen_at < before)).rowcount


def _of(channel: str, account: str) -> tuple[ColumnElement[bool], ...]:
    return (_TOKEN.c.channel == channel, _TOKEN.c.account == account)
