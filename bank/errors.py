"""Everything that `bank` refuses, sorted by what the caller can do about it."""

from __future__ import annotations

from typing import Any


class BankError(Exception):
    """Something was refused; nothing was changed."""


class RuleRefused(BankError):
    """A rule of the scheme or of the house says no.

    `rule` is the rule's name: the key of its words in the catalogue (`refused.<rule>`) and what tests ask for.
    `facts` fill those words (minutes as ints, moments as aware datetimes, names as text).
    """

    def __init__(self, rule: str, **facts: Any) -> None:
        super().__init__(f"{rule} {facts}" if facts else rule)
        self.rule = rule
        self.facts = facts


class NotFound(BankError):
    """No such thing: `what` is its kind (order, member, account …), `ident` what was looked for."""

    def __init__(self, what: str, ident: object) -> None:
        super().__init__(f"no {what} {ident!r}")
        self.what = what
        self.ident = ident


class WrongState(BankError):
    """The thing stands in a state from which this move is not allowed."""

    def __init__(self, what: str, ident: object, state: str, move: str) -> None:
        super().__init__(f"{what} {ident} is {state}: {move} is not allowed")
        self.what = what
        self.ident = ident
        self.state = state
        self.move = move


class NotAllowed(BankError):
    """This person may not do this here."""

    def __init__(self, rule: str, **facts: Any) -> None:
        super().__init__(f"{rule} {facts}" if facts else rule)
        self.rule = rule
        self.facts = facts


class KeyReused(BankError):
    """The same idempotency key came with other content: a programming error or a forged retry."""

    def __init__(self, key: str) -> None:
        super().__init__(f"idempotency key {key!r} was used before with other content")
        self.key = key


class Conflict(BankError):
    """Somebody else changed the same thing in between: the edge rolls back and tries again."""


class LedgerError(BankError):
    """A posting would break a guarantee of the ledger; `guarantee` names it (see docs/ledger.md)."""

    def __init__(self, guarantee: str, detail: str) -> None:
        super().__init__(f"{guarantee}: {detail}")
        self.guarantee = guarantee
        self.detail = detail


class SchemeInvalid(BankError):
    """A scheme file is wrong: says file, key and reason."""

    def __init__(self, origin: str, problems: list[tuple[str, str]]) -> None:
        super().__init__("\n".join(f"{origin}: {key}: {reason}" for key, reason in problems))
        self.origin = origin
        self.problems = problems
