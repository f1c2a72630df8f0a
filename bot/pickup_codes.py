"""Six-digit pick-up codes: drawn at random, kept as a keyed hash, unique among those that are open."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from bank.ports import UnitOfWork
from bank.usecases.goods import code_is_free
from storage.identities import hash_code

DIGITS = 6


@dataclass(frozen=True, slots=True)
class PickupCode:
    """`said` is told to the member once; only `kept` goes into the books."""

    said: str
    kept: str

    @property
    def spoken(self) -> str:
        """In two groups of three, as people read it out."""
        return f"{self.said[:3]} {self.said[3:]}"


def kept_code(said: str, secret: str) -> str:
    """How a code is kept; blanks between its figures do not count."""
    return hash_code("pickup:" + re.sub(r"\s", "", said), secret.encode())


def draw_code(uow: UnitOfWork, secret: str) -> PickupCode:
    """A code that no open pick-up bears."""
    while True:
        said = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        code = PickupCode(said, kept_code(said, secret))
        if code_is_free(uow, code.kept):
            return code
