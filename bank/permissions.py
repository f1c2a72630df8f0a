"""Who may do what to whom: staff by node of the tree, kin by agreement, nobody for their own pay.

Each rule is a pair: `check_x` raises NotAllowed with the rule's name, `x` says yes or no.
"""

from __future__ import annotations

from bank.doing import Doing
from bank.errors import NotAllowed, NotFound
from bank.members import Kin, Member, RoleName
from bank.orders import JOB_HELD, Job, Order
from bank.organisation import Branch
from bank.ports import UnitOfWork
from bank.scheme import ApprovalLevel, Scheme


def known(uow: UnitOfWork, member_id: int) -> Member:
    """The member who acts. Raises NotAllowed("not_a_member") for a stranger."""
    if member_id == 0:
        raise NotAllowed("not_a_member")
    try:
        return uow.members.get(member_id)
    except NotFound as error:
        raise NotAllowed("not_a_member") from error


# Staff ------------------------------------------------------------------------------------------------------------


def staff_branches(uow: UnitOfWork, member_id: int) -> list[int]:
    """Ids of all branches where this person has staff rights: the node of the grant and all below it."""
    ids: set[int] = set()
    for grant in uow.members.roles(member_id):
        if grant.role is RoleName.STAFF:
            ids.update(uow.branches.below(grant.branch_id))
    return sorted(ids)


def check_is_staff(uow: UnitOfWork, member_id: int) -> list[int]:
    """The branches of this staff member. Raises NotAllowed("not_staff")."""
    ids = staff_branches(uow, member_id) if member_id else []
    if not ids:
        raise NotAllowed("not_staff")
    return ids


def check_staff_of(uow: UnitOfWork, member_id: int, branch_id: int) -> None:
    """Raises NotAllowed("not_staff") or ("not_staff_here") when the person has no staff rights at that branch."""
    if branch_id not in check_is_staff(uow, member_id):
        raise NotAllowed("not_staff_here", branch=uow.branches.get(branch_id).name)


def staff_of(uow: UnitOfWork, member_id: int, branch_id: int) -> bool:
    """Whether the person has staff rights at that branch."""
    return bool(member_id) and branch_id in staff_branches(uow, member_id)


def staff_for(uow: UnitOfWork, branch_id: int, *, on_duty_first: bool = True) -> list[Member]:
    """Staff with a grant at the branch or above it; those on duty, or everybody when nobody is."""
    path = [branch.id for branch in uow.branches.path_up(branch_id)]
    if on_duty_first:
        present = uow.members.holding(RoleName.STAFF, path, on_duty=True)
        if present:
            return present
    return uow.members.holding(RoleName.STAFF, path)


def staff_at(uow: UnitOfWork, branch_id: int) -> list[Member]:
    """Staff who look after one node: those granted there, else the nearest above who has any; on duty first."""
    for branch in uow.branches.path_up(branch_id):
        people = uow.members.holding(RoleName.STAFF, [branch.id], on_duty=True)
        people = people or uow.members.holding(RoleName.STAFF, [branch.id])
        if people:
            return people
    return []


# Approval ---------------------------------------------------------------------------------------------------------


def approving_branch(uow: UnitOfWork, branch_id: int, level: ApprovalLevel) -> Branch:
    """The node that decides `level` for a branch: the one of that tier on the way up, or the nearest above."""
    path = uow.branches.path_up(branch_id)
    for branch in path:
        if branch.tier <= level.tier:
            return branch
    return path[-1]


def check_may_approve(uow: UnitOfWork, member_id: int, order: Order, level: ApprovalLevel) -> None:
    """Raises NotAllowed: "not_staff", "approval_level" (rights lie elsewhere in the tree) or "own_request"."""
    branch = approving_branch(uow, order.branch_id, level)
    if branch.id not in check_is_staff(uow, member_id):
        raise NotAllowed("approval_level", level=level.name)
    if member_id == order.resident_id:
        raise NotAllowed("own_request", number=order.id)


def may_approve(uow: UnitOfWork, member_id: int, order: Order, level: ApprovalLevel) -> bool:
    """Whether the person may decide that level of that order."""
    try:
        check_may_approve(uow, member_id, order, level)
    except NotAllowed:
        return False
    return True


# Acting for somebody ----------------------------------------------------------------------------------------------


def bond(uow: UnitOfWork, relative_id: int, member_id: int) -> Kin | None:
    """The agreed bond in which `relative_id` stands to `member_id`, that lets them act, if there is one."""
    return next((kin for kin in uow.kin.acting(relative_id) if kin.member_id == member_id), None)


def check_may_act(uow: UnitOfWork, doing: Doing) -> Member:
    """Whoever the deed is for, after checking that the actor may act for them.

    Raises NotAllowed: "not_a_member", "not_bound" (no agreed relative with `may_act`, and no staff of their branch).
    """
    known(uow, doing.actor_id)
    person = known(uow, doing.person_id)
    if doing.for_id is None or doing.for_id == doing.actor_id:
        return person
    if staff_of(uow, doing.actor_id, person.branch_id) or bond(uow, doing.actor_id, person.id) is not None:
        return person
    if any(kin.relative_id == doing.actor_id for kin in uow.kin.of(person.id)):
        raise NotAllowed("kin_may_not_act", person=person.name)
    raise NotAllowed("not_bound", person=person.name)


def may_act(uow: UnitOfWork, doing: Doing) -> bool:
    """Whether the actor may act for the person the deed is for."""
    try:
        check_may_act(uow, doing)
    except NotAllowed:
        return False
    return True


def check_owns_order(uow: UnitOfWork, doing: Doing, order: Order) -> str:
    """How the actor stands to the order: "resident", "kin" or "staff". Raises NotAllowed("not_your_order").

    Kin and staff may act on an order whether or not the deed names for whom it is.
    """
    if doing.actor_id == order.resident_id:
        return "resident"
    known(uow, doing.actor_id)
    if bond(uow, doing.actor_id, order.resident_id) is not None:
        return "kin"
    if staff_of(uow, doing.actor_id, order.branch_id):
        return "staff"
    raise NotAllowed("not_your_order", number=order.id)


def owns_order(uow: UnitOfWork, doing: Doing, order: Order) -> bool:
    """Whether the actor may act on the order as its resident, kin or staff."""
    try:
        check_owns_order(uow, doing, order)
    except NotAllowed:
        return False
    return True


def check_not_paid(uow: UnitOfWork, scheme: Scheme, actor_id: int, order: Order, jobs: list[Job]) -> None:
    """Nobody confirms or decides a service for which they are the one paid. Raises NotAllowed("own_work").

    Where households hold the accounts, the volunteer's whole household is paid.
    """
    actor = known(uow, actor_id)
    for job in jobs:
        if job.status not in JOB_HELD:
            continue
        if job.volunteer_id == actor_id:
            raise NotAllowed("own_work", number=order.id)
        if scheme.households and actor.household_id is not None and actor_id != order.resident_id:
            volunteer = uow.members.get(job.volunteer_id)
            if volunteer.household_id == actor.household_id:
                raise NotAllowed("own_work", number=order.id)


def not_paid(uow: UnitOfWork, scheme: Scheme, actor_id: int, order: Order, jobs: list[Job]) -> bool:
    """Whether the actor is not the one paid for the order."""
    try:
        check_not_paid(uow, scheme, actor_id, order, jobs)
    except NotAllowed:
        return False
    return True
