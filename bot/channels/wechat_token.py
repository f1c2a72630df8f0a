"""The access token: one for all workers, fetched by one of them at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.channels.ports import AccessToken, TokenStore

# Stop using a token this long before it ends. Under 5 minutes: only then does WeChat's stable_token give a new one
# (the old one goes on working), and earlier every call would ask for a token and get the same.
EARLY = timedelta(minutes=4)
Fetch = Callable[[bool], Awaitable[AccessToken]]  # True forces a new token


class TokenHolder:
    """Hands out the account's token. `fetch` asks WeChat."""

    def __init__(self, account: str, store: TokenStore, fetch: Fetch) -> None:
        self._account = account
        self._store = store
        self._fetch = fetch

    async def token(self, now: datetime) -> str:
        """A token that is good for a while."""
        kept = await self._store.read(self._account)
        if kept and _good(kept, now):
            return kept.value
        async with self._store.turn(self._account):
            kept = await self._store.read(self._account)  # another worker may have fetched it meanwhile
            if kept and _good(kept, now):
                return kept.value
            return await self._renew(force=False)

    async def replace(self, refused: str, now: datetime) -> str:
        """A token other than `refused`, which WeChat did not take. Fetched once, however many workers ask."""
        async with self._store.turn(self._account):
            kept = await self._store.read(self._account)
            if kept and kept.value != refused and _good(kept, now):
                return kept.value
            # Unforced first: forcing is rationed (20 a day), and after somebody else's refresh not needed
            token = await self._renew(force=False)
            return token if token != refused else await self._renew(force=True)

    async def _renew(self, *, force: bool) -> str:
        token = await self._fetch(force)
        await self._store.write(self._account, token)
        return token.value


def _good(token: AccessToken, now: datetime) -> bool:
    return token.expires_at - EARLY > now
