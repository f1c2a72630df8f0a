"""Publishing an order: its coins are reserved, volunteers whom it fits are told."""

from __future__ import annotations

from datetime import datetime

from bank.doing import Doing, Receipt
from bank.errors import RuleRefused
from bank.notices import CaseKind
from bank.orders import Approval, Order, OrderStatus
from bank.permissions import approving_branch, staff_at
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.casework import page_staff, start_case
from bank.usecases.facts import held, order_cost, order_facts
from bank.usecases.matching import fitting
from bank.usecases.money import reserve, shortage
from bank.usecases.steps import move_order
from bank.usecases.telling import ids, tell_order


def ask_approval(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order) -> str:
    """Put the order before its next level and tell the staff there; answers the level's name."""
    level = scheme.approval[order.approvals_done]
    branch = approving_branch(uow, order.branch_id, level)
    row = Approval(order_id=order.id, round=order.round, level=order.approvals_done + 1, branch_id=branch.id)
    uow.approvals.add(row, doing.audit("ask_approval", order=order.id, level=row.level))
    tell_order(uow, scheme, doing, order, ids(staff_at(uow, branch.id)), "approval_waiting", level=level.name)
    return level.name


def publish(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order) -> int:
    """Reserve the coins of an approved order and publish it; answers how many volunteers were told.

    Raises RuleRefused("coins_missing") with number, needed and available: staff may choose another payer.
    """
    reserve(uow, scheme, doing, order)
    order.published_at = doing.now
    move_order(uow, scheme, doing, order, "publish")
    cost = order_cost(scheme, order)
    tell_order(uow, scheme, doing, order, {order.resident_id, order.asked_by}, "request_published", cost=cost)
    if scheme.dispatch_by_head:
        head = uow.branches.path_up(order.branch_id)[-1]
        tell_order(uow, scheme, doing, order, ids(staff_at(uow, head.id)), "dispatch_needed")
    return offer(uow, scheme, doing, order, "job_offered")


def publish_or_wait(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order) -> Receipt:
    """Publish an approved order, or let it wait for a payer that staff choose (SCHEMES: "A receiver without coins")."""
    short = shortage(uow, scheme, order)
    if short is None:
        told = publish(uow, scheme, doing, order)
        return Receipt(outcome="published", facts=order_facts(uow, scheme, order, offered=told))
    needed, available = short
    tell_order(
        uow,
        scheme,
        doing,
        order,
        ids(staff_at(uow, order.branch_id)),
        "payer_needed",
        needed=needed,
        available=available,
    )
    facts = order_facts(uow, scheme, order, needed=needed, available=available)
    return Receipt(outcome="payer_needed", facts=facts)


def go_on(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order) -> Receipt:
    """A submitted order goes to its next level, or on to publication when none is left."""
    if order.approvals_done < len(scheme.approval):
        level = ask_approval(uow, scheme, doing, order)
        return Receipt(outcome="submitted", facts=order_facts(uow, scheme, order, level=level))
    move_order(uow, scheme, doing, order, "approve")
    return publish_or_wait(uow, scheme, doing, order)


def offer(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order, words: str) -> int:
    """Tell volunteers whom the order fits, at most `volunteers_told` of them, none who stopped messages."""
    if order.status is not OrderStatus.PUBLISHED or not scheme.volunteers_ask:
        return 0
    if len(held(uow, order)) >= order.capacity:
        return 0
    chosen: list[int] = []
    for person in fitting(uow, scheme, order):
        if person.broadcasts_stopped_at is None:
            chosen.append(person.id)
        if len(chosen) == scheme.volunteers_told:
            break
    return tell_order(uow, scheme, doing, order, chosen, words)


def call_dispatch(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order, words: str) -> None:
    """A case for staff: somebody must find a volunteer for this order."""
    member = uow.members.get(order.resident_id)
    case = start_case(uow, scheme, doing, CaseKind.DISPATCH, order.branch_id, words, member=member, order_id=order.id)
    page_staff(uow, scheme, doing, case)


def check_wish_fits(scheme: Scheme, order: Order, now: datetime) -> None:
    """The bounds of any wish: in the future, not too far, neither too short nor too long, seats, words.

    Raises RuleRefused: "starts_in_past", "starts_too_far", "too_short", "too_long", "capacity_wrong", "words_missing".
    """
    if order.starts_at <= now:
        raise RuleRefused("starts_in_past", starts_at=order.starts_at)
    if (order.starts_at - now).days >= scheme.farthest_days:
        raise RuleRefused("starts_too_far", days=scheme.farthest_days)
    if order.minutes < scheme.shortest_service:
        raise RuleRefused("too_short", least=scheme.shortest_service)
    if order.minutes > scheme.longest_service:
        raise RuleRefused("too_long", most=scheme.longest_service)
    if not 1 <= order.capacity <= scheme.most_volunteers:
        raise RuleRefused("capacity_wrong", most=scheme.most_volunteers)
    if not order.words.strip() or not order.place.strip():
        raise RuleRefused("words_missing")
