"""Coins as a member sees them, and the grant that staff give."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bank.coins import Leg, OwnerKind, Posting, StatementLine, TransactionKind, Unit
from bank.doing import Doing, Receipt
from bank.eligibility import check_active
from bank.errors import NotAllowed, RuleRefused
from bank.moments import check_aware, local_day
from bank.permissions import check_is_staff, check_may_act, check_staff_of
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.accounts import coins_of, honour_of, issuance
from bank.usecases.deed import once
from bank.usecases.facts import iso
from bank.usecases.telling import tell


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


def grant_coins(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int, minutes: int, reason: str) -> Receipt:
    """Staff issue coins to a member, within the balance cap. Outcome: granted.

    Raises NotAllowed ("not_staff", "not_staff_here", "own_grant"), RuleRefused: "grants_not_allowed",
    "grant_not_whole" (not above zero), "reason_missing", "balance_cap", "membership_…".
    """
    content = {"member": member_id, "minutes": minutes, "reason": reason}
    return once(uow, doing, "grant_coins", content, lambda: _grant(uow, scheme, doing, member_id, minutes, reason))


def _grant(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int, minutes: int, reason: str) -> Receipt:
    check_is_staff(uow, doing.actor_id)
    member = uow.members.get(member_id)
    check_staff_of(uow, doing.actor_id, member.branch_id)
    check_active(member)
    if member.id == doing.actor_id:
        raise NotAllowed("own_grant")
    if not scheme.grants.by_staff:
        raise RuleRefused("grants_not_allowed")
    if minutes <= 0:
        raise RuleRefused("grant_not_whole")
    if not reason.strip():
        raise RuleRefused("reason_missing")
    account = coins_of(uow, scheme, member)
    account = uow.ledger.lock([account.id])[account.id]
    if account.room is not None and minutes > account.room:
        raise RuleRefused("balance_cap", cap=account.cap, room=account.room)
    uow.ledger.post(
        Posting(
            key=f"grant:{doing.key}",
            kind=TransactionKind.GRANT,
            legs=(Leg(debit=issuance(uow, Unit.COIN).id, credit=account.id, minutes=minutes),),
            day=local_day(doing.now, scheme.tz),
            posted_at=doing.now,
            scheme=scheme.name,
            scheme_version=scheme.version,
            done_by=doing.actor_id,
            done_for=member.id,
            reason=reason,
        )
    )
    left = account.balance + minutes
    tell(uow, scheme, doing, member.id, "coins_granted", granted=minutes, balance=left, reason=reason)
    return Receipt(outcome="granted", facts={"member": member.name, "granted": minutes, "balance": left})
