"""A merchant's month: what was fetched there, stated on the 1st, cleared by the head."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from bank.coins import Leg, Posting, TransactionKind, Unit
from bank.doing import Doing, Receipt
from bank.errors import RuleRefused
from bank.goods import Merchant, MerchantMonth, Pickup, PickupStatus
from bank.moments import local_day
from bank.notices import Due, DueKind
from bank.permissions import check_is_staff, check_staff_of
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.deed import once
from bank.usecases.facts import iso
from bank.usecases.merchants import check_hands_out
from bank.usecases.purses import clearing, counter_account, goods_units
from bank.usecases.telling import tell


def plan_months(uow: UnitOfWork, scheme: Scheme, now: datetime) -> None:
    """Put the row that states this month on the 1st of the next, where goods are handed out at all."""
    if not goods_units(scheme):
        return
    today = local_day(now, scheme.tz)
    at = datetime.combine(_following(today), scheme.ladder.month_at, tzinfo=scheme.tz)
    number = today.year * 12 + today.month - 1
    kind = DueKind.MERCHANT_MONTH
    uow.due.put(Due(key=f"{kind.value}:{number}:{at.date().isoformat()}", kind=kind, subject_id=number, at=at))


def _following(day: date) -> date:
    """The 1st of the next month."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def state_months(uow: UnitOfWork, scheme: Scheme, doing: Doing, due: Due) -> bool:
    """State the month of every merchant where something was fetched; its contact is told."""
    first = date(due.subject_id // 12, due.subject_id % 12 + 1, 1)
    month = f"{first:%Y-%m}"
    stated = {row.merchant_id for row in uow.merchant_months.find(month=month)}
    done = False
    for merchant in uow.merchants.find():
        fetched = _fetched(uow, scheme, merchant.id, first)
        if merchant.id in stated or not fetched:
            continue
        paid = _paid(fetched)
        row = MerchantMonth(
            merchant_id=merchant.id,
            month=month,
            pieces=sum(pickup.quantity for pickup in fetched),
            minutes=paid[Unit.COIN] + paid[Unit.GOODS],
            points=paid[Unit.GREEN],
            made_at=doing.now,
        )
        uow.merchant_months.add(row, doing.audit("state_month", month=month))
        if merchant.contact_id is not None:
            facts: dict[str, Any] = {"merchant": merchant.name, "month": month, "pieces": row.pieces}
            at = doing.step(str(merchant.id))
            tell(uow, scheme, at, merchant.contact_id, "month_stated", **facts, minutes=row.minutes, points=row.points)
        done = True
    return done


def _fetched(uow: UnitOfWork, scheme: Scheme, merchant_id: int, first: date) -> list[Pickup]:
    """What was fetched at a merchant in the local month that begins on `first`."""
    begins, ends = (datetime.combine(day, datetime.min.time(), tzinfo=scheme.tz) for day in (first, _following(first)))
    rows = uow.pickups.find(merchant_id=merchant_id, status=PickupStatus.COLLECTED.value)
    return [row for row in rows if row.ended_at is not None and begins <= row.ended_at < ends]


def _paid(fetched: list[Pickup]) -> dict[Unit, int]:
    return {unit: sum(row.quantity * row.price for row in fetched if row.unit is unit) for unit in Unit}


def month_lines(uow: UnitOfWork, scheme: Scheme, doing: Doing, month_id: int) -> Receipt:
    """A merchant's statement piece by piece, for its contact and staff of its branch. Reads only.

    month: month, merchant, pieces, minutes, points, cleared_at, rows (pickup, at, name, quantity, unit, cost).
    Raises NotAllowed("not_your_counter").
    """
    row = uow.merchant_months.get(month_id)
    merchant = uow.merchants.get(row.merchant_id)
    check_hands_out(uow, doing.actor_id, merchant)
    rows = [
        {
            "pickup": pickup.id,
            "at": iso(pickup.ended_at or row.made_at, scheme),
            "name": uow.goods.get(pickup.good_id).name,
            "quantity": pickup.quantity,
            "unit": pickup.unit.value,
            "cost": pickup.quantity * pickup.price,
        }
        for pickup in _fetched(uow, scheme, merchant.id, _first(row))
    ]
    return Receipt(outcome="month", facts=_month_facts(scheme, row, merchant) | {"rows": rows})


def _first(row: MerchantMonth) -> date:
    return date.fromisoformat(f"{row.month}-01")


def merchant_months(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """The statements of the merchants of the own branches, newest first. Reads only. Raises NotAllowed("not_staff").

    months: rows (month_id, month, merchant, pieces, minutes, points, cleared_at).
    """
    branches = check_is_staff(uow, doing.actor_id)
    merchants = {each.id: each for each in uow.merchants.find(branch_id=tuple(branches))}
    rows = uow.merchant_months.find(merchant_id=tuple(merchants))
    newest = sorted(rows, key=lambda row: (row.month, row.id), reverse=True)
    return Receipt(
        outcome="months", facts={"rows": [_month_facts(scheme, row, merchants[row.merchant_id]) for row in newest]}
    )


def clear_month(uow: UnitOfWork, scheme: Scheme, doing: Doing, month_id: int) -> Receipt:
    """The head has made good to the merchant what its month states. Outcome: month_cleared; its contact is told.

    Raises NotAllowed ("not_staff", "not_staff_here"), RuleRefused("month_cleared").
    """
    return once(uow, doing, "clear_month", {"month": month_id}, lambda: _clear(uow, scheme, doing, month_id))


def _clear(uow: UnitOfWork, scheme: Scheme, doing: Doing, month_id: int) -> Receipt:
    row = uow.merchant_months.get(month_id, lock=True)
    merchant = uow.merchants.get(row.merchant_id)
    check_staff_of(uow, doing.actor_id, uow.branches.path_up(merchant.branch_id)[-1].id)
    if row.cleared_at is not None:
        raise RuleRefused("month_cleared", month=row.month)
    paid = _paid(_fetched(uow, scheme, merchant.id, _first(row)))
    legs = tuple(
        Leg(debit=counter_account(uow, merchant.id, unit).id, credit=clearing(uow, unit).id, minutes=paid[unit])
        for unit in Unit
        if paid[unit]
    )
    uow.ledger.post(
        Posting(
            key=f"month:{merchant.id}:{row.month}",
            kind=TransactionKind.CLEARING,
            legs=legs,
            day=local_day(doing.now, scheme.tz),
            posted_at=doing.now,
            scheme=scheme.name,
            scheme_version=scheme.version,
            done_by=doing.actor_id,
            reason=row.month,
        )
    )
    row.cleared_by, row.cleared_at = doing.actor_id, doing.now
    uow.merchant_months.save(row, doing.audit("clear_month", month=row.month))
    if merchant.contact_id is not None:
        facts: dict[str, Any] = {"month": row.month, "minutes": row.minutes, "points": row.points}
        tell(uow, scheme, doing, merchant.contact_id, "month_cleared", merchant=merchant.name, **facts)
    return Receipt(outcome="month_cleared", facts=_month_facts(scheme, row, merchant))


def _month_facts(scheme: Scheme, row: MerchantMonth, merchant: Merchant) -> dict[str, Any]:
    return {
        "month_id": row.id,
        "month": row.month,
        "merchant": merchant.name,
        "pieces": row.pieces,
        "minutes": row.minutes,
        "points": row.points,
        "cleared_at": iso(row.cleared_at, scheme) if row.cleared_at else None,
    }
