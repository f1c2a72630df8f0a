"""Households: one account for all who live together, any adult of them earns and spends (fuyuan: 以户为单位)."""

from __future__ import annotations

from bank.coins import Leg, Owner, OwnerKind, Posting, TransactionKind, Unit
from bank.doing import Doing, Receipt
from bank.errors import RuleRefused
from bank.members import Household, Member
from bank.moments import local_day
from bank.orders import JobStatus
from bank.permissions import check_is_staff, check_staff_of
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.deed import once
from bank.usecases.facts import LIVE
from bank.usecases.telling import tell


def open_household(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int, name: str, address: str) -> Receipt:
    """Staff open a household with its first member; the member's own coins go into it. Outcome: opened.

    Facts: household, name, moved (minutes). Raises NotAllowed ("not_staff", "not_staff_here"), RuleRefused:
    "households_not_here", "household_already", "words_missing", "orders_running".
    """
    content = {"member": member_id, "name": name, "address": address}

    def work() -> Receipt:
        member = _checked(uow, scheme, doing, member_id)
        if not name.strip():
            raise RuleRefused("words_missing")
        new = Household(name=name.strip(), branch_id=member.branch_id, address=address.strip())
        household = uow.households.add(new, doing.audit("open_household", name=name))
        moved = _move_in(uow, scheme, doing, member, household)
        return Receipt(outcome="opened", facts={"household": household.id, "name": household.name, "moved": moved})

    return once(uow, doing, "open_household", content, work)


def join_household(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int, household_id: int) -> Receipt:
    """Staff put a member into a household; the member's own coins go into its account. Outcome: joined.

    Facts: household, name, moved (minutes). Raises as open_household, and NotFound.
    """
    content = {"member": member_id, "household": household_id}

    def work() -> Receipt:
        member = _checked(uow, scheme, doing, member_id)
        household = uow.households.get(household_id, lock=True)
        moved = _move_in(uow, scheme, doing, member, household)
        return Receipt(outcome="joined", facts={"household": household.id, "name": household.name, "moved": moved})

    return once(uow, doing, "join_household", content, work)


def leave_household(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int) -> Receipt:
    """A member moves out; the coins stay with the household. Outcome: moved_out (household, name).

    Raises NotAllowed, RuleRefused: "households_not_here", "no_household", "orders_running".
    """

    def work() -> Receipt:
        member = _member(uow, scheme, doing, member_id)
        if member.household_id is None:
            raise RuleRefused("no_household")
        _check_nothing_open(uow, member)
        household = uow.households.get(member.household_id)
        member.household_id = None
        uow.members.save(member, doing.audit("leave_household", household=household.id))
        tell(uow, scheme, doing, member.id, "household_left", household=household.name)
        return Receipt(outcome="moved_out", facts={"household": household.id, "name": household.name})

    return once(uow, doing, "leave_household", {"member": member_id}, work)


def _member(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int) -> Member:
    check_is_staff(uow, doing.actor_id)
    if not scheme.households:
        raise RuleRefused("households_not_here")
    member = uow.members.get(member_id, lock=True)
    check_staff_of(uow, doing.actor_id, member.branch_id)
    return member


def _checked(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int) -> Member:
    member = _member(uow, scheme, doing, member_id)
    if member.household_id is not None:
        raise RuleRefused("household_already", person=member.name)
    _check_nothing_open(uow, member)
    return member


def _check_nothing_open(uow: UnitOfWork, member: Member) -> None:
    """An account that pays or is paid for a running order is not changed under it."""
    busy = len(uow.orders.open_for(member.id)) + len(uow.jobs.of_volunteer(member.id, (*LIVE, JobStatus.FINISHED)))
    if busy:
        raise RuleRefused("orders_running", count=busy)


def _move_in(uow: UnitOfWork, scheme: Scheme, doing: Doing, member: Member, household: Household) -> int:
    own = uow.ledger.account(Owner(OwnerKind.MEMBER, member.id), Unit.COIN, cap=scheme.caps.balance)
    shared = uow.ledger.account(Owner(OwnerKind.HOUSEHOLD, household.id), Unit.COIN, cap=scheme.caps.balance)
    fresh = uow.ledger.lock([own.id, shared.id])
    minutes, room = fresh[own.id].balance, fresh[shared.id].room
    if room is not None and room < minutes:
        raise RuleRefused("balance_cap", cap=fresh[shared.id].cap, room=room)
    if minutes:
        uow.ledger.post(
            Posting(
                key=f"{doing.key}:into:{household.id}:{member.id}",
                kind=TransactionKind.OPENING,
                legs=(Leg(debit=own.id, credit=shared.id, minutes=minutes),),
                day=local_day(doing.now, scheme.tz),
                posted_at=doing.now,
                scheme=scheme.name,
                scheme_version=scheme.version,
                done_by=doing.actor_id,
                done_for=member.id,
                reason="into the household",
            )
        )
    member.household_id = household.id
    uow.members.save(member, doing.audit("join_household", household=household.id))
    tell(uow, scheme, doing, member.id, "household_joined", household=household.name, granted=minutes)
    return minutes
