"""What the desk page and the staff API are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bank.doing import Doing, Receipt
from bank.errors import BankError, Conflict, KeyReused, NotAllowed, NotFound, WrongState
from bot.desk import Desk
from bot.media import MediaKeeper
from bot.messages import Reply
from bot.web.act import Act, Form
from bot.web.tokens import Signer
from bot.web.wakeups import Wakeups
from storage.desk_things import OutboxEntry
from storage.unit_of_work import UnitFactory, in_unit

STATUS: tuple[tuple[type[BankError], int], ...] = (
    (NotAllowed, 403),
    (NotFound, 404),
    (WrongState, 409),
    (KeyReused, 409),
    (Conflict, 503),
)


class Books(Protocol):
    """The ledger's health."""

    def last(self) -> dict[str, Any] | None:
        """The last proof: `at` (aware), `ok`, `counts`, `mismatches`; None when there was none."""

    def prove(self, now: datetime) -> dict[str, Any]:
        """Prove the books from their entries now; may take seconds. Blocking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskParts:
    """`reading` opens units that only look; `said` gives the words of an outbox row; `phone` is for closed doors;
    `secret` is that of one-time codes.
    """

    desk: Desk
    reading: UnitFactory
    signer: Signer
    books: Books
    said: Callable[[OutboxEntry, datetime], Reply]
    phone: Callable[[], str]
    secret: str
    media: MediaKeeper
    wakeups: Wakeups = field(default_factory=Wakeups)
    secure: bool = False

    def do(self, act: Act, form: Form, *, member_id: int, key: str) -> Receipt:
        """Do an act once: the same key again returns the first receipt. Raises BankError. Blocking."""
        doing = Doing(
            now=self.desk.clock.now(),
            key=f"desk:{member_id}:{key}:{act.name}",
            actor_id=member_id,
            device=f"desk:{member_id}",
        )
        return in_unit(self.desk.units, lambda uow: act.work(uow, self.desk.scheme, doing, form))


def status_of(error: BankError) -> int:
    """The HTTP status of a refusal."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 422)
