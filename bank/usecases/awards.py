"""Yearly awards, computed from the books and decided by staff (taierzhuang: 评先树优; beijing: 优秀志愿服务组织)."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time
from typing import Any

from bank.doing import Doing, Receipt
from bank.errors import RuleRefused
from bank.honours import AWARD_LIFE, Award, AwardFor, AwardStatus
from bank.orders import JobStatus, PayerKind
from bank.permissions import check_staff_of
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.casework import head_branch
from bank.usecases.deed import once
from bank.usecases.telling import tell


def propose_awards(uow: UnitOfWork, scheme: Scheme, doing: Doing, year: int) -> Receipt:
    """Compute the year's awards anew; what is decided stays. Outcome: proposed (year, count).

    Volunteers and organisations (branches) by minutes served, bodies (service bases) by minutes they paid for. Raises
    NotAllowed (staff of the head), RuleRefused: "no_awards", "year_wrong". A year that is not over counts until now.
    """
    return once(uow, doing, "propose_awards", {"year": year}, lambda: _propose(uow, scheme, doing, year))


def _propose(uow: UnitOfWork, scheme: Scheme, doing: Doing, year: int) -> Receipt:
    check_staff_of(uow, doing.actor_id, head_branch(uow).id)
    if not scheme.honours.awards:
        raise RuleRefused("no_awards")
    if not 2000 <= year <= doing.now.astimezone(scheme.tz).year:
        raise RuleRefused("year_wrong", year=year)
    tallies = _tally(uow, scheme, year)
    count = 0
    for rule in scheme.honours.awards:
        kind = AwardFor(rule.to)
        best = dict(_best(tallies[kind], rule.winners))
        known = {row.subject_id: row for row in uow.awards.find(year=year, name=rule.name, subject_kind=kind)}
        for subject, row in known.items():
            if subject not in best and row.status is AwardStatus.PROPOSED:
                row.status = AWARD_LIFE.target(row.id, row.status, "pass_over")
                uow.awards.save(row, doing.audit("pass_over", award=row.id))
        for rank, (subject, minutes) in enumerate(best.items(), start=1):
            new = Award(
                year=year,
                name=rule.name,
                subject_kind=kind,
                subject_id=subject,
                rank=rank,
                figures={"minutes": minutes},
                proposed_at=doing.now,
            )
            count += _put(uow, doing, known.get(subject), new)
    return Receipt(outcome="proposed", facts={"year": year, "count": count})


def _put(uow: UnitOfWork, doing: Doing, row: Award | None, new: Award) -> bool:
    """Propose it, or bring the proposal up to date; what staff have decided stays."""
    if row is None:
        uow.awards.add(new, doing.audit("propose_award", name=new.name, subject=new.subject_id))
        return True
    if row.decided_by is not None:
        return False
    if row.status is AwardStatus.DECLINED:
        row.status = AWARD_LIFE.target(row.id, row.status, "propose_again")
    row.rank, row.figures, row.proposed_at = new.rank, new.figures, new.proposed_at
    uow.awards.save(row, doing.audit("propose_award", award=row.id))
    return True


def _tally(uow: UnitOfWork, scheme: Scheme, year: int) -> dict[AwardFor, Counter[int]]:
    begins = datetime.combine(date(year, 1, 1), time(), tzinfo=scheme.tz)
    ends = datetime.combine(date(year + 1, 1, 1), time(), tzinfo=scheme.tz)
    found: dict[AwardFor, Counter[int]] = {kind: Counter() for kind in AwardFor}
    for job in uow.jobs.find(status=JobStatus.SETTLED):
        if job.settled_at is None or not begins <= job.settled_at < ends:
            continue
        order = uow.orders.get(job.order_id)
        found[AwardFor.VOLUNTEER][job.volunteer_id] += job.served_minutes or 0
        found[AwardFor.ORGANISATION][order.branch_id] += job.served_minutes or 0
        if order.payer is PayerKind.SERVICE_BASE and order.payer_id is not None:
            found[AwardFor.BODY][order.payer_id] += job.paid_minutes or 0
    return found


def _best(tally: Counter[int], winners: int) -> list[tuple[int, int]]:
    return sorted(((who, minutes) for who, minutes in tally.items() if minutes > 0), key=lambda row: (-row[1], row[0]))[
        :winners
    ]


def awards_of(uow: UnitOfWork, scheme: Scheme, doing: Doing, year: int | None = None) -> Receipt:
    """Proposals and decisions for staff of the head, newest year first. Reads only.

    awards: rows (award, year, name, to, subject, minutes, status, certificate, rank). Raises NotAllowed.
    """
    check_staff_of(uow, doing.actor_id, head_branch(uow).id)
    found = uow.awards.find() if year is None else uow.awards.find(year=year)
    found = [award for award in found if award.status is not AwardStatus.DECLINED or award.decided_by is not None]
    rows = [_facts(uow, award) for award in sorted(found, key=lambda each: (-each.year, each.name, each.rank, each.id))]
    return Receipt(outcome="awards", facts={"rows": rows})


def _facts(uow: UnitOfWork, award: Award) -> dict[str, Any]:
    return {
        "award": award.id,
        "year": award.year,
        "name": award.name,
        "to": award.subject_kind.value,
        "subject": _subject(uow, award),
        "minutes": award.figures.get("minutes", award.figures.get("kept", 0)),
        "status": award.status.value,
        "certificate": award.certificate,
        "rank": award.rank,
    }


def _subject(uow: UnitOfWork, award: Award) -> str:
    if award.subject_kind is AwardFor.VOLUNTEER:
        return uow.members.get(award.subject_id).name
    if award.subject_kind is AwardFor.ORGANISATION:
        return uow.branches.get(award.subject_id).name
    return uow.bases.get(award.subject_id).name


def decide_award(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, award_id: int, grant: bool, reason: str = ""
) -> Receipt:
    """Staff of the head grant a proposed award, which gets a certificate's number, or decline it with a reason.

    Outcomes: granted (certificate), declined. Raises NotAllowed, WrongState, RuleRefused: "reason_missing",
    "own_award".
    """
    content = {"award": award_id, "grant": grant, "reason": reason}
    return once(uow, doing, "decide_award", content, lambda: _decide(uow, scheme, doing, award_id, grant, reason))


def _decide(uow: UnitOfWork, scheme: Scheme, doing: Doing, award_id: int, grant: bool, reason: str) -> Receipt:
    check_staff_of(uow, doing.actor_id, head_branch(uow).id)
    award = uow.awards.get(award_id, lock=True)
    if award.subject_kind is AwardFor.VOLUNTEER and award.subject_id == doing.actor_id:
        raise RuleRefused("own_award")
    if not grant and not reason.strip():
        raise RuleRefused("reason_missing")
    award.status = AWARD_LIFE.target(award.id, award.status, "grant" if grant else "decline")
    award.decided_by, award.decided_at, award.reason = doing.actor_id, doing.now, reason or None
    if grant:
        award.certificate = f"{award.year}-{award.id:05}"
    uow.awards.save(award, doing.audit("decide_award", award=award.id, grant=grant))
    if award.subject_kind is AwardFor.VOLUNTEER:
        if grant:
            tell(
                uow,
                scheme,
                doing,
                award.subject_id,
                "award_granted",
                award=award.name,
                year=award.year,
                certificate=award.certificate,
            )
        else:
            tell(uow, scheme, doing, award.subject_id, "award_declined", award=award.name, reason=reason)
    return Receipt(outcome="granted" if grant else "declined", facts=_facts(uow, award))
