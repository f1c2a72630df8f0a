"""Green points (绿色积分): a unit of their own in the ledger, given at stations and by activities, exchanged for goods.

Points are counted whole; the books keep them where they keep minutes. They never turn into coins.
"""

from __future__ import annotations

from bank.coins import Account, Leg, Owner, OwnerKind, Posting, TransactionKind, Unit
from bank.doing import Doing, Receipt
from bank.eligibility import check_active
from bank.errors import NotAllowed, RuleRefused
from bank.members import Member
from bank.moments import local_day
from bank.permissions import check_staff_of
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.accounts import issuance
from bank.usecases.deed import once
from bank.usecases.telling import tell

MOST_AT_ONCE = 1000


def green_of(uow: UnitOfWork, member: Member) -> Account:
    """The member's own green points; no cap reaches them."""
    return uow.ledger.account(Owner(OwnerKind.MEMBER, member.id), Unit.GREEN)


def give_green(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int, points: int, reason: str) -> Receipt:
    """Issue points to a member; who may do so is the caller's business. Outcome: green_given (points, balance).

    Safe to repeat under the same key for the same member. Raises RuleRefused("points_wrong").
    """
    if not 0 < points <= MOST_AT_ONCE:
        raise RuleRefused("points_wrong", most=MOST_AT_ONCE)
    member = uow.members.get(member_id)
    account = green_of(uow, member)
    account = uow.ledger.lock([account.id])[account.id]
    uow.ledger.post(
        Posting(
            key=f"green:{doing.key}:{member_id}",
            kind=TransactionKind.GREEN,
            legs=(Leg(debit=issuance(uow, Unit.GREEN).id, credit=account.id, minutes=points),),
            day=local_day(doing.now, scheme.tz),
            posted_at=doing.now,
            scheme=scheme.name,
            scheme_version=scheme.version,
            done_by=doing.actor_id or None,
            done_for=member_id,
            reason=reason,
        )
    )
    return Receipt(outcome="green_given", facts={"points": points, "balance": green_of(uow, member).balance})


def hand_out_green(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int, points: int, reason: str) -> Receipt:
    """Staff give points at a station (垃圾分类 brought in, say). Outcome: green_given (member, points, balance).

    Raises NotAllowed ("not_staff", "not_staff_here", "own_points"), RuleRefused: "points_wrong", "reason_missing",
    "membership_…".
    """
    content = {"member": member_id, "points": points, "reason": reason}
    return once(uow, doing, "hand_out_green", content, lambda: _hand_out(uow, scheme, doing, member_id, points, reason))


def _hand_out(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int, points: int, reason: str) -> Receipt:
    member = uow.members.get(member_id)
    check_staff_of(uow, doing.actor_id, member.branch_id)
    check_active(member)
    if member.id == doing.actor_id:
        raise NotAllowed("own_points")
    if not reason.strip():
        raise RuleRefused("reason_missing")
    given = give_green(uow, scheme, doing, member_id, points, reason).facts
    tell(uow, scheme, doing, member_id, "green_given", points=points, balance=given["balance"], reason=reason)
    return Receipt(outcome="green_given", facts={"member": member.name, **given})
