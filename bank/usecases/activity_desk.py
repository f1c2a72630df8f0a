"""Activities as staff run them: open, change, call off, announce, take attendance, end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bank.activities import ACTIVITY_LIFE, SIGN_UP_LIFE, Activity, ActivityStatus, SignUp, SignUpStatus
from bank.doing import Doing, Receipt
from bank.eligibility import check_active
from bank.errors import RuleRefused
from bank.notices import Urgency
from bank.permissions import check_is_staff, check_staff_of
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.activities import move_up
from bank.usecases.activity_facts import ON_THE_LIST, activity_facts, on_list, place_in_line
from bank.usecases.activity_reminders import plan_activity_reminders
from bank.usecases.deed import once
from bank.usecases.facts import iso
from bank.usecases.green_points import MOST_AT_ONCE, give_green
from bank.usecases.notices import audience
from bank.usecases.telling import tell

LONGEST = 24 * 60
MOST_PLACES = 5000
KEPT_IN_SIGHT = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityPlan:
    """What staff say of an activity. `minutes` how long, `places` None for as many as come."""

    title: str
    starts_at: datetime
    minutes: int
    place: str
    words: str = ""
    places: int | None = None
    green_points: int = 0
    station_id: int | None = None


def open_activity(uow: UnitOfWork, scheme: Scheme, doing: Doing, branch_id: int, plan: ActivityPlan) -> Receipt:
    """Put an activity on the list; sign-up is open from now on. Outcome: opened.

    Raises NotAllowed ("not_staff", "not_staff_here"), RuleRefused: "words_missing", "starts_in_past",
    "minutes_wrong", "places_wrong", "points_wrong", "green_not_here".
    """
    content = {"branch": branch_id, **_content(plan, scheme)}
    return once(uow, doing, "open_activity", content, lambda: _open(uow, scheme, doing, branch_id, plan))


def _open(uow: UnitOfWork, scheme: Scheme, doing: Doing, branch_id: int, plan: ActivityPlan) -> Receipt:
    check_staff_of(uow, doing.actor_id, branch_id)
    _check_plan(scheme, doing, plan)
    made = Activity(
        branch_id=branch_id,
        station_id=plan.station_id,
        title=plan.title.strip(),
        words=plan.words.strip(),
        starts_at=plan.starts_at,
        minutes=plan.minutes,
        place=plan.place.strip(),
        places=plan.places,
        green_points=plan.green_points,
        made_by=doing.actor_id,
        made_at=doing.now,
    )
    activity = uow.activities.add(made, doing.audit("open_activity", title=made.title))
    plan_activity_reminders(uow, scheme, activity, doing.now)
    return Receipt(outcome="opened", facts=activity_facts(uow, scheme, activity))


def change_activity(uow: UnitOfWork, scheme: Scheme, doing: Doing, activity_id: int, plan: ActivityPlan) -> Receipt:
    """Another time, place or number of places; everybody on the list is told of a new time or place.

    Outcome: changed_activity (told, moved_up). Raises as open_activity, "activity_cancelled", "activity_begun",
    "places_taken" (fewer places than people who have one).
    """
    content = {"activity": activity_id, **_content(plan, scheme)}
    return once(uow, doing, "change_activity", content, lambda: _change(uow, scheme, doing, activity_id, plan))


def _change(uow: UnitOfWork, scheme: Scheme, doing: Doing, activity_id: int, plan: ActivityPlan) -> Receipt:
    activity = _staffs_open(uow, doing, activity_id)
    if activity.starts_at <= doing.now:
        raise RuleRefused("activity_begun", title=activity.title)
    _check_plan(scheme, doing, plan)
    taken = len(uow.sign_ups.find(activity_id=activity_id, status=SignUpStatus.SIGNED))
    if plan.places is not None and plan.places < taken:
        raise RuleRefused("places_taken", count=taken)
    moved = (activity.starts_at, activity.place) != (plan.starts_at, plan.place.strip())
    activity.title, activity.words, activity.place = plan.title.strip(), plan.words.strip(), plan.place.strip()
    activity.starts_at, activity.minutes, activity.places = plan.starts_at, plan.minutes, plan.places
    activity.green_points = plan.green_points
    uow.activities.save(activity, doing.audit("change_activity", title=activity.title))
    plan_activity_reminders(uow, scheme, activity, doing.now)
    told = 0
    for line in _on_list(uow, activity_id) if moved else ():
        told += tell(
            uow,
            scheme,
            doing,
            line.member_id,
            "activity_changed",
            activity=activity_id,
            title=activity.title,
            starts_at=iso(activity.starts_at, scheme),
            place=activity.place,
        )
    up = move_up(uow, scheme, doing, activity)
    facts = {**activity_facts(uow, scheme, activity), "told": told, "moved_up": up}
    return Receipt(outcome="changed_activity", facts=facts)


def cancel_activity(uow: UnitOfWork, scheme: Scheme, doing: Doing, activity_id: int, reason: str) -> Receipt:
    """Call an activity off; everybody on its list is told why. Outcome: activity_off (told).

    Raises NotAllowed, WrongState, RuleRefused("reason_missing").
    """
    content = {"activity": activity_id, "reason": reason}
    return once(uow, doing, "cancel_activity", content, lambda: _cancel(uow, scheme, doing, activity_id, reason))


def _cancel(uow: UnitOfWork, scheme: Scheme, doing: Doing, activity_id: int, reason: str) -> Receipt:
    activity = uow.activities.get(activity_id, lock=True)
    check_staff_of(uow, doing.actor_id, activity.branch_id)
    if not reason.strip():
        raise RuleRefused("reason_missing")
    activity.status = ACTIVITY_LIFE.target(activity_id, activity.status, "cancel")
    uow.activities.save(activity, doing.audit("cancel_activity", reason=reason))
    plan_activity_reminders(uow, scheme, activity, doing.now)
    told = 0
    for line in _on_list(uow, activity_id):
        starts_at = iso(activity.starts_at, scheme)
        told += tell(
            uow,
            scheme,
            doing,
            line.member_id,
            "activity_off",
            title=activity.title,
            starts_at=starts_at,
            reason=reason,
        )
    return Receipt(outcome="activity_off", facts={**activity_facts(uow, scheme, activity), "told": told})


def announce_activity(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, activity_id: int, role: str | None = None
) -> Receipt:
    """Tell the branch of an activity, with a button to sign up; nobody who wants no messages or is on the list.

    Outcome: announced (heads, opted_out). Raises NotAllowed, RuleRefused: "activity_cancelled", "activity_begun",
    "role_unknown", "nobody_to_tell".
    """
    content = {"activity": activity_id, "role": role}
    return once(uow, doing, "announce_activity", content, lambda: _announce(uow, scheme, doing, activity_id, role))


def _announce(uow: UnitOfWork, scheme: Scheme, doing: Doing, activity_id: int, role: str | None) -> Receipt:
    activity = _staffs_open(uow, doing, activity_id)
    if activity.starts_at <= doing.now:
        raise RuleRefused("activity_begun", title=activity.title)
    there = {line.member_id for line in _on_list(uow, activity_id)}
    people = [person for person in audience(uow, activity.branch_id, role) if person.id not in there]
    willing = [person for person in people if person.broadcasts_stopped_at is None]
    if not willing:
        raise RuleRefused("nobody_to_tell")
    facts = activity_facts(uow, scheme, activity)
    for person in willing:
        tell(
            uow,
            scheme,
            doing,
            person.id,
            "activity_announced",
            urgency=Urgency.BULK,
            activity=activity_id,
            branch=facts["branch"],
            title=activity.title,
            said=activity.words,
            starts_at=facts["starts_at"],
            place=activity.place,
            free=facts["free"],
        )
    return Receipt(outcome="announced", facts={**facts, "heads": len(willing), "opted_out": len(people) - len(willing)})


def attend(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, activity_id: int, member_id: int, came: bool = True
) -> Receipt:
    """Staff note who came; also somebody who was not on the list. Green points go out where the activity gives them.

    Outcomes: attended (points) · absent. Raises NotAllowed, WrongState when it was noted before, RuleRefused:
    "activity_cancelled", "activity_not_begun", "not_signed_up" (absent, and was never on the list).
    """
    content = {"activity": activity_id, "member": member_id, "came": came}
    return once(uow, doing, "attend", content, lambda: _attend(uow, scheme, doing, activity_id, member_id, came))


def _attend(uow: UnitOfWork, scheme: Scheme, doing: Doing, activity_id: int, member_id: int, came: bool) -> Receipt:
    activity = uow.activities.get(activity_id, lock=True)
    check_staff_of(uow, doing.actor_id, activity.branch_id)
    if activity.status is ActivityStatus.CANCELLED:
        raise RuleRefused("activity_cancelled", title=activity.title)
    if doing.now < activity.starts_at - timedelta(minutes=scheme.early_start):
        raise RuleRefused("activity_not_begun", title=activity.title)
    member = uow.members.get(member_id)
    line = on_list(uow, activity_id, member_id)
    if line is None and not came:
        raise RuleRefused("not_signed_up", title=activity.title)
    line = line or _walked_in(uow, doing, activity, member_id)
    if line.status is SignUpStatus.WAITING:
        line.status = SIGN_UP_LIFE.target(line.id, line.status, "move_up")
    elif line.status is SignUpStatus.LEFT:
        line.status = SIGN_UP_LIFE.target(line.id, line.status, "sign_again")
    line.status = SIGN_UP_LIFE.target(line.id, line.status, "attend" if came else "absent")
    line.ended_at = doing.now
    uow.sign_ups.save(line, doing.audit("attend", activity=activity_id, came=came))
    points = activity.green_points if came else 0
    if points:
        given = give_green(uow, scheme, doing.step("green"), member_id, points, activity.title).facts
        balance = given["balance"]
        tell(uow, scheme, doing, member_id, "green_given", points=points, balance=balance, reason=activity.title)
    facts = {**activity_facts(uow, scheme, activity), "person": member.name, "points": points}
    return Receipt(outcome="attended" if came else "absent", facts=facts)


def _walked_in(uow: UnitOfWork, doing: Doing, activity: Activity, member_id: int) -> SignUp:
    check_active(uow.members.get(member_id))
    line = SignUp(
        activity_id=activity.id,
        member_id=member_id,
        status=SignUpStatus.SIGNED,
        asked_at=doing.now,
        asked_by=doing.actor_id,
    )
    return uow.sign_ups.add(line, doing.audit("walked_in", activity=activity.id))


def end_activity(uow: UnitOfWork, scheme: Scheme, doing: Doing, activity_id: int) -> Receipt:
    """It has been held: who was not noted did not come. Outcome: held_activity (came, absent).

    Raises NotAllowed, WrongState, RuleRefused("activity_not_begun").
    """
    return once(uow, doing, "end_activity", {"activity": activity_id}, lambda: _end(uow, scheme, doing, activity_id))


def _end(uow: UnitOfWork, scheme: Scheme, doing: Doing, activity_id: int) -> Receipt:
    activity = uow.activities.get(activity_id, lock=True)
    check_staff_of(uow, doing.actor_id, activity.branch_id)
    if doing.now < activity.starts_at:
        raise RuleRefused("activity_not_begun", title=activity.title)
    activity.status = ACTIVITY_LIFE.target(activity_id, activity.status, "hold")
    uow.activities.save(activity, doing.audit("end_activity"))
    for line in uow.sign_ups.find(activity_id=activity_id, status=SignUpStatus.SIGNED):
        line.status, line.ended_at = SIGN_UP_LIFE.target(line.id, line.status, "absent"), doing.now
        uow.sign_ups.save(line, doing.audit("attend", activity=activity_id, came=False))
    came = len(uow.sign_ups.find(activity_id=activity_id, status=SignUpStatus.ATTENDED))
    absent = len(uow.sign_ups.find(activity_id=activity_id, status=SignUpStatus.ABSENT))
    facts = {**activity_facts(uow, scheme, activity), "came": came, "absent": absent}
    return Receipt(outcome="held_activity", facts=facts)


def attendance(uow: UnitOfWork, scheme: Scheme, doing: Doing, activity_id: int) -> Receipt:
    """The list of an activity for staff. Reads only. Outcome: attendance (people: member_id, name, status …).

    Raises NotAllowed.
    """
    activity = uow.activities.get(activity_id)
    check_staff_of(uow, doing.actor_id, activity.branch_id)
    lines = [line for line in uow.sign_ups.find(activity_id=activity_id) if line.status is not SignUpStatus.LEFT]
    people = [_person(uow, line) for line in sorted(lines, key=lambda line: (line.asked_at, line.id))]
    return Receipt(outcome="attendance", facts={**activity_facts(uow, scheme, activity), "people": people})


def staff_activities(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """What staff look after: what is ahead, and what lies back up to 14 days. Reads only. Outcome: activities.

    Raises NotAllowed("not_staff").
    """
    mine = tuple(check_is_staff(uow, doing.actor_id))
    found = [one for one in uow.activities.find(branch_id=mine) if one.starts_at > doing.now - KEPT_IN_SIGHT]
    rows = [activity_facts(uow, scheme, one) for one in sorted(found, key=lambda one: (one.starts_at, one.id))]
    return Receipt(outcome="activities", facts={"activities": rows})


def _person(uow: UnitOfWork, line: SignUp) -> dict[str, Any]:
    member = uow.members.get(line.member_id)
    number = place_in_line(uow, line)
    return {
        "member_id": member.id,
        "name": member.name,
        "phone": member.phone or "",
        "status": line.status.value,
        "line": number,
    }


def _on_list(uow: UnitOfWork, activity_id: int) -> list[SignUp]:
    return uow.sign_ups.find(activity_id=activity_id, status=ON_THE_LIST)


def _staffs_open(uow: UnitOfWork, doing: Doing, activity_id: int) -> Activity:
    activity = uow.activities.get(activity_id, lock=True)
    check_staff_of(uow, doing.actor_id, activity.branch_id)
    if activity.status is not ActivityStatus.OPEN:
        raise RuleRefused("activity_cancelled", title=activity.title)
    return activity


def _check_plan(scheme: Scheme, doing: Doing, plan: ActivityPlan) -> None:
    if not plan.title.strip() or not plan.place.strip():
        raise RuleRefused("words_missing")
    if plan.starts_at <= doing.now:
        raise RuleRefused("starts_in_past", starts_at=plan.starts_at)
    if not 0 < plan.minutes <= LONGEST:
        raise RuleRefused("minutes_wrong", most=LONGEST)
    if plan.places is not None and not 0 < plan.places <= MOST_PLACES:
        raise RuleRefused("places_wrong", most=MOST_PLACES)
    if plan.green_points and scheme.green is None:
        raise RuleRefused("green_not_here")
    if not 0 <= plan.green_points <= MOST_AT_ONCE:
        raise RuleRefused("points_wrong", most=MOST_AT_ONCE)


def _content(plan: ActivityPlan, scheme: Scheme) -> dict[str, Any]:
    return {
        "title": plan.title,
        "words": plan.words,
        "starts_at": iso(plan.starts_at, scheme),
        "minutes": plan.minutes,
        "place": plan.place,
        "places": plan.places,
        "green": plan.green_points,
    }
