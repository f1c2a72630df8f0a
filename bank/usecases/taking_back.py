"""What "撤销" takes back of gifts, donations, grants and conversions: the posting's mirror, while the minutes last."""

from __future__ import annotations

from datetime import timedelta

from bank.coins import Account, Transaction, TransactionKind, Unit
from bank.doing import Doing, Receipt
from bank.errors import RuleRefused
from bank.members import Member
from bank.permissions import known, staff_branches
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.accounts import charity, coins_of, issuance
from bank.usecases.converting import last_conversion, undo_conversion
from bank.usecases.grants import GRANT_KEY, standing
from bank.usecases.telling import tell

_DEEDS = {
    TransactionKind.GIFT: "gift",
    TransactionKind.DONATION: "donation",
    TransactionKind.GRANT: "grant",
    TransactionKind.CONVERSION: "conversion",
}


def last_given(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Transaction | None:
    """The actor's newest gift, donation, grant or conversion of the last `undo_minutes` that was not taken back."""
    member = known(uow, doing.actor_id)
    found = _own(uow, scheme, doing, coins_of(uow, scheme, member), TransactionKind.GIFT, TransactionKind.DONATION)
    conversion = last_conversion(uow, scheme, doing)
    if conversion is not None:
        kind = TransactionKind.CONVERSION
        of_conversions = _own(uow, scheme, doing, coins_of(uow, scheme, member), kind)
        found += [one for one in of_conversions if one.id == conversion.transaction_id]
    if staff_branches(uow, member.id):
        for source in (issuance(uow, Unit.COIN), charity(uow)):
            found += _own(uow, scheme, doing, source, TransactionKind.GRANT)
    return max(found, key=lambda one: (one.posted_at, one.id), default=None)


def _own(uow: UnitOfWork, scheme: Scheme, doing: Doing, account: Account, *kinds: TransactionKind) -> list[Transaction]:
    since = doing.now - timedelta(minutes=scheme.undo_minutes)
    lines = uow.ledger.statement(account.id, since, doing.now + timedelta(seconds=1))
    return [one for one in standing(lines, *kinds) if one.done_by == doing.actor_id and one.posted_at <= doing.now]


def deed_of(transaction: Transaction) -> str:
    """What it was: gift, donation, grant or conversion."""
    return _DEEDS[transaction.kind]


def take_back_given(uow: UnitOfWork, scheme: Scheme, doing: Doing, transaction: Transaction) -> Receipt:
    """Reverse a gift, donation or grant. Outcomes: gift_undone, donation_undone, grant_undone (to, minutes, left).

    A conversion: conversion_undone (returned, balance).

    Raises RuleRefused: "coins_spent" when they are no longer there, "balance_cap" when they find no room.
    """
    if transaction.kind is TransactionKind.CONVERSION:
        conversion = uow.conversions.find(transaction_id=transaction.id)[0]
        return undo_conversion(uow, scheme, doing.step("conversion"), conversion.id)
    actor = known(uow, doing.actor_id)
    receiver = uow.members.get(transaction.done_for) if transaction.done_for else None
    budget_id = _budget_of(transaction)
    budget = uow.grant_budgets.get(budget_id, lock=True) if budget_id else None
    into = charity(uow) if receiver is None else coins_of(uow, scheme, receiver)
    back = coins_of(uow, scheme, actor)
    if transaction.kind is TransactionKind.GRANT:
        back = charity(uow) if budget is not None and budget.from_charity else issuance(uow, Unit.COIN)
    minutes = _minutes(uow, scheme, transaction, into)
    locked = uow.ledger.lock([into.id, back.id])
    _check_there(locked[into.id], locked[back.id], minutes)
    if budget is not None:
        budget.spent -= minutes
        uow.grant_budgets.save(budget, doing.audit("give_back_budget", minutes=minutes))
    uow.ledger.reverse(
        transaction.id,
        key=f"reverse:{transaction.id}",
        now=doing.now,
        day=transaction.day,
        reason="undone",
        done_by=doing.actor_id,
    )
    deed = deed_of(transaction)
    if receiver is not None:
        _tell(uow, scheme, doing, receiver, actor, deed, minutes, locked[into.id].balance - minutes)
    facts = {
        "to": receiver.name if receiver is not None else None,
        "minutes": minutes,
        "left": coins_of(uow, scheme, actor).available,
    }
    match deed:
        case "gift":
            return Receipt(outcome="gift_undone", facts=facts)
        case "donation":
            return Receipt(outcome="donation_undone", facts=facts)
        case _:
            return Receipt(outcome="grant_undone", facts=facts)


def _check_there(into: Account, back: Account, minutes: int) -> None:
    if into.available < minutes:
        raise RuleRefused("coins_spent", short=minutes - into.available)
    if back.room is not None and back.room < minutes:
        raise RuleRefused("balance_cap", cap=back.cap, room=back.room)


def _tell(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    receiver: Member,
    actor: Member,
    deed: str,
    minutes: int,
    balance: int,
) -> None:
    if deed == "gift":
        tell(uow, scheme, doing, receiver.id, "gift_undone", person=actor.name, minutes=minutes, balance=balance)
    else:
        tell(uow, scheme, doing, receiver.id, "grant_undone", minutes=minutes, balance=balance)


def _budget_of(transaction: Transaction) -> int:
    """The budget that paid for a grant, from its key; 0 for none."""
    kind, _, rest = transaction.key.partition(":")
    number = rest.partition(":")[0]
    return int(number) if kind == GRANT_KEY and number.isdigit() else 0


def _minutes(uow: UnitOfWork, scheme: Scheme, transaction: Transaction, into: Account) -> int:
    """How many minutes the transaction brought to the account."""
    lines = uow.ledger.statement(into.id, transaction.posted_at, transaction.posted_at + timedelta(seconds=1))
    return sum(line.minutes for line in lines if line.transaction.id == transaction.id)
