"""States are data: one table of allowed moves per thing, from which checks and diagrams are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from bank.errors import WrongState

S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Move(Generic[S]):
    """One allowed move: `verb` takes the thing from `source` to `target`; `owner` is who may make it."""

    verb: str
    source: S
    target: S
    owner: str


@dataclass(frozen=True, slots=True)
class Lifecycle(Generic[S]):
    """All moves of one kind of thing. `what` names it in errors and in the diagram."""

    what: str
    first: S
    moves: tuple[Move[S], ...]

    def target(self, ident: object, state: S, verb: str) -> S:
        """Where `verb` leads from `state`. Raises WrongState when it leads nowhere."""
        for move in self.moves:
            if move.verb == verb and move.source == state:
                return move.target
        raise WrongState(self.what, ident, state, verb)

    def allows(self, state: S, verb: str) -> bool:
        """Whether `verb` may be done in `state` (for menus and buttons)."""
        return any(move.verb == verb and move.source == state for move in self.moves)

    def verbs(self, state: S) -> tuple[str, ...]:
        """What may be done in `state`."""
        return tuple(move.verb for move in self.moves if move.source == state)

    def ends(self) -> frozenset[S]:
        """States that nothing leads out of."""
        return frozenset(type(self.first)) - {move.source for move in self.moves}
