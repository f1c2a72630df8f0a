"""The one way in: keep the message, answer it once, give a redelivery the stored reply.

A row of the inbox goes received -> working (leased) -> done. Whoever holds the lease answers; a lease that ran out
(the process was killed) is taken again, and idempotency keys make the second run harmless.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from anyio import to_thread

from bank.errors import Conflict
from bot.clock import Clock, SystemClock
from bot.conversation import Answer, Conversation
from bot.desk import Desk
from bot.logs import where
from bot.messages import Incoming, Kind, Reply
from bot.metrics import Metrics
from bot.speaker import Speaker
from bot.talk import Talk, read_talk, save_talk
from storage.desk_things import Identity, InboxEntry
from storage.unit_of_work import SqlUnitOfWork, in_unit

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=5)  # how long a killed process holds a message up
RENEW_EVERY = 1.5  # seconds; a living one keeps its lease as long as it needs
LOOK_AGAIN = 0.2  # seconds between looks into the inbox while another process answers
SWEEP_EVERY = 2.0  # seconds
MOST_ATTEMPTS = 5  # whatever ends the process each time it is answered, or never gets its turn, is given to staff
GESTURES = frozenset({Kind.KEY, Kind.FOLLOW, Kind.SCAN})
PASSIVE, OUTBOX = "passive", "outbox"


class TriedTooOften(Exception):
    """A message was begun again and again and never answered."""


@dataclass(frozen=True, slots=True)
class Work:
    """One claimed message with all that is needed to answer it."""

    item: InboxEntry
    incoming: Incoming
    speaker: Speaker
    talk: Talk


@dataclass(slots=True)
class Waiting:
    """Who waits in this process for one message's answer: `heads` of them, till `done`.

    `answered`: it was answered here; `reply` is None then when the outbox brings it.
    """

    done: asyncio.Event = field(default_factory=asyncio.Event)
    heads: int = 0
    answered: bool = False
    reply: Reply | None = None


class Gateway:
    """One per process. `on_news(sender)` is called when something new is there for that sender."""

    def __init__(
        self,
        desk: Desk,
        conversation: Conversation,
        metrics: Metrics,
        *,
        on_news: Callable[[str], None] = lambda _: None,
        lease_clock: Clock | None = None,
    ) -> None:
        self._desk = desk
        self._conversation = conversation
        self._metrics = metrics
        self._on_news = on_news
        self._leases = lease_clock or SystemClock()  # leases run in real time, even when the desk's clock stands still
        self.owner = f"gateway-{secrets.token_hex(4)}"
        self._waiting: dict[int, Waiting] = {}
        self._working: set[asyncio.Task[None]] = set()

    async def receive(self, incoming: Incoming, *, wait: float) -> Reply | None:
        """Store `incoming`, then wait at most `wait` seconds for its reply; None means the outbox will bring it.

        A redelivery returns the stored reply and does nothing again.
        """
        item, again, work = await to_thread.run_sync(self._keep, incoming, wait <= 0)
        if again:
            self._metrics.redelivered.inc()
        else:
            self._metrics.messages.labels(incoming.channel, str(incoming.kind)).inc()
        if item.reply is not None:
            return Reply.from_json(item.reply) if item.reply_sent != OUTBOX else None
        if wait <= 0:
            self._start(self._work_off(work))
            return None
        waiting = self._waiting.setdefault(item.id, Waiting())
        waiting.heads += 1
        try:
            self._start(self._work_off(work))
            return await self._wait_for(item.id, waiting, wait, here=work is not None)
        finally:
            waiting.heads -= 1
            if not waiting.heads:
                self._waiting.pop(item.id, None)

    async def send_rest(self, incoming: Incoming, rest: Reply) -> None:
        """Put what did not fit into the passive reply to `incoming` into the outbox, once per message."""

        def put(uow: SqlUnitOfWork) -> None:
            now = self._desk.clock.now()
            identity = uow.desk.identities.get_or_create(incoming.channel, incoming.account, incoming.sender, now)
            key = f"rest:{incoming.channel}:{incoming.account}:{incoming.message_id}"
            uow.desk.outbox.put_reply(key=key, to_identity_id=identity.id, reply=rest.as_json(), now=now)

        await to_thread.run_sync(in_unit, self._desk.units, put)

    async def sweep(self) -> int:
        """Answer whatever was left unanswered (by a killed process); how many messages that were."""
        count = 0
        while (work := await to_thread.run_sync(self._claim_next)) is not None:
            await self._answer(work)
            count += 1
        return count

    async def keep_sweeping(self) -> None:
        """Sweep for ever; cancelled when the house closes."""
        while True:
            try:
                await self.sweep()
            except Conflict:
                log.info("another process was quicker")
            await asyncio.sleep(SWEEP_EVERY)

    async def close(self) -> None:
        """Let the messages that are being answered come to their end."""
        if self._working:
            await asyncio.wait(self._working, timeout=10)

    # -- keeping and claiming ------------------------------------------------------------------------------------

    def _keep(self, incoming: Incoming, late: bool) -> tuple[InboxEntry, bool, Work | None]:
        """Store and claim in one transaction; the claim fails when an earlier message of this sender is unanswered."""

        def work(uow: SqlUnitOfWork) -> tuple[InboxEntry, bool, Work | None]:
            received = uow.desk.inbox.receive(
                channel=incoming.channel,
                account=incoming.account,
                message_id=incoming.message_id,
                sender=incoming.sender,
                kind=str(incoming.kind),
                payload=incoming.as_json(),
                now=self._desk.clock.now(),
                gesture=incoming.kind in GESTURES,
            )
            if received.again:
                return received.item, True, None
            if late:
                uow.desk.inbox.reply_left(received.item.id, OUTBOX)
            item = uow.desk.inbox.claim(received.item.id, self.owner, self._leases.now(), LEASE)
            return received.item, False, None if item is None else self._work(uow, item, received.identity)

        return in_unit(self._desk.units, work)

    def _claim_next(self) -> Work | None:
        def work(uow: SqlUnitOfWork) -> Work | None:
            item = uow.desk.inbox.next_for(self.owner, self._leases.now(), LEASE)
            return None if item is None else self._work(uow, item, uow.desk.identities.get(item.identity_id))

        return in_unit(self._desk.units, work)

    def _work(self, uow: SqlUnitOfWork, item: InboxEntry, identity: Identity) -> Work:
        incoming = Incoming.from_json(item.payload)
        speaker = Speaker(
            key=f"inbox:{item.id}",
            identity_id=identity.id,
            member_id=identity.member_id,
            sender=f"{item.channel}:{item.account}:{item.sender}",
            now=item.received_at,
            retry=item.attempts > 1,
        )
        return Work(item, incoming, speaker, read_talk(uow, identity.id))

    # -- answering -----------------------------------------------------------------------------------------------

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    async def _work_off(self, work: Work | None) -> None:
        """Answer one's own message, then those that waited behind it."""
        if work is not None and not await self._answer(work):
            return
        while (left := await to_thread.run_sync(self._claim_next)) is not None:
            await self._answer(left)

    async def _answer(self, work: Work) -> bool:
        """Answer one message; whether another of this sender waits now."""
        lease = asyncio.create_task(self._keep_lease(work))
        try:
            return await self._answer_leased(work)
        finally:
            lease.cancel()

    async def _keep_lease(self, work: Work) -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY)
            with contextlib.suppress(Conflict):  # the next time, then
                await to_thread.run_sync(in_unit, self._desk.units, lambda uow: self._renew(uow, work))

    def _renew(self, uow: SqlUnitOfWork, work: Work) -> None:
        uow.desk.inbox.renew(work.item.id, self.owner, self._leases.now(), LEASE)

    async def _answer_leased(self, work: Work) -> bool:
        with self._metrics.turns.time():
            try:
                answer = await self._tried(work)
            except Conflict:
                await to_thread.run_sync(self._give_back, work)
                return False
            except Exception as error:  # the last line of defence: nothing a message causes may stop the desk
                self._metrics.failed.inc()
                log.error("inbox %s could not be answered: %s\n%s", work.item.id, type(error).__name__, where(error))
                answer = await to_thread.run_sync(self._conversation.apologise, work.speaker, work.talk)
        more = True
        waiting = self._waiting.get(work.item.id)
        with contextlib.suppress(Conflict):  # the lease was lost: whoever took it answers
            left, more = await to_thread.run_sync(self._finish, work, answer, waiting is not None)
            if waiting is not None:
                waiting.answered, waiting.reply = True, answer.reply if left == PASSIVE else None
        if waiting is not None:
            waiting.done.set()
        self._on_news(work.item.sender)
        return more

    async def _tried(self, work: Work) -> Answer:
        """Raises TriedTooOften, and whatever the conversation raises."""
        if work.item.attempts > MOST_ATTEMPTS:
            raise TriedTooOften(work.item.id)
        return await self._conversation.answer(work.incoming, work.speaker, work.talk)

    def _finish(self, work: Work, answer: Answer, awaited: bool) -> tuple[str | None, bool]:
        """Reply, talk and, where nobody waits any more, the outbox row: one transaction.

        Answers how the reply leaves, and whether another message of the sender waits. `awaited`: it is handed over
        here, unless whoever waited gave up in the meantime and noted that the outbox shall bring it. What a killed
        process had left behind is awaited by nobody, unless the channel delivers it again just now.
        """

        def finish(uow: SqlUnitOfWork) -> tuple[str | None, bool]:
            now = self._desk.clock.now()
            reply = answer.reply.as_json()
            left = uow.desk.inbox.finish(work.item.id, self.owner, reply=reply, sent=None, now=now)
            save_talk(uow, answer.talk, work.talk, now)
            if left != OUTBOX:
                left = PASSIVE if awaited else OUTBOX
                uow.desk.inbox.reply_left(work.item.id, left)
            if left == OUTBOX:
                uow.desk.outbox.put_reply(
                    key=f"reply:{work.item.id}",
                    to_identity_id=work.item.identity_id,
                    reply=reply,
                    now=now,
                    inbox_id=work.item.id,
                )
            return left, uow.desk.inbox.waits(work.item.identity_id)

        return in_unit(self._desk.units, finish)

    def _give_back(self, work: Work) -> None:
        with contextlib.suppress(Conflict):
            in_unit(self._desk.units, lambda uow: uow.desk.inbox.give_back(work.item.id, self.owner, why="conflict"))

    # -- waiting -------------------------------------------------------------------------------------------------

    async def _wait_for(self, item_id: int, waiting: Waiting, wait: float, *, here: bool) -> Reply | None:
        """The reply, or None when it did not come in time: then it is marked for the outbox, exactly once.

        `here`: it is this process that answers; else another may, and only the inbox tells.
        """
        until = asyncio.get_running_loop().time() + wait
        while (left := until - asyncio.get_running_loop().time()) > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(waiting.done.wait(), left if here else min(left, LOOK_AGAIN))
            if waiting.done.is_set() or (not here and await to_thread.run_sync(self._is_answered, item_id)):
                break
        if waiting.answered:
            return waiting.reply
        return await to_thread.run_sync(self._take_reply, item_id)

    def _is_answered(self, item_id: int) -> bool:
        return in_unit(self._desk.units, lambda uow: uow.desk.inbox.answered(item_id))

    def _take_reply(self, item_id: int) -> Reply | None:
        """The stored reply to hand over, unless the outbox has it; without one the outbox shall bring it."""

        def take(uow: SqlUnitOfWork) -> Reply | None:
            before = uow.desk.inbox.get(item_id)
            if before.reply is not None and before.reply_sent == OUTBOX:
                return None
            uow.desk.inbox.reply_left(item_id, PASSIVE if before.reply is not None else OUTBOX)
            item = uow.desk.inbox.get(item_id)  # again, now that the row is ours
            if item.reply is None:
                return None
            if item.reply_sent == OUTBOX:
                uow.desk.inbox.reply_left(item_id, PASSIVE)
            return Reply.from_json(item.reply)

        return in_unit(self._desk.units, take)
