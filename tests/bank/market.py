"""A town with counters and goods: what every test about redeeming sets out from."""

from __future__ import annotations

from bank.coins import Leg, Owner, OwnerKind, Posting, TransactionKind, Unit
from bank.scheme import Scheme
from bank.usecases import goods, merchants
from bank.usecases.accounts import coins_of, issuance
from bank.usecases.merchants import STATION, Counter
from bank.usecases.purses import goods_units, purse_of
from tests.bank.town import Town

RICE, SOAP = 120, 30  # prices, minutes or points


def code(number: int) -> str:
    """What stands for a code's hash."""
    return f"hash-{number:06d}"


class Market:
    """Of a town: 小店 with rice and soap, kept by its contact 店主; a station's where goods cost green points."""

    def __init__(self, town: Town, stock: int = 3) -> None:
        self.town = town
        town.person("店主", born="1980-01-01")
        units = goods_units(town.scheme)
        kind = town.scheme.goods.accepted_by[0] if town.scheme.goods else STATION
        self.shop = self.counter("小店", kind)
        self.rice = self.good("一袋米", RICE, stock)
        self.soap = self.good("肥皂", SOAP, stock)
        self.unit: Unit = units[0]

    def counter(self, name: str, kind: str, contact: str = "店主") -> int:
        wanted = Counter(name=name, kind=kind, branch_id=self.town.leaf, contact_id=self.town.people[contact])
        return int(self.town.do(merchants.add_merchant, "分行老张", wanted).facts["merchant"])

    def good(self, name: str, price: int, stock: int, unit: Unit | None = None) -> int:
        done = self.town.do(merchants.add_good, "分行老张", self.shop, name, price, stock, unit)
        return int(done.facts["good"])

    def fund(self, name: str, minutes: int, unit: Unit | None = None) -> None:
        """Minutes or points into a member's purse of the unit that goods cost here."""
        town = self.town
        with town.unit() as uow:
            member = uow.members.get(town.people[name])
            account = purse_of(uow, town.scheme, member, unit or self.unit)
            leg = Leg(debit=issuance(uow, unit or self.unit).id, credit=account.id, minutes=minutes)
            uow.ledger.post(
                Posting(
                    key=f"fund{next(town.keys)}",
                    kind=TransactionKind.OPENING,
                    legs=(leg,),
                    day=town.today(),
                    posted_at=town.now,
                    scheme=town.scheme.name,
                    scheme_version=town.scheme.version,
                )
            )
            uow.commit()

    def earn(self, name: str, minutes: int) -> None:
        """Minted minutes of service, as a confirmed report brings them."""
        town = self.town
        with town.unit() as uow:
            account = coins_of(uow, town.scheme, uow.members.get(town.people[name]))
            uow.ledger.post(
                Posting(
                    key=f"earn{next(town.keys)}",
                    kind=TransactionKind.SERVICE,
                    legs=(Leg(debit=issuance(uow, Unit.COIN).id, credit=account.id, minutes=minutes),),
                    day=town.today(),
                    posted_at=town.now,
                    scheme=town.scheme.name,
                    scheme_version=town.scheme.version,
                )
            )
            uow.commit()

    def put_aside(self, name: str, good: int, quantity: int = 1, number: int = 1) -> int:
        return int(self.town.do(goods.redeem_goods, name, good, quantity, code(number)).facts["pickup"])

    def stock(self, good: int) -> int:
        with self.town.unit() as uow:
            return uow.goods.get(good).stock

    def purse(self, name: str, unit: Unit | None = None) -> tuple[int, int]:
        """(balance, reserved) of a member's purse."""
        with self.town.unit() as uow:
            member = uow.members.get(self.town.people[name])
            account = purse_of(uow, self.town.scheme, member, unit or self.unit)
            return account.balance, account.reserved

    def owns(self, owner: Owner, unit: Unit | None = None) -> int:
        with self.town.unit() as uow:
            return uow.ledger.account(owner, unit or self.unit).balance

    def till(self, unit: Unit | None = None) -> int:
        """What lies on the shop's account."""
        return self.owns(Owner(OwnerKind.MERCHANT, self.shop), unit)

    def status(self, pickup: int) -> str:
        with self.town.unit() as uow:
            return uow.pickups.get(pickup).status.value


def scheme_with(scheme: Scheme, **values: object) -> Scheme:
    """A city of its own: the scheme with other values, checked anew."""
    return Scheme.model_validate({**scheme.model_dump(), **values})
