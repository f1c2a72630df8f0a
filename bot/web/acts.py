"""What staff can do from the desk page and the API: one act is one use case with the form it needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from bank.doing import Doing, Receipt
from bank.members import RoleName
from bank.orders import PayerKind
from bank.permissions import check_staff_of
from bank.scheme import Scheme
from bank.usecases import (
    approval,
    care,
    disputes,
    grants,
    jobs,
    kin,
    learning,
    membership,
    notices,
    settling,
    volunteers,
)
from bot.learning.intents import known_intents
from bot.web.act import Act, Form, Id, Words
from bot.web.goods_acts import GOODS_ACTS
from bot.web.people_acts import PEOPLE_ACTS
from bot.web.station_acts import STATION_ACTS
from storage.unit_of_work import SqlUnitOfWork


class OfOrder(Form):
    order_id: Id


class Reject(OfOrder):
    reason: Words


class ChoosePayer(OfOrder):
    payer: PayerKind
    base_id: Id | None = None


class Assign(OfOrder):
    volunteer_id: Id


class ConfirmByPhone(OfOrder):
    agree_extra: bool = False


class RateByPhone(OfOrder):
    score: Annotated[int, Field(ge=1, le=5)]
    words: Annotated[str, Field(max_length=500)] = ""


class Resolve(OfOrder):
    outcome: Literal["full", "part", "void"]
    minutes: Annotated[int, Field(ge=0, le=24 * 60)] | None = None
    verdict: Words


class OfCase(Form):
    case_id: Id


class AnswerCase(OfCase):
    words: Words


class CloseCase(OfCase):
    verdict: Words
    clean: bool | None = None


class OfMember(Form):
    member_id: Id


class WithReason(OfMember):
    reason: Words


class Grant(WithReason):
    minutes: Annotated[int, Field(ge=1, le=60_000)]


class GrantInCoins(WithReason):
    coins: Annotated[int, Field(ge=1, le=1000)]


class SetBudget(Form):
    branch_id: Id
    first_day: date
    last_day: date
    coins: Annotated[int, Field(ge=1, le=1_000_000)]
    from_charity: bool = False
    reason: Words


class OfBudget(Form):
    budget_id: Id


class BindKin(OfMember):
    relative_id: Id
    relation: Annotated[str, Field(max_length=30)]
    may_act: bool = False


class DraftBroadcast(Form):
    words: Words
    branch_id: Id
    role: RoleName | None = None


class OfBroadcast(Form):
    broadcast_id: Id


class OfLine(Form):
    line_id: Id


class LabelLine(OfLine):
    label: Annotated[str, Field(min_length=1, max_length=60)]


class OnDuty(Form):
    on_duty: bool


class Phoned(Form):
    outbox_id: Id


def _on_the_phone(uow: SqlUnitOfWork, doing: Doing, order_id: int) -> Doing:
    """Staff act for the resident of an order, recorded as such."""
    return replace(doing, for_id=uow.orders.get(order_id).resident_id)


def approve(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: OfOrder) -> Receipt:
    """Say yes to an order at its present level."""
    return approval.approve(uow, scheme, doing, form.order_id)


def reject(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: Reject) -> Receipt:
    """Refuse an order; the reason reaches who asked."""
    return approval.reject(uow, scheme, doing, form.order_id, form.reason)


def choose_payer(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: ChoosePayer) -> Receipt:
    """Say who pays for an order: receiver, service base or charity."""
    return approval.choose_payer(uow, scheme, doing, form.order_id, form.payer, form.base_id)


def assign(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: Assign) -> Receipt:
    """Give a published order to a volunteer."""
    return jobs.assign(uow, scheme, doing, form.order_id, form.volunteer_id)


def confirm_by_phone(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: ConfirmByPhone) -> Receipt:
    """The receiver says on the phone that the service was done."""
    acting = _on_the_phone(uow, doing, form.order_id)
    return settling.confirm(uow, scheme, acting, form.order_id, agree_extra=form.agree_extra)


def rate_by_phone(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: RateByPhone) -> Receipt:
    """The receiver rates the service on the phone, 1 to 5."""
    acting = _on_the_phone(uow, doing, form.order_id)
    return settling.rate(uow, scheme, acting, form.order_id, form.score, form.words)


def resolve(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: Resolve) -> Receipt:
    """End a dispute: settled in full, in part (minutes of service), or void."""
    return disputes.resolve(uow, scheme, doing, form.order_id, form.outcome, form.minutes, form.verdict)


def take_case(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: OfCase) -> Receipt:
    """Take a case."""
    return care.take_case(uow, scheme, doing, form.case_id)


def give_back_case(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: OfCase) -> Receipt:
    """Give a case back to the others."""
    return care.give_back_case(uow, scheme, doing, form.case_id)


def answer_case(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: AnswerCase) -> Receipt:
    """Answer the person of a case."""
    return care.answer_case(uow, scheme, doing, form.case_id, form.words)


def close_case(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: CloseCase) -> Receipt:
    """Close a case with a verdict."""
    return care.close_case(uow, scheme, doing, form.case_id, form.verdict, form.clean)


def verify_identity(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: OfMember) -> Receipt:
    """The applicant's identity was seen: from now on a member."""
    return membership.verify_identity(uow, scheme, doing, form.member_id)


def refuse_member(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: WithReason) -> Receipt:
    """Refuse an applicant."""
    return membership.refuse(uow, scheme, doing, form.member_id, form.reason)


def record_training(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: OfMember) -> Receipt:
    """Record that a volunteer was trained."""
    return volunteers.record_training(uow, scheme, doing, form.member_id)


def record_exception(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: WithReason) -> Receipt:
    """Record why somebody outside the age band may serve."""
    return volunteers.record_exception(uow, scheme, doing, form.member_id, form.reason)


def grant_coins(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: Grant) -> Receipt:
    """Grant coins (in minutes) to a member."""
    return grants.grant_coins(uow, scheme, doing, form.member_id, form.minutes, form.reason)


def grant(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: GrantInCoins) -> Receipt:
    """Grant whole coins to a member."""
    minutes = form.coins * scheme.minutes_per_coin
    return grants.grant_coins(uow, scheme, doing, form.member_id, minutes, form.reason)


def set_budget(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: SetBudget) -> Receipt:
    """Set how many coins a branch may grant from one day to another."""
    minutes, days = form.coins * scheme.minutes_per_coin, (form.first_day, form.last_day)
    return grants.set_budget(uow, scheme, doing, form.branch_id, *days, minutes, form.from_charity, form.reason)


def end_budget(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: OfBudget) -> Receipt:
    """Grant nothing more from a budget."""
    return grants.end_budget(uow, scheme, doing, form.budget_id)


def bind_kin(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: BindKin) -> Receipt:
    """Record a relative with both people present at the branch."""
    return kin.bind_kin(uow, scheme, doing, form.member_id, form.relative_id, form.relation, form.may_act)


def draft_broadcast(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: DraftBroadcast) -> Receipt:
    """Draft a message to a group; says how many it would reach."""
    return notices.draft_broadcast(uow, scheme, doing, form.words, form.branch_id, form.role)


def send_broadcast(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: OfBroadcast) -> Receipt:
    """Send a drafted message."""
    return notices.send_broadcast(uow, scheme, doing, form.broadcast_id)


def drop_broadcast(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: OfBroadcast) -> Receipt:
    """Drop a drafted message."""
    return notices.drop_broadcast(uow, scheme, doing, form.broadcast_id)


def set_on_duty(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: OnDuty) -> Receipt:
    """Go on or off duty."""
    return volunteers.set_on_duty(uow, scheme, doing, form.on_duty)


def label_line(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: LabelLine) -> Receipt:
    """Say what a misunderstood line means."""
    return learning.label_line(uow, scheme, doing, form.line_id, form.label, known_intents())


def skip_line(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: OfLine) -> Receipt:
    """Leave a misunderstood line for somebody else."""
    return learning.skip_line(uow, scheme, doing, form.line_id)


def discard_line(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: OfLine) -> Receipt:
    """A misunderstood line teaches nothing: its words are deleted."""
    return learning.discard_line(uow, scheme, doing, form.line_id)


def learning_agreed(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: OfMember) -> Receipt:
    """A member told staff that misunderstood words may be kept."""
    return learning.set_learning_consent(uow, scheme, replace(doing, for_id=form.member_id), True)


def learning_declined(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: OfMember) -> Receipt:
    """A member told staff that nothing may be kept: what is linked to them is deleted."""
    return learning.set_learning_consent(uow, scheme, replace(doing, for_id=form.member_id), False)


def phoned(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: Phoned) -> Receipt:
    """The person of a phone-list row was told on the phone."""
    row = uow.desk.outbox.get(form.outbox_id)
    if row.to_member_id is not None:
        check_staff_of(uow, doing.actor_id, uow.members.get(row.to_member_id).branch_id)
    uow.desk.outbox.phoned(row.id, doing.now)
    return Receipt(outcome="phoned", facts={"outbox": row.id})


ACTS: dict[str, Act] = {
    act.name: act
    for act in (
        Act("approve", OfOrder, approve),
        Act("reject", Reject, reject),
        Act("choose_payer", ChoosePayer, choose_payer),
        Act("assign", Assign, assign),
        Act("confirm_by_phone", ConfirmByPhone, confirm_by_phone),
        Act("rate_by_phone", RateByPhone, rate_by_phone),
        Act("resolve", Resolve, resolve),
        Act("take_case", OfCase, take_case),
        Act("give_back_case", OfCase, give_back_case),
        Act("answer_case", AnswerCase, answer_case),
        Act("close_case", CloseCase, close_case),
        Act("verify_identity", OfMember, verify_identity),
        Act("refuse_member", WithReason, refuse_member),
        Act("record_training", OfMember, record_training),
        Act("record_exception", WithReason, record_exception),
        Act("grant_coins", Grant, grant_coins),
        Act("grant", GrantInCoins, grant),
        Act("set_budget", SetBudget, set_budget),
        Act("end_budget", OfBudget, end_budget),
        Act("bind_kin", BindKin, bind_kin),
        Act("draft_broadcast", DraftBroadcast, draft_broadcast),
        Act("send_broadcast", OfBroadcast, send_broadcast),
        Act("drop_broadcast", OfBroadcast, drop_broadcast),
        Act("set_on_duty", OnDuty, set_on_duty),
        Act("phoned", Phoned, phoned),
        Act("label_line", LabelLine, label_line),
        Act("skip_line", OfLine, skip_line),
        Act("discard_line", OfLine, discard_line),
        Act("learning_agreed", OfMember, learning_agreed),
        Act("learning_declined", OfMember, learning_declined),
        *GOODS_ACTS,
        *PEOPLE_ACTS,
        *STATION_ACTS,
    )
}
