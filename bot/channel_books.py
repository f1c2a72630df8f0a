"""What the channels keep, kept in the books: tokens, nonces, what was sent which way, alarms."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta

from anyio import to_thread

from bank.doing import Doing
from bank.notices import CaseKind
from bank.usecases import care
from bot.channels.ports import AccessToken
from bot.clock import Clock
from bot.desk import Desk
from storage.desk_things import Token
from storage.unit_of_work import SqlUnitOfWork, UnitFactory, in_unit

WECHAT = "wechat"
FETCH_LEASE = timedelta(seconds=20)
LOOK_AGAIN = 0.1  # seconds
MASS_A_MONTH = 4


class BookedTokens:
    """`bot.channels.ports.TokenStore`: one WeChat token for all workers, fetched by one of them at a time."""

    def __init__(self, units: UnitFactory, clock: Clock) -> None:
        self._units = units
        self._clock = clock
        self._owner = secrets.token_hex(8)

    async def read(self, account: str) -> AccessToken | None:
        token = await to_thread.run_sync(
            in_unit, self._units, lambda uow: uow.desk.tokens.get(WECHAT, account, self._clock.now())
        )
        return None if token is None else AccessToken(token.value, token.expires_at)

    async def write(self, account: str, token: AccessToken) -> None:
        kept = Token(value=token.value, expires_at=token.expires_at)
        await to_thread.run_sync(in_unit, self._units, lambda uow: uow.desk.tokens.put(WECHAT, account, kept))

    def turn(self, account: str) -> AbstractAsyncContextManager[None]:
        return self._turn(account)

    @asynccontextmanager
    async def _turn(self, account: str) -> AsyncIterator[None]:
        while not await to_thread.run_sync(in_unit, self._units, lambda uow: self._take(uow, account)):  # noqa: ASYNC110
            await asyncio.sleep(LOOK_AGAIN)  # the other holder may be another process
        try:
            yield
        finally:
            await to_thread.run_sync(
                in_unit, self._units, lambda uow: uow.desk.tokens.end_refresh(WECHAT, account, self._owner)
            )

    def _take(self, uow: SqlUnitOfWork, account: str) -> bool:
        return uow.desk.tokens.take_refresh(WECHAT, account, self._owner, self._clock.now(), FETCH_LEASE)


class BookedNonces:
    """`bot.channels.ports.NonceGuard`: a nonce is kept alone and together with the digest it came with.

    Relaxed units do: what a power cut takes away of it, message ids still catch.
    """

    def __init__(self, units: UnitFactory) -> None:
        self._units = units

    async def first_use(self, account: str, nonce: str, digest: str, *, now: datetime) -> str:
        def look(uow: SqlUnitOfWork) -> str:
            pair_is_new = uow.desk.nonces.first_time(WECHAT, account, f"{nonce}|{digest}", now)
            nonce_is_new = uow.desk.nonces.first_time(WECHAT, account, nonce, now)
            return digest if nonce_is_new or not pair_is_new else "another"

        return await to_thread.run_sync(in_unit, self._units, look)


class DeskAlarms:
    """`bot.channels.ports.Alarms`: trouble with an account becomes a case at the head, once a day and reason."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def alarm(self, channel: str, account: str, reason: str) -> None:
        await to_thread.run_sync(in_unit, self._desk.units, lambda uow: self._open(uow, channel, account, reason))

    def _open(self, uow: SqlUnitOfWork, channel: str, account: str, reason: str) -> None:
        now = self._desk.clock.now()
        head = uow.branches.find(tier=1)
        key = f"alarm:{channel}:{account}:{now.date()}:{reason}"[:200]
        care.open_case(
            uow,
            self._desk.scheme,
            Doing(now=now, key=key, actor_id=0),
            kind=CaseKind.ALERT,
            words=f"{channel}/{account}: {reason}",
            branch_id=head[0].id if head else None,
        )


class IdentityBook:
    """`bot.channels.ports.SendingBook` on the identities' own counters. No consents are kept: that way stays shut."""

    def __init__(self, units: UnitFactory) -> None:
        self._units = units

    async def mass_sent_since(self, account: str, sender: str, since: datetime) -> int:
        def count(uow: SqlUnitOfWork) -> int:
            identity = uow.desk.identities.find(WECHAT, account, sender)
            return identity.mass_sent if identity is not None and identity.mass_month == f"{since:%Y-%m}" else 0

        return await to_thread.run_sync(in_unit, self._units, count)

    async def consents(self, account: str, sender: str, template_id: str) -> int:
        return 0

    async def note(self, account: str, sender: str, way: str, template_id: str | None, *, at: datetime) -> None:
        if way != "mass":
            return

        def note(uow: SqlUnitOfWork) -> None:
            identity = uow.desk.identities.find(WECHAT, account, sender)
            if identity is not None:
                uow.desk.identities.count_mass(identity.id, f"{at:%Y-%m}", MASS_A_MONTH)

        await to_thread.run_sync(in_unit, self._units, note)
