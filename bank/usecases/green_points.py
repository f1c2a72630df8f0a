"""Green points (绿色积分): a unit of their own in the ledger, given at stations and by activities, exchanged for goods.

Points are counted whole; the books keep them where they keep minutes. They never turn into coins.
"""

from __future__ import annotations

from bank.coins import Account, Leg, Owner, OwnerKind, Posting, TransactionKind, Unit
from bank.doing import Doing, Receipt
from bank.errors import RuleRefused
from bank.members import Member
from bank.moments import local_day
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.accounts import issuance

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
