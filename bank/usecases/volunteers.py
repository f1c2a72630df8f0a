"""Becoming a volunteer: declaration, training, the recorded exception; and roles in general."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from bank.doing import Doing, Receipt
from bank.eligibility import check_active, serving_gaps
from bank.errors import RuleRefused
from bank.members import Member, RoleName, Training, VolunteerFile
from bank.moments import local_day
from bank.notices import CaseKind
from bank.permissions import check_is_staff, check_staff_of, known
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.casework import page_staff, start_case
from bank.usecases.deed import once
from bank.usecases.membership import close_membership_cases, grant
from bank.usecases.telling import tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What a would-be volunteer declares; None leaves what the bank knows. `skills` are fine service codes."""

    healthy: bool | None = None
    retired: bool | None = None
    skills: tuple[str, ...] = ()


def is_volunteer(uow: UnitOfWork, member_id: int) -> bool:
    """Whether the member holds the volunteer's role anywhere."""
    return any(held.role is RoleName.VOLUNTEER for held in uow.members.roles(member_id))


def apply_volunteer(uow: UnitOfWork, scheme: Scheme, doing: Doing, declared: Declared) -> Receipt:
    """A member wants to serve. Outcomes: ready (may take jobs now), enrolled with `missing` (rules not met yet).

    Rules that only staff can meet (training, the age exception) become a MEMBERSHIP case. Raises
    RuleRefused: "membership_…", "already_volunteer".
    """
    content = {**asdict(declared), "skills": list(declared.skills)}
    return once(uow, doing, "apply_volunteer", content, lambda: _apply(uow, scheme, doing, declared))


def _apply(uow: UnitOfWork, scheme: Scheme, doing: Doing, declared: Declared) -> Receipt:
    member = uow.members.get(known(uow, doing.actor_id).id, lock=True)
    check_active(member)
    if is_volunteer(uow, member.id):
        raise RuleRefused("already_volunteer")
    member.healthy = member.healthy if declared.healthy is None else declared.healthy
    member.retired = member.retired if declared.retired is None else declared.retired
    uow.members.save(member, doing.audit("declare", healthy=member.healthy, retired=member.retired))
    file = _file(uow, doing, member)
    file.skills = sorted({*file.skills, *declared.skills})
    if file.training is Training.NONE:
        file.training = Training.ENROLLED
    uow.volunteer_files.save(file, doing.audit("apply_volunteer", member=member.id))
    missing = _decide(uow, scheme, doing, member, file)
    if not missing:
        return Receipt(outcome="ready", facts={"member_id": member.id, "missing": []})
    evidence = {"asks": "volunteer", "missing": missing}
    case = start_case(
        uow, scheme, doing, CaseKind.MEMBERSHIP, member.branch_id, member.name, member=member, evidence=evidence
    )
    page_staff(uow, scheme, doing, case)
    return Receipt(outcome="enrolled", facts={"member_id": member.id, "missing": missing, "case": case.id})


def _file(uow: UnitOfWork, doing: Doing, member: Member) -> VolunteerFile:
    file = uow.members.volunteer_file(member.id, lock=True)
    if file is not None:
        return file
    return uow.volunteer_files.add(VolunteerFile(member_id=member.id), doing.audit("open_volunteer_file"))


def _decide(uow: UnitOfWork, scheme: Scheme, doing: Doing, member: Member, file: VolunteerFile) -> list[str]:
    """Give the role once every rule is met; answers the rules that are not."""
    gaps = serving_gaps(scheme, member, file, local_day(doing.now, scheme.tz))
    if not gaps and not is_volunteer(uow, member.id):
        grant(uow, doing, member, RoleName.VOLUNTEER, member.branch_id)
        close_membership_cases(uow, doing, member, "ready", asks="volunteer")
        branch = uow.branches.get(member.branch_id).name
        if member.id != doing.actor_id:
            tell(uow, scheme, doing, member.id, "volunteer_ready", branch=branch)
    return [gap.rule for gap in gaps]


def record_training(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int) -> Receipt:
    """Staff record that the training is done. Outcome: trained (ready, missing).

    Raises NotAllowed("not_staff", "not_staff_here"), RuleRefused("membership_…").
    """
    return once(uow, doing, "record_training", {"member": member_id}, lambda: _train(uow, scheme, doing, member_id))


def _train(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int) -> Receipt:
    member = _pupil(uow, doing, member_id)
    file = _file(uow, doing, member)
    file.training, file.trained_at, file.trained_by = Training.TRAINED, doing.now, doing.actor_id
    uow.volunteer_files.save(file, doing.audit("record_training", member=member.id))
    missing = _decide(uow, scheme, doing, member, file)
    return Receipt(outcome="trained", facts={"member_id": member.id, "ready": not missing, "missing": missing})


def _pupil(uow: UnitOfWork, doing: Doing, member_id: int) -> Member:
    check_is_staff(uow, doing.actor_id)
    member = uow.members.get(member_id, lock=True)
    check_staff_of(uow, doing.actor_id, member.branch_id)
    check_active(member)
    return member


def record_exception(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int, reason: str) -> Receipt:
    """Staff let somebody outside the age band serve, with the reason kept. Outcome: recorded (ready, missing).

    Raises NotAllowed as record_training, RuleRefused: "exception_not_allowed" (the scheme knows none),
    "reason_missing".
    """
    content = {"member": member_id, "reason": reason}
    return once(uow, doing, "record_exception", content, lambda: _except(uow, scheme, doing, member_id, reason))


def _except(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int, reason: str) -> Receipt:
    member = _pupil(uow, doing, member_id)
    if not scheme.serving.exceptions:
        raise RuleRefused("exception_not_allowed")
    if not reason.strip():
        raise RuleRefused("reason_missing")
    file = _file(uow, doing, member)
    file.exception_reason, file.exception_by, file.exception_at = reason, doing.actor_id, doing.now
    uow.volunteer_files.save(file, doing.audit("record_exception", member=member.id, reason=reason))
    tell(uow, scheme, doing, member.id, "exception_recorded", reason=reason)
    missing = _decide(uow, scheme, doing, member, file)
    return Receipt(outcome="recorded", facts={"member_id": member.id, "ready": not missing, "missing": missing})


def give_role(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int, role: RoleName, branch_id: int) -> Receipt:
    """Staff give a role at a branch where they have rights themselves. Outcome: given.

    A volunteer must meet the rules of who may serve. Raises NotAllowed, RuleRefused("membership_…", "serve_…").
    """
    content = {"member": member_id, "role": role.value, "branch": branch_id}
    return once(uow, doing, "give_role", content, lambda: _give(uow, scheme, doing, member_id, role, branch_id))


def _give(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int, role: RoleName, branch_id: int) -> Receipt:
    check_staff_of(uow, doing.actor_id, branch_id)
    member = uow.members.get(member_id)
    check_active(member)
    if role is RoleName.VOLUNTEER:
        file = uow.members.volunteer_file(member.id)
        gaps = serving_gaps(scheme, member, file, local_day(doing.now, scheme.tz))
        if gaps:
            raise gaps[0]
    grant(uow, doing, member, role, branch_id)
    branch = uow.branches.get(branch_id).name
    tell(uow, scheme, doing, member.id, "role_given", role=role.value, branch=branch)
    return Receipt(outcome="given", facts={"member_id": member.id, "role": role.value, "branch": branch})


def end_role(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int, role: RoleName, branch_id: int) -> Receipt:
    """Staff end a role at a branch. Outcome: ended.

    Raises NotAllowed, RuleRefused("role_unknown") when it is not held.
    """
    content = {"member": member_id, "role": role.value, "branch": branch_id}
    return once(uow, doing, "end_role", content, lambda: _end(uow, doing, member_id, role, branch_id))


def _end(uow: UnitOfWork, doing: Doing, member_id: int, role: RoleName, branch_id: int) -> Receipt:
    check_staff_of(uow, doing.actor_id, branch_id)
    mine = [held for held in uow.members.roles(member_id) if held.role is role and held.branch_id == branch_id]
    if not mine:
        raise RuleRefused("role_unknown", role=role.value)
    for held in mine:
        held.ended_at = doing.now
        uow.role_grants.save(held, doing.audit("end_role", member=member_id, role=role.value))
    return Receipt(outcome="ended", facts={"member_id": member_id, "role": role.value})


def set_on_duty(uow: UnitOfWork, scheme: Scheme, doing: Doing, on_duty: bool) -> Receipt:
    """A staff member goes on or off duty: those on duty are paged. Outcomes: on_duty, off_duty.

    Raises NotAllowed("not_staff").
    """
    return once(uow, doing, "set_on_duty", {"on_duty": on_duty}, lambda: _duty(uow, doing, on_duty))


def _duty(uow: UnitOfWork, doing: Doing, on_duty: bool) -> Receipt:
    check_is_staff(uow, doing.actor_id)
    for held in uow.members.roles(doing.actor_id):
        if held.role is RoleName.STAFF:
            held.on_duty = on_duty
            uow.role_grants.save(held, doing.audit("set_on_duty", on_duty=on_duty))
    return Receipt(outcome="on_duty" if on_duty else "off_duty", facts={})
