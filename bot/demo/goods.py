"""A counter with goods, and green points, for the sample: by the real use cases, where the scheme has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict

from bank.coins import Unit
from bank.doing import Doing
from bank.scheme import Scheme
from bank.usecases import green, merchants
from bank.usecases.merchants import STATION, Counter
from bank.usecases.purses import goods_units
from storage.unit_of_work import SqlUnitOfWork

Deeds = Callable[[str, str], Doing]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SampleCounter(_Data):
    name: str
    station_name: str
    contact: str
    address: str
    phone: str


class SampleGood(_Data):
    name: str
    minutes: int
    points: int
    stock: int


class SampleEarned(_Data):
    who: str
    points: int
    reason: str


class SampleGoods(_Data):
    """The counter, what it has, and who brought points together."""

    counter: SampleCounter
    goods: tuple[SampleGood, ...]
    earned: tuple[SampleEarned, ...]


def read_goods() -> SampleGoods:
    """The sample's goods from their file."""
    text = files("bot.demo").joinpath("sample_goods.yml").read_text(encoding="utf-8")
    return SampleGoods.model_validate(yaml.safe_load(text))


def fill_goods(
    uow: SqlUnitOfWork, scheme: Scheme, *, branch_id: int, members: Mapping[str, int], staff: str, deed: Deeds
) -> None:
    """Put the counter and its goods in; `deed(key, who)` makes the doing of one of the people, by key."""
    units, data = goods_units(scheme), read_goods()
    if not units:
        return
    unit, counter = units[0], data.counter
    wanted = Counter(
        name=counter.station_name if unit is Unit.GREEN else counter.name,
        kind=STATION if scheme.goods is None else scheme.goods.accepted_by[0],
        branch_id=branch_id,
        contact_id=members[counter.contact],
        address=counter.address,
        phone=counter.phone,
    )
    added = merchants.add_merchant(uow, scheme, deed("counter", staff), wanted)
    for number, good in enumerate(data.goods):
        price = good.points if unit is Unit.GREEN else good.minutes
        doing = deed(f"good:{number}", staff)
        merchants.add_good(uow, scheme, doing, added.facts["merchant"], good.name, price, good.stock, unit)
    if scheme.green is not None:
        for number, row in enumerate(data.earned):
            doing = deed(f"earned:{number}", staff)
            green.record_green(uow, scheme, doing, members[row.who], row.points, row.reason)
