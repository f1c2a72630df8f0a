"""Green points at a station's counter: its contact, or staff, records what somebody earned by sorting waste."""

from __future__ import annotations

from bank.doing import Doing, Receipt
from bank.eligibility import check_active
from bank.errors import NotAllowed, RuleRefused
from bank.members import Member
from bank.permissions import known, staff_of
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.deed import once
from bank.usecases.green_points import give_green
from bank.usecases.merchants import STATION
from bank.usecases.telling import tell


def preview_green(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int, points: int, reason: str) -> Receipt:
    """Whom the points would go to, for the read-back. Reads only; raises as record_green.

    preview: member, points, reason, name (of the points).
    """
    member, name = _checked(uow, scheme, doing, member_id, points, reason)
    facts = {"member": member.name, "points": points, "reason": reason, "name": name}
    return Receipt(outcome="preview", facts=facts)


def record_green(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int, points: int, reason: str) -> Receipt:
    """Record points that a member earned at a station; they are told. Outcome: green_recorded: member, points, balance.

    Raises NotAllowed ("not_a_member", "not_your_counter", "own_points"), RuleRefused: "green_not_here",
    "points_wrong", "reason_missing", "membership_…".
    """
    content = {"member": member_id, "points": points, "reason": reason}
    return once(uow, doing, "record_green", content, lambda: _record(uow, scheme, doing, member_id, points, reason))


def _record(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int, points: int, reason: str) -> Receipt:
    member, _ = _checked(uow, scheme, doing, member_id, points, reason)
    given = give_green(uow, scheme, doing, member_id, points, reason).facts
    tell(uow, scheme, doing, member_id, "green_given", points=points, balance=given["balance"], reason=reason)
    return Receipt(outcome="green_recorded", facts={"member": member.name, **given})


def _checked(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int, points: int, reason: str
) -> tuple[Member, str]:
    known(uow, doing.actor_id)
    if scheme.green is None:
        raise RuleRefused("green_not_here")
    member = uow.members.get(member_id)
    if not keeps_green_counter(uow, doing.actor_id) and not staff_of(uow, doing.actor_id, member.branch_id):
        raise NotAllowed("not_your_counter")
    if member.id == doing.actor_id:
        raise NotAllowed("own_points")
    check_active(member)
    if not 0 < points <= scheme.green.most_at_once:
        raise RuleRefused("points_wrong", most=scheme.green.most_at_once)
    if not reason.strip():
        raise RuleRefused("reason_missing")
    return member, scheme.green.name


def keeps_green_counter(uow: UnitOfWork, member_id: int) -> bool:
    """Whether this person is the contact of a station's counter."""
    return bool(member_id) and bool(uow.merchants.find(contact_id=member_id, kind=STATION, active=True))
