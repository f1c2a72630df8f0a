"""Bringing in what a branch kept on paper or in another system: members with their opening balance, places, dates."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from bank.activities import Activity
from bank.coins import Leg, Posting, TransactionKind, Unit
from bank.doing import Doing, Receipt
from bank.errors import RuleRefused
from bank.members import Household, Member, RoleName, Training, VolunteerFile
from bank.moments import local_day
from bank.permissions import check_is_staff, check_staff_of
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.station import MealSite, Menu, Station
from bank.usecases.accounts import coins_of, issuance
from bank.usecases.deed import once
from bank.usecases.membership import Applicant, grant, join_at_branch


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What an older book says of a member beside the application. `opening` in minutes; `household` by its name."""

    retired: bool = False
    healthy: bool = False
    groups: tuple[str, ...] = ()
    address: str = ""
    household: str | None = None
    trained: bool = False
    volunteer: bool = False
    opening: int = 0


def bring_in_member(uow: UnitOfWork, scheme: Scheme, doing: Doing, applicant: Applicant, details: Details) -> Receipt:
    """Staff bring in a member whose identity the branch has checked. Outcome: brought_in (member_id, branch, opening).

    Raises NotAllowed ("not_staff", "not_staff_here"), RuleRefused: "words_missing", "already_known" (same name and
    telephone), "opening_wrong" (negative), "balance_cap".
    """
    content = {**applicant.content(), **asdict(details)}
    return once(uow, doing, "bring_in_member", content, lambda: _member(uow, scheme, doing, applicant, details))


def _member(uow: UnitOfWork, scheme: Scheme, doing: Doing, applicant: Applicant, details: Details) -> Receipt:
    check_is_staff(uow, doing.actor_id)
    if uow.members.find(name=applicant.name.strip(), phone=applicant.phone):
        raise RuleRefused("already_known", person=applicant.name.strip())
    if details.opening < 0:
        raise RuleRefused("opening_wrong")
    joined = join_at_branch(uow, scheme, doing.step("join"), applicant)
    member = uow.members.get(joined.facts["member_id"], lock=True)
    member.retired, member.healthy, member.groups = details.retired, details.healthy, list(details.groups)
    member.address = details.address
    if details.household is not None:
        member.household_id = _household(uow, doing, member, details.household)
    uow.members.save(member, doing.audit("bring_in_member", member=member.id))
    if details.trained or details.volunteer:
        _volunteer(uow, doing, member, details)
    if details.opening:
        _open(uow, scheme, doing, member, details.opening)
    facts = {"member_id": member.id, "branch": joined.facts["branch"], "opening": details.opening}
    return Receipt(outcome="brought_in", facts=facts)


def _household(uow: UnitOfWork, doing: Doing, member: Member, name: str) -> int:
    known = uow.households.find(name=name, branch_id=member.branch_id)
    if known:
        return known[0].id
    new = Household(name=name, branch_id=member.branch_id, address=member.address)
    return uow.households.add(new, doing.audit("open_household", name=name)).id


def _volunteer(uow: UnitOfWork, doing: Doing, member: Member, details: Details) -> None:
    training = Training.TRAINED if details.trained else Training.NONE
    at = doing.now if details.trained else None
    by = doing.actor_id if details.trained else None
    file = VolunteerFile(member_id=member.id, training=training, trained_at=at, trained_by=by)
    if uow.members.volunteer_file(member.id) is None:
        uow.volunteer_files.add(file, doing.audit("bring_in_member", member=member.id))
    if details.volunteer:
        grant(uow, doing, member, RoleName.VOLUNTEER, member.branch_id)


def _open(uow: UnitOfWork, scheme: Scheme, doing: Doing, member: Member, minutes: int) -> None:
    account = coins_of(uow, scheme, member)
    account = uow.ledger.lock([account.id])[account.id]
    if account.room is not None and account.room < minutes:
        raise RuleRefused("balance_cap", cap=account.cap, room=account.room)
    leg = Leg(debit=issuance(uow, Unit.COIN).id, credit=account.id, minutes=minutes)
    uow.ledger.post(
        Posting(
            key=f"{doing.key}:opening",
            kind=TransactionKind.OPENING,
            legs=(leg,),
            day=local_day(doing.now, scheme.tz),
            posted_at=doing.now,
            scheme=scheme.name,
            scheme_version=scheme.version,
            done_by=doing.actor_id,
            done_for=member.id,
            reason="opening balance",
        )
    )


Place = Station | MealSite | Menu | Activity


def bring_in_place(uow: UnitOfWork, scheme: Scheme, doing: Doing, branch_id: int, thing: Place) -> Receipt:
    """Staff bring in a station, a meal site, a day's menu or an activity. Outcomes: brought_in, kept (it was there).

    The same again (by name; menu by site and day; activity by title and start) is brought up to date. Raises NotAllowed
    ("not_staff", "not_staff_here").
    """
    content = {"branch": branch_id, "thing": _text(thing)}
    return once(uow, doing, "bring_in_place", content, lambda: _place(uow, doing, branch_id, thing))


def _text(thing: Place) -> dict[str, Any]:
    return {
        name: value if isinstance(value, (str, int, bool, list, dict)) else str(value)
        for name, value in asdict(thing).items()
    }


def _place(uow: UnitOfWork, doing: Doing, branch_id: int, thing: Place) -> Receipt:
    check_staff_of(uow, doing.actor_id, branch_id)
    audit = doing.audit("bring_in_place", kind=type(thing).__name__)
    outcome = "brought_in"
    if isinstance(thing, Station):
        outcome = _put(uow.stations, thing, uow.stations.find(name=thing.name, branch_id=branch_id), audit)
    elif isinstance(thing, MealSite):
        outcome = _put(uow.meal_sites, thing, uow.meal_sites.find(name=thing.name, branch_id=branch_id), audit)
    elif isinstance(thing, Menu):
        outcome = _put(uow.menus, thing, uow.menus.find(site_id=thing.site_id, day=thing.day), audit)
    else:
        found = uow.activities.find(title=thing.title, starts_at=thing.starts_at, branch_id=branch_id)
        outcome = _put(uow.activities, thing, found, audit)
    return Receipt(outcome=outcome, facts={"id": thing.id})


def _put(collection: Any, thing: Any, known: list[Any], audit: Any) -> str:
    if not known:
        collection.add(thing, audit)
        return "brought_in"
    thing.id, thing.version = known[0].id, known[0].version
    if isinstance(thing, Activity):
        thing.status, thing.made_at, thing.made_by = known[0].status, known[0].made_at, known[0].made_by
    collection.save(thing, audit)
    return "kept"
