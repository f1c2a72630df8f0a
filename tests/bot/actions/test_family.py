"""Binding relatives in chat, and acting for them: who is meant, what is told, what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import text

from bank.members import KinStatus
from bank.usecases import kin
from bot.catalogue import Catalogue
from tests.bot.actions.conftest import Street
from tests.bot.actions.talking import Person


@pytest.fixture
def daughter(street: Street) -> Person:
    return street.house.person("王芳", phone="13900001234")


def bound(street: Street, older: Person, younger: Person, *, may_act: bool = True) -> None:
    with street.house.look() as uow:
        doing = street.doing(street.staff)
        kin.bind_kin(uow, street.house.scheme, doing, older.member_id, younger.member_id, "daughter", may_act)
        uow.commit()


def bonds(street: Street) -> list[Any]:
    with street.house.look() as uow:
        return uow.kin.find(status=KinStatus.AGREED)


def last_notice(street: Street, person: Person) -> Any:
    """What the person was told last, as the desk says it."""
    with street.house.look() as uow:
        query = text("SELECT words, facts FROM outbox WHERE to_member_id = :who ORDER BY id DESC LIMIT 1")
        words, facts = uow.connection.execute(query, {"who": person.member_id}).one()
    return Catalogue(street.house.scheme).say(f"notice.{words}", street.house.clock.now(), **json.loads(facts))


async def asks(street: Street) -> None:
    """The mother asks for her daughter to be bound, down to the yes."""
    assert "叫什么名字" in await street.resident.says("link_family", "绑定我女儿")
    assert "王芳替您约服务、看余额，行吗" in await street.resident.says("inform", "王芳")
    assert "您的女儿，能替您办事" in await street.resident.says("affirm", "行")
    assert "去问王芳" in await street.resident.says("affirm", "对")


async def test_a_mother_asks_and_the_daughter_agrees(street: Street, daughter: Person) -> None:
    await asks(street)
    notice = last_notice(street, daughter)
    assert "说是您的妈妈" in notice.text
    assert [choice.label for choice in notice.choices] == ["同意", "不同意", "找人说"]
    said = await daughter.says("link_family", change="agree", member_number=street.resident.member_id)
    assert "绑定好了：妈妈王秀英" in said
    assert said.finished
    assert len(bonds(street)) == 1
    assert "王芳绑定好了" in last_notice(street, street.resident).text


async def test_the_daughter_says_no(street: Street, daughter: Person) -> None:
    await asks(street)
    said = await daughter.says("link_family", change="decline", member_number=street.resident.member_id)
    assert "没有绑定" in said
    assert bonds(street) == []
    said = await daughter.says("link_family", change="agree", member_number=street.resident.member_id)
    assert "没有等您同意" in said


async def test_a_daughter_asks_for_her_mother_and_everything_is_in_one_sentence(
    street: Street, daughter: Person
) -> None:
    asked = await daughter.says("link_family", "我替我妈王秀英用，绑定一下")
    assert "您的妈" in asked
    assert "您能替着办事" in asked
    await daughter.says("affirm", "对")
    assert "王芳可以替您约服务" in last_notice(street, street.resident).text
    await street.resident.says("link_family", change="agree", member_number=daughter.member_id)
    assert bonds(street)[0].member_id == street.resident.member_id


async def test_who_says_whose_child_they_are(street: Street, daughter: Person) -> None:
    asked = await daughter.says("link_family", "我是王秀英的女儿，来给她做代理")
    assert "您要替王秀英约服务" in asked
    assert "您的父母" in await daughter.says("affirm", "要")


async def test_a_name_that_nobody_bears_is_asked_by_figures(street: Street, daughter: Person) -> None:
    await street.resident.says("link_family", "绑定我女儿")
    assert "没找到叫“王小芳”" in await street.resident.says("inform", "王小芳")
    assert "王芳替您" in await street.resident.says("inform", "1234")


async def test_neighbours_are_no_kin(street: Street) -> None:
    said = await street.resident.says("link_family", "绑定隔壁邻居")
    assert "只绑定亲属" in said


async def test_either_side_unbinds(street: Street, daughter: Person) -> None:
    bound(street, street.resident, daughter)
    assert "解除和王芳的绑定" in await street.resident.says("link_family", "我要解绑女儿")
    assert "解除好了" in await street.resident.says("affirm", "对")
    assert "王秀英解除了" in last_notice(street, daughter).text
    assert "还没有绑定家里人" in await street.resident.says("link_family", "解绑")


async def test_which_of_several_bonds_ends_is_asked(street: Street, daughter: Person) -> None:
    bound(street, street.resident, daughter)
    bound(street, street.resident, street.house.person("王强"))
    asked = await street.resident.says("link_family", "换一个亲属")
    assert "和谁的绑定" in asked
    assert "解除和王强" in await street.resident.picks(asked, 2)


async def test_who_is_bound_is_told(street: Street, daughter: Person) -> None:
    bound(street, street.resident, daughter)
    assert "女儿王芳（能替您办事）" in await street.resident.says("link_family", "我绑定了谁")
    assert "妈妈王秀英（您能替着办事）" in await daughter.says("link_family", "我绑定了哪些人")


async def test_the_mothers_coins_and_orders_by_her_daughter(street: Street, daughter: Person) -> None:
    bound(street, street.resident, daughter)
    number = street.wishes(street.house.clock.now().replace(day=22))
    assert "王秀英能用的有10币" in await daughter.says("check_balance", "我妈还有几个币")
    assert "您能用的有0币" in await daughter.says("check_balance", "我还有几个币")
    assert f"{number}号单" in await daughter.says("check_order", "看看我妈的单子")
    assert "没有进出" not in await daughter.says("view_statement", "我妈的明细")


async def test_without_a_bond_it_is_offered(street: Street, daughter: Person) -> None:
    for intent, words in (
        ("check_balance", "我妈还有几个币"),
        ("check_order", "看看我妈的单子"),
        ("view_statement", "查查我妈的明细"),
    ):
        said = await daughter.says(intent, words)
        assert "还没有绑定" in said
        assert said.choices[0]["payload"].startswith("/link_family")
    assert "叫什么名字" in await daughter.picks(said, 1)


async def test_a_bond_without_leave_to_act_says_so(street: Street, daughter: Person) -> None:
    bound(street, street.resident, daughter, may_act=False)
    assert "没有让您替着办事" in await daughter.says("check_balance", "我妈还有几个币")


async def test_telling_of_a_relative_is_no_acting_for_one(street: Street, daughter: Person) -> None:
    assert "您能用的有0币" in await daughter.says("check_balance", "我妈让我问，我还有几个币")


async def test_what_the_daughter_asked_the_mother_undoes_with_a_word(street: Street, daughter: Person) -> None:
    bound(street, street.resident, daughter)
    await daughter.says("request_help", "替我妈约个陪诊，明天上午九点，两个小时，在家里")
    await daughter.says("affirm", "对")
    with street.house.look() as uow:
        order = uow.orders.find(resident_id=street.resident.member_id)[0]
    assert order.asked_by == daughter.member_id
    assert "王芳替您约了" in last_notice(street, street.resident).text
    assert f"{order.id}号单" in await street.resident.says("deny", "撤销")
    with street.house.look() as uow:
        assert uow.orders.get(order.id).status.value == "cancelled"
