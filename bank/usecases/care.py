"""A person of the staff takes over: cases, the talk inside them, and how they end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bank.doing import Doing, Receipt
from bank.errors import NotAllowed, RuleRefused
from bank.notices import CASE_LIFE, Case, CaseKind, CaseMessage, CaseStatus, Urgency
from bank.orders import JobStatus, OrderStatus
from bank.permissions import check_is_staff, check_not_paid, check_staff_of
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.alerts import waiting_case
from bank.usecases.casework import OPEN, case_brief, end_case, head_branch, page_staff, plan_case_waits, start_case
from bank.usecases.deed import once
from bank.usecases.facts import iso
from bank.usecases.settling import settle_order
from bank.usecases.steps import move_order
from bank.usecases.telling import tell

IN_TALK = timedelta(hours=1)  # so long after the person's last words an answer is part of a talk, not a push
TALK_KINDS = (CaseKind.PERSON, CaseKind.EMERGENCY, CaseKind.COMPLAINT, CaseKind.SCAM, CaseKind.UNHANDLED)


def open_case(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    kind: CaseKind,
    words: str,
    talk: Sequence[str] = (),
    sender: str | None = None,
    branch_id: int | None = None,
    order_id: int | None = None,
    evidence: dict[str, Any] | None = None,
) -> Receipt:
    """Hand something to the staff, with the talk so far. Outcome: opened (case, paged).

    Anybody may: a stranger acts as actor 0 with `sender` (`channel:account:sender`). While a talk case of the same kind
    is open, the words are added to it instead.
    """
    content = {
        "kind": kind.value,
        "words": words,
        "talk": list(talk),
        "sender": sender,
        "branch": branch_id,
        "order": order_id,
        "evidence": evidence,
    }
    return once(
        uow,
        doing,
        "open_case",
        content,
        lambda: _open(uow, scheme, doing, kind, words, talk, sender, branch_id, order_id, evidence),
    )


def _open(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    kind: CaseKind,
    words: str,
    talk: Sequence[str],
    sender: str | None,
    branch_id: int | None,
    order_id: int | None,
    evidence: dict[str, Any] | None,
) -> Receipt:
    running = open_talk(uow, doing, sender, (kind,)) if kind in TALK_KINDS else None
    if running is not None and running.order_id == order_id:
        add_words(uow, scheme, doing, running, words)
        return Receipt(outcome="opened", facts={"case": running.id, "paged": 0})
    member = uow.members.get(doing.person_id) if doing.person_id else None
    place = branch_id or (member.branch_id if member else head_branch(uow).id)
    case = start_case(
        uow,
        scheme,
        doing,
        kind,
        place,
        words,
        member=member,
        sender=sender,
        order_id=order_id,
        evidence=evidence,
        talk=[*talk, words],
    )
    return Receipt(outcome="opened", facts={"case": case.id, "paged": page_staff(uow, scheme, doing, case)})


def complain(uow: UnitOfWork, scheme: Scheme, doing: Doing, words: str, order_id: int | None = None) -> Receipt:
    """A complaint about the time bank, the station or the bot: a case for staff. Outcome: opened (case, paged)."""
    return open_case(uow, scheme, doing, CaseKind.COMPLAINT, words, order_id=order_id)


def open_talk(
    uow: UnitOfWork, doing: Doing, sender: str | None, kinds: tuple[CaseKind, ...] = TALK_KINDS
) -> Case | None:
    """The person's running talk with the staff, the latest."""
    if doing.person_id:
        cases = uow.cases.find(member_id=doing.person_id, status=OPEN, kind=kinds)
    elif sender is not None:
        cases = uow.cases.find(sender=sender, status=OPEN, kind=kinds)
    else:
        return None
    return cases[-1] if cases else None


def person_says(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, words: str, sender: str | None = None, case_id: int | None = None
) -> Receipt:
    """While a person is with the staff their words go into the case, `case_id` or the latest talk.

    Outcomes: kept (case), none (no open talk). Raises NotFound.
    """
    content = {"words": words, "sender": sender, "case": case_id}
    return once(uow, doing, "person_says", content, lambda: _says(uow, scheme, doing, words, sender, case_id))


def _says(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, words: str, sender: str | None, case_id: int | None
) -> Receipt:
    case = uow.cases.get(case_id) if case_id is not None else open_talk(uow, doing, sender)
    if case is None:
        return Receipt(outcome="none", facts={})
    add_words(uow, scheme, doing, case, words)
    return Receipt(outcome="kept", facts={"case": case.id, "taken": case.taken_by is not None})


def add_words(uow: UnitOfWork, scheme: Scheme, doing: Doing, case: Case, words: str) -> None:
    """Add the person's words to a case; whoever took it is told."""
    message = CaseMessage(case_id=case.id, from_staff=None, words=words, at=doing.now)
    uow.case_messages.add(message, doing.audit("case_says", case=case.id))
    if case.taken_by is not None and case.taken_by != doing.actor_id:
        person = case_brief(uow, case)["person"]
        urgency = case.urgency
        tell(
            uow,
            scheme,
            doing,
            case.taken_by,
            "case_said",
            urgency=urgency,
            answer=True,
            case_id=case.id,
            case=case.id,
            person=person,
            said=words,
        )


def _staff_case(uow: UnitOfWork, doing: Doing, case_id: int) -> Case:
    check_is_staff(uow, doing.actor_id)
    case = uow.cases.get(case_id, lock=True)
    check_staff_of(uow, doing.actor_id, case.branch_id)
    return case


def take_case(uow: UnitOfWork, scheme: Scheme, doing: Doing, case_id: int) -> Receipt:
    """Staff take a case. Outcome: taken. Raises NotAllowed ("not_staff", "not_staff_here"), WrongState."""
    return once(uow, doing, "take_case", {"case": case_id}, lambda: _take(uow, scheme, doing, case_id))


def _take(uow: UnitOfWork, scheme: Scheme, doing: Doing, case_id: int) -> Receipt:
    case = take(uow, doing, _staff_case(uow, doing, case_id))
    return Receipt(outcome="taken", facts=case_facts(uow, scheme, case))


def take(uow: UnitOfWork, doing: Doing, case: Case) -> Case:
    """Mark the case as taken by the actor. Raises WrongState."""
    case.status = CASE_LIFE.target(case.id, case.status, "take")
    case.taken_by, case.taken_at = doing.actor_id, doing.now
    return uow.cases.save(case, doing.audit("take_case", case=case.id))


def give_back_case(uow: UnitOfWork, scheme: Scheme, doing: Doing, case_id: int) -> Receipt:
    """Staff give a case back for others to take. Outcome: given_back. Raises as take_case."""
    return once(uow, doing, "give_back_case", {"case": case_id}, lambda: _give_back(uow, scheme, doing, case_id))


def _give_back(uow: UnitOfWork, scheme: Scheme, doing: Doing, case_id: int) -> Receipt:
    case = _staff_case(uow, doing, case_id)
    case.status = CASE_LIFE.target(case.id, case.status, "give_back")
    case.taken_by = case.taken_at = None
    uow.cases.save(case, doing.audit("give_back_case", case=case.id))
    plan_case_waits(uow, case, doing, scheme.ladder.case_waits)
    return Receipt(outcome="given_back", facts=case_facts(uow, scheme, case))


def answer_case(uow: UnitOfWork, scheme: Scheme, doing: Doing, case_id: int, words: str) -> Receipt:
    """Staff answer; the words reach the person. Takes the case when nobody has. Outcome: answered.

    Raises NotAllowed, WrongState, RuleRefused: "words_missing", "case_closed", "not_your_case" (another has it),
    "nobody_to_tell".
    """
    content = {"case": case_id, "words": words}
    return once(uow, doing, "answer_case", content, lambda: _answer(uow, scheme, doing, case_id, words))


def _answer(uow: UnitOfWork, scheme: Scheme, doing: Doing, case_id: int, words: str) -> Receipt:
    case = _staff_case(uow, doing, case_id)
    if case.status is CaseStatus.CLOSED:
        raise RuleRefused("case_closed", case=case.id)
    if not words.strip():
        raise RuleRefused("words_missing")
    if case.member_id is None and case.sender is None:
        raise RuleRefused("nobody_to_tell")
    if case.status is CaseStatus.OPEN:
        case = take(uow, doing, case)
    elif case.taken_by != doing.actor_id:
        raise NotAllowed("not_your_case", case=case.id)
    message = CaseMessage(case_id=case.id, from_staff=doing.actor_id, words=words, at=doing.now)
    talk = uow.case_messages.find(case_id=case.id, from_staff=None)
    uow.case_messages.add(message, doing.audit("answer_case", case=case.id))
    fresh = bool(talk) and doing.now - talk[-1].at <= IN_TALK
    tell(
        uow,
        scheme,
        doing,
        case.member_id or 0,
        "case_answer",
        urgency=case.urgency,
        answer=fresh,
        case_id=case.id,
        to_sender=None if case.member_id else case.sender,
        case=case.id,
        staff=uow.members.get(doing.actor_id).name,
        said=words,
    )
    return Receipt(outcome="answered", facts=case_facts(uow, scheme, case))


def close_case(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, case_id: int, verdict: str, clean: bool | None = None
) -> Receipt:
    """Close a case with its verdict. Outcome: closed (settled: whether a waiting settlement went through).

    `clean` decides an alert for which a settlement waits: True settles the order as it was confirmed, False takes it
    into dispute for staff to resolve. Raises NotAllowed, WrongState, RuleRefused("verdict_missing").
    """
    content = {"case": case_id, "verdict": verdict, "clean": clean}
    return once(uow, doing, "close_case", content, lambda: _close(uow, scheme, doing, case_id, verdict, clean))


def _close(uow: UnitOfWork, scheme: Scheme, doing: Doing, case_id: int, verdict: str, clean: bool | None) -> Receipt:
    case = _staff_case(uow, doing, case_id)
    waits = case.evidence.get("waits") == "settlement"
    if not verdict.strip() or (waits and clean is None):
        raise RuleRefused("verdict_missing")
    end_case(uow, doing, case, verdict)
    settled = _after_alert(uow, scheme, doing, case, bool(clean)) if waits else False
    told = case.kind in TALK_KINDS and (case.member_id or case.sender)
    if told:
        tell(
            uow,
            scheme,
            doing,
            case.member_id or 0,
            "case_closed",
            case_id=case.id,
            to_sender=None if case.member_id else case.sender,
            case=case.id,
            verdict=verdict,
        )
    return Receipt(outcome="closed", facts={**case_facts(uow, scheme, case), "settled": settled})


def _after_alert(uow: UnitOfWork, scheme: Scheme, doing: Doing, case: Case, clean: bool) -> bool:
    """What becomes of the settlement that waited for the case."""
    order = uow.orders.get(case.order_id or 0, lock=True)
    if order.status is not OrderStatus.FINISHED or waiting_case(uow, order) is not None:
        return False
    jobs = uow.jobs.of_order(order.id, (JobStatus.FINISHED,))
    check_not_paid(uow, scheme, doing.actor_id, order, jobs)
    if clean:
        settle_order(uow, scheme, doing, order, jobs, bool(case.evidence.get("agree_extra")))
        return True
    order.reason = case.verdict
    move_order(uow, scheme, doing, order, "dispute", case=case.id)
    return False


def case_facts(uow: UnitOfWork, scheme: Scheme, case: Case) -> dict[str, Any]:
    """A case as receipts show it."""
    return {
        **case_brief(uow, case),
        "status": case.status.value,
        "urgent": case.urgency is Urgency.EMERGENCY,
        "number": case.order_id,
        "member_id": case.member_id,
        "opened_at": iso(case.opened_at, scheme),
        "taken_by": uow.members.get(case.taken_by).name if case.taken_by else None,
        "evidence": case.evidence,
        "verdict": case.verdict,
    }


def open_cases(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """Cases of this staff member's branches, most urgent and oldest first. Reads only.

    Raises NotAllowed("not_staff").
    """
    mine = check_is_staff(uow, doing.actor_id)
    rows = [case_facts(uow, scheme, case) for case in uow.cases.open_in(mine)]
    return Receipt(outcome="cases", facts={"cases": rows})


def case_of(uow: UnitOfWork, scheme: Scheme, doing: Doing, case_id: int) -> Receipt:
    """One case with its talk. Reads only. Raises NotFound, NotAllowed."""
    check_is_staff(uow, doing.actor_id)
    case = uow.cases.get(case_id)
    check_staff_of(uow, doing.actor_id, case.branch_id)
    talk = [
        {"from_staff": message.from_staff, "words": message.words, "at": iso(message.at, scheme)}
        for message in uow.case_messages.find(case_id=case.id)
    ]
    return Receipt(outcome="case", facts={**case_facts(uow, scheme, case), "talk": talk})
