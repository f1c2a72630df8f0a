"""The sample community: every scheme, by the use cases, once, the same each time."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from bank.members import RoleName
from bank.orders import OrderStatus
from bank.schemes import NAMES
from bot.demo.community import SampleCommunity, fill_sample
from bot.demo.sample_story import read_sample
from storage.engine import make_engine
from storage.migrate import migrate
from storage.unit_of_work import SqlUnitOfWork, uow_factory
from storage.verify import verify
from tests.doubles.web import START, scheme_named


def fresh(folder: Path, name: str = "books") -> Engine:
    engine = make_engine(f"sqlite:///{folder / name}.db")
    migrate(engine)
    return engine


def fill(engine: Engine, scheme: str = "changning") -> SampleCommunity:
    return fill_sample(engine, scheme_named(scheme), START)


def look(engine: Engine) -> SqlUnitOfWork:
    return uow_factory(engine, reading=True)()


@pytest.mark.parametrize("scheme", NAMES)
def test_every_scheme_gets_a_community_with_honest_books(tmp_path: Path, scheme: str) -> None:
    engine = fresh(tmp_path)
    community = fill(engine, scheme)
    assert {person.kind for person in community.people} == {"resident", "volunteer", "staff"}
    with look(engine) as uow:
        states = {order.status for order in uow.orders.find()}
        assert {OrderStatus.SETTLED, OrderStatus.FINISHED, OrderStatus.ACCEPTED, OrderStatus.PUBLISHED} <= states
        assert uow.cases.find()
        assert uow.ratings.find()
        for person in community.of_kind("staff"):
            assert RoleName.STAFF in {grant.role for grant in uow.members.roles(person.member_id)}
    assert verify(engine).ok
    engine.dispose()


def test_a_second_filling_finds_it_filled(tmp_path: Path) -> None:
    engine = fresh(tmp_path)
    first = fill(engine)
    with look(engine) as uow:
        before = len(uow.orders.find()), len(uow.members.find())
    assert fill(engine) == first
    with look(engine) as uow:
        assert (len(uow.orders.find()), len(uow.members.find())) == before
    engine.dispose()


def test_the_same_moment_gives_the_same_community(tmp_path: Path) -> None:
    one, other = fresh(tmp_path, "one"), fresh(tmp_path, "other")
    assert fill(one) == fill(other)
    with look(one) as here, look(other) as there:
        assert here.orders.find() == there.orders.find()
        assert here.members.find() == there.members.find()
    one.dispose()
    other.dispose()


def test_changning_is_the_branch_of_the_sources(tmp_path: Path) -> None:
    engine = fresh(tmp_path)
    community = fill(engine)
    with look(engine) as uow:
        home = uow.branches.get(community.branches["home"])
        assert (home.name, home.address, home.phone) == (
            "虹桥街道时间银行分行",
            "中山西路1030弄8号",
            "22850770",
        )
        assert uow.branches.get(home.parent_id or 0).name == "长宁区时间银行总行"
        roles = {
            person.name: {grant.role for grant in uow.members.roles(person.member_id)}
            for person in community.of_kind("volunteer")
        }
        assert RoleName.VOLUNTEER in roles["赵建国"], "too old, with a recorded exception"
        assert RoleName.VOLUNTEER not in roles["钱小梅"], "not trained"
        file = uow.members.volunteer_file(community.named("zhao").member_id)
        assert file is not None
        assert file.exception_by == community.named("he").member_id
        assert [kin.relative_id for kin in uow.kin.of(community.named("wang").member_id)] == [
            community.named("daughter").member_id
        ]
        waiting = {order.resident_id for order in uow.orders.find(status=OrderStatus.SUBMITTED)}
        assert community.named("liu").member_id in waiting, "no coins: staff will choose who pays"
    engine.dispose()


def test_the_sample_names_only_people_and_orders_it_has() -> None:
    sample = read_sample()
    people = {person.key for person in sample.people}
    asked = {deed.order for deed in sample.story if deed.deed == "ask"}
    assert {deed.who for deed in sample.story if deed.who} <= people
    assert {deed.order for deed in sample.story if deed.order} <= asked
    assert [(deed.day, deed.at) for deed in sample.story if deed.deed == "approve"]
