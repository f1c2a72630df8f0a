"""Several workers give and grant at once: no cap, no purse, no budget is passed, whoever is first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from bank.doing import Doing, Receipt
from bank.usecases import giving, grants, undo
from storage.unit_of_work import SqlUnitOfWork, uow_factory
from storage.verify import verify
from tests.bank.town import Town
from tests.storage.test_workers import at_once

Work = Callable[[SqlUnitOfWork], object]


def deed(town: Town, verb: Callable[..., Receipt], who: str, *args: object) -> Work:
    doing: Doing = town.doing(who)
    return lambda uow: verb(uow, town.scheme, doing, *args)


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town("changning", engine)


def test_two_workers_gifting_to_one_nearly_full_account_never_pass_the_cap(town: Town) -> None:
    town.grant("李明", 598)
    for name in ("王阿婆", "陈芳", "小红"):
        town.grant(name, 2)
    units = uow_factory(town.engine, zone=town.scheme.tz)
    to = town.people["李明"]
    works = [deed(town, giving.gift_coins, name, to, 60) for name in ("王阿婆", "陈芳", "小红") for _ in range(2)]
    assert at_once(units, *works) == {"done": 2, "RuleRefused": 4}
    assert town.purse("李明")[0] == 600 * 60
    assert verify(town.engine).ok


def test_two_workers_spending_one_purse_leave_nothing_below_zero(town: Town) -> None:
    town.grant("王阿婆", 2)
    units = uow_factory(town.engine, zone=town.scheme.tz)
    works = [deed(town, giving.gift_coins, "王阿婆", town.people[name], 60) for name in ("李明", "陈芳", "小红") * 2]
    assert at_once(units, *works) == {"done": 2, "RuleRefused": 4}
    assert town.purse("王阿婆")[0] == 0
    assert verify(town.engine).ok


def test_two_workers_never_pass_a_budget(town: Town) -> None:
    town.budget(150)
    units = uow_factory(town.engine, zone=town.scheme.tz)
    works = [deed(town, grants.grant_coins, "总行老赵", town.people["王阿婆"], 60, "高龄") for _ in range(5)]
    ended = at_once(units, *works)
    assert (ended["done"], ended["RuleRefused"] + ended["Conflict"]) == (2, 3)
    assert town.purse("王阿婆")[0] == 120


def test_two_workers_take_one_gift_back_once(town: Town) -> None:
    town.grant("王阿婆", 2)
    town.do(giving.gift_coins, "王阿婆", town.people["李明"], 60)
    units = uow_factory(town.engine, zone=town.scheme.tz)
    ended = at_once(units, *[deed(town, undo.undo_last, "王阿婆") for _ in range(4)])
    assert ended["done"] == 1
    assert (town.purse("王阿婆")[0], town.purse("李明")[0]) == (120, 0)
    assert verify(town.engine).ok
