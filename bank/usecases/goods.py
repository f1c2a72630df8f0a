"""Goods for coins or points: put aside with a hold and a code, fetched, given back, or expired.

The code itself is the caller's: here only its hash is known. Rows are locked good or pick-up first, then accounts.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any

from bank.coins import Leg, Posting, TransactionKind
from bank.doing import Doing, Receipt
from bank.eligibility import check_active
from bank.errors import NotAllowed, RuleRefused, WrongState
from bank.goods import PICKUP_LIFE, Good, Merchant, Pickup, PickupStatus
from bank.moments import local_day
from bank.notices import Due, DueKind
from bank.permissions import known, staff_at
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.deed import once
from bank.usecases.facts import iso
from bank.usecases.merchants import check_hands_out, own_counters
from bank.usecases.purses import counter_account, goods_units, purse_of
from bank.usecases.telling import ids, tell

TRIES_FOR = timedelta(hours=1)
"""How long wrong codes count against a counter."""


def preview_redeem(uow: UnitOfWork, scheme: Scheme, doing: Doing, good_id: int, quantity: int) -> Receipt:
    """What `quantity` pieces would cost, for the read-back. Reads only; raises as redeem_goods.

    preview: facts of the pick-up and available (before), left (after).
    """
    good, merchant = _wanted(uow, scheme, doing, good_id, quantity, lock=False)
    account = purse_of(uow, scheme, known(uow, doing.actor_id), good.unit)
    _check_funds(good, quantity, account.available)
    until = doing.now + timedelta(days=scheme.pickups.days)
    cost = quantity * good.price
    facts = {
        "good": good.id,
        "name": good.name,
        "unit": good.unit.value,
        "price": good.price,
        "quantity": quantity,
        "cost": cost,
        "available": account.available,
        "left": account.available - cost,
        "merchant": merchant.name,
        "address": merchant.address,
        "until": iso(until, scheme),
    }
    return Receipt(outcome="preview", facts=facts)


def redeem_goods(uow: UnitOfWork, scheme: Scheme, doing: Doing, good_id: int, quantity: int, code_hash: str) -> Receipt:
    """Put pieces aside for the member: stock is taken, the price held until they are fetched. Outcome: put_aside.

    `code_hash` is that of a fresh six-digit code (see `code_is_free`); under the same key the first one stands.
    Raises NotAllowed("not_a_member"), RuleRefused: "goods_not_here", "good_gone", "out_of_stock", "pieces_wrong",
    "goods_unaffordable", "membership_…".
    """
    content = {"good": good_id, "quantity": quantity}
    return once(uow, doing, "redeem_goods", content, lambda: _redeem(uow, scheme, doing, good_id, quantity, code_hash))


def _redeem(uow: UnitOfWork, scheme: Scheme, doing: Doing, good_id: int, quantity: int, code_hash: str) -> Receipt:
    good, merchant = _wanted(uow, scheme, doing, good_id, quantity, lock=True)
    member = known(uow, doing.actor_id)
    account = purse_of(uow, scheme, member, good.unit)
    account = uow.ledger.lock([account.id])[account.id]
    _check_funds(good, quantity, account.available)
    until = doing.now + timedelta(days=scheme.pickups.days)
    hold = uow.ledger.reserve(
        key=f"{doing.key}:pickup",
        account_id=account.id,
        minutes=quantity * good.price,
        order_id=None,
        now=doing.now,
    )
    good.stock -= quantity
    uow.goods.save(good, doing.audit("take_stock", pieces=quantity))
    pickup = Pickup(
        good_id=good.id,
        merchant_id=merchant.id,
        member_id=member.id,
        quantity=quantity,
        price=good.price,
        unit=good.unit,
        hold_id=hold.id,
        code_hash=code_hash,
        made_at=doing.now,
        expires_at=until,
    )
    uow.pickups.add(pickup, doing.audit("redeem_goods", good=good.id, pieces=quantity))
    _plan_expiry(uow, pickup)
    return Receipt(outcome="put_aside", facts=pickup_facts(uow, scheme, pickup, left=account.available - hold.minutes))


def _wanted(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, good_id: int, quantity: int, *, lock: bool
) -> tuple[Good, Merchant]:
    check_active(known(uow, doing.actor_id))
    if not goods_units(scheme):
        raise RuleRefused("goods_not_here")
    good = uow.goods.get(good_id, lock=lock)
    merchant = uow.merchants.get(good.merchant_id)
    if not good.active or not merchant.active or good.unit not in goods_units(scheme):
        raise RuleRefused("good_gone", name=good.name)
    if not 1 <= quantity <= scheme.pickups.most_pieces:
        raise RuleRefused("pieces_wrong", most=scheme.pickups.most_pieces)
    if good.stock < quantity:
        raise RuleRefused("out_of_stock", name=good.name, stock=good.stock)
    return good, merchant


def _check_funds(good: Good, quantity: int, available: int) -> None:
    needed = quantity * good.price
    if needed > available:
        raise RuleRefused("goods_unaffordable", unit=good.unit.value, needed=needed, available=available)


def _plan_expiry(uow: UnitOfWork, pickup: Pickup) -> None:
    kind, at = DueKind.PICKUP_EXPIRES, pickup.expires_at
    uow.due.put(Due(key=f"{kind.value}:{pickup.id}:{at.isoformat()}", kind=kind, subject_id=pickup.id, at=at))


def code_is_free(uow: UnitOfWork, code_hash: str) -> bool:
    """Whether no open pick-up bears that code (the database holds it to that too)."""
    return not uow.pickups.find(code_hash=code_hash, status=PickupStatus.RESERVED.value)


def renew_code(uow: UnitOfWork, scheme: Scheme, doing: Doing, pickup_id: int, code_hash: str) -> Receipt:
    """Another code for what is put aside: the old one was lost, or the message with it. Outcome: code_renewed.

    Raises NotAllowed("not_your_pickup"), WrongState.
    """
    content = {"pickup": pickup_id, "hash": code_hash}
    return once(uow, doing, "renew_code", content, lambda: _renew(uow, scheme, doing, pickup_id, code_hash))


def _renew(uow: UnitOfWork, scheme: Scheme, doing: Doing, pickup_id: int, code_hash: str) -> Receipt:
    pickup = _own(uow, doing, pickup_id)
    if pickup.status is not PickupStatus.RESERVED:
        raise WrongState("pickup", pickup.id, pickup.status.value, "renew_code")
    pickup.code_hash = code_hash
    uow.pickups.save(pickup, doing.audit("renew_code"))
    return Receipt(outcome="code_renewed", facts=pickup_facts(uow, scheme, pickup))


def _own(uow: UnitOfWork, doing: Doing, pickup_id: int) -> Pickup:
    known(uow, doing.actor_id)
    pickup = uow.pickups.get(pickup_id, lock=True)
    if pickup.member_id != doing.actor_id:
        raise NotAllowed("not_your_pickup")
    return pickup


# At the counter ---------------------------------------------------------------------------------------------------


def find_pickup(uow: UnitOfWork, scheme: Scheme, doing: Doing, code_hash: str) -> Receipt:
    """What a code is for, at the counters of this contact or staff member; wrong ones are counted.

    Outcomes: to_hand_over (facts of the pick-up) · code_wrong (tries_left). Nothing is handed over yet.
    Raises NotAllowed("not_your_counter"), RuleRefused("codes_locked", minutes) after `pickups.wrong_codes` in an hour.
    """
    return once(uow, doing, "find_pickup", {"hash": code_hash}, lambda: _find(uow, scheme, doing, code_hash))


def _find(uow: UnitOfWork, scheme: Scheme, doing: Doing, code_hash: str) -> Receipt:
    counters = [uow.merchants.get(each.id, lock=True) for each in own_counters(uow, doing.actor_id)]
    if not counters:
        raise NotAllowed("not_your_counter")
    wrong = max(_wrong(counter, doing.now) for counter in counters)
    if wrong >= scheme.pickups.wrong_codes:
        since = max(counter.wrong_since for counter in counters if counter.wrong_since is not None)
        raise RuleRefused("codes_locked", minutes=int((since + TRIES_FOR - doing.now).total_seconds() // 60) + 1)
    here = tuple(counter.id for counter in counters)
    found = uow.pickups.find(code_hash=code_hash, status=PickupStatus.RESERVED.value, merchant_id=here)
    if found and found[0].expires_at > doing.now:
        return Receipt(outcome="to_hand_over", facts=pickup_facts(uow, scheme, found[0]))
    for counter in counters:
        counter.wrong_codes = _wrong(counter, doing.now) + 1
        counter.wrong_since = counter.wrong_since if counter.wrong_codes > 1 else doing.now
        uow.merchants.save(counter, doing.audit("wrong_code", count=counter.wrong_codes))
    left = max(0, scheme.pickups.wrong_codes - wrong - 1)
    if left == 0:
        for staff in ids(staff_at(uow, counters[0].branch_id)):
            tell(uow, scheme, doing, staff, "codes_locked", merchant=counters[0].name)
    return Receipt(outcome="code_wrong", facts={"tries_left": left})


def _wrong(counter: Merchant, now: datetime) -> int:
    """Wrong codes at that counter within the hour."""
    fresh = counter.wrong_since is not None and now - counter.wrong_since < TRIES_FOR
    return counter.wrong_codes if fresh else 0


def hand_over(uow: UnitOfWork, scheme: Scheme, doing: Doing, pickup_id: int, code_hash: str) -> Receipt:
    """The goods of a code were handed over: the hold is paid to the merchant. Outcome: collected; the member is told.

    Raises NotAllowed ("not_your_counter", "own_pickup"), RuleRefused("pickup_over"), WrongState.
    """
    content = {"pickup": pickup_id, "hash": code_hash}
    return once(uow, doing, "hand_over", content, lambda: _hand_over(uow, scheme, doing, pickup_id, code_hash))


def _hand_over(uow: UnitOfWork, scheme: Scheme, doing: Doing, pickup_id: int, code_hash: str) -> Receipt:
    pickup = uow.pickups.get(pickup_id, lock=True)
    merchant = uow.merchants.get(pickup.merchant_id)
    check_hands_out(uow, doing.actor_id, merchant)
    if pickup.member_id == doing.actor_id:
        raise NotAllowed("own_pickup")
    status = PICKUP_LIFE.target(pickup.id, pickup.status, "collect")
    if not compare_digest(pickup.code_hash, code_hash) or pickup.expires_at <= doing.now:
        raise RuleRefused("pickup_over")
    member = uow.members.get(pickup.member_id)
    purse = purse_of(uow, scheme, member, pickup.unit)
    cost = pickup.quantity * pickup.price
    uow.ledger.post(
        Posting(
            key=f"pickup:{pickup.id}",
            kind=TransactionKind.REDEMPTION,
            legs=(Leg(debit=purse.id, credit=counter_account(uow, merchant.id, pickup.unit).id, minutes=cost),),
            day=local_day(doing.now, scheme.tz),
            posted_at=doing.now,
            scheme=scheme.name,
            scheme_version=scheme.version,
            done_by=doing.actor_id,
            done_for=member.id,
            reason=f"{uow.goods.get(pickup.good_id).name} × {pickup.quantity}",
            hold_id=pickup.hold_id,
        )
    )
    uow.ledger.resolve(pickup.hold_id, key=f"pickup:{pickup.id}:paid", now=doing.now)
    _end(uow, doing, pickup, status, "collect")
    facts = pickup_facts(uow, scheme, pickup)
    left = purse_of(uow, scheme, member, pickup.unit).available
    tell(uow, scheme, doing, member.id, "goods_collected", answer=True, **_said(facts), left=left)
    return Receipt(outcome="collected", facts=facts)


# Not fetched ------------------------------------------------------------------------------------------------------


def cancel_pickup(uow: UnitOfWork, scheme: Scheme, doing: Doing, pickup_id: int) -> Receipt:
    """The member gives back what was put aside: stock and hold come back. Outcome: pickup_cancelled (left).

    Raises NotAllowed("not_your_pickup"), WrongState once it was fetched.
    """
    return once(uow, doing, "cancel_pickup", {"pickup": pickup_id}, lambda: _cancel(uow, scheme, doing, pickup_id))


def _cancel(uow: UnitOfWork, scheme: Scheme, doing: Doing, pickup_id: int) -> Receipt:
    pickup = _own(uow, doing, pickup_id)
    status = PICKUP_LIFE.target(pickup.id, pickup.status, "cancel")
    _give_back(uow, doing, pickup, expired=False)
    _end(uow, doing, pickup, status, "cancel")
    left = purse_of(uow, scheme, uow.members.get(pickup.member_id), pickup.unit).available
    return Receipt(outcome="pickup_cancelled", facts=pickup_facts(uow, scheme, pickup, left=left))


def expire_pickup(uow: UnitOfWork, scheme: Scheme, doing: Doing, due: Due) -> bool:
    """Nobody came for it: stock and hold come back, the member is told. False when it was fetched or given back."""
    pickup = uow.pickups.get(due.subject_id, lock=True)
    if not PICKUP_LIFE.allows(pickup.status, "expire"):
        return False
    _give_back(uow, doing, pickup, expired=True)
    _end(uow, doing, pickup, PickupStatus.EXPIRED, "expire")
    left = purse_of(uow, scheme, uow.members.get(pickup.member_id), pickup.unit).available
    facts = _said(pickup_facts(uow, scheme, pickup))
    tell(uow, scheme, doing, pickup.member_id, "pickup_expired", **facts, left=left)
    return True


def _give_back(uow: UnitOfWork, doing: Doing, pickup: Pickup, *, expired: bool) -> None:
    good = uow.goods.get(pickup.good_id, lock=True)
    good.stock += pickup.quantity
    uow.goods.save(good, doing.audit("give_stock_back", pieces=pickup.quantity))
    uow.ledger.resolve(pickup.hold_id, key=f"pickup:{pickup.id}:free", now=doing.now, expired=expired)


def _end(uow: UnitOfWork, doing: Doing, pickup: Pickup, status: PickupStatus, verb: str) -> None:
    pickup.status, pickup.ended_at, pickup.ended_by = status, doing.now, doing.actor_id or None
    uow.pickups.save(pickup, doing.audit(verb))
    uow.due.cancel(pickup.id, (DueKind.PICKUP_EXPIRES,), doing.now)


# Looking ----------------------------------------------------------------------------------------------------------


def my_pickups(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """What is put aside for the person and not yet fetched, the soonest to end first. Reads only.

    pickups: list of the facts of each. Raises NotAllowed("not_a_member").
    """
    known(uow, doing.actor_id)
    open_ones = uow.pickups.find(member_id=doing.actor_id, status=PickupStatus.RESERVED.value)
    rows = [pickup_facts(uow, scheme, pickup) for pickup in sorted(open_ones, key=lambda each: each.expires_at)]
    return Receipt(outcome="pickups", facts={"pickups": rows})


def pickup_facts(uow: UnitOfWork, scheme: Scheme, pickup: Pickup, **more: Any) -> dict[str, Any]:
    """What receipts say of a pick-up: `cost` in minutes or points, by `unit`."""
    good, merchant = uow.goods.get(pickup.good_id), uow.merchants.get(pickup.merchant_id)
    return {
        "pickup": pickup.id,
        "name": good.name,
        "unit": pickup.unit.value,
        "quantity": pickup.quantity,
        "cost": pickup.quantity * pickup.price,
        "member": uow.members.get(pickup.member_id).name,
        "merchant": merchant.name,
        "address": merchant.address,
        "until": iso(pickup.expires_at, scheme),
        "status": pickup.status.value,
        **more,
    }


def _said(facts: dict[str, Any]) -> dict[str, Any]:
    """Of the facts those that a notice says."""
    return {name: facts[name] for name in ("name", "unit", "quantity", "cost", "merchant")}
