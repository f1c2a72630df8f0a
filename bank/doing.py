"""Who does what when: the first argument of every use case."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bank.coins import Audit
from bank.moments import check_aware


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """One deed. `key` is its idempotency key (inbox row + step). `actor_id` acts, for `for_id` if that is another.

    `actor_id` is 0 for somebody who is no member yet and for the desk itself (clockwork). `device` is the channel's
    sender, for the alerts. Raises ValueError when `now` is naive.
    """

    now: datetime
    key: str
    actor_id: int
    for_id: int | None = None
    device: str | None = None

    def __post_init__(self) -> None:
        check_aware(self.now)

    @property
    def person_id(self) -> int:
        """Whose affair it is: the one acted for, else the actor."""
        return self.for_id if self.for_id is not None else self.actor_id

    def step(self, name: str) -> Doing:
        """The same deed with a key of its own for one of its parts."""
        return replace(self, key=f"{self.key}:{name}")

    def audit(self, verb: str, **detail: Any) -> Audit:
        """The audit row of this deed."""
        return Audit(
            at=self.now, verb=verb, actor_id=self.actor_id or None, for_id=self.for_id, key=self.key, detail=detail
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a use case says it did: `outcome` is a named outcome, `facts` are JSON-able (minutes, ids, ISO moments).

    The receipt is stored under the deed's key: the same key again returns it unchanged, `again` set.
    """

    outcome: str
    facts: dict[str, Any] = field(default_factory=dict)
    again: bool = False
