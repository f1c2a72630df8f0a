"""Several workers at one piece, one purse, one code, one settlement day: one wins, nobody pays twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Engine, text

from bank.coins import Unit
from bank.doing import Doing, Receipt
from bank.notices import Due, DueKind
from bank.usecases import clockwork, converting, dividing, goods, merchant_months
from bank.usecases.converting import Answered
from storage.unit_of_work import SqlUnitOfWork, uow_factory
from storage.verify import verify
from tests.bank.market import Market, code
from tests.bank.town import Town
from tests.storage.test_workers import at_once

Work = Callable[[SqlUnitOfWork], object]
JUNE = date(2024, 6, 30)


def deed(town: Town, verb: Callable[..., Receipt], who: str, *args: object, key: str | None = None) -> Work:
    doing: Doing = town.doing(who, key=key)
    return lambda uow: verb(uow, town.scheme, doing, *args)


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town("fuyuan", engine)


@pytest.fixture
def market(town: Town) -> Market:
    market = Market(town, stock=2)
    for name in ("王阿婆", "小红", "李明"):
        town.grant(name, 4)
    return market


def race(town: Town, *works: Work) -> dict[str, int]:
    units = uow_factory(town.engine, zone=town.scheme.tz)
    return dict(at_once(units, *works))


def test_one_wins_the_last_piece(town: Town, market: Market) -> None:
    works = [
        deed(town, goods.redeem_goods, name, market.rice, 2, code(number))
        for number, name in enumerate(("王阿婆", "小红", "李明"))
    ]
    assert race(town, *works) == {"done": 1, "RuleRefused": 2}
    assert market.stock(market.rice) == 0
    assert sum(market.purse(name)[1] for name in ("王阿婆", "小红", "李明")) == 240
    assert verify(town.engine).ok


def test_one_purse_is_held_once(town: Town, market: Market) -> None:
    works = [deed(town, goods.redeem_goods, "王阿婆", market.rice, 2, code(1)) for _ in range(2)]
    works += [deed(town, converting.convert_coins, "王阿婆", 60 * 3)]
    ended = race(town, *works)
    assert (ended["done"], ended["RuleRefused"]) == (1, 2)
    balance, reserved = market.purse("王阿婆")
    assert (balance, reserved) in ((240, 240), (60, 0))
    assert verify(town.engine).ok


def test_two_taps_are_one_deed(town: Town, market: Market) -> None:
    works = [deed(town, goods.redeem_goods, "王阿婆", market.rice, 1, code(n), key="tap") for n in range(4)]
    assert race(town, *works) == {"done": 4}
    assert (market.stock(market.rice), market.purse("王阿婆")) == (1, (240, 120))


def test_fetched_given_back_and_expired_at_once(town: Town, market: Market) -> None:
    pickup = market.put_aside("王阿婆", market.rice, 1)
    with town.unit() as uow:
        row = next(one for one in uow.desk.due.claim(town.at("2024-05-01"), 99) if one.kind is DueKind.PICKUP_EXPIRES)
    works: list[Work] = [deed(town, goods.hand_over, "店主", pickup, code(1)) for _ in range(2)]
    works.append(deed(town, goods.cancel_pickup, "王阿婆", pickup))
    works.append(lambda uow: clockwork.handle_due(uow, town.scheme, row, town.now))
    race(town, *works)
    ended = market.status(pickup)
    assert ended in ("collected", "cancelled", "expired")
    assert (market.till(), market.stock(market.rice)) == ((120, 1) if ended == "collected" else (0, 2))
    assert market.purse("王阿婆") == ((120, 0) if ended == "collected" else (240, 0))
    assert verify(town.engine).ok


def test_the_database_itself_keeps_open_codes_apart(town: Town, market: Market) -> None:
    works = [deed(town, goods.redeem_goods, name, market.soap, 1, code(7)) for name in ("王阿婆", "小红")]
    ended = race(town, *works)
    assert ended == {"done": 1, "Conflict": 1}


def test_a_month_is_stated_and_cleared_once(town: Town, market: Market) -> None:
    town.do(goods.hand_over, "店主", market.put_aside("王阿婆", market.rice, 1), code(1))
    due = Due(key="month", kind=DueKind.MERCHANT_MONTH, subject_id=2024 * 12 + 2, at=town.now)
    race(town, *[lambda uow: clockwork.handle_due(uow, town.scheme, due, town.now)] * 3)
    rows = town.do(merchant_months.merchant_months, "总行老赵").facts["rows"]
    assert len(rows) == 1
    works = [deed(town, merchant_months.clear_month, "总行老赵", rows[0]["month_id"]) for _ in range(3)]
    assert race(town, *works)["done"] == 1
    assert market.till() == 0
    assert verify(town.engine).ok


def test_one_settlement_day_by_two_clocks(engine: Engine) -> None:
    town = Town("taierzhuang", engine)
    market = Market(town)
    for name in ("李明", "陈芳"):
        market.earn(name, 61)
    due = Due(key="day", kind=DueKind.SETTLEMENT_DAY, subject_id=(JUNE - date(1970, 1, 1)).days, at=town.now)
    works: list[Work] = [lambda uow: clockwork.handle_due(uow, town.scheme, due, town.now)] * 2
    works += [deed(town, dividing.divide, 0, town.people["李明"], JUNE) for _ in range(2)]  # type: ignore[arg-type]  # the desk
    race(town, *works)
    with town.unit() as uow:
        rows = uow.divisions.find(day=JUNE)
    assert len({row.member_id for row in rows}) == len(rows)
    assert (town.purse("李明")[0], market.purse("李明", Unit.GOODS)[0]) == (31, 30)
    assert verify(town.engine).ok


def test_an_undo_and_an_export_at_once(town: Town, market: Market) -> None:
    number = int(town.do(converting.convert_coins, "王阿婆", 60).facts["conversion"])
    town.now = town.at("2024-03-04T09:10")
    early = town.doing("王阿婆")
    town.now = town.at("2024-03-04T09:11")
    ended = race(
        town,
        lambda uow: converting.undo_conversion(uow, town.scheme, early, number),
        deed(town, converting.export_conversions, "总行老赵", "b1"),
    )
    assert ended["done"] == 1
    with town.unit() as uow:
        row = uow.conversions.get(number)
        lies = uow.connection.execute(text("SELECT sum(balance) FROM account WHERE owner_kind = 'clearing'")).scalar()
    assert (row.status.value, lies) in (("returned", 0), ("exported", 60))
    answers = [Answered(number=number, result="returned", reason="查无此人")]
    if row.batch:
        race(town, *[deed(town, converting.take_answers, "总行老赵", "b1", answers) for _ in range(3)])
    assert town.purse("王阿婆")[0] == 240
    assert verify(town.engine).ok
