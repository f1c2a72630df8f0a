"""A sub-branch reports finished services, the head confirms them, and only then are coins minted (taierzhuang).

The head's yes is `settling.confirm`; here is what comes before it: somebody says it was done, the sub-branch reports,
the head looks at what waits, or sends a report back.
"""

from __future__ import annotations

from typing import Any

from bank.doing import Doing, Receipt
from bank.earning import REPORT_LIFE, ReportStatus, ServiceReport
from bank.errors import RuleRefused, WrongState
from bank.orders import JobStatus, Order, OrderStatus
from bank.permissions import check_is_staff, check_not_paid, check_owns_order, check_staff_of, staff_at
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.deed import once
from bank.usecases.facts import names, order_facts
from bank.usecases.report_rows import at_head, move_report, report_of
from bank.usecases.settling import claimed_by
from bank.usecases.telling import ids, tell_order, tell_staff


def say_done(uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int, words: str = "") -> Receipt:
    """The receiver or kin say that the service was done: the sub-branch is asked to report it. Outcome: passed_on.

    Raises NotAllowed ("not_your_order", "own_work"), RuleRefused: "reports_not_needed", "nothing_finished".
    """
    content = {"order": order_id, "words": words}
    return once(uow, doing, "say_done", content, lambda: _say(uow, scheme, doing, order_id, words))


def _say(uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int, words: str) -> Receipt:
    order = uow.orders.get(order_id, lock=True)
    check_owns_order(uow, doing, order)
    check_not_paid(uow, scheme, doing.actor_id, order, uow.jobs.of_order(order.id))
    _check_finished(scheme, order)
    done = uow.jobs.of_order(order.id, (JobStatus.FINISHED,))
    volunteer, claimed = names(uow, done), claimed_by(done)
    tell_staff(uow, scheme, doing, order, "please_report", volunteer=volunteer, claimed=claimed)
    return Receipt(outcome="passed_on", facts=order_facts(uow, scheme, order, volunteer=volunteer, claimed=claimed))


def _check_finished(scheme: Scheme, order: Order) -> None:
    if not scheme.report_confirmed_by_head:
        raise RuleRefused("reports_not_needed")
    if order.status is not OrderStatus.FINISHED:
        raise RuleRefused("nothing_finished", number=order.id)


def report_service(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int, minutes: int | None = None, words: str = ""
) -> Receipt:
    """The sub-branch's staff report a finished service, `minutes` of each volunteer (None: as they said).

    Outcome: reported. Raises NotAllowed ("not_staff", "not_staff_here", "own_work"), RuleRefused:
    "reports_not_needed", "nothing_finished", "minutes_wrong", WrongState when it was reported already.
    """
    content = {"order": order_id, "minutes": minutes, "words": words}
    return once(uow, doing, "report_service", content, lambda: _report(uow, scheme, doing, order_id, minutes, words))


def _report(uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int, minutes: int | None, words: str) -> Receipt:
    order = uow.orders.get(order_id, lock=True)
    check_staff_of(uow, doing.actor_id, order.branch_id)
    check_not_paid(uow, scheme, doing.actor_id, order, uow.jobs.of_order(order.id))
    _check_finished(scheme, order)
    if minutes is not None and not 0 < minutes <= scheme.longest_service:
        raise RuleRefused("minutes_wrong", most=scheme.longest_service)
    done = uow.jobs.of_order(order.id, (JobStatus.FINISHED,))
    if minutes is not None:
        for job in done:
            job.claimed_minutes = minutes
            uow.jobs.save(job, doing.audit("report_service", job=job.id, minutes=minutes))
    claimed = claimed_by(done)
    _keep(uow, doing, order, claimed, words)
    head = uow.branches.path_up(order.branch_id)[-1]
    tell_order(
        uow,
        scheme,
        doing,
        order,
        ids(staff_at(uow, head.id)),
        "report_waiting",
        volunteer=names(uow, done),
        claimed=claimed,
    )
    return Receipt(
        outcome="reported", facts=order_facts(uow, scheme, order, volunteer=names(uow, done), claimed=claimed)
    )


def _keep(uow: UnitOfWork, doing: Doing, order: Order, minutes: int, words: str) -> None:
    report = report_of(uow, order)
    if report is None:
        report = ServiceReport(
            order_id=order.id,
            branch_id=order.branch_id,
            minutes=minutes,
            words=words,
            reported_by=doing.actor_id,
            reported_at=doing.now,
        )
        uow.service_reports.add(report, doing.audit("report_service", order=order.id, minutes=minutes))
        return
    report.status = REPORT_LIFE.target(order.id, report.status, "report_again")
    report.minutes, report.words, report.reason = minutes, words, None
    report.reported_by, report.reported_at = doing.actor_id, doing.now
    uow.service_reports.save(report, doing.audit("report_again", order=order.id, minutes=minutes))


def return_report(uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int, reason: str) -> Receipt:
    """The head sends a report back with a reason; the sub-branch may report again. Outcome: returned.

    Raises NotAllowed("not_staff"), RuleRefused: "report_confirmed_by_head", "reason_missing", "report_missing",
    WrongState.
    """
    content = {"order": order_id, "reason": reason}
    return once(uow, doing, "return_report", content, lambda: _return(uow, scheme, doing, order_id, reason))


def _return(uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int, reason: str) -> Receipt:
    order = uow.orders.get(order_id, lock=True)
    check_is_staff(uow, doing.actor_id)
    if not at_head(uow, doing.actor_id, order):
        raise RuleRefused("report_confirmed_by_head", number=order.id)
    if not reason.strip():
        raise RuleRefused("reason_missing")
    report = report_of(uow, order)
    if report is None:
        raise RuleRefused("report_missing", number=order.id)
    if order.status is not OrderStatus.FINISHED:
        raise WrongState("order", order.id, order.status.value, "return_report")
    move_report(uow, doing, order, "return", reason)
    tell_order(uow, scheme, doing, order, [report.reported_by], "report_returned", reason=reason)
    return Receipt(outcome="returned", facts=order_facts(uow, scheme, order))


def reports_waiting(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """What waits around reports for this staff member. Reads only. waiting: to_confirm, to_report (lists of orders).

    `to_confirm`: reported services, at the head; `to_report`: finished ones of the own branches without a report.
    Each with volunteer, claimed; `to_confirm` with reported_by. Raises NotAllowed("not_staff").
    """
    mine = check_is_staff(uow, doing.actor_id)
    if not scheme.report_confirmed_by_head:
        return Receipt(outcome="waiting", facts={"to_confirm": [], "to_report": []})
    to_confirm, to_report = [], []
    for order in uow.orders.find(status=OrderStatus.FINISHED, branch_id=tuple(mine)):
        report = report_of(uow, order)
        reported = report is not None and report.status is ReportStatus.REPORTED
        if reported and report is not None and at_head(uow, doing.actor_id, order):
            by = uow.members.get(report.reported_by).name
            to_confirm.append(_facts(uow, scheme, order, reported_by=by, remark=report.words))
        elif not reported:
            to_report.append(_facts(uow, scheme, order))
    return Receipt(outcome="waiting", facts={"to_confirm": to_confirm, "to_report": to_report})


def _facts(uow: UnitOfWork, scheme: Scheme, order: Order, **more: Any) -> dict[str, Any]:
    done = uow.jobs.of_order(order.id, (JobStatus.FINISHED,))
    return order_facts(uow, scheme, order, volunteer=names(uow, done), claimed=claimed_by(done), **more)
