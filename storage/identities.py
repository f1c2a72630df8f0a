"""Who writes from where: identities on channels, bound to members, and the one-time codes that bind them."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from bank.errors import NotFound
from storage.collection import shape_of, to_thing
from storage.desk_things import Identity
from storage.receipts import insert_once
from storage.session import Session
from storage.tables import table
from storage.tables_desk import IdentityRow, LinkCodeRow

_IDENTITY, _CODE = table(IdentityRow), table(LinkCodeRow)
_SHAPE = shape_of(Identity, _IDENTITY)


class SqlIdentities:
    """Identities inside one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, identity_id: int) -> Identity:
        """Raises NotFound."""
        found = self._some(id=identity_id)
        if not found:
            raise NotFound("identity", identity_id)
        return found[0]

    def find(self, channel: str, account: str, sender: str) -> Identity | None:
        """The identity of that sender, if the desk knows it."""
        found = self._some(channel=channel, account=account, sender=sender)
        return found[0] if found else None

    def get_or_create(self, channel: str, account: str, sender: str, now: datetime) -> Identity:
        """The identity of that sender, made when new. Safe when two do so at once."""
        found = self.find(channel, account, sender)
        if found is None:
            values = {
                "channel": channel,
                "account": account,
                "sender": sender,
                "created_at": now,
                "sent_since_incoming": 0,
                "reachable": True,
                "mass_sent": 0,
            }
            insert_once(self._session, _IDENTITY, values, "channel", "account", "sender")
            found = self.find(channel, account, sender)
        if found is None:
            raise NotFound("identity", sender)
        return found

    def of_member(self, member_id: int) -> list[Identity]:
        """All identities of a member, the one last heard from first."""
        found = self._some(member_id=member_id)
        return sorted(found, key=lambda each: (each.last_incoming_at or each.created_at, each.id), reverse=True)

    def bind(self, identity_id: int, member_id: int, now: datetime) -> Identity:
        """From now on this sender is that member. Raises NotFound."""
        self._change(identity_id, member_id=member_id, bound_at=now)
        return self.get(identity_id)

    def unbind(self, identity_id: int) -> None:
        self._change(identity_id, member_id=None, bound_at=None)

    def incoming(self, identity_id: int, now: datetime, *, gesture: bool = False) -> None:
        """Something came from this sender: its windows open anew. `gesture`: a menu click, follow or scan."""
        if gesture:
            self._change(identity_id, last_gesture_at=now, reachable=True, unreachable_why=None, sent_since_incoming=0)
        else:
            self._change(identity_id, last_incoming_at=now, reachable=True, unreachable_why=None, sent_since_incoming=0)

    def sent(self, identity_id: int) -> None:
        """One more message went out since the last that came in."""
        self._change(identity_id, sent_since_incoming=_IDENTITY.c.sent_since_incoming + 1)

    def count_mass(self, identity_id: int, month: str, most: int) -> bool:
        """Take one of `most` mass sends in `month` (YYYY-MM); False when they are used up."""
        identity = self._some(lock=True, id=identity_id)[0]
        used = identity.mass_sent if identity.mass_month == month else 0
        if used >= most:
            return False
        self._change(identity_id, mass_month=month, mass_sent=used + 1)
        return True

    def mark_unreachable(self, identity_id: int, why: str) -> None:
        """The person blocked us or left: other ways must be taken till they write again."""
        self._change(identity_id, reachable=False, unreachable_why=why)

    def put_code(self, code_hash: str, member_id: int, now: datetime, lifetime: timedelta) -> None:
        """Keep a one-time code (its hash, see `hash_code`) that binds whoever says it to the member."""
        self._session.run(
            insert(_CODE), {"hash": code_hash, "member_id": member_id, "expires_at": now + lifetime, "used_at": None}
        )

    def use_code(self, code_hash: str, now: datetime) -> int | None:
        """The member of a code, once, before it ends; None otherwise."""
        statement = (
            update(_CODE)
            .where(_CODE.c.hash == code_hash, _CODE.c.used_at.is_(None), _CODE.c.expires_at > now)
            .values(used_at=now)
            .returning(_CODE.c.member_id)
        )
        found = self._session.run(statement).scalar()
        return None if found is None else int(found)

    def _some(self, *, lock: bool = False, **equal: object) -> list[Identity]:
        statement = select(_IDENTITY).where(*(_IDENTITY.c[name] == value for name, value in equal.items()))
        statement = statement.order_by(_IDENTITY.c.id)
        if lock:
            statement = statement.with_for_update()
        return [to_thing(_SHAPE, row) for row in self._session.run(statement).mappings()]

    def _change(self, identity_id: int, **values: object) -> None:
        done = self._session.run(update(_IDENTITY).where(_IDENTITY.c.id == identity_id).values(**values))
        if done.rowcount != 1:
            raise NotFound("identity", identity_id)


def hash_code(code: str, secret: bytes) -> str:
    """How a one-time code is kept: keyed, so that a copy of the database does not give short codes away."""
    return hmac.new(secret, code.strip().encode(), hashlib.sha256).hexdigest()
