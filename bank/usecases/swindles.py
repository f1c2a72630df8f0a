"""A likely swindle: the staff look after it, the relatives whom the member agreed to have paged are told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bank.doing import Doing, Receipt
from bank.members import Member
from bank.notices import Case, CaseKind, Urgency
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.care import add_words, open_talk
from bank.usecases.casework import head_branch, page_staff, start_case
from bank.usecases.deed import once
from bank.usecases.telling import tell


def report_swindle(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    words: str,
    *,
    plot: str = "other",
    money_gone: bool = False,
    talk: Sequence[str] = (),
    sender: str | None = None,
) -> Receipt:
    """Somebody may be falling for a swindle. Outcomes: kept, urgent when money is gone (both: case, paged, relatives).

    Never refused: a stranger acts as actor 0 with `sender`. `plot` is the kind of swindle, for the staff. Gone money is
    told quiet hours or not, since a bank can stop a transfer only in the first minutes. While a swindle's case is
    open, the words are added to it; it becomes urgent when they say that money is gone.
    """
    content = {"words": words, "plot": plot, "money_gone": money_gone, "talk": list(talk), "sender": sender}
    return once(
        uow,
        doing,
        "report_swindle",
        content,
        lambda: _report(uow, scheme, doing, words, plot, money_gone, talk, sender),
    )


def _report(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    words: str,
    plot: str,
    money_gone: bool,
    talk: Sequence[str],
    sender: str | None,
) -> Receipt:
    member = uow.members.get(doing.person_id) if doing.person_id else None
    case = open_talk(uow, doing, sender, (CaseKind.SCAM,))
    known = case is not None
    if case is None:
        case = start_case(
            uow,
            scheme,
            doing,
            CaseKind.SCAM,
            member.branch_id if member else head_branch(uow).id,
            words,
            member=member,
            sender=sender,
            urgency=Urgency.EMERGENCY if money_gone else Urgency.NORMAL,
            evidence={"plot": plot, "money_gone": money_gone},
            talk=[*talk, words],
        )
    else:
        add_words(uow, scheme, doing, case, words)
    worse = money_gone and known and not case.evidence.get("money_gone")
    if worse:
        case.urgency, case.evidence = Urgency.EMERGENCY, {**case.evidence, "money_gone": True}
        uow.cases.save(case, doing.audit("money_gone", case=case.id))
    facts: dict[str, Any] = {"case": case.id, "paged": 0, "relatives": 0}
    if worse or not known:
        if money_gone:
            facts["paged"] = page_staff(uow, scheme, doing, case, "money_gone_staff")
        else:
            facts["paged"] = page_staff(uow, scheme, doing, case)
        facts["relatives"] = _relatives(uow, scheme, doing, case, member, words, money_gone)
    return Receipt(outcome="urgent" if money_gone else "kept", facts=facts)


def _relatives(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, case: Case, member: Member | None, words: str, money_gone: bool
) -> int:
    """Who was told: only those whom the member lets be paged, and never the one who speaks."""
    if member is None:
        return 0
    return sum(
        tell(
            uow,
            scheme,
            doing,
            kin.relative_id,
            "swindle_relative",
            urgency=Urgency.EMERGENCY if money_gone else Urgency.NORMAL,
            case_id=case.id,
            person=member.name,
            phone=member.phone or "",
            said=words,
            branch_phone=uow.branches.get(case.branch_id).phone,
        )
        for kin in uow.kin.of(member.id)
        if kin.page_in_emergency and kin.relative_id != doing.actor_id
    )
