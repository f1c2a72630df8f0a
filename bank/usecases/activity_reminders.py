"""The evening before and an hour before, everybody on an activity's list is reminded; never in quiet hours."""

from __future__ import annotations

from datetime import datetime, timedelta

from bank.activities import Activity, ActivityStatus, SignUpStatus
from bank.doing import Doing
from bank.moments import after_quiet_hours, local_day
from bank.notices import Due, DueKind
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.facts import iso
from bank.usecases.telling import tell

KINDS = (DueKind.ACTIVITY_EVE, DueKind.ACTIVITY_HOUR)


def plan_activity_reminders(uow: UnitOfWork, scheme: Scheme, activity: Activity, now: datetime) -> None:
    """Cancel what waited for the activity and put what its new time needs; what is past already is left out."""
    uow.due.cancel(activity.id, KINDS, now)
    if activity.status is not ActivityStatus.OPEN:
        return
    start, ladder, quiet = activity.starts_at, scheme.ladder, scheme.quiet
    eve = datetime.combine(local_day(start, scheme.tz) - timedelta(days=1), ladder.evening_at, tzinfo=scheme.tz)
    for kind, at in zip(KINDS, (eve, start - timedelta(minutes=ladder.hour_before)), strict=True):
        awake = after_quiet_hours(at, scheme.tz, quiet.begin, quiet.end)
        if now < awake < start:
            key = f"{kind.value}:{activity.id}:{awake.isoformat()}:{activity.version}"
            uow.due.put(Due(key=key, kind=kind, subject_id=activity.id, at=awake))


def remind_of_activity(uow: UnitOfWork, scheme: Scheme, doing: Doing, due: Due) -> bool:
    """Tell everybody who has a place; False when it was called off or has begun."""
    activity = uow.activities.get(due.subject_id)
    if activity.status is not ActivityStatus.OPEN or doing.now >= activity.starts_at:
        return False
    coming = uow.sign_ups.find(activity_id=activity.id, status=SignUpStatus.SIGNED)
    starts_at, title, place = iso(activity.starts_at, scheme), activity.title, activity.place
    for line in coming:
        to, ident = line.member_id, activity.id
        if due.kind is DueKind.ACTIVITY_EVE:
            tell(uow, scheme, doing, to, "activity_eve", activity=ident, title=title, starts_at=starts_at, place=place)
        else:
            tell(uow, scheme, doing, to, "activity_hour", activity=ident, title=title, starts_at=starts_at, place=place)
    return bool(coming)
