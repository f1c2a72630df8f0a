"""Whose account is whose: members, households, bases, the charity pool, and where minted minutes come from."""

from __future__ import annotations

from bank.coins import Account, Owner, OwnerKind, Unit
from bank.members import Member
from bank.orders import Order, PayerKind
from bank.ports import UnitOfWork
from bank.scheme import Scheme


def owner_of(scheme: Scheme, member: Member) -> Owner:
    """The owner of a member's coins: the household where the scheme says so (SCHEMES: "account holder")."""
    if scheme.households and member.household_id is not None:
        return Owner(OwnerKind.HOUSEHOLD, member.household_id)
    return Owner(OwnerKind.MEMBER, member.id)


def coins_of(uow: UnitOfWork, scheme: Scheme, member: Member) -> Account:
    """The member's coin account, under the scheme's balance cap."""
    return uow.ledger.account(owner_of(scheme, member), Unit.COIN, cap=scheme.caps.balance)


def honour_of(uow: UnitOfWork, member: Member) -> Account:
    """The member's own honour minutes; no cap reaches them."""
    return uow.ledger.account(Owner(OwnerKind.MEMBER, member.id), Unit.HONOUR)


def issuance(uow: UnitOfWork, unit: Unit) -> Account:
    """Where minted minutes come from."""
    return uow.ledger.account(Owner(OwnerKind.ISSUANCE), unit)


def charity(uow: UnitOfWork) -> Account:
    """The charity account (公益): what is donated, for those in need."""
    return uow.ledger.account(Owner(OwnerKind.CHARITY), Unit.COIN)


def payer_account(uow: UnitOfWork, scheme: Scheme, order: Order) -> Account | None:
    """The account that pays for the order; None where nobody pays."""
    if order.payer is PayerKind.NOBODY:
        return None
    if order.payer is PayerKind.CHARITY:
        return charity(uow)
    if order.payer is PayerKind.SERVICE_BASE:
        return uow.ledger.account(Owner(OwnerKind.SERVICE_BASE, order.payer_id or 0), Unit.COIN)
    return coins_of(uow, scheme, uow.members.get(order.payer_id or order.resident_id))


def same_purse(scheme: Scheme, one: Member, other: Member) -> bool:
    """Whether two members spend from one account, so that one can't serve the other for coins."""
    return owner_of(scheme, one) == owner_of(scheme, other)
