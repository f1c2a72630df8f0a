"""What a volunteer has come to: hours, coins, stars, the place among others, and the right of ten thousand coins.

taierzhuang: 星级评定; beijing: 时间币达到1万个后，可按特困人员待遇入住辖区内的公办养老机构; fuyuan: 志愿时 and 服务时.
"""

from __future__ import annotations

from typing import Any

from bank.coins import Owner, OwnerKind, TransactionKind, Unit
from bank.doing import Doing, Receipt
from bank.errors import RuleRefused
from bank.honours import Award, AwardFor, AwardStatus
from bank.members import Member
from bank.moments import local_day
from bank.orders import JobStatus
from bank.permissions import known, staff_at
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.accounts import coins_of, honour_of
from bank.usecases.deed import once
from bank.usecases.telling import ids, tell

CARE_HOME = "care_home_right"
TOP = 10


def honours_of(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """The member's own record. Reads only.

    honours: served, earned, kept, honour, balance (minutes), services, people, stars, next_star_at (minutes, None at
    the last), rank and among (None when hidden or nothing served), care_home_needs (minutes, None where there is no
    such right), care_home_reached, ranked. Raises NotAllowed("not_a_member").
    """
    member = known(uow, doing.person_id)
    return Receipt(outcome="honours", facts=record_of(uow, scheme, member))


def record_of(uow: UnitOfWork, scheme: Scheme, member: Member) -> dict[str, Any]:
    """The facts of `honours_of` for any member."""
    done = uow.jobs.of_volunteer(member.id, (JobStatus.SETTLED,))
    served = sum(job.served_minutes or 0 for job in done)
    earned = earned_by(uow, scheme, member)
    balance = coins_of(uow, scheme, member).balance
    kept = min(earned, balance)
    places = ranks(uow, member.branch_id)
    place = next((number for number, (who, _) in enumerate(places, start=1) if who.id == member.id), None)
    needs = scheme.care_home_right
    return {
        "served": served,
        "services": len(done),
        "people": len({uow.orders.get(job.order_id).resident_id for job in done}),
        "earned": earned,
        "kept": kept,
        "honour": honour_of(uow, member).balance,
        "balance": balance,
        "stars": stars_for(scheme, served),
        "next_star_at": next((hours * 60 for hours in scheme.honours.stars if hours * 60 > served), None),
        "rank": place,
        "among": len(places) if place is not None else None,
        "care_home_needs": needs,
        "care_home_reached": needs is not None and kept >= needs,
        "ranked": member.ranked,
    }


def earned_by(uow: UnitOfWork, scheme: Scheme, member: Member) -> int:
    """Minutes of coins earned by serving, ever; of the household where the household holds the account."""
    return uow.ledger.came_in(coins_of(uow, scheme, member).id).get(TransactionKind.SERVICE, 0)


def stars_for(scheme: Scheme, served: int) -> int:
    """Stars for `served` minutes (scheme: hours for each star more)."""
    return sum(served >= hours * 60 for hours in scheme.honours.stars)


def ranks(uow: UnitOfWork, branch_id: int) -> list[tuple[Member, int]]:
    """Members of one branch by minutes served, most first; who hides from rankings is left out."""
    by_id = {member.id: member for member in uow.members.find(branch_id=branch_id, ranked=True)}
    served: dict[int, int] = {}
    for job in uow.jobs.find(volunteer_id=tuple(by_id), status=JobStatus.SETTLED):
        served[job.volunteer_id] = served.get(job.volunteer_id, 0) + (job.served_minutes or 0)
    rows = [(by_id[ident], minutes) for ident, minutes in served.items() if minutes > 0]
    return sorted(rows, key=lambda row: (-row[1], row[0].id))


def ranking(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """The first ten of the own branch. Reads only. ranking: rows (place, name, served, stars), mine, among.

    Raises NotAllowed("not_a_member").
    """
    member = known(uow, doing.actor_id)
    places = ranks(uow, member.branch_id)
    rows = [
        {"place": number, "name": who.name, "served": minutes, "stars": stars_for(scheme, minutes)}
        for number, (who, minutes) in enumerate(places[:TOP], start=1)
    ]
    mine = next((number for number, (who, _) in enumerate(places, start=1) if who.id == member.id), None)
    return Receipt(outcome="ranking", facts={"rows": rows, "mine": mine, "among": len(places)})


def set_ranked(uow: UnitOfWork, scheme: Scheme, doing: Doing, ranked: bool) -> Receipt:
    """A member hides from rankings or comes back. Outcomes: ranked, hidden. Raises NotAllowed("not_a_member")."""
    return once(uow, doing, "set_ranked", {"ranked": ranked}, lambda: _set_ranked(uow, doing, ranked))


def _set_ranked(uow: UnitOfWork, doing: Doing, ranked: bool) -> Receipt:
    member = uow.members.get(known(uow, doing.person_id).id, lock=True)
    member.ranked = ranked
    uow.members.save(member, doing.audit("set_ranked", ranked=ranked))
    return Receipt(outcome="ranked" if ranked else "hidden", facts={})


def claim_care_home(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """A member who has earned and kept enough asks for the right; staff of the head decide. Outcome: claimed.

    Facts: kept, needs. Raises RuleRefused: "care_home_not_here", "care_home_not_reached", "care_home_claimed".
    """
    return once(uow, doing, "claim_care_home", {}, lambda: _claim(uow, scheme, doing))


def _claim(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    member = known(uow, doing.person_id)
    needs = scheme.care_home_right
    if needs is None:
        raise RuleRefused("care_home_not_here")
    uow.ledger.lock([uow.ledger.account(Owner(OwnerKind.MEMBER, member.id), Unit.COIN).id])
    kept = record_of(uow, scheme, member)["kept"]
    if kept < needs:
        raise RuleRefused("care_home_not_reached", kept=kept, needs=needs)
    if uow.awards.find(name=CARE_HOME, subject_id=member.id, status=(AwardStatus.PROPOSED, AwardStatus.GRANTED)):
        raise RuleRefused("care_home_claimed")
    award = Award(
        year=local_day(doing.now, scheme.tz).year,
        name=CARE_HOME,
        subject_kind=AwardFor.VOLUNTEER,
        subject_id=member.id,
        rank=1,
        figures={"kept": kept, "needs": needs},
        proposed_at=doing.now,
    )
    uow.awards.add(award, doing.audit("claim_care_home", kept=kept))
    for staff_id in ids(staff_at(uow, uow.branches.path_up(member.branch_id)[-1].id)):
        tell(uow, scheme, doing, staff_id, "care_home_claimed", person=member.name, kept=kept)
    return Receipt(outcome="claimed", facts={"kept": kept, "needs": needs})
