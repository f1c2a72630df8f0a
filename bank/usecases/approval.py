"""Letting orders through, level by level; the last level publishes."""

from __future__ import annotations

from bank.doing import Doing, Receipt
from bank.errors import RuleRefused, WrongState
from bank.orders import ORDER_LIFE, Order, OrderStatus, PayerKind, Verdict
from bank.permissions import approving_branch, check_is_staff, check_may_approve, check_staff_of
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.deed import once
from bank.usecases.facts import order_facts
from bank.usecases.money import shortage
from bank.usecases.publishing import ask_approval, publish
from bank.usecases.reports import reports_waiting, return_report
from bank.usecases.settling import confirm
from bank.usecases.steps import keep_order, move_order
from bank.usecases.telling import tell_order


def waiting_for(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """Orders that wait for this staff member's word, oldest first, each with its level.

    The level is "payer" where one must be chosen, "report" where the head confirms what a sub-branch has reported.

    Reads only. Raises NotAllowed("not_staff").
    """
    mine = set(check_is_staff(uow, doing.actor_id))
    rows = uow.approvals.find(verdict=Verdict.WAITING, branch_id=tuple(mine))
    orders = []
    for row in rows:
        order = uow.orders.get(row.order_id)
        if order.status is OrderStatus.SUBMITTED and order.round == row.round and order.approvals_done + 1 == row.level:
            orders.append(order_facts(uow, scheme, order, level=scheme.approval[row.level - 1].name))
    for order in uow.orders.find(status=OrderStatus.APPROVED, branch_id=tuple(mine)):
        orders.append(order_facts(uow, scheme, order, level="payer"))
    orders += [{**row, "level": "report"} for row in reports_waiting(uow, scheme, doing).facts["to_confirm"]]
    return Receipt(outcome="waiting", facts={"orders": orders})


def approve(uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int) -> Receipt:
    """Say yes at the order's present level, or to its report. Outcomes: next_level, published; of a report as confirm.

    Raises NotAllowed ("not_staff", "approval_level", "own_request"), WrongState, and at the last level
    RuleRefused("coins_missing"): then staff may choose_payer (base, charity) and approve again.
    """
    if scheme.report_confirmed_by_head and uow.orders.get(order_id).status is OrderStatus.FINISHED:
        return confirm(uow, scheme, doing, order_id)
    return once(uow, doing, "approve", {"order": order_id}, lambda: _approve(uow, scheme, doing, order_id))


def _approve(uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int) -> Receipt:
    order = uow.orders.get(order_id, lock=True)
    check_is_staff(uow, doing.actor_id)
    if order.status is OrderStatus.APPROVED:  # approved, but nobody could pay at the time
        check_staff_of(uow, doing.actor_id, order.branch_id)
        told = publish(uow, scheme, doing, order)
        return Receipt(outcome="published", facts=order_facts(uow, scheme, order, offered=told))
    ORDER_LIFE.target(order.id, order.status, "approve")
    _decide(uow, scheme, doing, order, Verdict.APPROVED, None)
    order.approvals_done += 1
    if order.approvals_done < len(scheme.approval):
        keep_order(uow, scheme, doing, order, "approve_level", level=order.approvals_done)
        level = ask_approval(uow, scheme, doing, order)
        return Receipt(outcome="next_level", facts=order_facts(uow, scheme, order, level=level))
    move_order(uow, scheme, doing, order, "approve", level=order.approvals_done)
    told = publish(uow, scheme, doing, order)
    return Receipt(outcome="published", facts=order_facts(uow, scheme, order, offered=told))


def _decide(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order, verdict: Verdict, reason: str | None) -> None:
    if order.approvals_done >= len(scheme.approval):
        raise WrongState("order", order.id, order.status.value, "approve")
    level = scheme.approval[order.approvals_done]
    check_may_approve(uow, doing.actor_id, order, level)
    rows = uow.approvals.find(
        order_id=order.id, round=order.round, level=order.approvals_done + 1, verdict=Verdict.WAITING
    )
    branch = approving_branch(uow, order.branch_id, level)
    for row in rows:
        row.verdict, row.decided_by, row.decided_at, row.reason = verdict, doing.actor_id, doing.now, reason
        uow.approvals.save(row, doing.audit(verdict.value, order=order.id, level=row.level, branch=branch.id))


def reject(uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int, reason: str) -> Receipt:
    """Refuse an order; the reason reaches who asked. Outcome: rejected; of a report: returned.

    Raises RuleRefused("reason_missing"), NotAllowed as approve, WrongState.
    """
    if scheme.report_confirmed_by_head and uow.orders.get(order_id).status is OrderStatus.FINISHED:
        return return_report(uow, scheme, doing, order_id, reason)
    content = {"order": order_id, "reason": reason}
    return once(uow, doing, "reject", content, lambda: _reject(uow, scheme, doing, order_id, reason))


def _reject(uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int, reason: str) -> Receipt:
    order = uow.orders.get(order_id, lock=True)
    check_is_staff(uow, doing.actor_id)
    if not reason.strip():
        raise RuleRefused("reason_missing")
    ORDER_LIFE.target(order.id, order.status, "reject")
    if order.status is OrderStatus.SUBMITTED:
        _decide(uow, scheme, doing, order, Verdict.REJECTED, reason)
    else:
        check_staff_of(uow, doing.actor_id, order.branch_id)
    order.reason, order.ended_by, order.ended_at = reason, doing.actor_id, doing.now
    move_order(uow, scheme, doing, order, "reject", reason=reason)
    tell_order(uow, scheme, doing, order, {order.resident_id, order.asked_by}, "request_rejected", reason=reason)
    return Receipt(outcome="rejected", facts=order_facts(uow, scheme, order))


def choose_payer(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int, payer: PayerKind, base_id: int | None = None
) -> Receipt:
    """Staff choose who pays before publication: receiver, service base (`base_id`) or charity.

    Outcomes: payer_chosen, published (when the order only waited for a payer). Raises NotAllowed, WrongState,
    RuleRefused: "payer_not_allowed", "no_payer_needed", "coins_missing".
    """
    content = {"order": order_id, "payer": payer.value, "base": base_id}
    return once(uow, doing, "choose_payer", content, lambda: _choose(uow, scheme, doing, order_id, payer, base_id))


def _choose(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int, payer: PayerKind, base_id: int | None
) -> Receipt:
    order = uow.orders.get(order_id, lock=True)
    check_staff_of(uow, doing.actor_id, order.branch_id)
    if order.status not in (OrderStatus.SUBMITTED, OrderStatus.APPROVED):
        raise WrongState("order", order.id, order.status.value, "choose_payer")
    if order.payer is PayerKind.NOBODY:
        raise RuleRefused("no_payer_needed", number=order.id)
    order.payer_id, name = _payer(uow, scheme, doing, order, payer, base_id)
    order.payer = payer
    keep_order(uow, scheme, doing, order, "choose_payer", payer=payer.value, payer_id=order.payer_id)
    short = shortage(uow, scheme, order)
    if short is not None:
        raise RuleRefused("coins_missing", number=order.id, needed=short[0], available=short[1])
    if order.status is OrderStatus.APPROVED:
        told = publish(uow, scheme, doing, order)
        return Receipt(outcome="published", facts=order_facts(uow, scheme, order, payer_name=name, offered=told))
    return Receipt(outcome="payer_chosen", facts=order_facts(uow, scheme, order, payer_name=name))


def _payer(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order, payer: PayerKind, base_id: int | None
) -> tuple[int | None, str]:
    if payer is PayerKind.RECEIVER:
        return order.resident_id, uow.members.get(order.resident_id).name
    if payer is PayerKind.CHARITY and scheme.charity_pays:
        return None, ""
    if payer is PayerKind.SERVICE_BASE and scheme.bases_pay and base_id is not None:
        base = uow.bases.get(base_id)
        certified = base.certified_until is None or base.certified_until >= doing.now.astimezone(scheme.tz).date()
        if certified:
            return base.id, base.name
    raise RuleRefused("payer_not_allowed", payer=payer.value)
