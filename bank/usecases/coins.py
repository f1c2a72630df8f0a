"""Coins as a member sees them: how many, where they came from and went to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bank.coins import OwnerKind, StatementLine
from bank.doing import Doing, Receipt
from bank.moments import check_aware
from bank.permissions import check_may_act
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.accounts import coins_of, honour_of
from bank.usecases.facts import iso


def balance(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """What the person has: available, reserved, balance, honour, cap (None without one), all minutes. Reads only.

    Raises NotAllowed when the actor may not act for the person.
    """
    member = check_may_act(uow, doing)
    account = coins_of(uow, scheme, member)
    facts = {
        "available": account.available,
        "reserved": account.reserved,
        "balance": account.balance,
        "honour": honour_of(uow, member).balance,
        "cap": account.cap,
    }
    return Receipt(outcome="balance", facts=facts)


def statement(uow: UnitOfWork, scheme: Scheme, doing: Doing, since: datetime, until: datetime) -> Receipt:
    """What came in and went out in [since, until), oldest first. Reads only.

    Raises as balance, and ValueError for naive moments.
    """
    check_aware(since)
    check_aware(until)
    member = check_may_act(uow, doing)
    account = coins_of(uow, scheme, member)
    lines = uow.ledger.statement(account.id, since, until)
    facts = {
        "lines": [_line(uow, scheme, line) for line in lines],
        "came_in": sum(line.minutes for line in lines if line.minutes > 0),
        "went_out": -sum(line.minutes for line in lines if line.minutes < 0),
        "balance": account.balance,
        "since": iso(since, scheme),
        "until": iso(until, scheme),
    }
    return Receipt(outcome="statement", facts=facts)


def _line(uow: UnitOfWork, scheme: Scheme, line: StatementLine) -> dict[str, Any]:
    other = line.counterparty
    name = None
    if other.kind is OwnerKind.MEMBER:
        name = uow.members.get(other.id).name
    elif other.kind is OwnerKind.SERVICE_BASE:
        name = uow.bases.get(other.id).name
    return {
        "at": iso(line.transaction.posted_at, scheme),
        "day": line.transaction.day.isoformat(),
        "kind": line.transaction.kind.value,
        "minutes": line.minutes,
        "balance": line.balance,
        "other": name,
        "other_kind": other.kind.value,
        "number": line.transaction.order_id,
        "category": line.transaction.category,
        "reason": line.transaction.reason,
    }
