"""The dispatcher: takes what waits in the outbox, finds the person's way, sends, and records how it ended.

A row ends as *sent*, *gave up (why)* or *phone list*; it never just vanishes. The database session is closed before
the network call, so that a slow channel holds no lock.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from anyio import to_thread

from bank.errors import Conflict
from bank.notices import Urgency
from bot.channels.outbound_policy import Purpose
from bot.desk import Desk
from bot.messages import Reply
from bot.metrics import Metrics
from bot.sending import Address, MaybeSent, Misconfigured, Sender, SendError, TryLater, Unreachable, WayClosed
from bot.talk import show_in_talk
from storage.desk_things import Identity, OutboxEntry
from storage.unit_of_work import SqlUnitOfWork, in_unit

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)
LOOK_EVERY = 0.5  # seconds
AT_ONCE = 20
MOST_ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class Letter:
    """One claimed row, said in words, with the ways it may take in order of preference."""

    item: OutboxEntry
    reply: Reply
    ways: tuple[Identity, ...]


@dataclass(frozen=True, slots=True)
class Shut:
    """A broadcast letter whose own way was shut for this person, and why; a mass message may still take it."""

    letter: Letter
    identity: Identity
    why: str


@runtime_checkable
class SendsToMany(Protocol):
    """A channel that can send one message to many (WeChat's 群发)."""

    async def send_to_many(
        self, addresses: Sequence[Address], reply: Reply, *, key: str, now: datetime
    ) -> dict[str, str]:
        """Returns a reason by sender for each who was left out. Raises SendError's children."""


class Dispatcher:
    """One per process; several processes share the work row by row."""

    def __init__(
        self,
        desk: Desk,
        senders: Mapping[str, Sender],
        metrics: Metrics,
        *,
        on_news: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._desk = desk
        self._senders = senders
        self._metrics = metrics
        self._on_news = on_news
        self.owner = f"dispatcher-{secrets.token_hex(4)}"

    async def keep_sending(self) -> None:
        """Send for ever; cancelled when the house closes."""
        while True:
            try:
                sent = await self.send_waiting()
            except Conflict:
                sent = 0
            if not sent:
                await asyncio.sleep(LOOK_EVERY)

    async def send_waiting(self) -> int:
        """Send what may leave now; how many rows were taken."""
        letters = await to_thread.run_sync(self._claim)
        shut = await asyncio.gather(*(self._send(letter) for letter in letters))
        await self._send_to_many([closed for closed in shut if closed is not None])
        return len(letters)

    # -- taking --------------------------------------------------------------------------------------------------

    def _claim(self) -> list[Letter]:
        def claim(uow: SqlUnitOfWork) -> list[Letter]:
            now = self._desk.clock.now()
            rows = uow.desk.outbox.claim(self.owner, now, LEASE, channels=self._senders, limit=AT_ONCE)
            self._metrics.waiting.set(uow.desk.outbox.waiting())
            return [Letter(row, self.worded(row), self._ways(uow, row)) for row in rows]

        return in_unit(self._desk.units, claim)

    def worded(self, row: OutboxEntry, now: datetime | None = None) -> Reply:
        """The row in words, as they are true when it leaves ("明天", "今天")."""
        if row.reply is not None:
            return Reply.from_json(row.reply)
        return self._desk.words.say(f"notice.{row.words}", now or self._desk.clock.now(), **row.facts)

    def _ways(self, uow: SqlUnitOfWork, row: OutboxEntry) -> tuple[Identity, ...]:
        if row.to_identity_id is not None:
            known = [uow.desk.identities.get(row.to_identity_id)]
        else:
            known = uow.desk.identities.of_member(row.to_member_id or 0)
        return tuple(identity for identity in known if identity.reachable and identity.channel in self._senders)

    # -- sending -------------------------------------------------------------------------------------------------

    async def _send(self, letter: Letter) -> Shut | None:
        """Try the ways in order; the first that takes the message ends the row.

        Answers a broadcast whose own way was shut but whose channel can send to many at once.
        """
        reasons: list[str] = []
        many: Identity | None = None
        for identity in letter.ways:
            sender = self._senders[identity.channel]
            try:
                provider_id = await sender.send(
                    _address(identity),
                    letter.reply,
                    key=letter.item.key,
                    purpose=purpose_of(letter.item),
                    now=self._desk.clock.now(),
                )
            except (TryLater, MaybeSent) as error:
                await self._again(letter, error)
                return None
            except SendError as error:
                reasons.append(f"{identity.channel}: {error}")
                await self._note(identity, error)
                if isinstance(error, WayClosed) and isinstance(sender, SendsToMany):
                    many = many or identity
                continue
            await self._sent(letter, identity, provider_id)
            return None
        why = "; ".join(reasons) or "no reachable channel"
        if letter.item.urgency is Urgency.BULK and many is not None:
            return Shut(letter, many, why)
        await self._no_way(letter, why)
        return None

    async def _send_to_many(self, shut: list[Shut]) -> None:
        """One mass message for all who get the same words on the same account; who is left out ends with the reason."""
        groups: dict[tuple[str, str, str], list[Shut]] = defaultdict(list)
        for one in shut:
            groups[one.identity.channel, one.identity.account, one.letter.reply.text].append(one)
        for (channel, _, _), group in groups.items():
            sender = self._senders[channel]
            assert isinstance(sender, SendsToMany)
            key = "mass:" + min(one.letter.item.key for one in group)
            addresses = [_address(one.identity) for one in group]
            try:
                left_out = await sender.send_to_many(
                    addresses, group[0].letter.reply, key=key, now=self._desk.clock.now()
                )
            except SendError as error:
                left_out = {one.identity.sender: str(error) for one in group}
            for one in group:
                why = left_out.get(one.identity.sender)
                if why is None:
                    await self._sent(one.letter, one.identity, None)
                else:
                    await self._no_way(one.letter, f"{one.why}; {why}")

    async def _sent(self, letter: Letter, identity: Identity, provider_id: str | None) -> None:
        def note(uow: SqlUnitOfWork) -> None:
            now = self._desk.clock.now()
            uow.desk.outbox.mark_sent(
                letter.item.id, self.owner, channel=identity.channel, provider_id=provider_id, now=now
            )
            uow.desk.identities.sent(identity.id)
            show_in_talk(uow, identity.id, letter.reply.as_json(), now)

        with contextlib.suppress(Conflict):  # the lease was lost: the row is somebody else's now
            await to_thread.run_sync(in_unit, self._desk.units, note)
        self._metrics.sendings.labels(identity.channel, "sent").inc()
        self._on_news(identity.sender)

    async def _again(self, letter: Letter, error: TryLater | MaybeSent) -> None:
        """Back off; what may have arrived is repeated only once, unless it is an emergency."""
        item = letter.item
        urgent = item.urgency is Urgency.EMERGENCY
        twice = isinstance(error, MaybeSent) and item.maybe_sent and not urgent
        if twice or item.attempts >= MOST_ATTEMPTS:
            await self._no_way(letter, f"{type(error).__name__}: {error}")
            return
        wait = (error.after if isinstance(error, TryLater) else None) or backoff(item.attempts)
        at = self._desk.clock.now() + wait

        def later(uow: SqlUnitOfWork) -> None:
            uow.desk.outbox.try_later(
                item.id, self.owner, at=at, why=str(error), maybe_sent=isinstance(error, MaybeSent)
            )

        with contextlib.suppress(Conflict):
            await to_thread.run_sync(in_unit, self._desk.units, later)

    async def _note(self, identity: Identity, error: SendError) -> None:
        if isinstance(error, Unreachable):
            await to_thread.run_sync(
                in_unit,
                self._desk.units,
                lambda uow: uow.desk.identities.mark_unreachable(identity.id, str(error)),
            )
        if isinstance(error, Misconfigured):
            log.error("channel %s refuses our own credentials or rights: %s", identity.channel, error)

    async def _no_way(self, letter: Letter, why: str) -> None:
        """Broadcasts end here; everything else goes on the staff's phone list."""
        bulk = letter.item.urgency is Urgency.BULK

        def end(uow: SqlUnitOfWork) -> None:
            if bulk:
                uow.desk.outbox.gave_up(letter.item.id, self.owner, why=why)
            else:
                uow.desk.outbox.phone_list(letter.item.id, self.owner, why=why)

        with contextlib.suppress(Conflict):
            await to_thread.run_sync(in_unit, self._desk.units, end)
        self._metrics.sendings.labels("none", "gave_up" if bulk else "phone_list").inc()


def purpose_of(row: OutboxEntry) -> str:
    """What the row is for, as the channels' outbound policies name it (the row itself names the words)."""
    if row.reply is not None:
        return Purpose.REPLY
    by_urgency = {Urgency.EMERGENCY: Purpose.EMERGENCY, Urgency.BULK: Purpose.BROADCAST}
    return by_urgency.get(row.urgency, Purpose.NOTICE)


def backoff(attempts: int) -> timedelta:
    """2 s, 4 s, 8 s … at most ten minutes."""
    return timedelta(seconds=min(2**attempts, 600))


def _address(identity: Identity) -> Address:
    return Address(
        channel=identity.channel,
        account=identity.account,
        sender=identity.sender,
        last_incoming_at=identity.last_incoming_at,
        sent_since_incoming=identity.sent_since_incoming,
        last_gesture_at=identity.last_gesture_at,
    )
