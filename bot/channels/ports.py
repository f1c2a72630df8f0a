"""What the channels need from the rest of the house. The gateway and the storage room implement these."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.messages import Incoming, Reply


class Gateway(Protocol):
    """The one way in. Nothing is acknowledged to a channel before `receive` has stored it."""

    async def receive(self, incoming: Incoming, *, wait: float) -> Reply | None:
        """Store `incoming` durably, then wait at most `wait` seconds for its reply.

        A reply returned here counts as handed over. None means that the outbox will carry the reply once it is
        there. A redelivery (same channel, account, message id) returns the stored reply and does nothing again.
        With `wait=0` it returns None as soon as the message is stored. Raises when it could not be stored.
        """

    async def send_rest(self, incoming: Incoming, rest: Reply) -> None:
        """Put what did not fit into the passive reply to `incoming` into the outbox, once per message id."""


class NonceGuard(Protocol):
    """Remembers the nonces of signed posts for as long as their timestamp would still be accepted."""

    async def first_use(self, account: str, nonce: str, digest: str, *, now: datetime) -> str:
        """Keep `digest` under `nonce` unless one is kept, and return the one that is kept.

        The caller sees from the answer whether the nonce is new or repeated (`digest` comes back) or was used
        with other content (another digest comes back). Atomic over all workers.
        """


@dataclass(frozen=True, slots=True)
class AccessToken:
    """WeChat's access token. `expires_at` is aware."""

    value: str
    expires_at: datetime


class TokenStore(Protocol):
    """One access token per account for all workers; `turn` lets one of them fetch at a time."""

    async def read(self, account: str) -> AccessToken | None: ...

    async def write(self, account: str, token: AccessToken) -> None: ...

    def turn(self, account: str) -> AbstractAsyncContextManager[None]:
        """Held by one worker at a time while it fetches a token. Must not hold a database transaction open."""


class SendingBook(Protocol):
    """What was sent which way, as far as WeChat's allowances need it."""

    async def mass_sent_since(self, account: str, sender: str, since: datetime) -> int:
        """How many mass messages this person got from `since` on."""

    async def consents(self, account: str, sender: str, template_id: str) -> int:
        """How many one-time subscription consents of this person are unused."""

    async def note(self, account: str, sender: str, way: str, template_id: str | None, *, at: datetime) -> None:
        """Count one sending; a subscription sending uses up one consent."""


class Alarms(Protocol):
    """Tells staff that something about the account itself needs a person."""

    async def alarm(self, channel: str, account: str, reason: str) -> None: ...


@dataclass(frozen=True, slots=True)
class FetchedMedia:
    """A recording or picture as downloaded. `content_type` as the channel says, e.g. `audio/amr`."""

    content: bytes
    content_type: str


class MediaFetcher(Protocol):
    """Downloads what `Incoming.media` names; done on receipt, as WeChat's media ids die after 3 days."""

    channel: str

    async def fetch(self, incoming: Incoming) -> FetchedMedia:
        """Raises bot.sending.SendError's children: TryLater (try again), WayClosed (gone or too large)."""
