"""What staff do about goods: the catalogue, months, conversions, green points."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bank.coins import Unit
from bank.doing import Doing, Receipt
from bank.scheme import Scheme
from bank.usecases import converting, green, merchant_months, merchants
from bank.usecases.converting import Answered
from bank.usecases.merchants import Counter
from bot.web.act import Act, Form, Id, Words
from storage.unit_of_work import SqlUnitOfWork

Short = Annotated[str, Field(min_length=1, max_length=60)]
Price = Annotated[int, Field(ge=1, le=merchants.MOST_PRICE)]
Stock = Annotated[int, Field(ge=0, le=merchants.MOST_STOCK)]
Pieces = Annotated[int, Field(ge=-merchants.MOST_STOCK, le=merchants.MOST_STOCK)]


class AddMerchant(Form):
    name: Short
    kind: Short
    branch_id: Id
    contact_id: Id | None = None
    station_id: Id | None = None
    address: Annotated[str, Field(max_length=200)] = ""
    phone: Annotated[str, Field(max_length=30)] = ""


class SetMerchant(Form):
    merchant_id: Id
    active: bool
    contact_id: Id | None = None


class AddGood(Form):
    merchant_id: Id
    name: Short
    price: Price
    stock: Stock
    unit: Unit | None = None


class ChangeGood(Form):
    good_id: Id
    pieces: Pieces = 0
    price: Price | None = None
    active: bool | None = None


class OfMonth(Form):
    month_id: Id


class OfBatch(Form):
    batch: Annotated[str, Field(min_length=1, max_length=40)]


class AnswerRow(Form):
    number: Id
    result: Literal["acknowledged", "returned"]
    reason: Annotated[str, Field(max_length=200)] = ""


class TakeAnswers(OfBatch):
    answers: Annotated[list[AnswerRow], Field(min_length=1, max_length=converting.MOST_ROWS)]


class RecordGreen(Form):
    member_id: Id
    points: Annotated[int, Field(ge=1, le=100_000)]
    reason: Words


def add_merchant(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: AddMerchant) -> Receipt:
    """Take a merchant, a branch's or a station's counter into the circle."""
    return merchants.add_merchant(uow, scheme, doing, Counter(**form.model_dump()))


def set_merchant(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: SetMerchant) -> Receipt:
    """Stop or resume a merchant; say who redeems codes there."""
    return merchants.set_merchant(uow, scheme, doing, form.merchant_id, form.active, form.contact_id)


def add_good(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: AddGood) -> Receipt:
    """Put a thing into the catalogue (price in minutes or points)."""
    return merchants.add_good(uow, scheme, doing, form.merchant_id, form.name, form.price, form.stock, form.unit)


def change_good(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: ChangeGood) -> Receipt:
    """Bring pieces in or take them out, set the price, take a thing off the list or put it back."""
    return merchants.change_good(uow, scheme, doing, form.good_id, form.pieces, form.price, form.active)


def clear_month(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: OfMonth) -> Receipt:
    """The head has made good to a merchant what its month states."""
    return merchant_months.clear_month(uow, scheme, doing, form.month_id)


def export_conversions(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: OfBatch) -> Receipt:
    """Hand over what waits as one batch; the same batch again is the same rows."""
    return converting.export_conversions(uow, scheme, doing, form.batch)


def take_answers(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: TakeAnswers) -> Receipt:
    """Take the other side's answer to a batch: all rows or none, with a report by row."""
    rows = [Answered(number=row.number, result=row.result, reason=row.reason) for row in form.answers]
    return converting.take_answers(uow, scheme, doing, form.batch, rows)


def record_green(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: RecordGreen) -> Receipt:
    """Record green points that a member earned."""
    return green.record_green(uow, scheme, doing, form.member_id, form.points, form.reason)


GOODS_ACTS: tuple[Act, ...] = (
    Act("add_merchant", AddMerchant, add_merchant),
    Act("set_merchant", SetMerchant, set_merchant),
    Act("add_good", AddGood, add_good),
    Act("change_good", ChangeGood, change_good),
    Act("clear_month", OfMonth, clear_month),
    Act("export_conversions", OfBatch, export_conversions),
    Act("take_answers", TakeAnswers, take_answers),
    Act("record_green", RecordGreen, record_green),
)
