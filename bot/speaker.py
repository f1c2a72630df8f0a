"""Who wrote one message, as the conversation and its side doors see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who wrote one inbox row: identity, member if bound, and the row's key for idempotency.

    `retry`: somebody has begun to answer before and was killed or gave it back. `heard`: the words were spoken.
    """

    key: str
    identity_id: int
    member_id: int | None
    sender: str
    now: datetime
    retry: bool = False
    heard: bool = False
