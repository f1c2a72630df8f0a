"""When stored time may be used (SCHEMES: row "own use"; why this reading: docs/decisions, "Stored time").

Where the settlement day comes first, what was earned since the last one can't be spent yet, and where nobody pays for
the priority groups, others pay with time that they have stored.
"""

from __future__ import annotations

from datetime import date, datetime

from bank.coins import Account, TransactionKind
from bank.eligibility import priority
from bank.errors import RuleRefused
from bank.members import Member
from bank.moments import local_day
from bank.orders import Order, PayerKind
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.accounts import coins_of, owner_of, payer_account
from bank.usecases.facts import order_cost


def next_settlement(scheme: Scheme, today: date) -> date | None:
    """The first settlement day from `today` on; None where there is none."""
    if scheme.settlement is None:
        return None
    return min(
        day
        for year in (today.year, today.year + 1)
        for text in scheme.settlement.days
        if (day := date(year, int(text[:2]), int(text[3:]))) >= today
    )


def purse_mates(uow: UnitOfWork, scheme: Scheme, member: Member) -> tuple[int, ...]:
    """Ids of all whose coins lie on the member's account: the household's where households hold accounts."""
    if scheme.households and member.household_id is not None:
        owner = owner_of(scheme, member)
        return tuple(
            each.id for each in uow.members.find(household_id=member.household_id) if owner_of(scheme, each) == owner
        )
    return (member.id,)


def unsettled(uow: UnitOfWork, scheme: Scheme, member: Member, account: Account) -> int:
    """Minutes earned by service since the last settlement day of the account, less what was reversed since."""
    earned = uow.ledger.came_in(account.id).get(TransactionKind.SERVICE, 0)
    divided = sum(row.earned for row in uow.divisions.find(member_id=purse_mates(uow, scheme, member)))
    return max(0, earned - divided)


def usable(uow: UnitOfWork, scheme: Scheme, member: Member, account: Account) -> int:
    """Minutes of the account that may pay for the member's own wish now."""
    if not scheme.own_use_at_settlement:
        return account.available
    return max(0, account.available - unsettled(uow, scheme, member, account))


def payable(uow: UnitOfWork, scheme: Scheme, order: Order, account: Account) -> int:
    """Minutes that the payer's account may give for this order."""
    if order.payer is not PayerKind.RECEIVER:
        return account.available
    return usable(uow, scheme, uow.members.get(order.payer_id or order.resident_id), account)


def let_stored_time_pay(uow: UnitOfWork, scheme: Scheme, person: Member, order: Order) -> None:
    """Where nobody pays for the priority groups, who is in none of them pays with stored time that covers it.

    Sets the (unsaved) order's payer; who has stored less is served after the others and pays nothing.
    """
    stored_pays = scheme.payer is PayerKind.NOBODY and scheme.own_use_at_settlement
    if not stored_pays or priority(scheme, person, local_day(order.starts_at, scheme.tz)) < len(
        scheme.receiving.groups
    ):
        return
    order.payer, order.payer_id = PayerKind.RECEIVER, person.id
    if coins_of(uow, scheme, person).available < order_cost(scheme, order):
        order.payer, order.payer_id = PayerKind.NOBODY, None


def check_settled(uow: UnitOfWork, scheme: Scheme, order: Order, now: datetime) -> None:
    """Raises RuleRefused("own_use_at_settlement") when the coins are there, but earned since the last settlement."""
    if not scheme.own_use_at_settlement or order.payer is not PayerKind.RECEIVER:
        return
    account = payer_account(uow, scheme, order)
    needed = order_cost(scheme, order)
    if account is None or account.available < needed:
        return
    can = payable(uow, scheme, order, account)
    if can < needed:
        day = next_settlement(scheme, local_day(now, scheme.tz))
        raise RuleRefused("own_use_at_settlement", needed=needed, usable=can, day=day.isoformat() if day else "")
