"""One step of an order or a seat: the state table decides, the audit row is written, reminders are planned anew."""

from __future__ import annotations

from typing import Any

from bank.doing import Doing
from bank.notices import CaseKind
from bank.orders import JOB_LIFE, ORDER_LIFE, Job, Order
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.casework import cases_of_order, end_case
from bank.usecases.reminders import plan_order_reminders


def move_order(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order, verb: str, **detail: Any) -> Order:
    """Take the order one step, save it and plan its reminders. Raises WrongState."""
    order.status = ORDER_LIFE.target(order.id, order.status, verb)
    _close_answered_cases(uow, doing, order, verb)
    return keep_order(uow, scheme, doing, order, verb, **detail)


_ANSWERS = {
    "accept": CaseKind.DISPATCH,
    "cancel": CaseKind.DISPATCH,
    "expire": CaseKind.DISPATCH,
    "reject": CaseKind.DISPATCH,
    "settle": CaseKind.CALLBACK,
    "dispute": CaseKind.CALLBACK,
}


def _close_answered_cases(uow: UnitOfWork, doing: Doing, order: Order, verb: str) -> None:
    """A case that asked for this very step is done with it: somebody was found, the order was confirmed."""
    if verb in _ANSWERS:
        for case in cases_of_order(uow, order.id, _ANSWERS[verb]):
            end_case(uow, doing, case, verb)


def keep_order(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order, verb: str, **detail: Any) -> Order:
    """Save an order as it stands, with its audit row, and plan its reminders."""
    saved = uow.orders.save(order, doing.audit(verb, order=order.id, **detail))
    plan_order_reminders(uow, scheme, saved, doing.now, doing.key)
    return saved


def move_job(uow: UnitOfWork, doing: Doing, job: Job, verb: str, **detail: Any) -> Job:
    """Take a seat one step and save it. Raises WrongState."""
    job.status = JOB_LIFE.target(job.id, job.status, verb)
    return uow.jobs.save(job, doing.audit(verb, job=job.id, order=job.order_id, **detail))
