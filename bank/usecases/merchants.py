"""Who hands goods out and what there is: merchants, branch counters and station counters, kept by staff."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from bank.coins import Unit
from bank.doing import Doing, Receipt
from bank.errors import NotAllowed, RuleRefused
from bank.goods import Good, Merchant
from bank.members import Member
from bank.permissions import check_is_staff, check_staff_of, known, staff_branches
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.deed import once
from bank.usecases.purses import goods_units

STATION = "station"
"""The kind of a counter at a station; every other kind is one of the scheme's `goods.accepted_by`."""
MOST_PRICE = 60_000
MOST_STOCK = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """What staff say of a merchant or counter: `contact_id` is the member who redeems codes there."""

    name: str
    kind: str
    branch_id: int
    contact_id: int | None = None
    station_id: int | None = None
    address: str = ""
    phone: str = ""


def kinds_of(scheme: Scheme) -> tuple[str, ...]:
    """The kinds of counters that may be added under the scheme."""
    accepted = scheme.goods.accepted_by if scheme.goods is not None else ()
    return (*accepted, STATION) if scheme.green is not None else accepted


def add_merchant(uow: UnitOfWork, scheme: Scheme, doing: Doing, counter: Counter) -> Receipt:
    """Staff take a merchant, a branch's counter or a station's into the circle. Outcome: merchant_added.

    Raises NotAllowed ("not_staff", "not_staff_here"), RuleRefused: "goods_not_here", "merchant_kind", "words_missing".
    """
    return once(uow, doing, "add_merchant", asdict(counter), lambda: _add_merchant(uow, scheme, doing, counter))


def _add_merchant(uow: UnitOfWork, scheme: Scheme, doing: Doing, counter: Counter) -> Receipt:
    check_staff_of(uow, doing.actor_id, counter.branch_id)
    kinds = kinds_of(scheme)
    if not kinds:
        raise RuleRefused("goods_not_here")
    if counter.kind not in kinds:
        raise RuleRefused("merchant_kind", kinds="、".join(kinds))
    if not counter.name.strip():
        raise RuleRefused("words_missing")
    if counter.contact_id is not None:
        uow.members.get(counter.contact_id)
    if counter.station_id is not None:
        uow.stations.get(counter.station_id)
    merchant = uow.merchants.add(Merchant(**asdict(counter)), doing.audit("add_merchant"))
    return Receipt(outcome="merchant_added", facts=merchant_facts(merchant))


def set_merchant(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, merchant_id: int, active: bool, contact_id: int | None = None
) -> Receipt:
    """Staff stop or resume a merchant, and say who redeems codes there. Outcome: merchant_set.

    What is put aside there can still be fetched. Raises NotAllowed as add_merchant.
    """
    content = {"merchant": merchant_id, "active": active, "contact": contact_id}
    return once(uow, doing, "set_merchant", content, lambda: _set(uow, doing, merchant_id, active, contact_id))


def _set(uow: UnitOfWork, doing: Doing, merchant_id: int, active: bool, contact_id: int | None) -> Receipt:
    merchant = uow.merchants.get(merchant_id, lock=True)
    check_staff_of(uow, doing.actor_id, merchant.branch_id)
    if contact_id is not None:
        merchant.contact_id = uow.members.get(contact_id).id
    merchant.active = active
    uow.merchants.save(merchant, doing.audit("set_merchant", active=active, contact=merchant.contact_id))
    return Receipt(outcome="merchant_set", facts=merchant_facts(merchant))


def add_good(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    merchant_id: int,
    name: str,
    price: int,
    stock: int,
    unit: Unit | None = None,
) -> Receipt:
    """Staff put a thing into the catalogue: `price` minutes (or green points) a piece, `stock` pieces.

    `unit` is by default the first of the scheme's. Outcome: good_added. Raises NotAllowed as add_merchant,
    RuleRefused: "goods_not_here", "good_unit", "good_price", "good_stock", "words_missing".
    """
    content = {"merchant": merchant_id, "name": name, "price": price, "stock": stock, "unit": unit}
    return once(
        uow, doing, "add_good", content, lambda: _add_good(uow, scheme, doing, merchant_id, name, price, stock, unit)
    )


def _add_good(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    merchant_id: int,
    name: str,
    price: int,
    stock: int,
    unit: Unit | None,
) -> Receipt:
    merchant = uow.merchants.get(merchant_id)
    check_staff_of(uow, doing.actor_id, merchant.branch_id)
    units = goods_units(scheme)
    if not units:
        raise RuleRefused("goods_not_here")
    chosen = unit or (Unit.GREEN if merchant.kind == STATION else units[0])
    if chosen not in units:
        raise RuleRefused("good_unit", units="、".join(units))
    if not 0 < price <= MOST_PRICE:
        raise RuleRefused("good_price", most=MOST_PRICE)
    if not 0 <= stock <= MOST_STOCK:
        raise RuleRefused("good_stock", most=MOST_STOCK)
    if not name.strip():
        raise RuleRefused("words_missing")
    good = Good(merchant_id=merchant_id, name=name.strip(), unit=chosen, price=price, stock=stock)
    uow.goods.add(good, doing.audit("add_good", merchant=merchant_id))
    return Receipt(outcome="good_added", facts=good_facts(good, merchant))


def change_good(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    good_id: int,
    pieces: int = 0,
    price: int | None = None,
    active: bool | None = None,
) -> Receipt:
    """Staff bring `pieces` in (or, below zero, take them out), set another price, or take the thing off the list.

    What is put aside keeps its price. Outcome: good_changed. Raises as add_good.
    """
    content = {"good": good_id, "pieces": pieces, "price": price, "active": active}
    return once(uow, doing, "change_good", content, lambda: _change_good(uow, doing, good_id, pieces, price, active))


def _change_good(
    uow: UnitOfWork, doing: Doing, good_id: int, pieces: int, price: int | None, active: bool | None
) -> Receipt:
    good = uow.goods.get(good_id, lock=True)
    merchant = uow.merchants.get(good.merchant_id)
    check_staff_of(uow, doing.actor_id, merchant.branch_id)
    if not 0 <= good.stock + pieces <= MOST_STOCK:
        raise RuleRefused("good_stock", most=MOST_STOCK)
    if price is not None and not 0 < price <= MOST_PRICE:
        raise RuleRefused("good_price", most=MOST_PRICE)
    good.stock += pieces
    good.price = good.price if price is None else price
    good.active = good.active if active is None else active
    uow.goods.save(good, doing.audit("change_good", pieces=pieces, price=price, active=active))
    return Receipt(outcome="good_changed", facts=good_facts(good, merchant))


def counters(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """The merchants of the own branches with their goods, for staff. Reads only. Raises NotAllowed("not_staff").

    counters: merchants (each with its goods).
    """
    branches = check_is_staff(uow, doing.actor_id)
    rows = []
    for merchant in uow.merchants.find(branch_id=tuple(branches)):
        goods = [
            good_facts(good, merchant) | {"active": good.active} for good in uow.goods.find(merchant_id=merchant.id)
        ]
        rows.append(merchant_facts(merchant) | {"goods": goods})
    return Receipt(outcome="counters", facts={"merchants": rows, "kinds": list(kinds_of(scheme))})


def catalogue(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """What can be had now, the own branch's first, then by price. Reads only. Raises NotAllowed("not_a_member").

    catalogue: goods (good, name, unit, price, stock, merchant, address, available), units.
    Raises RuleRefused("goods_not_here").
    """
    member = known(uow, doing.actor_id)
    units = goods_units(scheme)
    if not units:
        raise RuleRefused("goods_not_here")
    merchants = {merchant.id: merchant for merchant in _within_reach(uow, scheme, member)}
    goods = uow.goods.find(merchant_id=tuple(merchants), unit=tuple(str(unit) for unit in units), active=True)
    near = sorted(
        (good for good in goods if good.stock > 0),
        key=lambda good: (merchants[good.merchant_id].branch_id != member.branch_id, good.price, good.id),
    )
    rows = [good_facts(good, merchants[good.merchant_id]) for good in near]
    return Receipt(outcome="catalogue", facts={"goods": rows, "units": [unit.value for unit in units]})


def _within_reach(uow: UnitOfWork, scheme: Scheme, member: Member) -> list[Merchant]:
    """All active merchants (通存通兑); where coins stay in their branch, those of it and above."""
    merchants = uow.merchants.find(active=True)
    if scheme.spend_anywhere:
        return merchants
    path = {branch.id for branch in uow.branches.path_up(member.branch_id)}
    return [merchant for merchant in merchants if merchant.branch_id in path]


def check_hands_out(uow: UnitOfWork, actor_id: int, merchant: Merchant) -> None:
    """Raises NotAllowed("not_your_counter") for anybody but the merchant's contact and staff of its branch."""
    known(uow, actor_id)
    if merchant.contact_id != actor_id and merchant.branch_id not in staff_branches(uow, actor_id):
        raise NotAllowed("not_your_counter")


def own_counters(uow: UnitOfWork, actor_id: int) -> list[Merchant]:
    """The merchants at which this person redeems codes: those whose contact they are, else of the staff's branches."""
    mine = uow.merchants.find(contact_id=actor_id) if actor_id else []
    return mine or uow.merchants.find(branch_id=tuple(staff_branches(uow, actor_id)) if actor_id else ())


def merchant_facts(merchant: Merchant) -> dict[str, Any]:
    """What receipts say of a merchant."""
    return {
        "merchant": merchant.id,
        "name": merchant.name,
        "kind": merchant.kind,
        "branch_id": merchant.branch_id,
        "contact_id": merchant.contact_id,
        "address": merchant.address,
        "phone": merchant.phone,
        "active": merchant.active,
    }


def good_facts(good: Good, merchant: Merchant) -> dict[str, Any]:
    """What receipts say of a thing: `price` in minutes or points, by `unit`."""
    return {
        "good": good.id,
        "name": good.name,
        "unit": good.unit.value,
        "price": good.price,
        "stock": good.stock,
        "merchant": merchant.name,
        "merchant_id": merchant.id,
        "address": merchant.address,
    }
