"""The receiver's word moves the coins; then a mark. Silence never pays."""

from __future__ import annotations

from typing import Any

from bank.doing import Doing, Receipt
from bank.errors import RuleRefused
from bank.notices import CaseKind, DueKind
from bank.orders import ORDER_LIFE, Job, JobStatus, Order, OrderStatus, Rating
from bank.permissions import check_not_paid, check_owns_order
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.accounts import coins_of, payer_account
from bank.usecases.alerts import waiting_case, watch_settlement
from bank.usecases.casework import page_staff, start_case
from bank.usecases.deed import once
from bank.usecases.facts import LIVE, names, order_facts
from bank.usecases.money import Paid, close_hold, lock_purses, pay_seat, pending_hold, reckon
from bank.usecases.report_rows import check_report, move_report
from bank.usecases.steps import move_job, move_order
from bank.usecases.telling import tell_acted_for, tell_order


def preview_confirm(uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int) -> Receipt:
    """What a yes would pay, for the read-back: volunteer, served, paid, extra, balance_after (what can be spent then).

    Reads only. Raises as confirm, and RuleRefused("settlement_waits") while staff look at an alert.
    """
    order = uow.orders.get(order_id)
    jobs = _check_confirm(uow, scheme, doing, order)
    case = waiting_case(uow, order)
    if case is not None:
        raise RuleRefused("settlement_waits", number=order.id, case=case.id)
    served = paid = extra = 0
    for job in jobs:
        days, share, more = reckon(uow, scheme, order, job, job.claimed_minutes or 0, agree_extra=False)
        served += sum(day.served for day in days)
        paid += min(share, sum(day.credited for day in days))
        extra += more
    account, hold = payer_account(uow, scheme, order), pending_hold(uow, order)
    kept = hold.left if hold is not None else 0  # what is reserved for this order pays it; the rest becomes free
    after = account.available + kept - paid if account is not None else None
    facts = order_facts(
        uow,
        scheme,
        order,
        volunteer=names(uow, jobs),
        claimed=claimed_by(jobs),
        served=served,
        paid=paid,
        extra=extra,
        balance_after=after,
    )
    return Receipt(outcome="preview", facts=facts)


def _check_confirm(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order) -> list[Job]:
    check_owns_order(uow, doing, order)
    check_not_paid(uow, scheme, doing.actor_id, order, uow.jobs.of_order(order.id))
    check_report(uow, scheme, doing, order)
    return uow.jobs.of_order(order.id, (JobStatus.FINISHED,))


def confirm(uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int, agree_extra: bool = False) -> Receipt:
    """The service was done: settle every seat that has finished. By the receiver, bound kin, or staff on the phone.

    `agree_extra`: the payer agrees to a second reservation for what was longer than reserved; without it the excess is
    honour minutes. Outcomes: settled, waiting_for_finish (the volunteer has not checked out and is asked to),
    waiting_for_case (an alert is looked at first). Raises NotAllowed ("not_your_order", "own_work"), WrongState,
    RuleRefused: "nothing_finished", "report_confirmed_by_head", "report_missing", "own_report".
    """
    content = {"order": order_id, "agree_extra": agree_extra}
    return once(uow, doing, "confirm", content, lambda: _confirm(uow, scheme, doing, order_id, agree_extra))


def _confirm(uow: UnitOfWork, scheme: Scheme, doing: Doing, order_id: int, agree_extra: bool) -> Receipt:
    order = uow.orders.get(order_id, lock=True)
    jobs = _check_confirm(uow, scheme, doing, order)
    begun = order.status is OrderStatus.STARTED or (
        order.status is OrderStatus.ACCEPTED and order.starts_at <= doing.now
    )
    if begun:
        late = [job.volunteer_id for job in uow.jobs.of_order(order.id, LIVE)]
        tell_order(uow, scheme, doing, order, late, "please_finish")
        return Receipt(outcome="waiting_for_finish", facts=order_facts(uow, scheme, order))
    if order.status in (OrderStatus.SUBMITTED, OrderStatus.APPROVED, OrderStatus.PUBLISHED, OrderStatus.ACCEPTED):
        raise RuleRefused("nothing_finished", number=order.id)
    ORDER_LIFE.target(order.id, order.status, "settle")
    waits = waiting_case(uow, order) or watch_settlement(uow, scheme, doing, order, jobs, agree_extra)
    if waits is not None:
        return Receipt(outcome="waiting_for_case", facts=order_facts(uow, scheme, order, case=waits.id))
    return settle_order(uow, scheme, doing, order, jobs, agree_extra)


def settle_order(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order, jobs: list[Job], agree_extra: bool
) -> Receipt:
    """Pay every finished seat, free the rest of the reservation, tell both sides. Callers have checked and locked."""
    lock_purses(uow, scheme, order, jobs)
    total = Paid(0, 0, 0, 0, 0)
    for job in jobs:
        paid = pay_and_tell(uow, scheme, doing, order, job, job.claimed_minutes or 0, agree_extra)
        total = add_up(total, paid)
    close_hold(uow, doing, order)
    order.ended_at, order.ended_by = doing.now, doing.actor_id or None
    move_order(uow, scheme, doing, order, "settle", agree_extra=agree_extra)
    if scheme.report_confirmed_by_head:
        move_report(uow, doing, order, "confirm")
    balance = balance_of_payer(uow, scheme, order)
    volunteer = names(uow, jobs)
    tell_order(
        uow,
        scheme,
        doing,
        order,
        [order.resident_id],
        "settled_resident",
        volunteer=volunteer,
        served=total.served,
        paid=total.paid,
        balance=balance,
    )
    tell_acted_for(uow, scheme, doing, order, "confirmed")
    if scheme.callback_after_service:
        _ask_satisfaction(uow, scheme, doing, order)
    facts = order_facts(
        uow,
        scheme,
        order,
        volunteer=volunteer,
        claimed=claimed_by(jobs),
        served=total.served,
        paid=total.paid,
        credited=total.credited,
        honour=total.honour,
        balance=balance,
        undo_minutes=scheme.undo_minutes,
    )
    return Receipt(outcome="settled", facts=facts)


def pay_and_tell(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order, job: Job, minutes: int, agree_extra: bool
) -> Paid:
    """Pay one seat for `minutes` of service, mark it settled and tell its volunteer."""
    paid = pay_seat(uow, scheme, doing, order, job, minutes, agree_extra=agree_extra)
    job.settled_at = doing.now
    move_job(uow, doing, job, "settle", served=paid.served, credited=paid.credited, honour=paid.honour)
    balance = coins_of(uow, scheme, uow.members.get(job.volunteer_id)).balance
    tell_order(
        uow,
        scheme,
        doing,
        order,
        [job.volunteer_id],
        "settled_volunteer",
        served=paid.served,
        credited=paid.credited,
        honour=paid.honour,
        balance=balance,
    )
    return paid


def add_up(one: Paid, other: Paid) -> Paid:
    """Two seats together."""
    return Paid(
        one.served + other.served,
        one.paid + other.paid,
        one.credited + other.credited,
        one.honour + other.honour,
        one.extra + other.extra,
    )


def claimed_by(jobs: list[Job]) -> int:
    """Minutes as the volunteers told them; what is served may be rounded to the scheme's step."""
    return sum(job.claimed_minutes or 0 for job in jobs)


def balance_of_payer(uow: UnitOfWork, scheme: Scheme, order: Order) -> int:
    """What the resident has left to spend; what they hear at the end of a service."""
    return coins_of(uow, scheme, uow.members.get(order.resident_id)).available


def _ask_satisfaction(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order) -> None:
    """满意度回访: staff call back after every service (taierzhuang)."""
    member = uow.members.get(order.resident_id)
    case = start_case(
        uow,
        scheme,
        doing,
        CaseKind.CALLBACK,
        order.branch_id,
        order.words,
        member=member,
        order_id=order.id,
        evidence={"callback": "satisfaction"},
    )
    page_staff(uow, scheme, doing, case)


def rate(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    order_id: int,
    score: int,
    words: str = "",
    volunteer_id: int | None = None,
) -> Receipt:
    """A mark from 1 to 5 and words after a service: by the receiver, kin, or staff on the phone (`taken_by`).

    Outcome: rated. Raises NotAllowed("not_your_order", "own_work"), RuleRefused: "score_wrong", "nothing_to_rate",
    "already_rated".
    """
    content = {"order": order_id, "score": score, "words": words, "volunteer": volunteer_id}
    return once(uow, doing, "rate", content, lambda: _rate(uow, scheme, doing, order_id, score, words, volunteer_id))


def _rate(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    order_id: int,
    score: int,
    words: str,
    volunteer_id: int | None,
) -> Receipt:
    order = uow.orders.get(order_id, lock=True)
    as_what = check_owns_order(uow, doing, order)
    check_not_paid(uow, scheme, doing.actor_id, order, uow.jobs.of_order(order.id))
    if not 1 <= score <= 5:
        raise RuleRefused("score_wrong")
    done = uow.jobs.of_order(order.id, (JobStatus.SETTLED,))
    if volunteer_id is not None:
        done = [job for job in done if job.volunteer_id == volunteer_id]
    if not done or order.status not in (OrderStatus.SETTLED, OrderStatus.RESOLVED):
        raise RuleRefused("nothing_to_rate", number=order.id)
    rated = {rating.job_id for rating in uow.ratings.find(order_id=order.id)}
    left = [job for job in done if job.id not in rated]
    if not left:
        raise RuleRefused("already_rated", number=order.id)
    for job in left:
        _keep_rating(uow, doing, order, job, score, words, as_what)
    volunteers = [job.volunteer_id for job in left]
    tell_order(uow, scheme, doing, order, volunteers, "rated", score=score, remark=words)
    tell_acted_for(uow, scheme, doing, order, "rated")
    uow.due.cancel(order.id, [DueKind.NOT_RATED], doing.now)
    facts: dict[str, Any] = order_facts(uow, scheme, order, score=score, volunteer=names(uow, left))
    return Receipt(outcome="rated", facts=facts)


def _keep_rating(uow: UnitOfWork, doing: Doing, order: Order, job: Job, score: int, words: str, as_what: str) -> None:
    rating = Rating(
        order_id=order.id,
        job_id=job.id,
        volunteer_id=job.volunteer_id,
        resident_id=order.resident_id,
        score=score,
        words=words,
        rated_at=doing.now,
        taken_by=doing.actor_id if as_what == "staff" else None,
    )
    uow.ratings.add(rating, doing.audit("rate", order=order.id, score=score))
