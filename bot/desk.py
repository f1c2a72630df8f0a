"""What every part of the desk shares: the scheme, the words, the clock and the way into the books."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bank.scheme import Scheme
from bot.catalogue import Catalogue
from bot.clock import Clock
from storage.unit_of_work import SqlUnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """`units()` opens one unit of work; leaving it without commit rolls back. `secret` keys the hashes of codes."""

    scheme: Scheme
    words: Catalogue
    clock: Clock
    units: Callable[[], SqlUnitOfWork]
    secret: str = ""
