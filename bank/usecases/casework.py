"""Opening and closing cases: the small steps that many deeds share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from bank.doing import Doing
from bank.members import Member
from bank.notices import CASE_LIFE, Case, CaseKind, CaseMessage, CaseStatus, Due, DueKind, Urgency
from bank.organisation import Branch
from bank.permissions import staff_for
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.telling import tell

OPEN = (CaseStatus.OPEN, CaseStatus.TAKEN)


def head_branch(uow: UnitOfWork) -> Branch:
    """The head of the tree. Raises LookupError when the bank has no branch at all."""
    heads = uow.branches.find(tier=1)
    if not heads:
        raise LookupError("the bank has no head branch")
    return heads[0]


def start_case(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    kind: CaseKind,
    branch_id: int,
    words: str,
    *,
    member: Member | None = None,
    sender: str | None = None,
    order_id: int | None = None,
    urgency: Urgency = Urgency.NORMAL,
    evidence: dict[str, Any] | None = None,
    talk: Iterable[str] = (),
) -> Case:
    """Store a case with the talk so far, and the row that asks after it when nobody takes it."""
    case = Case(
        kind=kind,
        branch_id=branch_id,
        member_id=member.id if member else None,
        sender=sender,
        order_id=order_id,
        urgency=urgency,
        words=words,
        evidence=evidence or {},
        opened_at=doing.now,
    )
    case = uow.cases.add(case, doing.audit("open_case", kind=kind.value))
    for line in talk:
        message = CaseMessage(case_id=case.id, from_staff=None, words=line, at=doing.now)
        uow.case_messages.add(message, doing.audit("case_talk", case=case.id))
    wait = scheme.ladder.emergency_waits if urgency is Urgency.EMERGENCY else scheme.ladder.case_waits
    plan_case_waits(uow, case, doing, wait)
    return case


def plan_case_waits(uow: UnitOfWork, case: Case, doing: Doing, wait: int) -> None:
    """Ask after the case in `wait` minutes."""
    at = doing.now + timedelta(minutes=wait)
    key = f"{DueKind.CASE_WAITS.value}:{case.id}:{at.isoformat()}"
    uow.due.put(Due(key=key, kind=DueKind.CASE_WAITS, subject_id=case.id, at=at))


def case_brief(uow: UnitOfWork, case: Case) -> dict[str, Any]:
    """What a notice about a case tells the staff."""
    member = uow.members.get(case.member_id) if case.member_id else None
    return {
        "case": case.id,
        "kind": case.kind.value,
        "person": member.name if member else "",
        "phone": (member.phone if member else None) or "",
        "said": case.words,
    }


def page_staff(uow: UnitOfWork, scheme: Scheme, doing: Doing, case: Case, words: str = "case_opened") -> int:
    """Tell the staff on duty on the branch's path of the case; answers how many were told."""
    facts = case_brief(uow, case)
    return sum(
        tell(uow, scheme, doing, person.id, words, urgency=case.urgency, case_id=case.id, **facts)
        for person in staff_for(uow, case.branch_id)
        if person.id != doing.actor_id
    )


def end_case(uow: UnitOfWork, doing: Doing, case: Case, verdict: str) -> Case:
    """Close a case with its verdict. Raises WrongState."""
    case.status = CASE_LIFE.target(case.id, case.status, "close")
    case.verdict, case.closed_at = verdict, doing.now
    case.taken_by = case.taken_by or doing.actor_id or None
    uow.due.cancel(case.id, [DueKind.CASE_WAITS], doing.now)
    return uow.cases.save(case, doing.audit("close_case", verdict=verdict))


def cases_of_order(uow: UnitOfWork, order_id: int, *kinds: CaseKind) -> list[Case]:
    """The cases of those kinds about an order that are not closed."""
    return uow.cases.find(order_id=order_id, kind=kinds, status=OPEN)
