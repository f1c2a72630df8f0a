"""Proof of service and safety: a photo for every job, insurance for every volunteer of a day (fuyuan)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from bank.doing import Doing, Receipt
from bank.earning import JobPhoto
from bank.errors import RuleRefused
from bank.orders import JOB_HELD, Job, JobStatus
from bank.permissions import check_is_staff, known
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.deed import once
from bank.usecases.facts import order_facts

PHOTO_HOURS = 48
"""How long after a job its volunteer may still send the photo."""
_WITH_PHOTO = (JobStatus.ACCEPTED, JobStatus.STARTED, JobStatus.FINISHED, JobStatus.SETTLED)


def keep_photo(uow: UnitOfWork, scheme: Scheme, doing: Doing, media: str, order_id: int | None = None) -> Receipt:
    """A volunteer's photo of a job; without `order_id` of the one that is on or just over. Outcome: photo_kept.

    Raises NotAllowed("not_a_member"), RuleRefused: "photos_not_kept" (the scheme keeps none), "no_job_for_photo".
    """
    content = {"media": media, "order": order_id}
    return once(uow, doing, "keep_photo", content, lambda: _keep(uow, scheme, doing, media, order_id))


def _keep(uow: UnitOfWork, scheme: Scheme, doing: Doing, media: str, order_id: int | None) -> Receipt:
    known(uow, doing.actor_id)
    if not scheme.photo_per_job:
        raise RuleRefused("photos_not_kept")
    job = job_for_photo(uow, doing, order_id)
    if job is None:
        raise RuleRefused("no_job_for_photo")
    order = uow.orders.get(job.order_id)
    photo = JobPhoto(job_id=job.id, order_id=order.id, member_id=doing.actor_id, media=media, at=doing.now)
    uow.job_photos.add(photo, doing.audit("keep_photo", job=job.id))
    count = len(uow.job_photos.find(job_id=job.id))
    return Receipt(outcome="photo_kept", facts=order_facts(uow, scheme, order, photos=count))


def job_for_photo(uow: UnitOfWork, doing: Doing, order_id: int | None = None) -> Job | None:
    """The job a photo belongs to: the named one, else the volunteer's that began last and is at most two days old."""
    mine = uow.jobs.of_volunteer(doing.actor_id, _WITH_PHOTO)
    if order_id is not None:
        mine = [job for job in mine if job.order_id == order_id]
    since = doing.now - timedelta(hours=PHOTO_HOURS)
    begun = [
        (start, job)
        for job in mine
        if (start := job.started_at or uow.orders.get(job.order_id).starts_at) <= doing.now and start >= since
    ]
    return max(begun, key=lambda pair: (pair[0], pair[1].id))[1] if begun else None


def lacks_photo(uow: UnitOfWork, scheme: Scheme, job: Job) -> bool:
    """Whether the scheme wants a photo of this job and there is none yet."""
    return scheme.photo_per_job and not uow.job_photos.find(job_id=job.id)


def jobs_without_photo(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """Jobs of the own branches that are done and have no photo. Reads only.

    without_photo: orders, each with its volunteer. Raises NotAllowed("not_staff"), RuleRefused("photos_not_kept").
    """
    mine = check_is_staff(uow, doing.actor_id)
    if not scheme.photo_per_job:
        raise RuleRefused("photos_not_kept")
    rows = []
    for order in uow.orders.find(branch_id=tuple(mine)):
        for job in uow.jobs.of_order(order.id, (JobStatus.FINISHED, JobStatus.SETTLED)):
            if lacks_photo(uow, scheme, job):
                name = uow.members.get(job.volunteer_id).name
                rows.append(order_facts(uow, scheme, order, volunteer=name))
    return Receipt(outcome="without_photo", facts={"orders": rows})


def insurance_roster(uow: UnitOfWork, scheme: Scheme, doing: Doing, day: date) -> Receipt:
    """Who is to be insured on that local day: every volunteer with a job, a row a job. Reads only.

    roster: day, rows (number, volunteer, phone, born, starts_at, minutes, place). Raises NotAllowed("not_staff"),
    RuleRefused("insurance_not_here").
    """
    mine = check_is_staff(uow, doing.actor_id)
    if not scheme.insurance:
        raise RuleRefused("insurance_not_here")
    begins = datetime.combine(day, time(), tzinfo=scheme.tz)
    rows: list[dict[str, Any]] = []
    for order in uow.orders.starting(mine, begins, begins + timedelta(days=1)):
        for job in uow.jobs.of_order(order.id, JOB_HELD):
            volunteer = uow.members.get(job.volunteer_id)
            rows.append(
                {
                    "number": order.id,
                    "volunteer": volunteer.name,
                    "phone": volunteer.phone or "",
                    "born": volunteer.born.isoformat() if volunteer.born else "",
                    "starts_at": order.starts_at.astimezone(scheme.tz).isoformat(),
                    "minutes": order.minutes,
                    "place": order.place,
                }
            )
    return Receipt(outcome="roster", facts={"day": day.isoformat(), "rows": rows})
