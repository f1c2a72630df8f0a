"""Leaving the bank: nothing open, and what is left goes to an heir or to the common good."""

from __future__ import annotations

from bank.coins import Account, Leg, Owner, OwnerKind, Posting, TransactionKind, Unit
from bank.doing import Doing, Receipt
from bank.eligibility import check_active
from bank.errors import NotAllowed, RuleRefused
from bank.members import MEMBERSHIP, Member, MemberStatus
from bank.moments import local_day
from bank.orders import JobStatus
from bank.permissions import check_is_staff, check_staff_of, known
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.accounts import coins_of, owner_of
from bank.usecases.deed import once
from bank.usecases.facts import LIVE
from bank.usecases.learning import stop_learning
from bank.usecases.telling import tell


def leave(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, heir_id: int | None = None, to_charity: bool = False
) -> Receipt:
    """A member leaves; coins that are left go to `heir_id` or to the charity account. Outcome: left.

    Facts: member_id, passed_on (minutes), to. Raises NotAllowed("not_a_member"), RuleRefused: "orders_open",
    "balance_not_zero" (coins left and neither heir nor charity named), "own_heir", "balance_cap", "membership_…".
    """
    content = {"heir": heir_id, "charity": to_charity}
    return once(uow, doing, "leave", content, lambda: _leave(uow, scheme, doing, doing.actor_id, heir_id, to_charity))


def close_membership(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    member_id: int,
    reason: str,
    heir_id: int | None = None,
    to_charity: bool = False,
) -> Receipt:
    """Staff end the membership of somebody who died or moved away, as the family says. Outcome: left. Raises as leave.

    And NotAllowed("not_staff", "not_staff_here", "own_membership"), RuleRefused("reason_missing").
    """
    content = {"member": member_id, "reason": reason, "heir": heir_id, "charity": to_charity}

    def work() -> Receipt:
        check_is_staff(uow, doing.actor_id)
        check_staff_of(uow, doing.actor_id, uow.members.get(member_id).branch_id)
        if member_id == doing.actor_id:
            raise NotAllowed("own_membership")
        if not reason.strip():
            raise RuleRefused("reason_missing")
        return _leave(uow, scheme, doing, member_id, heir_id, to_charity, reason)

    return once(uow, doing, "close_membership", content, work)


def _leave(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    member_id: int,
    heir_id: int | None,
    to_charity: bool,
    reason: str = "",
) -> Receipt:
    member = uow.members.get(known(uow, member_id).id, lock=True)
    MEMBERSHIP.target(member.id, member.status, "leave")
    busy = len(uow.orders.open_for(member.id)) + len(uow.jobs.of_volunteer(member.id, (*LIVE, JobStatus.FINISHED)))
    if busy:
        raise RuleRefused("orders_open", count=busy)
    passed_on, to = _pass_on(uow, scheme, doing, member, heir_id, to_charity)
    member.status = MemberStatus.LEFT
    stop_learning(uow, doing, member)
    uow.members.save(member, doing.audit("leave", reason=reason, passed_on=passed_on))
    for held in uow.members.roles(member.id):
        held.ended_at = doing.now
        uow.role_grants.save(held, doing.audit("end_role", role=held.role.value))
    return Receipt(outcome="left", facts={"member_id": member.id, "passed_on": passed_on, "to": to})


def _pass_on(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, member: Member, heir_id: int | None, to_charity: bool
) -> tuple[int, str]:
    """Move what is left of the own account; a household's account stays with the household."""
    account = coins_of(uow, scheme, member)
    if owner_of(scheme, member).kind is OwnerKind.HOUSEHOLD and _others(uow, member):
        return 0, ""
    if account.balance == 0:
        return 0, ""
    if heir_id is None and not to_charity:
        raise RuleRefused("balance_not_zero", balance=account.balance)
    target, to = _target(uow, scheme, member, heir_id)
    fresh = uow.ledger.lock([account.id, target.id])
    room = fresh[target.id].room
    minutes = fresh[account.id].balance
    if room is not None and room < minutes:
        raise RuleRefused("balance_cap", cap=fresh[target.id].cap, room=room)
    uow.ledger.post(
        Posting(
            key=f"{doing.key}:estate:{member.id}",
            kind=TransactionKind.INHERITANCE,
            legs=(Leg(debit=account.id, credit=target.id, minutes=minutes),),
            day=local_day(doing.now, scheme.tz),
            posted_at=doing.now,
            scheme=scheme.name,
            scheme_version=scheme.version,
            done_by=doing.actor_id or None,
            done_for=member.id,
        )
    )
    if heir_id is not None:
        balance = minutes + fresh[target.id].balance
        tell(uow, scheme, doing, heir_id, "coins_inherited", person=member.name, granted=minutes, balance=balance)
    return minutes, to


def _others(uow: UnitOfWork, member: Member) -> bool:
    same = uow.members.find(household_id=member.household_id, status=(MemberStatus.ACTIVE, MemberStatus.SUSPENDED))
    return any(other.id != member.id for other in same)


def _target(uow: UnitOfWork, scheme: Scheme, member: Member, heir_id: int | None) -> tuple[Account, str]:
    if heir_id is None:
        return uow.ledger.account(Owner(OwnerKind.CHARITY), Unit.COIN), ""
    heir = uow.members.get(heir_id)
    if heir.id == member.id or owner_of(scheme, heir) == owner_of(scheme, member):
        raise RuleRefused("own_heir")
    check_active(heir)
    return coins_of(uow, scheme, heir), heir.name
