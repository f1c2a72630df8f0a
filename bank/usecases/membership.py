"""Joining, being verified, being suspended or barred. Leaving stands beside it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from bank.doing import Doing, Receipt
from bank.eligibility import serving_gaps
from bank.errors import NotAllowed, RuleRefused
from bank.members import MEMBERSHIP, Member, MemberStatus, RoleGrant, RoleName, Sex
from bank.moments import local_day
from bank.notices import CaseKind
from bank.organisation import Branch
from bank.permissions import check_is_staff, check_staff_of
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.accounts import coins_of, honour_of
from bank.usecases.casework import OPEN, end_case, head_branch, page_staff, start_case
from bank.usecases.deed import once
from bank.usecases.telling import tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """Who wants to join: where is said by `branch_id`, or by the `scene` of the branch's QR code, else the head."""

    name: str
    phone: str | None = None
    born: date | None = None
    sex: Sex | None = None
    local_household: bool = False
    lives_here: bool = False
    branch_id: int | None = None
    scene: str | None = None

    def content(self) -> dict[str, Any]:
        """As JSON-able facts."""
        return {**asdict(self), "born": self.born.isoformat() if self.born else None, "sex": self.sex or None}


def join(uow: UnitOfWork, scheme: Scheme, doing: Doing, applicant: Applicant) -> Receipt:
    """Apply for membership, in chat. A stranger acts as actor 0; the edge binds the channel to `member_id`.

    Outcome: applied; staff get a MEMBERSHIP case to check the identity. Raises RuleRefused: "words_missing" (no name),
    "already_member", "membership_barred".
    """
    return once(uow, doing, "join", applicant.content(), lambda: _join(uow, scheme, doing, applicant))


def _join(uow: UnitOfWork, scheme: Scheme, doing: Doing, applicant: Applicant) -> Receipt:
    branch = _branch_for(uow, applicant)
    member = _applied(uow, doing, applicant, branch)
    case = start_case(
        uow,
        scheme,
        doing,
        CaseKind.MEMBERSHIP,
        branch.id,
        member.name,
        member=member,
        evidence={"asks": "join"},
    )
    page_staff(uow, scheme, doing, case)
    return Receipt(outcome="applied", facts={"member_id": member.id, "case": case.id, "branch": branch.name})


def _branch_for(uow: UnitOfWork, applicant: Applicant) -> Branch:
    if applicant.branch_id is not None:
        return uow.branches.get(applicant.branch_id)
    found = uow.branches.find(scene=applicant.scene) if applicant.scene else []
    return found[0] if found else head_branch(uow)


def _applied(uow: UnitOfWork, doing: Doing, applicant: Applicant, branch: Branch) -> Member:
    if not applicant.name.strip():
        raise RuleRefused("words_missing")
    if doing.actor_id:
        member = uow.members.get(doing.actor_id, lock=True)
        if member.status is MemberStatus.BARRED:
            raise RuleRefused("membership_barred")
        if member.status is not MemberStatus.LEFT:
            raise RuleRefused("already_member", status=member.status.value)
        member.status = MEMBERSHIP.target(member.id, member.status, "rejoin")
        _fill(member, applicant, branch)
        return uow.members.save(member, doing.audit("rejoin"))
    member = Member(name=applicant.name.strip(), branch_id=branch.id)
    _fill(member, applicant, branch)
    return uow.members.add(member, doing.audit("join"))


def _fill(member: Member, applicant: Applicant, branch: Branch) -> None:
    member.name, member.branch_id = applicant.name.strip(), branch.id
    member.phone, member.born, member.sex = applicant.phone, applicant.born, applicant.sex
    member.local_household, member.lives_here = applicant.local_household, applicant.lives_here


def join_at_branch(uow: UnitOfWork, scheme: Scheme, doing: Doing, applicant: Applicant) -> Receipt:
    """Staff register a person who stands before them with the identity card. Outcome: active.

    Raises NotAllowed("not_staff", "not_staff_here"), RuleRefused("words_missing").
    """
    content = applicant.content()
    return once(uow, doing, "join_at_branch", content, lambda: _join_at_branch(uow, scheme, doing, applicant))


def _join_at_branch(uow: UnitOfWork, scheme: Scheme, doing: Doing, applicant: Applicant) -> Receipt:
    mine = check_is_staff(uow, doing.actor_id)
    named = applicant.branch_id is not None or applicant.scene
    branch = _branch_for(uow, applicant) if named else uow.branches.get(mine[0])
    check_staff_of(uow, doing.actor_id, branch.id)
    if not applicant.name.strip():
        raise RuleRefused("words_missing")
    member = Member(name=applicant.name.strip(), branch_id=branch.id)
    _fill(member, applicant, branch)
    member = uow.members.add(member, doing.audit("join_at_branch"))
    _activate(uow, scheme, doing, member)
    return Receipt(outcome="active", facts={"member_id": member.id, "branch": branch.name})


def _activate(uow: UnitOfWork, scheme: Scheme, doing: Doing, member: Member) -> None:
    member.status = MEMBERSHIP.target(member.id, member.status, "verify")
    member.identity_verified_at = member.joined_at = doing.now
    uow.members.save(member, doing.audit("verify_identity", member=member.id))
    coins_of(uow, scheme, member)
    honour_of(uow, member)
    grant(uow, doing, member, RoleName.RESIDENT, member.branch_id)
    if everyone_serves(scheme) and not serving_gaps(scheme, member, None, local_day(doing.now, scheme.tz)):
        grant(uow, doing, member, RoleName.VOLUNTEER, member.branch_id)


def everyone_serves(scheme: Scheme) -> bool:
    """Whether nobody is only a receiver: serving asks for nothing but a verified identity (fuyuan)."""
    rules = scheme.serving
    asks = (rules.ages, rules.local_household, rules.resident, rules.retired, rules.healthy, rules.trained)
    return not any(asks)


def grant(uow: UnitOfWork, doing: Doing, member: Member, role: RoleName, branch_id: int) -> None:
    """Give a role at a branch unless it is held there already."""
    if any(held.role is role and held.branch_id == branch_id for held in uow.members.roles(member.id)):
        return
    new = RoleGrant(
        member_id=member.id,
        role=role,
        branch_id=branch_id,
        granted_at=doing.now,
        granted_by=doing.actor_id or None,
    )
    uow.role_grants.add(new, doing.audit("grant_role", member=member.id, role=role.value, branch=branch_id))


def verify_identity(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int) -> Receipt:
    """Staff have seen the identity card: the applicant becomes a member. Outcome: active.

    Raises NotAllowed("not_staff", "not_staff_here"), WrongState.
    """
    return once(uow, doing, "verify_identity", {"member": member_id}, lambda: _verify(uow, scheme, doing, member_id))


def _verify(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int) -> Receipt:
    member = _member_of_staff(uow, doing, member_id)
    _activate(uow, scheme, doing, member)
    close_membership_cases(uow, doing, member, "verified")
    branch = uow.branches.get(member.branch_id).name
    tell(uow, scheme, doing, member.id, "membership_verified", branch=branch)
    return Receipt(outcome="active", facts={"member_id": member.id, "member": member.name, "branch": branch})


def _member_of_staff(uow: UnitOfWork, doing: Doing, member_id: int) -> Member:
    check_is_staff(uow, doing.actor_id)
    member = uow.members.get(member_id, lock=True)
    check_staff_of(uow, doing.actor_id, member.branch_id)
    if member.id == doing.actor_id:
        raise NotAllowed("own_membership")
    return member


def close_membership_cases(uow: UnitOfWork, doing: Doing, member: Member, verdict: str, asks: str = "join") -> None:
    """Close what waited for this decision."""
    for case in uow.cases.find(kind=CaseKind.MEMBERSHIP, member_id=member.id, status=OPEN):
        if case.evidence.get("asks") == asks:
            end_case(uow, doing, case, verdict)


def _turn(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int, verb: str, reason: str, words: str) -> Receipt:
    if not reason.strip():
        raise RuleRefused("reason_missing")
    member = _member_of_staff(uow, doing, member_id)
    member.status = MEMBERSHIP.target(member.id, member.status, verb)
    uow.members.save(member, doing.audit(verb, member=member.id, reason=reason))
    tell(uow, scheme, doing, member.id, words, reason=reason)
    if verb == "refuse":
        close_membership_cases(uow, doing, member, reason)
    facts = {"member_id": member.id, "member": member.name, "reason": reason}
    return Receipt(outcome=_TURNED[verb], facts=facts)


_TURNED = {"refuse": "refused", "suspend": "suspended", "reinstate": "active", "bar": "barred"}


def refuse(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int, reason: str) -> Receipt:
    """Refuse an application; the reason reaches the person. Outcome: refused. Raises as bar."""
    content = {"member": member_id, "reason": reason}
    return once(
        uow,
        doing,
        "refuse",
        content,
        lambda: _turn(uow, scheme, doing, member_id, "refuse", reason, "membership_refused"),
    )


def suspend(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int, reason: str) -> Receipt:
    """Suspend a member. Outcome: suspended. Raises as bar."""
    content = {"member": member_id, "reason": reason}
    return once(
        uow, doing, "suspend", content, lambda: _turn(uow, scheme, doing, member_id, "suspend", reason, "suspended")
    )


def reinstate(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int, reason: str) -> Receipt:
    """Take a suspension back. Outcome: active. Raises as bar."""
    content = {"member": member_id, "reason": reason}
    return once(
        uow,
        doing,
        "reinstate",
        content,
        lambda: _turn(uow, scheme, doing, member_id, "reinstate", reason, "reinstated"),
    )


def bar(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int, reason: str) -> Receipt:
    """Bar a member for good (proven fraud). Outcome: barred.

    Raises NotAllowed("not_staff", "not_staff_here", "own_membership"), RuleRefused("reason_missing"), WrongState.
    """
    content = {"member": member_id, "reason": reason}
    return once(uow, doing, "bar", content, lambda: _turn(uow, scheme, doing, member_id, "bar", reason, "barred"))


def waiting_members(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """Applicants whose identity this staff member may check. Reads only. Raises NotAllowed("not_staff")."""
    mine = check_is_staff(uow, doing.actor_id)
    day = local_day(doing.now, scheme.tz)
    people = uow.members.find(status=MemberStatus.APPLIED, branch_id=tuple(mine))
    rows = [
        {"member_id": person.id, "name": person.name, "phone": person.phone, "age": person.age_on(day)}
        for person in people
    ]
    return Receipt(outcome="waiting", facts={"members": rows})
