"""What staff do about people and about what earns: member files, households, fraud, awards, categories, reports."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from bank.doing import Doing, Receipt
from bank.scheme import Scheme
from bank.usecases import awards, demand, households, leaving, member_file, reports, sanctions
from bot.web.act import Act, Form, Id, Words
from storage.unit_of_work import SqlUnitOfWork

Short = Annotated[str, Field(max_length=200)]


class SetMemberData(Form):
    member_id: Id
    phone: Annotated[str, Field(max_length=20)] | None = None
    address: Short | None = None
    groups: Short | None = None
    lives_here: bool | None = None
    local_household: bool | None = None

    def group_codes(self) -> tuple[str, ...] | None:
        """Codes between blanks or commas; None leaves them as they are."""
        return None if self.groups is None else tuple(self.groups.replace(",", " ").replace("、", " ").split())


class SetGuardian(Form):
    member_id: Id
    guardian_id: Id | None = None


class OpenHousehold(Form):
    member_id: Id
    name: Annotated[str, Field(min_length=1, max_length=40)]
    address: Short = ""


class JoinHousehold(Form):
    member_id: Id
    household_id: Id


class OfMember(Form):
    member_id: Id


class CloseMembership(Form):
    member_id: Id
    reason: Words
    heir_id: Id | None = None
    to_charity: bool = False


class Sanction(Form):
    member_id: Id
    orders: Short = ""
    reason: Words
    bar: bool = False
    case_id: Id | None = None

    @field_validator("orders")
    @classmethod
    def _numbers(cls, orders: str) -> str:
        for word in orders.replace(",", " ").replace("、", " ").split():
            if not word.isdecimal():
                raise ValueError(f"{word!r} is no order's number")
        return orders

    def order_ids(self) -> tuple[int, ...]:
        return tuple(int(word) for word in self.orders.replace(",", " ").replace("、", " ").split())


class OfSanction(Form):
    sanction_id: Id
    reason: Words


class OfYear(Form):
    year: Annotated[int, Field(ge=2000, le=2100)]


class DecideAward(Form):
    award_id: Id
    grant: bool
    reason: Annotated[str, Field(max_length=500)] = ""


class AdoptCategory(Form):
    category: Annotated[str, Field(min_length=1, max_length=40)]
    earns: bool


class ReportService(Form):
    order_id: Id
    minutes: Annotated[int, Field(ge=1, le=24 * 60)] | None = None
    words: Short = ""


def set_member_data(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: SetMemberData) -> Receipt:
    """Correct a member's telephone, address, groups or residence."""
    groups = form.group_codes()
    return member_file.set_member_data(
        uow,
        scheme,
        doing,
        form.member_id,
        form.phone,
        form.address,
        groups,
        lives_here=form.lives_here,
        local_household=form.local_household,
    )


def set_guardian(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: SetGuardian) -> Receipt:
    """Name the adult who stands by a student on every job."""
    return member_file.set_guardian(uow, scheme, doing, form.member_id, form.guardian_id)


def open_household(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: OpenHousehold) -> Receipt:
    """Open a household with its first member."""
    return households.open_household(uow, scheme, doing, form.member_id, form.name, form.address)


def join_household(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: JoinHousehold) -> Receipt:
    """Put a member into a household."""
    return households.join_household(uow, scheme, doing, form.member_id, form.household_id)


def leave_household(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: OfMember) -> Receipt:
    """A member moves out of the household."""
    return households.leave_household(uow, scheme, doing, form.member_id)


def close_membership(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: CloseMembership) -> Receipt:
    """End the membership of somebody who died or moved away; coins go to an heir or the charity account."""
    return leaving.close_membership(
        uow, scheme, doing, form.member_id, form.reason, form.heir_id, to_charity=form.to_charity
    )


def sanction(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: Sanction) -> Receipt:
    """Strike the record of proven fraud, bar the person."""
    return sanctions.sanction(
        uow, scheme, doing, form.member_id, form.order_ids(), form.reason, bar=form.bar, case_id=form.case_id
    )


def lift_sanction(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: OfSanction) -> Receipt:
    """Take a name off the list."""
    return sanctions.lift_sanction(uow, scheme, doing, form.sanction_id, form.reason)


def propose_awards(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: OfYear) -> Receipt:
    """Compute a year's awards from the books."""
    return awards.propose_awards(uow, scheme, doing, form.year)


def decide_award(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: DecideAward) -> Receipt:
    """Grant or decline an award."""
    return awards.decide_award(uow, scheme, doing, form.award_id, form.grant, form.reason)


def adopt_category(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: AdoptCategory) -> Receipt:
    """Decide that a category earns, or no longer."""
    return demand.adopt_category(uow, scheme, doing, form.category, form.earns)


def report_service(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: ReportService) -> Receipt:
    """Report a finished service to the head."""
    return reports.report_service(uow, scheme, doing, form.order_id, form.minutes, form.words)


PEOPLE_ACTS = (
    Act("set_member_data", SetMemberData, set_member_data),
    Act("set_guardian", SetGuardian, set_guardian),
    Act("open_household", OpenHousehold, open_household),
    Act("join_household", JoinHousehold, join_household),
    Act("leave_household", OfMember, leave_household),
    Act("close_membership", CloseMembership, close_membership),
    Act("sanction", Sanction, sanction),
    Act("lift_sanction", OfSanction, lift_sanction),
    Act("propose_awards", OfYear, propose_awards),
    Act("decide_award", DecideAward, decide_award),
    Act("adopt_category", AdoptCategory, adopt_category),
    Act("report_service", ReportService, report_service),
)
