"""What staff see of one member: data, rights, accounts, bonds, and the history of the membership."""

from __future__ import annotations

from typing import Any

from bank.doing import Doing, Receipt
from bank.eligibility import ADULT, may_receive, serving_gaps
from bank.errors import NotAllowed, RuleRefused
from bank.members import Member
from bank.moments import local_day
from bank.permissions import check_is_staff, check_staff_of
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.accounts import coins_of, honour_of
from bank.usecases.deed import once

HISTORY = (
    *("join", "rejoin", "join_at_branch", "bring_in_member", "verify_identity", "refuse"),
    *("suspend", "reinstate", "bar", "sanction", "leave"),
    *("set_guardian", "set_member_data", "join_household", "leave_household"),
)


def member_file(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int) -> Receipt:
    """Everything the desk shows of one member. Reads only.

    file: member_id, name, status, phone, age, branch, address, groups, household, guardian, roles, may_receive,
    missing (rules of who may serve that are not met), available, balance, honour, orders (open), history (at, verb, by,
    reason). Raises NotAllowed("not_staff", "not_staff_here").
    """
    check_is_staff(uow, doing.actor_id)
    member = uow.members.get(member_id)
    check_staff_of(uow, doing.actor_id, member.branch_id)
    today = local_day(doing.now, scheme.tz)
    account = coins_of(uow, scheme, member)
    facts = {
        "member_id": member.id,
        "name": member.name,
        "status": member.status.value,
        "phone": member.phone or "",
        "age": member.age_on(today),
        "branch": uow.branches.get(member.branch_id).name,
        "address": member.address,
        "groups": list(member.groups),
        "household": uow.households.get(member.household_id).name if member.household_id else "",
        "guardian": uow.members.get(member.guardian_id).name if member.guardian_id else "",
        "roles": [grant.role.value for grant in uow.members.roles(member.id)],
        "may_receive": may_receive(scheme, member, today),
        "missing": [gap.rule for gap in serving_gaps(scheme, member, uow.members.volunteer_file(member.id), today)],
        "available": account.available,
        "balance": account.balance,
        "honour": honour_of(uow, member).balance,
        "orders": len(uow.orders.open_for(member.id)),
        "history": _history(uow, scheme, member),
    }
    return Receipt(outcome="file", facts=facts)


def _history(uow: UnitOfWork, scheme: Scheme, member: Member) -> list[dict[str, Any]]:
    rows = []
    for audit in uow.trail.of("member", member.id, HISTORY):
        by = uow.members.get(audit.actor_id).name if audit.actor_id else ""
        rows.append(
            {
                "at": audit.at.astimezone(scheme.tz).isoformat(),
                "verb": audit.verb,
                "by": by,
                "reason": str(audit.detail.get("reason", "")),
            }
        )
    return rows


def set_guardian(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int, guardian_id: int | None) -> Receipt:
    """Staff name the adult who stands by a student on every job (beijing: 在其监护人的带领下). Outcomes: named, none.

    Raises NotAllowed, RuleRefused: "minors_not_here", "guardian_wrong" (the same person, or no adult).
    """
    content = {"member": member_id, "guardian": guardian_id}

    def work() -> Receipt:
        member = _of_mine(uow, doing, member_id)
        if not scheme.serving.minors_with_guardian:
            raise RuleRefused("minors_not_here")
        if guardian_id is not None:
            guardian = uow.members.get(guardian_id)
            age = guardian.age_on(local_day(doing.now, scheme.tz))
            if guardian.id == member.id or age is None or age < ADULT:
                raise RuleRefused("guardian_wrong")
        member.guardian_id = guardian_id
        uow.members.save(member, doing.audit("set_guardian", guardian=guardian_id))
        return Receipt(outcome="none" if guardian_id is None else "named", facts={"member": member.name})

    return once(uow, doing, "set_guardian", content, work)


def _of_mine(uow: UnitOfWork, doing: Doing, member_id: int) -> Member:
    check_is_staff(uow, doing.actor_id)
    member = uow.members.get(member_id, lock=True)
    check_staff_of(uow, doing.actor_id, member.branch_id)
    if member.id == doing.actor_id:
        raise NotAllowed("own_membership")
    return member


def set_member_data(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    member_id: int,
    phone: str | None = None,
    address: str | None = None,
    groups: tuple[str, ...] | None = None,
    healthy: bool | None = None,
    retired: bool | None = None,
    lives_here: bool | None = None,
    local_household: bool | None = None,
) -> Receipt:
    """Staff correct what is kept of a member; None leaves a field as it is. Outcome: kept (changed: field names).

    Raises NotAllowed, RuleRefused("group_unknown").
    """
    given: dict[str, Any] = {
        "phone": phone,
        "address": address,
        "groups": list(groups) if groups is not None else None,
        "healthy": healthy,
        "retired": retired,
        "lives_here": lives_here,
        "local_household": local_household,
    }
    given = {name: value for name, value in given.items() if value is not None}

    def work() -> Receipt:
        member = _of_mine(uow, doing, member_id)
        known = {group.code for group in scheme.receiving.groups} | set(scheme.grants.groups)
        for code in given.get("groups", []):
            if code not in known:
                raise RuleRefused("group_unknown", group=code)
        changed = [name for name, value in given.items() if getattr(member, name) != value]
        for name in changed:
            setattr(member, name, given[name])
        if changed:
            uow.members.save(member, doing.audit("set_member_data", changed=changed))
        return Receipt(outcome="kept", facts={"member": member.name, "changed": changed})

    return once(uow, doing, "set_member_data", {"member": member_id, **given}, work)


def set_address(uow: UnitOfWork, scheme: Scheme, doing: Doing, address: str) -> Receipt:
    """A member says where "at home" is. Outcome: kept (address). Raises NotAllowed, RuleRefused("words_missing")."""

    def work() -> Receipt:
        member = uow.members.get(doing.person_id, lock=True)
        if not address.strip():
            raise RuleRefused("words_missing")
        member.address = address.strip()
        uow.members.save(member, doing.audit("set_address"))
        return Receipt(outcome="kept", facts={"address": member.address})

    return once(uow, doing, "set_address", {"address": address}, work)
