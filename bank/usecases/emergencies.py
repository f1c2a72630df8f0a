"""Help NOW: a case at once, staff on duty and bound relatives paged, quiet hours or not."""

from __future__ import annotations

from bank.doing import Doing, Receipt
from bank.members import Member
from bank.notices import Case, CaseKind, CaseMessage, Urgency
from bank.permissions import staff_for
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.care import open_talk
from bank.usecases.casework import case_brief, head_branch, start_case
from bank.usecases.deed import once
from bank.usecases.telling import tell


def report_emergency(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    words: str,
    doubtful: bool = False,
    sender: str | None = None,
    branch_id: int | None = None,
    place: str = "",
) -> Receipt:
    """Somebody needs help now. Outcomes: raised (case, paged, relatives), doubtful (case, paged).

    Never refused and never needs membership: a stranger acts as actor 0 with `sender`. A doubtful one pages the staff
    only; said again in earnest, it is raised. Repeated words join the open case and page again.
    """
    content = {"words": words, "doubtful": doubtful, "sender": sender, "branch": branch_id, "place": place}
    return once(
        uow,
        doing,
        "report_emergency",
        content,
        lambda: _report(uow, scheme, doing, words, doubtful, sender, branch_id, place),
    )


def _report(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    words: str,
    doubtful: bool,
    sender: str | None,
    branch_id: int | None,
    place: str,
) -> Receipt:
    member = uow.members.get(doing.person_id) if doing.person_id else None
    case = open_talk(uow, doing, sender, (CaseKind.EMERGENCY,))
    if case is None:
        where = branch_id or (member.branch_id if member else head_branch(uow).id)
        case = start_case(
            uow,
            scheme,
            doing,
            CaseKind.EMERGENCY,
            where,
            words,
            member=member,
            sender=sender,
            urgency=Urgency.EMERGENCY,
            evidence={"doubtful": doubtful, "place": place},
            talk=[words],
        )
    else:
        _go_on(uow, doing, case, words, doubtful, place)
    key = "emergency_doubtful_staff" if doubtful else "emergency_staff"
    paged = page(uow, scheme, doing, case, key, words)
    if doubtful:
        return Receipt(outcome="doubtful", facts={"case": case.id, "paged": paged})
    relatives = _relatives(uow, scheme, doing, case, member, words)
    return Receipt(outcome="raised", facts={"case": case.id, "paged": paged, "relatives": relatives})


def _go_on(uow: UnitOfWork, doing: Doing, case: Case, words: str, doubtful: bool, place: str) -> None:
    message = CaseMessage(case_id=case.id, from_staff=None, words=words, at=doing.now)
    uow.case_messages.add(message, doing.audit("case_says", case=case.id))
    was = bool(case.evidence.get("doubtful"))
    case.evidence = {**case.evidence, "doubtful": was and doubtful, "place": place or case.evidence.get("place", "")}
    uow.cases.save(case, doing.audit("emergency_again", case=case.id))


def page(uow: UnitOfWork, scheme: Scheme, doing: Doing, case: Case, words: str, said: str) -> int:
    """Page the staff on duty on the branch's path (everybody of them when nobody is on duty)."""
    facts = case_brief(uow, case)
    address = str(case.evidence.get("place") or "")
    return sum(
        tell(
            uow,
            scheme,
            doing,
            person.id,
            words,
            urgency=Urgency.EMERGENCY,
            case_id=case.id,
            case=case.id,
            person=facts["person"],
            phone=facts["phone"],
            address=address,
            said=said,
        )
        for person in staff_for(uow, case.branch_id)
    )


def _relatives(uow: UnitOfWork, scheme: Scheme, doing: Doing, case: Case, member: Member | None, words: str) -> int:
    if member is None:
        return 0
    phone = uow.branches.get(case.branch_id).phone
    told = 0
    for kin in uow.kin.of(member.id):
        if kin.page_in_emergency and kin.relative_id != doing.actor_id:
            told += tell(
                uow,
                scheme,
                doing,
                kin.relative_id,
                "emergency_relative",
                urgency=Urgency.EMERGENCY,
                case_id=case.id,
                person=member.name,
                phone=member.phone or "",
                said=words,
                branch_phone=phone,
            )
    return told


def all_clear(uow: UnitOfWork, scheme: Scheme, doing: Doing, words: str = "", sender: str | None = None) -> Receipt:
    """ "按错了，我没事": noted in the open emergency, staff are told; they close it. Outcomes: noted (case), none."""
    content = {"words": words, "sender": sender}
    return once(uow, doing, "all_clear", content, lambda: _clear(uow, scheme, doing, words, sender))


def _clear(uow: UnitOfWork, scheme: Scheme, doing: Doing, words: str, sender: str | None) -> Receipt:
    case = open_talk(uow, doing, sender, (CaseKind.EMERGENCY,))
    if case is None:
        return Receipt(outcome="none", facts={})
    message = CaseMessage(case_id=case.id, from_staff=None, words=words, at=doing.now)
    uow.case_messages.add(message, doing.audit("all_clear", case=case.id))
    case.evidence = {**case.evidence, "all_clear": True}
    uow.cases.save(case, doing.audit("all_clear", case=case.id))
    person = case_brief(uow, case)["person"]
    for staff in staff_for(uow, case.branch_id):
        tell(
            uow,
            scheme,
            doing,
            staff.id,
            "case_said",
            urgency=Urgency.EMERGENCY,
            case_id=case.id,
            case=case.id,
            person=person,
            said=words,
        )
    return Receipt(outcome="noted", facts={"case": case.id})
