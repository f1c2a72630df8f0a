"""What is on, and one's own place: sign up, wait for a place, leave, move up (SCHEMES: "Stations")."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bank.activities import SIGN_UP_LIFE, Activity, ActivityStatus, SignUp, SignUpStatus
from bank.doing import Doing, Receipt
from bank.eligibility import check_active
from bank.errors import RuleRefused
from bank.members import Member
from bank.permissions import check_may_act, staff_branches
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.activity_facts import (
    ON_THE_LIST,
    activity_facts,
    at_the_same_time,
    full,
    on_list,
    place_in_line,
    waiting_line,
)
from bank.usecases.deed import once
from bank.usecases.facts import iso
from bank.usecases.telling import tell

AHEAD = timedelta(days=60)


def list_activities(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, since: datetime | None = None, until: datetime | None = None
) -> Receipt:
    """What begins in [since, until) and has not begun, soonest first; by default the next 60 days. Reads only.

    Of the person's own branch, those above it and below it. Outcome: activities. Raises NotAllowed, "membership_…".
    """
    person = check_may_act(uow, doing)
    check_active(person)
    begin = max(since or doing.now, doing.now)
    end = until or doing.now + AHEAD
    rows = [_mine(uow, scheme, person, one) for one in _reached(uow, person) if begin <= one.starts_at < end]
    return Receipt(outcome="activities", facts={"activities": rows})


def my_activities(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """What the person is on the list of and that is not over, soonest first. Reads only. Outcome: activities."""
    person = check_may_act(uow, doing)
    lines = uow.sign_ups.find(member_id=person.id, status=ON_THE_LIST)
    mine = [uow.activities.get(line.activity_id) for line in lines]
    ahead = [one for one in mine if one.status is ActivityStatus.OPEN and one.starts_at > doing.now]
    rows = [_mine(uow, scheme, person, one) for one in sorted(ahead, key=_by_start)]
    return Receipt(outcome="activities", facts={"activities": rows})


def preview_sign_up(uow: UnitOfWork, scheme: Scheme, doing: Doing, activity_id: int) -> Receipt:
    """What signing up would give, for the read-back. Reads only.

    Outcome: preview (the activity's facts, full, line: who waits already, same_time, person). Raises as sign_up.
    """
    person = check_may_act(uow, doing)
    check_active(person)
    activity = uow.activities.get(activity_id)
    _check_may_sign(uow, doing, activity, person)
    facts = {
        **activity_facts(uow, scheme, activity),
        "full": full(uow, activity),
        "line": len(waiting_line(uow, activity.id)),
        "same_time": at_the_same_time(uow, scheme, person, activity),
        "person": person.name,
    }
    return Receipt(outcome="preview", facts=facts)


def sign_up(uow: UnitOfWork, scheme: Scheme, doing: Doing, activity_id: int, wait: bool = False) -> Receipt:
    """Take a place, or with `wait` a number on the waiting list when none is left.

    Outcomes: signed · waiting (line: the number). Acting for somebody is told to them. Raises NotAllowed ("not_bound"
    …), RuleRefused: "membership_…", "activity_cancelled", "activity_begun", "signed_up_already", "activity_full".
    """
    content = {"activity": activity_id, "wait": wait}
    return once(uow, doing, "sign_up", content, lambda: _sign_up(uow, scheme, doing, activity_id, wait))


def _sign_up(uow: UnitOfWork, scheme: Scheme, doing: Doing, activity_id: int, wait: bool) -> Receipt:
    person = check_may_act(uow, doing)
    check_active(person)
    activity = uow.activities.get(activity_id, lock=True)  # places are counted under this lock
    _check_may_sign(uow, doing, activity, person)
    waits = full(uow, activity)
    if waits and not wait:
        raise RuleRefused("activity_full", title=activity.title, count=len(waiting_line(uow, activity_id)))
    line = _put_on_list(uow, doing, activity, person, waits=waits)
    _tell_acted_for(uow, scheme, doing, activity, person, line.status.value)
    facts = {**activity_facts(uow, scheme, activity), "line": place_in_line(uow, line), "person": person.name}
    return Receipt(outcome="waiting" if waits else "signed", facts=facts)


def _put_on_list(uow: UnitOfWork, doing: Doing, activity: Activity, person: Member, *, waits: bool) -> SignUp:
    status = SignUpStatus.WAITING if waits else SignUpStatus.SIGNED
    audit = doing.audit("sign_up", activity=activity.id, status=status.value)
    line = on_list(uow, activity.id, person.id)
    if line is None:
        made = SignUp(
            activity_id=activity.id,
            member_id=person.id,
            status=status,
            asked_at=doing.now,
            asked_by=doing.actor_id,
        )
        return uow.sign_ups.add(made, audit)
    line.status = SIGN_UP_LIFE.target(line.id, line.status, "wait_again" if waits else "sign_again")
    line.asked_at, line.asked_by, line.ended_at = doing.now, doing.actor_id, None
    return uow.sign_ups.save(line, audit)


def leave_activity(uow: UnitOfWork, scheme: Scheme, doing: Doing, activity_id: int) -> Receipt:
    """Give the place back; the next on the waiting list moves up and is told. Outcome: left (moved_up: how many).

    Raises NotAllowed, RuleRefused: "not_signed_up", "activity_begun".
    """
    content = {"activity": activity_id}
    return once(uow, doing, "leave_activity", content, lambda: _leave(uow, scheme, doing, activity_id))


def _leave(uow: UnitOfWork, scheme: Scheme, doing: Doing, activity_id: int) -> Receipt:
    person = check_may_act(uow, doing)
    activity = uow.activities.get(activity_id, lock=True)
    line = on_list(uow, activity_id, person.id)
    if line is None or line.status not in ON_THE_LIST:
        raise RuleRefused("not_signed_up", title=activity.title)
    if activity.starts_at <= doing.now:
        raise RuleRefused("activity_begun", title=activity.title)
    line.status, line.ended_at = SIGN_UP_LIFE.target(line.id, line.status, "leave"), doing.now
    uow.sign_ups.save(line, doing.audit("leave_activity", activity=activity_id))
    moved = move_up(uow, scheme, doing, activity)
    _tell_acted_for(uow, scheme, doing, activity, person, "left")
    facts = {**activity_facts(uow, scheme, activity), "moved_up": moved, "person": person.name}
    return Receipt(outcome="left", facts=facts)


def move_up(uow: UnitOfWork, scheme: Scheme, doing: Doing, activity: Activity) -> int:
    """Give free places to those who wait, in their order; each is told and may decline. Callers hold the lock."""
    moved = 0
    for line in waiting_line(uow, activity.id):
        if full(uow, activity):
            break
        line.status = SIGN_UP_LIFE.target(line.id, line.status, "move_up")
        uow.sign_ups.save(line, doing.audit("move_up", activity=activity.id))
        tell(
            uow,
            scheme,
            doing,
            line.member_id,
            "activity_moved_up",
            activity=activity.id,
            title=activity.title,
            starts_at=iso(activity.starts_at, scheme),
            place=activity.place,
        )
        moved += 1
    return moved


def _check_may_sign(uow: UnitOfWork, doing: Doing, activity: Activity, person: Member) -> None:
    if activity.status is ActivityStatus.CANCELLED:
        raise RuleRefused("activity_cancelled", title=activity.title)
    if activity.status is ActivityStatus.HELD or activity.starts_at <= doing.now:
        raise RuleRefused("activity_begun", title=activity.title)
    line = on_list(uow, activity.id, person.id)
    if line is not None and line.status in ON_THE_LIST:
        raise RuleRefused("signed_up_already", title=activity.title)


def _tell_acted_for(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, activity: Activity, person: Member, became: str
) -> None:
    """Acting for somebody is always told to them, and one word of theirs undoes it."""
    if not doing.actor_id or doing.actor_id == person.id:
        return
    tell(
        uow,
        scheme,
        doing,
        person.id,
        "activity_acted_for",
        by=uow.members.get(doing.actor_id).name,
        became=became,
        activity=activity.id,
        title=activity.title,
        starts_at=iso(activity.starts_at, scheme),
        place=activity.place,
    )


def _reached(uow: UnitOfWork, person: Member) -> list[Activity]:
    branches = {branch.id for branch in uow.branches.path_up(person.branch_id)}
    branches |= {*uow.branches.below(person.branch_id), *staff_branches(uow, person.id)}
    return sorted(uow.activities.find(branch_id=tuple(branches), status=ActivityStatus.OPEN), key=_by_start)


def _by_start(activity: Activity) -> tuple[datetime, int]:
    return activity.starts_at, activity.id


def _mine(uow: UnitOfWork, scheme: Scheme, person: Member, activity: Activity) -> dict[str, Any]:
    """The facts of an activity, with `mine` (signed, waiting or "") and `line` (the number when waiting)."""
    line = on_list(uow, activity.id, person.id)
    there = line is not None and line.status in ON_THE_LIST
    return {
        **activity_facts(uow, scheme, activity),
        "mine": line.status.value if line is not None and there else "",
        "line": place_in_line(uow, line) if line is not None and there else None,
    }
