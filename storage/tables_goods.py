"""Tables of goods, pick-ups, conversions, divisions and merchants' months. Columns bear the bank's names."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import ident, link, maybe_link, maybe_moment, moment, word


class MerchantRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "merchant"

    id: int | None = ident()
    name: str
    kind: str
    branch_id: int = link("branch.id")
    contact_id: int | None = maybe_link("member.id", index=True)
    station_id: int | None = None
    address: str = ""
    phone: str = ""
    active: bool = True
    wrong_codes: int = 0
    wrong_since: datetime | None = maybe_moment()
    version: int = 1


class GoodRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "good"
    __table_args__: ClassVar[Any] = (
        CheckConstraint("stock >= 0", name="ck_good_stock"),
        CheckConstraint("price > 0", name="ck_good_price"),
    )

    id: int | None = ident()
    merchant_id: int = link("merchant.id")
    name: str
    unit: str = word()
    price: int
    stock: int
    picture: str = ""
    active: bool = True
    version: int = 1


class PickupRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "pickup"
    __table_args__: ClassVar[Any] = (
        CheckConstraint("quantity > 0", name="ck_pickup_quantity"),
        Index("ix_pickup_merchant_status", "merchant_id", "status"),
        Index(
            "uq_pickup_open_code",
            "code_hash",
            unique=True,
            sqlite_where=text("status = 'reserved'"),
            postgresql_where=text("status = 'reserved'"),
        ),
    )

    id: int | None = ident()
    good_id: int = link("good.id")
    merchant_id: int = link("merchant.id", index=False)
    member_id: int = link("member.id")
    quantity: int
    price: int
    unit: str = word()
    hold_id: int = link("hold.id", index=False)
    code_hash: str = word()
    status: str = word()
    made_at: datetime = moment()
    expires_at: datetime = moment()
    ended_at: datetime | None = maybe_moment()
    ended_by: int | None = None
    version: int = 1


class ConversionRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "conversion"

    id: int | None = ident()
    member_id: int = link("member.id")
    minutes: int
    points: int
    transaction_id: int = link("ledger_transaction.id", big=True, index=False)
    status: str = word(index=True)
    batch: str | None = Field(default=None, index=True)
    made_at: datetime = moment()
    exported_at: datetime | None = maybe_moment()
    ended_at: datetime | None = maybe_moment()
    reason: str | None = None
    version: int = 1


class DivisionRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "division"
    __table_args__: ClassVar[Any] = (UniqueConstraint("member_id", "day", name="uq_division_member_day"),)

    id: int | None = ident()
    member_id: int = link("member.id", index=False)
    day: date
    earned: int
    to_goods: int
    transaction_id: int | None = None
    made_at: datetime = moment()


class MerchantMonthRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "merchant_month"
    __table_args__: ClassVar[Any] = (UniqueConstraint("merchant_id", "month", name="uq_merchant_month"),)

    id: int | None = ident()
    merchant_id: int = link("merchant.id", index=False)
    month: str = word()
    pieces: int
    minutes: int
    points: int
    made_at: datetime = moment()
    cleared_by: int | None = None
    cleared_at: datetime | None = maybe_moment()
    version: int = 1
