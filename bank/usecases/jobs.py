"""Jobs as volunteers see them: what is open, take one, give it back, what is ahead."""

from __future__ import annotations

from bank.doing import Doing, Receipt
from bank.eligibility import check_active, priority
from bank.errors import RuleRefused
from bank.members import RoleName
from bank.moments import local_day
from bank.orders import JOB_LIFE, JobStatus, Order, OrderStatus
from bank.overlap import no_overlap
from bank.permissions import check_staff_of, known
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.accounts import same_purse
from bank.usecases.deed import once
from bank.usecases.facts import LIVE, order_facts
from bank.usecases.publishing import offer
from bank.usecases.seats import check_may_take, prospects, seat_of, take_seat
from bank.usecases.steps import keep_order, move_job, move_order
from bank.usecases.telling import tell_order, tell_staff

SOON = 24 * 60  # minutes before the service within which staff hear of a withdrawal


def open_jobs(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """Jobs this volunteer could take, urgent and priority groups first, then by start. Reads only.

    Raises NotAllowed("not_a_member"), RuleRefused("membership_…", "not_a_volunteer").
    """
    me = known(uow, doing.actor_id)
    check_active(me)
    grants = [grant for grant in uow.members.roles(me.id) if grant.role is RoleName.VOLUNTEER]
    if not grants:
        raise RuleRefused("not_a_volunteer")
    area: set[int] = set()
    for grant in grants:
        area.update(uow.branches.below(grant.branch_id))
        area.update(branch.id for branch in uow.branches.path_up(grant.branch_id))
    fit: list[tuple[bool, int, Order]] = []
    for order in uow.orders.published_in(sorted(area), doing.now):
        resident = uow.members.get(order.resident_id)
        if resident.id != me.id and not same_purse(scheme, me, resident) and no_overlap(uow, me.id, order):
            day = local_day(order.starts_at, scheme.tz)
            fit.append((not order.urgent, priority(scheme, resident, day), order))
    fit.sort(key=lambda item: (item[0], item[1], item[2].starts_at, item[2].id))
    jobs = [order_facts(uow, scheme, order, **prospects(uow, scheme, me, order)) for _, _, order in fit]
    return Receipt(outcome="jobs", facts={"orders": jobs})


def preview_accept(uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int) -> Receipt:
    """What taking the job would bring, for the read-back. Reads only; raises as accept."""
    order = uow.orders.get(order_id)
    me = known(uow, doing.actor_id)
    _check_open(scheme, doing, order)
    check_may_take(uow, scheme, me, order, uow.jobs.of_order(order.id))
    return Receipt(outcome="preview", facts=order_facts(uow, scheme, order, **prospects(uow, scheme, me, order)))


def accept(uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int) -> Receipt:
    """Take a job. Outcome: accepted.

    Raises NotAllowed("not_a_member"), WrongState, RuleRefused: "dispatched_by_staff", "starts_in_past" and those of
    `check_may_take`.
    """
    return once(uow, doing, "accept", {"order": order_id}, lambda: _accept(uow, scheme, doing, order_id))


def _accept(uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int) -> Receipt:
    order = uow.orders.get(order_id, lock=True)
    me = uow.members.get(known(uow, doing.actor_id).id, lock=True)  # two jobs at once: one after the other
    _check_open(scheme, doing, order)
    check_may_take(uow, scheme, me, order, uow.jobs.of_order(order.id))
    ahead = prospects(uow, scheme, me, order)
    take_seat(uow, scheme, doing, order, me, assigned_by=None)
    tell_order(uow, scheme, doing, order, {order.resident_id, order.asked_by}, "job_taken", volunteer=me.name)
    return Receipt(outcome="accepted", facts=order_facts(uow, scheme, order, phone=_phone(uow, order), **ahead))


def _phone(uow: UnitOfWork, order: Order) -> str:
    """The resident's telephone, for whoever holds the seat: a wish often says no more than 家里."""
    return uow.members.get(order.resident_id).phone or ""


def _check_open(scheme: Scheme, doing: Doing, order: Order) -> None:
    if not scheme.volunteers_ask:
        raise RuleRefused("dispatched_by_staff", number=order.id)
    if order.status is OrderStatus.PUBLISHED and order.starts_at <= doing.now:
        raise RuleRefused("starts_in_past", starts_at=order.starts_at)


def assign(uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int, volunteer_id: int) -> Receipt:
    """Staff give a job to a volunteer, who is told and may withdraw. Outcome: assigned.

    Also just after the start, when somebody did not come. Raises NotAllowed, WrongState, RuleRefused as accept.
    """
    content = {"order": order_id, "volunteer": volunteer_id}
    return once(uow, doing, "assign", content, lambda: _assign(uow, scheme, doing, order_id, volunteer_id))


def _assign(uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int, volunteer_id: int) -> Receipt:
    order = uow.orders.get(order_id, lock=True)
    check_staff_of(uow, doing.actor_id, order.branch_id)
    volunteer = uow.members.get(volunteer_id, lock=True)
    check_may_take(uow, scheme, volunteer, order, uow.jobs.of_order(order.id))
    ahead = prospects(uow, scheme, volunteer, order)
    take_seat(uow, scheme, doing, order, volunteer, assigned_by=doing.actor_id)
    by, left = uow.members.get(doing.actor_id).name, ahead["minutes_left_today"]
    about = {"by": by, "minutes_left_today": left, "phone": _phone(uow, order)}
    tell_order(uow, scheme, doing, order, [volunteer.id], "job_assigned", **about)
    told = {order.resident_id, order.asked_by}
    tell_order(uow, scheme, doing, order, told, "job_taken", volunteer=volunteer.name)
    return Receipt(outcome="assigned", facts=order_facts(uow, scheme, order, volunteer=volunteer.name, **ahead))


def withdraw(uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int, reason: str = "") -> Receipt:
    """Give a job back; it looks for somebody else at once. Outcome: withdrawn.

    Raises NotAllowed, RuleRefused("no_seat"), WrongState once the service has begun.
    """
    content = {"order": order_id, "reason": reason}
    return once(uow, doing, "withdraw", content, lambda: _withdraw(uow, scheme, doing, order_id, reason))


def _withdraw(uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int, reason: str) -> Receipt:
    order = uow.orders.get(order_id, lock=True)
    job = seat_of(uow, doing, order, doing.actor_id, (*LIVE, JobStatus.FINISHED))
    JOB_LIFE.target(job.id, job.status, "withdraw")
    before = int((order.starts_at - doing.now).total_seconds() // 60)
    job.ended_reason = reason or None
    move_job(uow, doing, job, "withdraw", minutes_before=before)
    if order.status is OrderStatus.ACCEPTED:
        move_order(uow, scheme, doing, order, "withdraw")
    else:
        keep_order(uow, scheme, doing, order, "withdraw")
    name = uow.members.get(job.volunteer_id).name
    tell_order(uow, scheme, doing, order, {order.resident_id, order.asked_by}, "volunteer_withdrew", volunteer=name)
    if before < SOON:
        tell_staff(uow, scheme, doing, order, "volunteer_withdrew_staff", volunteer=name, minutes_before=before)
    offer(uow, scheme, doing, order, "job_offered_again")
    return Receipt(outcome="withdrawn", facts=order_facts(uow, scheme, order, minutes_before=before))


def schedule(uow: UnitOfWork, scheme: Scheme, doing: Doing, can: str | None = None) -> Receipt:
    """The volunteer's own jobs ahead, by start; with `can` those that a verb of the seat's life fits now. Reads only.

    `can`: "start", "finish", "withdraw". Raises NotAllowed("not_a_member").
    """
    me = known(uow, doing.actor_id)
    rows = []
    for job in uow.jobs.of_volunteer(me.id, (*LIVE, JobStatus.FINISHED)):
        if can is None or JOB_LIFE.allows(job.status, can):
            rows.append((uow.orders.get(job.order_id), job.status.value))
    rows.sort(key=lambda row: (row[0].starts_at, row[0].id))
    orders = [order_facts(uow, scheme, order, job_status=status) for order, status in rows]
    return Receipt(outcome="schedule", facts={"orders": orders})
