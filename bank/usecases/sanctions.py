"""Proven fraud: the record is struck, the person is barred and listed (beijing: 取消认定和记录资格，纳入失信名单)."""

from __future__ import annotations

from typing import Any

from bank.doing import Doing, Receipt
from bank.earning import Sanction
from bank.errors import NotAllowed, RuleRefused
from bank.members import MEMBERSHIP, MemberStatus
from bank.orders import JobStatus
from bank.permissions import check_is_staff, check_staff_of
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.accounts import coins_of
from bank.usecases.deed import once
from bank.usecases.money import take_back
from bank.usecases.steps import move_job
from bank.usecases.telling import tell, tell_order


def sanction(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    member_id: int,
    order_ids: tuple[int, ...],
    reason: str,
    bar: bool = True,
    case_id: int | None = None,
) -> Receipt:
    """Strike a volunteer's record on these orders and, with `bar`, bar the person. Outcome: sanctioned.

    Facts: struck (orders), returned (minutes that went back), owed (orders whose coins were spent already and stay in
    the books for staff to follow), barred, listed. Raises NotAllowed ("not_staff_here", "own_membership"),
    RuleRefused: "reason_missing", "nothing_to_strike".
    """
    content = {"member": member_id, "orders": list(order_ids), "reason": reason, "bar": bar, "case": case_id}
    return once(
        uow,
        doing,
        "sanction",
        content,
        lambda: _sanction(uow, scheme, doing, member_id, order_ids, reason, bar, case_id),
    )


def _sanction(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    member_id: int,
    order_ids: tuple[int, ...],
    reason: str,
    bar: bool,
    case_id: int | None,
) -> Receipt:
    check_is_staff(uow, doing.actor_id)
    member = uow.members.get(member_id, lock=True)
    check_staff_of(uow, doing.actor_id, member.branch_id)
    if member.id == doing.actor_id:
        raise NotAllowed("own_membership")
    if not reason.strip():
        raise RuleRefused("reason_missing")
    if not order_ids and not bar:
        raise RuleRefused("nothing_to_strike")
    struck, owed, returned = _strike(uow, scheme, doing, member_id, order_ids, reason)
    listed = bar and scheme.fraud_listed
    if bar and member.status is not MemberStatus.BARRED:
        member.status = MEMBERSHIP.target(member.id, member.status, "bar")
        uow.members.save(member, doing.audit("bar", member=member.id, reason=reason))
    row = Sanction(
        member_id=member.id,
        case_id=case_id,
        order_ids=[*struck, *owed],
        barred=bar,
        listed=listed,
        reason=reason,
        by_id=doing.actor_id,
        at=doing.now,
    )
    uow.sanctions.add(row, doing.audit("sanction", member=member.id, orders=list(order_ids)))
    tell(uow, scheme, doing, member.id, "sanctioned", reason=reason, count=len(struck) + len(owed), barred=bar)
    facts = {
        "member": member.name,
        "struck": struck,
        "owed": owed,
        "returned": returned,
        "barred": bar,
        "listed": listed,
    }
    return Receipt(outcome="sanctioned", facts=facts)


def _strike(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int, order_ids: tuple[int, ...], reason: str
) -> tuple[list[int], list[int], int]:
    struck, owed, returned = [], [], 0
    for order_id in order_ids:
        order = uow.orders.get(order_id, lock=True)
        mine = [job for job in uow.jobs.of_order(order_id, (JobStatus.SETTLED,)) if job.volunteer_id == member_id]
        if not mine:
            raise RuleRefused("nothing_to_strike")
        for job in mine:
            volunteer = coins_of(uow, scheme, uow.members.get(member_id))
            if volunteer.available < (job.credited_minutes or 0):
                owed.append(order_id)  # spent already: an account never goes below zero, staff follow it up
                continue
            back = take_back(uow, scheme, doing, order, job, reason)
            returned += back
            struck.append(order_id)
            move_job(uow, doing, job, "void", reason=reason)
            tell_order(uow, scheme, doing, order, [order.resident_id], "service_struck", returned=back)
    return struck, owed, returned


def lift_sanction(uow: UnitOfWork, scheme: Scheme, doing: Doing, sanction_id: int, reason: str) -> Receipt:
    """Staff take a name off the list again; who was barred stays barred, the struck record stays struck.

    Outcome: lifted. Raises NotAllowed, NotFound, RuleRefused: "reason_missing", "sanction_lifted".
    """
    content = {"sanction": sanction_id, "reason": reason}
    return once(uow, doing, "lift_sanction", content, lambda: _lift(uow, doing, sanction_id, reason))


def _lift(uow: UnitOfWork, doing: Doing, sanction_id: int, reason: str) -> Receipt:
    check_is_staff(uow, doing.actor_id)
    row = uow.sanctions.get(sanction_id, lock=True)
    member = uow.members.get(row.member_id)
    check_staff_of(uow, doing.actor_id, member.branch_id)
    if not reason.strip():
        raise RuleRefused("reason_missing")
    if row.lifted_at is not None:
        raise RuleRefused("sanction_lifted")
    row.listed, row.lifted_at, row.lifted_by = False, doing.now, doing.actor_id
    uow.sanctions.save(row, doing.audit("lift_sanction", member=member.id, reason=reason))
    return Receipt(outcome="lifted", facts={"member": member.name})


def barred_list(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """Who was sanctioned in the branches of this staff member, newest first. Reads only.

    barred: rows (sanction, member, reason, at, orders, barred, listed, by). Raises NotAllowed("not_staff").
    """
    mine = set(check_is_staff(uow, doing.actor_id))
    rows: list[dict[str, Any]] = []
    for row in reversed(uow.sanctions.find()):
        member = uow.members.get(row.member_id)
        if member.branch_id in mine:
            rows.append(
                {
                    "sanction": row.id,
                    "member": member.name,
                    "reason": row.reason,
                    "at": row.at.astimezone(scheme.tz).isoformat(),
                    "orders": list(row.order_ids),
                    "barred": row.barred,
                    "listed": row.listed,
                    "by": uow.members.get(row.by_id).name,
                }
            )
    return Receipt(outcome="barred", facts={"rows": rows})
