"""Giving in chat: whom, how many, read back with what is left, told, taken back by a word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bank.members import Kin, KinStatus, MemberStatus
from bank.usecases import grants
from bank.usecases.accounts import coins_of as account_of
from tests.bot.actions.conftest import Street
from tests.bot.actions.talking import House, Person


def coins_of(street: Street, person: Person) -> int:
    with street.house.look() as uow:
        return account_of(uow, street.house.scheme, uow.members.get(person.member_id)).balance


@pytest.fixture
def daughter(street: Street) -> Person:
    made = street.house.person("王芳")
    bind(street, street.resident, made)
    return made


def bind(street: Street, older: Person, younger: Person, relation: str = "daughter") -> None:
    now = street.house.clock.now()
    with street.house.look() as uow:
        bond = Kin(
            member_id=older.member_id,
            relative_id=younger.member_id,
            relation=relation,
            status=KinStatus.AGREED,
            may_act=True,
            asked_at=now,
        )
        uow.kin.add(bond, street.doing(older).audit("set_up"))
        uow.commit()


async def test_a_gift_to_a_relative_in_two_turns(street: Street, daughter: Person) -> None:
    asked = await street.resident.says("gift_coins", "送两个币给我女儿")
    assert "送给您女儿王芳2币" in asked
    assert "还剩8币" in asked
    done = await street.resident.says("affirm", "对")
    assert "王芳收到2币" in done
    assert "撤销" in done
    assert coins_of(street, daughter) == 120


async def test_a_child_gives_to_the_mother(street: Street, daughter: Person) -> None:
    street.gets_coins(daughter, 120)
    asked = await daughter.says("gift_coins", "转一个币给我妈")
    assert "王秀英1币" in asked
    assert "王秀英收到" in await daughter.says("affirm", "对")


async def test_what_lacks_is_asked_for_once_each(street: Street) -> None:
    assert "送给谁" in await street.resident.says("gift_coins", "我想送币")
    assert "几个币" in await street.resident.says("inform", "李明")
    assert "李明1.5币" in await street.resident.says("inform", "一个半")
    assert "没有送" in await street.resident.says("deny", "不送")
    assert coins_of(street, street.volunteer) == 0


async def test_all_of_them_is_what_is_available(street: Street) -> None:
    said = await street.resident.says("gift_coins", "所有的币都送给李明")
    assert "李明10币" in said
    assert "还剩0币" in said


async def test_too_many_a_third_and_another_number(street: Street) -> None:
    assert "能用的是10币" in await street.resident.says("gift_coins", "送五十个币给李明")
    assert "李明3币" in await street.resident.says("inform", "那就三个")
    assert "李明2币" in await street.resident.says("correct", "不是三个，两个")


async def test_several_of_one_name_are_told_apart(street: Street) -> None:
    for phone in ("13900001111", "13900002222"):
        street.house.person("陈红", phone=phone)
    asked = await street.resident.says("gift_coins", "送两个币给陈红")
    assert [choice["label"] for choice in asked.choices] == ["陈红（尾号1111）", "陈红（尾号2222）"]
    assert "陈红2币" in await street.resident.picks(asked, 2)


async def test_an_unknown_person_is_found_by_the_last_four_figures(street: Street) -> None:
    street.house.person("赵国强", phone="13900007788")
    asked = await street.resident.says("gift_coins", "送两个币给赵国庆")
    assert "没找到" in asked
    assert "最后四位" in asked
    assert "赵国强2币" in await street.resident.says("inform", "7788")


async def test_a_gift_is_taken_back_by_a_word(street: Street) -> None:
    await street.resident.says("gift_coins", "送两个币给李明")
    await street.resident.says("affirm", "对")
    assert "2币从李明那里退给您" in await street.resident.says("deny", "撤销")
    assert coins_of(street, street.volunteer) == 0
    await street.resident.says("gift_coins", "送两个币给李明")
    await street.resident.says("affirm", "对")
    assert "退给您" in await street.resident.says("gift_coins", "刚才的币送错了，退回来")


async def test_what_was_spent_is_not_taken_back_and_that_is_said_kindly(street: Street) -> None:
    await street.resident.says("gift_coins", "送两个币给李明")
    await street.resident.says("affirm", "对")
    await street.volunteer.says("gift_coins", "送两个币给陈建平")
    await street.volunteer.says("affirm", "对")
    assert "已经用掉了" in await street.resident.says("deny", "撤销")


async def test_never_in_a_relatives_place(street: Street, daughter: Person) -> None:
    said = await daughter.says("gift_coins", "替我妈送五个币给李明")
    assert "要本人自己来说" in said
    assert said.finished
    assert "要本人自己来说" in await daughter.says("gift_coins", "帮我妈转两个币给李明")
    street.gets_coins(daughter, 120)
    assert "王秀英2币" in await daughter.says("gift_coins", "帮我转两个币给我妈")


async def test_who_can_not_receive_is_told_at_once(street: Street) -> None:
    street.house.person("钱阿姨", status=MemberStatus.SUSPENDED)
    assert "不能收币" in await street.resident.says("gift_coins", "送两个币给钱阿姨")
    assert "送给自己" in await street.resident.says("gift_coins", "送两个币给王秀英")


async def test_donations_are_refused_kindly_where_there_are_none(street: Street) -> None:
    said = await street.resident.says("donate_coins", "捐两个币")
    assert "还没有捐" in said
    assert any(choice["payload"] == "/talk_to_person" for choice in said.choices)


@pytest.fixture
def beijing(tmp_path: Path) -> Iterator[Street]:
    house = House(tmp_path, "beijing")
    made = Street(house)
    today = house.clock.now().date()
    with house.look() as uow:
        days = (today, today + timedelta(days=30))
        grants.set_budget(uow, house.scheme, made.doing(made.head), house.head, *days, 6000, False, "本年")
        uow.commit()
    made.gets_coins(made.resident, 600)
    yield made
    house.close()


async def test_a_donation_is_read_back_thanked_and_taken_back(beijing: Street) -> None:
    asked = await beijing.resident.says("donate_coins", "捐两个币给有困难的老人")
    assert "捐2币给公益账户" in asked
    assert "还剩8币" in asked
    assert "谢谢您" in await beijing.resident.says("affirm", "对")
    assert "2币退给您" in await beijing.resident.says("deny", "撤销")


async def test_beijing_offers_to_bind_before_a_gift_to_kin(beijing: Street) -> None:
    said = await beijing.resident.says("gift_coins", "送两个币给我女儿")
    assert "还没有绑定" in said
    assert said.choices[0]["payload"].startswith("/link_family")
    said = await beijing.resident.says("gift_coins", "送两个币给李明")
    assert "直系亲属" in said
    assert "要本人自己来说" in await beijing.resident.says("donate_coins", "替我老伴捐两个币")


async def test_the_schemes_without_gifts_say_so(tmp_path: Path) -> None:
    house = House(tmp_path, "taierzhuang")
    said = await house.person("王秀英").says("gift_coins", "送五个币给我老伴")
    assert "不能送人" in said
    house.close()


async def test_a_grant_offers_the_special_groups_as_reasons_and_counts_the_budget(beijing: Street) -> None:
    beijing.house.person("赵奶奶", groups=["dementia", "very_old"])
    asked = await beijing.head.says("grant_coins", "给赵奶奶发两个币")
    assert [choice["label"] for choice in asked.choices] == ["失智", "高龄"]
    assert "原因：失智" in await beijing.head.picks(asked, 1)
    assert "额度还剩88币" in await beijing.head.says("affirm", "对，发")
    assert "发给赵奶奶的2币收回来了" in await beijing.head.says("deny", "撤销")
    asked = await beijing.head.says("grant_coins", "给赵奶奶发九百个币，高龄")
    assert "额度不够了" in await beijing.head.says("affirm", "对，发")
