"""Goods: who hands them out, what there is, and the six-digit code between the promise and the pick-up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bank.coins import Unit
from bank.lifecycle import Lifecycle, Move


@dataclass(slots=True, kw_only=True)
class Merchant:
    """Who hands out goods: a merchant, a supermarket, a property company, a branch's own counter, a station.

    `contact_id` is the member who may redeem pick-up codes for it. Coins paid for goods lie on the merchant's account
    until the month's statement clears them. `station_id` makes it a station's counter.
    """

    id: int = 0
    name: str
    kind: str  # one of the scheme's `goods.accepted_by`
    branch_id: int
    contact_id: int | None = None
    station_id: int | None = None
    address: str = ""
    phone: str = ""
    active: bool = True
    wrong_codes: int = 0  # wrong pick-up codes said there since `wrong_since`
    wrong_since: datetime | None = None
    version: int = 1


@dataclass(slots=True, kw_only=True)
class Good:
    """One thing of the catalogue. `price` is minutes (coin and goods units) or points (green); `stock` pieces left."""

    id: int = 0
    merchant_id: int
    name: str
    unit: Unit
    price: int
    stock: int
    picture: str = ""
    active: bool = True
    version: int = 1


class PickupStatus(StrEnum):
    RESERVED = "reserved"
    COLLECTED = "collected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


_P = PickupStatus
PICKUP_LIFE: Lifecycle[PickupStatus] = Lifecycle(
    "pickup",
    _P.RESERVED,
    (
        Move("collect", _P.RESERVED, _P.COLLECTED, "merchant"),
        Move("cancel", _P.RESERVED, _P.CANCELLED, "member"),
        Move("expire", _P.RESERVED, _P.EXPIRED, "desk"),
    ),
)


@dataclass(slots=True, kw_only=True)
class Pickup:
    """`quantity` pieces put aside for a member at `price` each, paid for by a hold until the code is redeemed.

    Only the hash of the six-digit code is kept.
    """

    id: int = 0
    good_id: int
    merchant_id: int
    member_id: int
    quantity: int
    price: int
    unit: Unit
    hold_id: int
    code_hash: str
    status: PickupStatus = PickupStatus.RESERVED
    made_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    ended_by: int | None = None
    version: int = 1


class ConversionStatus(StrEnum):
    ASKED = "asked"
    EXPORTED = "exported"
    ACKNOWLEDGED = "acknowledged"
    RETURNED = "returned"


_C = ConversionStatus
CONVERSION_LIFE: Lifecycle[ConversionStatus] = Lifecycle(
    "conversion",
    _C.ASKED,
    (
        Move("export", _C.ASKED, _C.EXPORTED, "staff"),
        Move("acknowledge", _C.EXPORTED, _C.ACKNOWLEDGED, "other side"),
        Move("return", _C.EXPORTED, _C.RETURNED, "other side"),
        Move("return", _C.ASKED, _C.RETURNED, "staff"),
    ),
)


@dataclass(slots=True, kw_only=True)
class Conversion:
    """Coins on their way into another system's points (fuyuan: 益币). `minutes` lie on the clearing account."""

    id: int = 0
    member_id: int
    minutes: int
    points: int
    transaction_id: int
    status: ConversionStatus = ConversionStatus.ASKED
    batch: str | None = None
    made_at: datetime
    exported_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str | None = None
    version: int = 1


@dataclass(slots=True, kw_only=True)
class Division:
    """What a settlement day did for one member (taierzhuang): of `earned` minutes `to_goods` went to goods."""

    id: int = 0
    member_id: int
    day: date
    earned: int
    to_goods: int
    transaction_id: int | None
    made_at: datetime


@dataclass(slots=True, kw_only=True)
class MerchantMonth:
    """A merchant's statement: what was collected in `month` (YYYY-MM), in minutes and points, and its clearing."""

    id: int = 0
    merchant_id: int
    month: str
    pieces: int
    minutes: int
    points: int
    made_at: datetime
    cleared_by: int | None = None
    cleared_at: datetime | None = None
    version: int = 1
