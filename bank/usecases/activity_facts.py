"""An activity as every receipt and notice about it has it, and who stands where on its list."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bank.activities import Activity, ActivityStatus, SignUp, SignUpStatus
from bank.members import Member
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.facts import iso

ON_THE_LIST = (SignUpStatus.SIGNED, SignUpStatus.WAITING)


def activity_facts(uow: UnitOfWork, scheme: Scheme, activity: Activity) -> dict[str, Any]:
    """activity (id), title, words, starts_at, minutes, place, places, free, waiting, green_points, status, branch.

    `free` is None where as many may come as like.
    """
    taken = signed(uow, activity)
    waiting = len(uow.sign_ups.find(activity_id=activity.id, status=SignUpStatus.WAITING))
    return {
        "activity": activity.id,
        "title": activity.title,
        "words": activity.words,
        "starts_at": iso(activity.starts_at, scheme),
        "minutes": activity.minutes,
        "place": activity.place,
        "places": activity.places,
        "free": None if activity.places is None else max(0, activity.places - taken),
        "signed": taken,
        "waiting": waiting,
        "green_points": activity.green_points,
        "status": activity.status.value,
        "branch": uow.branches.get(activity.branch_id).name,
        "branch_id": activity.branch_id,
    }


def signed(uow: UnitOfWork, activity: Activity) -> int:
    """How many places are taken."""
    held = (SignUpStatus.SIGNED, SignUpStatus.ATTENDED)
    return len(uow.sign_ups.find(activity_id=activity.id, status=held))


def full(uow: UnitOfWork, activity: Activity) -> bool:
    """Whether no place is left."""
    return activity.places is not None and signed(uow, activity) >= activity.places


def on_list(uow: UnitOfWork, activity_id: int, member_id: int) -> SignUp | None:
    """The member's line on the list, whatever became of it."""
    return next(iter(uow.sign_ups.find(activity_id=activity_id, member_id=member_id)), None)


def waiting_line(uow: UnitOfWork, activity_id: int) -> list[SignUp]:
    """Who waits for a place, first come first."""
    waiting = uow.sign_ups.find(activity_id=activity_id, status=SignUpStatus.WAITING)
    return sorted(waiting, key=lambda line: (line.asked_at, line.id))


def place_in_line(uow: UnitOfWork, line: SignUp) -> int | None:
    """The number on the waiting list, from 1; None for who does not wait."""
    if line.status is not SignUpStatus.WAITING:
        return None
    return [other.id for other in waiting_line(uow, line.activity_id)].index(line.id) + 1


def ends_at(activity: Activity) -> datetime:
    """When it is over."""
    return activity.starts_at + timedelta(minutes=activity.minutes)


def at_the_same_time(uow: UnitOfWork, scheme: Scheme, member: Member, activity: Activity) -> list[dict[str, Any]]:
    """What else the member has then: kind (activity, job, order), what (title or service code), starts_at."""
    found: list[dict[str, Any]] = []
    for line in uow.sign_ups.find(member_id=member.id, status=SignUpStatus.SIGNED):
        other = uow.activities.get(line.activity_id)
        if other.id == activity.id or other.status is not ActivityStatus.OPEN:
            continue
        if other.starts_at < ends_at(activity) and activity.starts_at < ends_at(other):
            found.append({"kind": "activity", "what": other.title, "starts_at": iso(other.starts_at, scheme)})
    for job in uow.orders.overlapping(member.id, activity.starts_at, ends_at(activity)):
        found.append({"kind": "job", "what": job.service, "starts_at": iso(job.starts_at, scheme)})
    for order in uow.orders.open_for(member.id):
        if order.starts_at < ends_at(activity) and activity.starts_at < order.starts_at + timedelta(
            minutes=order.minutes
        ):
            found.append({"kind": "order", "what": order.service, "starts_at": iso(order.starts_at, scheme)})
    return found
