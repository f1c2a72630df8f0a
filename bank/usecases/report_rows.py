"""The sub-branch's report behind an order, where the head mints on it (taierzhuang: 经支行上传平台后自动累积)."""

from __future__ import annotations

from bank.doing import Doing
from bank.earning import REPORT_LIFE, ReportStatus, ServiceReport
from bank.errors import RuleRefused
from bank.orders import Order
from bank.permissions import staff_of
from bank.ports import UnitOfWork
from bank.scheme import Scheme


def report_of(uow: UnitOfWork, order: Order) -> ServiceReport | None:
    """The order's report, in whatever state."""
    found = uow.service_reports.find(order_id=order.id)
    return found[0] if found else None


def at_head(uow: UnitOfWork, member_id: int, order: Order) -> bool:
    """Whether the person has staff rights at the head above the order's branch."""
    return staff_of(uow, member_id, uow.branches.path_up(order.branch_id)[-1].id)


def check_report(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order) -> None:
    """Where the head confirms reports, only the head settles, and only on a report of somebody else.

    Raises RuleRefused: "report_confirmed_by_head", "report_missing", "own_report".
    """
    if not scheme.report_confirmed_by_head:
        return
    if not at_head(uow, doing.actor_id, order):
        raise RuleRefused("report_confirmed_by_head", number=order.id)
    report = report_of(uow, order)
    if report is None or report.status is not ReportStatus.REPORTED:
        raise RuleRefused("report_missing", number=order.id)
    if report.reported_by == doing.actor_id:
        raise RuleRefused("own_report", number=order.id)


def move_report(uow: UnitOfWork, doing: Doing, order: Order, verb: str, reason: str | None = None) -> None:
    """Take the order's report one step, if there is one. Raises WrongState."""
    report = report_of(uow, order)
    if report is None:
        return
    report.status = REPORT_LIFE.target(order.id, report.status, verb)
    report.decided_by, report.decided_at, report.reason = doing.actor_id or None, doing.now, reason
    uow.service_reports.save(report, doing.audit(f"report_{verb}", order=order.id))
