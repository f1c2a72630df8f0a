"""What falls due: each row looks at the state again and tells, asks or ends. Silence never pays.

The runner hands in rows whose time has come, in a unit of work of their own, and marks them done.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from bank.doing import Doing, Receipt
from bank.moments import local_day
from bank.notices import CaseKind, CaseStatus, Due, DueKind, Urgency
from bank.orders import ORDER_LIFE, Job, JobStatus, Order, OrderStatus
from bank.permissions import approving_branch, staff_at, staff_for
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.activity_reminders import remind_of_activity
from bank.usecases.casework import case_brief, cases_of_order, plan_case_waits, start_case
from bank.usecases.deed import once
from bank.usecases.dividing import plan_settlement, settle_day
from bank.usecases.facts import held, names
from bank.usecases.goods import expire_pickup
from bank.usecases.merchant_months import plan_months, state_months
from bank.usecases.money import close_hold
from bank.usecases.publishing import call_dispatch, offer
from bank.usecases.reminders import plan_order_reminders
from bank.usecases.seats import settle_seats
from bank.usecases.serving import confirm_facts
from bank.usecases.steps import move_order
from bank.usecases.surveys import survey_falls_due
from bank.usecases.telling import ids, tell, tell_order, tell_staff

__all__ = ["handle_due", "plan_calendar", "plan_order_reminders", "plan_sealing"]

AGAIN = timedelta(hours=24)  # what still waits is asked after once a day
DAY_ZERO = date(1970, 1, 1)  # days are numbered from here


def handle_due(uow: UnitOfWork, scheme: Scheme, due: Due, now: datetime) -> Receipt:
    """Do what a row that fell due asks for. Outcomes: done (what), nothing (the state has moved on).

    Safe to repeat: the row's key is the deed's key.
    """
    doing = Doing(now=now, key=f"due:{due.key}", actor_id=0)
    content = {"kind": due.kind.value, "subject": due.subject_id}
    return once(uow, doing, "handle_due", content, lambda: _handle(uow, scheme, doing, due))


def _handle(uow: UnitOfWork, scheme: Scheme, doing: Doing, due: Due) -> Receipt:
    if due.kind in _OTHER_WORK:
        done = _OTHER_WORK[due.kind](uow, scheme, doing, due)
    else:
        order = uow.orders.get(due.subject_id, lock=True)
        states, work = _ORDER_WORK[due.kind]
        done = order.status in states and work(uow, scheme, doing, order)
    return Receipt(outcome="done" if done else "nothing", facts={"what": due.kind.value, "subject": due.subject_id})


# Orders that wait -------------------------------------------------------------------------------------------------


def _approval_waits(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order) -> bool:
    if order.approvals_done >= len(scheme.approval):
        return False
    level = scheme.approval[order.approvals_done]
    branch = approving_branch(uow, order.branch_id, level)
    people = ids(staff_at(uow, branch.id))
    tell_order(uow, scheme, doing, order, people, "approval_still_waiting", level=level.name)
    _again(uow, DueKind.APPROVAL_WAITS, order.id, doing)
    return True


def _again(uow: UnitOfWork, kind: DueKind, subject_id: int, doing: Doing) -> None:
    at = doing.now + AGAIN
    uow.due.put(Due(key=f"{kind.value}:{subject_id}:{at.isoformat()}", kind=kind, subject_id=subject_id, at=at))


def _nobody_accepted(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order) -> bool:
    offer(uow, scheme, doing, order, "job_offered_again")
    if not held(uow, order):
        tell_order(uow, scheme, doing, order, [order.resident_id], "nobody_accepted")
    _again(uow, DueKind.NOBODY_ACCEPTED, order.id, doing)
    return True


def _dispatch_needed(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order) -> bool:
    if cases_of_order(uow, order.id, CaseKind.DISPATCH):
        return False
    call_dispatch(uow, scheme, doing, order, order.words)
    tell_staff(uow, scheme, doing, order, "dispatch_needed")
    return True


def _expire(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order) -> bool:
    if order.status is OrderStatus.PUBLISHED and held(uow, order):
        settle_seats(uow, scheme, doing, order, close=True)
        return True
    if not ORDER_LIFE.allows(order.status, "expire"):
        return False
    close_hold(uow, doing, order, expired=True)
    order.hold_id, order.ended_at = None, doing.now
    move_order(uow, scheme, doing, order, "expire")
    tell_order(uow, scheme, doing, order, {order.resident_id, order.asked_by}, "request_expired")
    tell_staff(uow, scheme, doing, order, "request_expired_staff")
    return True


# The service ahead ------------------------------------------------------------------------------------------------


def _ahead(words: str) -> Callable[[UnitOfWork, Scheme, Doing, Order], bool]:
    def remind(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order) -> bool:
        jobs = _coming(uow, order)
        if not jobs or doing.now >= order.starts_at:
            return False
        who = names(uow, jobs)
        tell_order(uow, scheme, doing, order, [order.resident_id], f"{words}_resident", volunteer=who)
        tell_order(uow, scheme, doing, order, [job.volunteer_id for job in jobs], f"{words}_volunteer")
        return True

    return remind


def _coming(uow: UnitOfWork, order: Order) -> list[Job]:
    return uow.jobs.of_order(order.id, (JobStatus.ACCEPTED,))


def _not_started(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order) -> bool:
    jobs = _coming(uow, order)
    if not jobs:
        return False
    tell_order(uow, scheme, doing, order, [order.resident_id], "not_started_resident", volunteer=names(uow, jobs))
    tell_order(uow, scheme, doing, order, [job.volunteer_id for job in jobs], "not_started_volunteer")
    return True


def _not_started_staff(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order) -> bool:
    jobs = _coming(uow, order)
    if not jobs:
        return False
    tell_staff(uow, scheme, doing, order, "not_started_staff", volunteer=names(uow, jobs))
    return True


def _not_finished(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order) -> bool:
    jobs = uow.jobs.of_order(order.id, (JobStatus.ACCEPTED, JobStatus.STARTED))
    tell_order(uow, scheme, doing, order, [job.volunteer_id for job in jobs], "not_finished_volunteer")
    tell_staff(uow, scheme, doing, order, "not_finished_staff", volunteer=names(uow, jobs))
    _again(uow, DueKind.NOT_FINISHED, order.id, doing)
    return True


# Silence never pays -----------------------------------------------------------------------------------------------


def _not_confirmed_24(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order) -> bool:
    facts = confirm_facts(uow, scheme, order, uow.jobs.of_order(order.id, (JobStatus.FINISHED,)))
    tell_order(uow, scheme, doing, order, [order.resident_id], "please_confirm_again", **facts)
    return True


def _not_confirmed_48(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order) -> bool:
    done = uow.jobs.of_order(order.id, (JobStatus.FINISHED,))
    facts = confirm_facts(uow, scheme, order, done)
    tell_order(uow, scheme, doing, order, [order.resident_id], "please_confirm_again", **facts)
    paid = {job.volunteer_id for job in done}
    kin = [bond.relative_id for bond in uow.kin.of(order.resident_id) if bond.relative_id not in paid]
    claimed, who = facts["claimed"], facts["volunteer"]
    tell_order(uow, scheme, doing, order, kin, "please_confirm_relative", volunteer=who, claimed=claimed)
    return True


def _not_confirmed_72(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order) -> bool:
    if cases_of_order(uow, order.id, CaseKind.CALLBACK):
        return False
    resident = uow.members.get(order.resident_id)
    done = uow.jobs.of_order(order.id, (JobStatus.FINISHED,))
    evidence = {"callback": "confirm", "claimed": sum(job.claimed_minutes or 0 for job in done)}
    start_case(
        uow,
        scheme,
        doing,
        CaseKind.CALLBACK,
        order.branch_id,
        order.words,
        member=resident,
        order_id=order.id,
        evidence=evidence,
    )
    tell_staff(
        uow,
        scheme,
        doing,
        order,
        "confirm_callback",
        volunteer=names(uow, done),
        claimed=evidence["claimed"],
        phone=resident.phone or "",
    )
    return True


def _not_rated(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order) -> bool:
    done = uow.jobs.of_order(order.id, (JobStatus.SETTLED,))
    rated = {rating.job_id for rating in uow.ratings.find(order_id=order.id)}
    left = [job for job in done if job.id not in rated]
    if not left:
        return False
    tell_order(uow, scheme, doing, order, [order.resident_id], "please_rate", volunteer=names(uow, left))
    return True


_Work = Callable[[UnitOfWork, Scheme, Doing, Order], bool]
_S = OrderStatus
_ORDER_WORK: dict[DueKind, tuple[frozenset[OrderStatus], _Work]] = {
    DueKind.APPROVAL_WAITS: (frozenset({_S.SUBMITTED}), _approval_waits),
    DueKind.NOBODY_ACCEPTED: (frozenset({_S.PUBLISHED}), _nobody_accepted),
    DueKind.DISPATCH_NEEDED: (frozenset({_S.PUBLISHED}), _dispatch_needed),
    DueKind.EXPIRE_ORDER: (frozenset({_S.SUBMITTED, _S.APPROVED, _S.PUBLISHED}), _expire),
    DueKind.EVENING_BEFORE: (frozenset({_S.PUBLISHED, _S.ACCEPTED}), _ahead("evening_before")),
    DueKind.HOUR_BEFORE: (frozenset({_S.PUBLISHED, _S.ACCEPTED}), _ahead("hour_before")),
    DueKind.NOT_STARTED: (frozenset({_S.PUBLISHED, _S.ACCEPTED}), _not_started),
    DueKind.NOT_STARTED_STAFF: (frozenset({_S.PUBLISHED, _S.ACCEPTED}), _not_started_staff),
    DueKind.NOT_FINISHED: (frozenset({_S.STARTED}), _not_finished),
    DueKind.NOT_CONFIRMED_24: (frozenset({_S.FINISHED}), _not_confirmed_24),
    DueKind.NOT_CONFIRMED_48: (frozenset({_S.FINISHED}), _not_confirmed_48),
    DueKind.NOT_CONFIRMED_72: (frozenset({_S.FINISHED}), _not_confirmed_72),
    DueKind.NOT_RATED: (frozenset({_S.SETTLED}), _not_rated),
}


# Cases and books --------------------------------------------------------------------------------------------------


def _case_waits(uow: UnitOfWork, scheme: Scheme, doing: Doing, due: Due) -> bool:
    """Nobody took the case: everybody who has rights there is told, on duty or not, and asked again tomorrow.

    An emergency is asked after every few minutes until somebody takes it.
    """
    case = uow.cases.get(due.subject_id, lock=True)
    if case.status is not CaseStatus.OPEN:
        return False
    facts = case_brief(uow, case)
    for person in staff_for(uow, case.branch_id, on_duty_first=False):
        tell(uow, scheme, doing, person.id, "case_waits", urgency=case.urgency, case_id=case.id, **facts)
    urgent = case.urgency is Urgency.EMERGENCY
    plan_case_waits(uow, case, doing, scheme.ladder.emergency_waits if urgent else 24 * 60)
    return True


def plan_calendar(uow: UnitOfWork, scheme: Scheme, now: datetime) -> None:
    """Put the rows that the calendar brings: today's sealing, the next settlement day, the merchants' month."""
    plan_sealing(uow, scheme, now)
    plan_settlement(uow, scheme, now)
    plan_months(uow, scheme, now)


def plan_sealing(uow: UnitOfWork, scheme: Scheme, now: datetime) -> None:
    """Put the row that seals today's books an hour after midnight."""
    day = local_day(now, scheme.tz)
    at = datetime.combine(day + timedelta(days=1), scheme.ladder.seal_at, tzinfo=scheme.tz)
    number = (day - DAY_ZERO).days
    key = f"{DueKind.SEAL_DAY.value}:{number}:{day.isoformat()}"
    uow.due.put(Due(key=key, kind=DueKind.SEAL_DAY, subject_id=number, at=at))


def _seal(uow: UnitOfWork, scheme: Scheme, doing: Doing, due: Due) -> bool:
    sealed = uow.ledger.seal(DAY_ZERO + timedelta(days=due.subject_id), doing.now)
    plan_sealing(uow, scheme, doing.now)
    return sealed


_OtherWork = Callable[[UnitOfWork, Scheme, Doing, Due], bool]
_OTHER_WORK: dict[DueKind, _OtherWork] = {
    DueKind.CASE_WAITS: _case_waits,
    DueKind.SEAL_DAY: _seal,
    DueKind.ACTIVITY_EVE: remind_of_activity,
    DueKind.ACTIVITY_HOUR: remind_of_activity,
    DueKind.SURVEY_CLOSES: survey_falls_due,
    DueKind.PICKUP_EXPIRES: expire_pickup,
    DueKind.SETTLEMENT_DAY: settle_day,
    DueKind.MERCHANT_MONTH: state_months,
}
"""What falls due for anything but an order."""
