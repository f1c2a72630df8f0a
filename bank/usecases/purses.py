"""What a member pays goods with: coins, minutes set aside for goods, green points; and which of them count here."""

from __future__ import annotations

from bank.coins import Account, Owner, OwnerKind, Unit
from bank.doing import Doing, Receipt
from bank.members import Member
from bank.permissions import check_may_act
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.accounts import coins_of, owner_of
from bank.usecases.green_points import green_of


def goods_units(scheme: Scheme) -> tuple[Unit, ...]:
    """The units in which goods may be priced: coins, or the goods account where settlement days fill one, and green.

    SCHEMES: row "goods"; 积分兑换点 of the stations.
    """
    units: list[Unit] = []
    if scheme.goods is not None:
        units.append(Unit.GOODS if scheme.settlement is not None else Unit.COIN)
    if scheme.green is not None:
        units.append(Unit.GREEN)
    return tuple(units)


def purse_of(uow: UnitOfWork, scheme: Scheme, member: Member, unit: Unit) -> Account:
    """The member's account in that unit: coins and goods of the household where households hold accounts."""
    if unit is Unit.COIN:
        return coins_of(uow, scheme, member)
    if unit is Unit.GREEN:
        return green_of(uow, member)
    return uow.ledger.account(owner_of(scheme, member), unit)


def counter_account(uow: UnitOfWork, merchant_id: int, unit: Unit) -> Account:
    """Where what was paid to a merchant lies until its month is cleared."""
    return uow.ledger.account(Owner(OwnerKind.MERCHANT, merchant_id), unit)


def clearing(uow: UnitOfWork, unit: Unit) -> Account:
    """What left the books for another system or was made good to merchants."""
    return uow.ledger.account(Owner(OwnerKind.CLEARING), unit)


def purses(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """What the person has besides coins. Reads only.

    purses: goods (minutes) and green (points), each None where the scheme has no such unit.
    Raises NotAllowed as balance.
    """
    member = check_may_act(uow, doing)
    facts = {
        unit.value: purse_of(uow, scheme, member, unit).available if unit in goods_units(scheme) else None
        for unit in (Unit.GOODS, Unit.GREEN)
    }
    return Receipt(outcome="purses", facts=facts)
