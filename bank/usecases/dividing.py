"""The settlement day: of what each earned since the last one, a part goes to goods, the rest stays for service.

台儿庄: 服务时长每半年或一年兑换一次, 50% 可到各网点兑换物品. A day's work is done in portions, each in a transaction of
its own; every member is a deed of their own, so a kill in the middle loses nothing and divides nobody twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from bank.coins import Leg, Posting, TransactionKind, Unit
from bank.doing import Doing, Receipt
from bank.errors import RuleRefused
from bank.goods import Division
from bank.members import Member, MemberStatus
from bank.moments import local_day
from bank.notices import Due, DueKind
from bank.permissions import check_is_staff, known
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.accounts import coins_of, issuance
from bank.usecases.deed import once
from bank.usecases.own_use import next_settlement, unsettled
from bank.usecases.purses import purse_of
from bank.usecases.telling import tell

PORTION = 100
"""Members of one transaction."""
DAY_ZERO = date(1970, 1, 1)  # days are numbered from here
_KEPT = (MemberStatus.ACTIVE, MemberStatus.SUSPENDED, MemberStatus.BARRED)


def plan_settlement(uow: UnitOfWork, scheme: Scheme, now: datetime) -> None:
    """Put the row of the next settlement day, where the scheme has any."""
    day = next_settlement(scheme, local_day(now, scheme.tz))
    if day is not None:
        at = datetime.combine(day, scheme.ladder.settle_at, tzinfo=scheme.tz)
        _put(uow, (day - DAY_ZERO).days, at)


def _put(uow: UnitOfWork, number: int, at: datetime, after: str = "") -> None:
    kind = DueKind.SETTLEMENT_DAY
    uow.due.put(Due(key=f"{kind.value}:{number}:{at.isoformat()}{after}", kind=kind, subject_id=number, at=at))


def settle_day(uow: UnitOfWork, scheme: Scheme, doing: Doing, due: Due) -> bool:
    """Divide for the next hundred members who were not yet; a row for the rest stands at once."""
    day = DAY_ZERO + timedelta(days=due.subject_id)
    if scheme.settlement is None:
        return False
    left = members_left(uow, day)
    for member in left[:PORTION]:
        divide(uow, scheme, replace(doing, key=f"divide:{day.isoformat()}:{member.id}"), member.id, day)
    if len(left) > PORTION:
        _put(uow, due.subject_id, doing.now, f":{left[PORTION].id}")
    else:
        plan_settlement(uow, scheme, datetime.combine(day + timedelta(days=1), scheme.ladder.settle_at, scheme.tz))
    return bool(left)


def members_left(uow: UnitOfWork, day: date) -> list[Member]:
    """Members whose coins were not yet divided on that settlement day, by id."""
    done = {row.member_id for row in uow.divisions.find(day=day)}
    kept = tuple(status.value for status in _KEPT)
    return [member for member in uow.members.find(status=kept) if member.id not in done]


def divide(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int, day: date) -> Receipt:
    """One member's division on a settlement day, once. Outcomes: divided · nothing_to_divide.

    Facts: earned, to_goods, stays, balance, goods (minutes), day. Whoever earned something is told. Raises
    RuleRefused("no_settlement").
    """
    content = {"member": member_id, "day": day.isoformat()}
    return once(uow, doing, "divide", content, lambda: _divide(uow, scheme, doing, member_id, day))


def _divide(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int, day: date) -> Receipt:
    if scheme.settlement is None:
        raise RuleRefused("no_settlement")
    member = uow.members.get(member_id)
    coins, goods = coins_of(uow, scheme, member), purse_of(uow, scheme, member, Unit.GOODS)
    coin_source, goods_source = issuance(uow, Unit.COIN), issuance(uow, Unit.GOODS)
    fresh = uow.ledger.lock([coins.id, goods.id, coin_source.id, goods_source.id])
    earned = unsettled(uow, scheme, member, fresh[coins.id])
    to_goods = min(earned * scheme.settlement.goods_pct // 100, fresh[coins.id].available)
    posted = None
    if to_goods:
        posted = uow.ledger.post(
            Posting(
                key=f"division:{day.isoformat()}:{member_id}",
                kind=TransactionKind.SETTLEMENT,
                legs=(
                    Leg(debit=coins.id, credit=coin_source.id, minutes=to_goods),
                    Leg(debit=goods_source.id, credit=goods.id, minutes=to_goods),
                ),
                day=local_day(doing.now, scheme.tz),
                posted_at=doing.now,
                scheme=scheme.name,
                scheme_version=scheme.version,
                done_for=member_id,
            )
        ).id
    row = Division(
        member_id=member_id, day=day, earned=earned, to_goods=to_goods, transaction_id=posted, made_at=doing.now
    )
    uow.divisions.add(row, doing.audit("divide", earned=earned, to_goods=to_goods))
    facts: dict[str, Any] = {
        "earned": earned,
        "to_goods": to_goods,
        "stays": earned - to_goods,
        "balance": coins_of(uow, scheme, member).available,
        "goods": purse_of(uow, scheme, member, Unit.GOODS).available,
        "day": day.isoformat(),
    }
    if earned:
        tell(uow, scheme, doing, member_id, "coins_divided", **facts)
    return Receipt(outcome="divided" if earned else "nothing_to_divide", facts=facts)


def divisions_of(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """The person's own settlement days, newest first. Reads only.

    divisions: rows (day, earned, to_goods, stays), next_day, goods_pct, unsettled (minutes earned since the last).
    Raises NotAllowed("not_a_member"), RuleRefused("no_settlement").
    """
    if scheme.settlement is None:
        raise RuleRefused("no_settlement")
    member = known(uow, doing.person_id)
    rows = [_row(each) for each in reversed(uow.divisions.find(member_id=member.id)) if each.earned]
    following = next_settlement(scheme, local_day(doing.now, scheme.tz))
    facts = {
        "rows": rows,
        "next_day": following.isoformat() if following else None,
        "goods_pct": scheme.settlement.goods_pct,
        "unsettled": unsettled(uow, scheme, member, coins_of(uow, scheme, member)),
    }
    return Receipt(outcome="divisions", facts=facts)


def settlement_sheet(uow: UnitOfWork, scheme: Scheme, doing: Doing, day: date) -> Receipt:
    """What a settlement day did for the members of the own branches, for staff. Reads only.

    sheet: day, rows (member_id, name, earned, to_goods, stays), earned, to_goods. Raises NotAllowed("not_staff").
    """
    branches = set(check_is_staff(uow, doing.actor_id))
    rows = []
    for division in uow.divisions.find(day=day):
        member = uow.members.get(division.member_id)
        if member.branch_id in branches and division.earned:
            rows.append({"member_id": member.id, "name": member.name} | _row(division))
    facts = {"day": day.isoformat(), "rows": rows, "earned": _sum(rows, "earned"), "to_goods": _sum(rows, "to_goods")}
    return Receipt(outcome="sheet", facts=facts)


def _row(division: Division) -> dict[str, Any]:
    stays = division.earned - division.to_goods
    return {
        "day": division.day.isoformat(),
        "earned": division.earned,
        "to_goods": division.to_goods,
        "stays": stays,
    }


def _sum(rows: Iterable[dict[str, Any]], name: str) -> int:
    return sum(int(row[name]) for row in rows)
