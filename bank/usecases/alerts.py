"""The watch (SCHEMES: "Alerts"): what looks odd opens a case with its evidence; only a settlement may wait for one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bank.coins import TransactionKind
from bank.doing import Doing
from bank.members import Member
from bank.notices import Case, CaseKind
from bank.orders import Job, JobStatus, Order
from bank.ports import UnitOfWork
from bank.scheme import AlertName, Scheme
from bank.usecases.accounts import coins_of
from bank.usecases.casework import OPEN, page_staff, start_case
from bank.usecases.money import served_from


@dataclass(frozen=True, slots=True)
class Alert:
    """Something odd: its `name`, the two people, and the figures that show it."""

    name: AlertName
    volunteer_id: int
    resident_id: int
    evidence: dict[str, Any] = field(default_factory=dict)


def watch_settlement(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order, jobs: list[Job], agree_extra: bool
) -> Case | None:
    """Look at a settlement that is about to happen; open a case for each new alert.

    Answers the case that the settlement must wait for, if there is one: its evidence keeps what was agreed.
    """
    waits: Case | None = None
    for job in jobs:
        for alert in alerts_of(uow, scheme, doing, order, job):
            holds = alert.name in scheme.alerts.hold_settlement
            if holds or not _known(uow, alert):
                case = _open(uow, scheme, doing, order, alert, holds, agree_extra)
                waits = case if holds else waits
    return waits


def alerts_of(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order, job: Job) -> list[Alert]:
    """Every alert that this seat's service raises now."""
    found: list[Alert] = []
    limits = scheme.alerts
    begin, minutes = served_from(order, job), job.claimed_minutes or order.minutes

    def add(name: AlertName, **evidence: Any) -> None:
        found.append(Alert(name, job.volunteer_id, order.resident_id, evidence))

    if at_night(begin, minutes, scheme):
        add(AlertName.NIGHT, begin=begin.isoformat(), minutes=minutes)
    if job.finished_at is not None and job.finish_device is not None and job.finish_device == doing.device:
        seconds = int((doing.now - job.finished_at).total_seconds())
        if seconds <= limits.quick_confirm_seconds:
            add(AlertName.QUICK_CONFIRM, seconds=seconds)
    back = _served(uow, order.resident_id, job.volunteer_id, doing.now, limits.both_ways_days)
    if back:
        there = _served(uow, job.volunteer_id, order.resident_id, doing.now, limits.both_ways_days) + 1
        if back + there >= limits.both_ways_services:
            add(AlertName.BOTH_WAYS, there=there, back=back, days=limits.both_ways_days)
    done = len(uow.jobs.of_volunteer(job.volunteer_id, (JobStatus.SETTLED,)))
    rounds = limits.never_rated_services
    if done >= rounds and done % rounds == 0 and not uow.ratings.find(volunteer_id=job.volunteer_id):
        add(AlertName.NEVER_RATED, services=done)
    return found


def at_night(begin: datetime, minutes: int, scheme: Scheme) -> bool:
    """Whether any minute of the service lies between `night_begin` and `night_end` (22:00–06:00)."""
    local = begin.astimezone(scheme.tz)
    end = local + timedelta(minutes=max(minutes, 1))
    for shift in (-1, 0, 1):
        day = local.date() + timedelta(days=shift)
        dark = datetime.combine(day, scheme.alerts.night_begin, tzinfo=scheme.tz)
        over = scheme.alerts.night_end <= scheme.alerts.night_begin
        light = datetime.combine(day + timedelta(days=over), scheme.alerts.night_end, tzinfo=scheme.tz)
        if local < light and dark < end:
            return True
    return False


def _served(uow: UnitOfWork, volunteer_id: int, resident_id: int, now: datetime, days: int) -> int:
    since = now - timedelta(days=days)
    recent = [
        job
        for job in uow.jobs.of_volunteer(volunteer_id, (JobStatus.SETTLED,))
        if job.settled_at is not None and job.settled_at >= since
    ]
    return sum(uow.orders.get(job.order_id).resident_id == resident_id for job in recent)


def _known(uow: UnitOfWork, alert: Alert) -> bool:
    return any(
        case.evidence.get("alert") == alert.name.value and case.evidence.get("volunteer") == alert.volunteer_id
        for case in uow.cases.find(kind=CaseKind.ALERT, status=OPEN, member_id=alert.resident_id)
    )


def _open(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order, alert: Alert, holds: bool, agree_extra: bool
) -> Case:
    volunteer, resident = uow.members.get(alert.volunteer_id), uow.members.get(alert.resident_id)
    evidence = {
        "alert": alert.name.value,
        "volunteer": volunteer.id,
        "resident": resident.id,
        "order": order.id,
        **alert.evidence,
    }
    if holds:
        evidence |= {"waits": "settlement", "confirmed_by": doing.actor_id, "agree_extra": agree_extra}
    case = start_case(
        uow,
        scheme,
        doing,
        CaseKind.ALERT,
        order.branch_id,
        f"{volunteer.name} → {resident.name}",
        member=resident,
        order_id=order.id,
        evidence=evidence,
    )
    page_staff(uow, scheme, doing, case)
    return case


def watch_gift(uow: UnitOfWork, scheme: Scheme, doing: Doing, giver: Member, receiver: Member) -> Case | None:
    """Open a case when one giver gives, or one receiver is given to, `alerts.gifts` times in `gifts_days`.

    Freezes nothing. Answers the new case; None when all is usual or an open case says so already.
    """
    limits = scheme.alerts
    given = gifts_of_late(uow, scheme, doing, giver, out=True)
    received = gifts_of_late(uow, scheme, doing, receiver, out=False)
    odd = {}
    if given >= limits.gifts:
        odd["giver"] = giver.id
    if received >= limits.gifts:
        odd["receiver"] = receiver.id
    known = [
        case.evidence
        for case in uow.cases.find(kind=CaseKind.ALERT, status=OPEN)
        if case.evidence.get("alert") == AlertName.GIFTS.value
    ]
    if not any(all(one.get(role) != ident for one in known) for role, ident in odd.items()):
        return None
    evidence = {
        "alert": AlertName.GIFTS.value,
        "giver": giver.id,
        "receiver": receiver.id,
        "given": given,
        "received": received,
        "days": limits.gifts_days,
    }
    words = f"{giver.name} → {receiver.name}"
    case = start_case(uow, scheme, doing, CaseKind.ALERT, giver.branch_id, words, member=giver, evidence=evidence)
    page_staff(uow, scheme, doing, case)
    return case


def gifts_of_late(uow: UnitOfWork, scheme: Scheme, doing: Doing, member: Member, *, out: bool) -> int:
    """How many gifts left (or reached) the member's account in the last `gifts_days` and were not taken back."""
    since = doing.now - timedelta(days=scheme.alerts.gifts_days)
    account = coins_of(uow, scheme, member)
    lines = uow.ledger.statement(account.id, since, doing.now + timedelta(seconds=1))
    undone = {line.transaction.reverses_id for line in lines}
    gifts = [line for line in lines if line.transaction.kind is TransactionKind.GIFT]
    return sum((line.minutes < 0) == out and line.transaction.id not in undone for line in gifts)


def waiting_case(uow: UnitOfWork, order: Order) -> Case | None:
    """The open alert that the order's settlement waits for."""
    cases = uow.cases.find(kind=CaseKind.ALERT, order_id=order.id, status=OPEN)
    return next((case for case in cases if case.evidence.get("waits") == "settlement"), None)
