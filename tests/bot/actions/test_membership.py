"""Joining in chat, becoming a volunteer, and an honest word about relatives."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bank.members import MemberStatus
from bot.actions.membership import born_in
from tests.doubles.town import Town, make_town

TODAY = date(2026, 11, 20)


@pytest.fixture
def town() -> Town:
    return make_town()


async def test_a_stranger_joins_step_by_step(town: Town) -> None:
    talk = town.talk(None)
    assert "叫什么名字" in await talk.says("我想参加时间银行", "join")
    assert "哪年生" in await talk.says("孙美丽")
    assert "手机号" in await talk.says("1950年3月")
    assert "孙美丽，1950年3月生，电话13812345678" in await talk.says("138 1234 5678")
    assert "带身份证" in await talk.says("对", "affirm")
    with town.desk.units() as uow:
        (member,) = uow.members.find(name="孙美丽")
        assert (member.status, member.born, member.phone) == (MemberStatus.APPLIED, date(1950, 3, 1), "13812345678")
        assert uow.desk.identities.get(talk.identity_id).member_id == member.id


async def test_who_joins_is_asked_once_whether_words_may_be_kept(town: Town) -> None:
    talk = town.talk(None)
    await talk.says("我叫孙美丽，七十六岁，电话13812345678", "join")
    answer = await talk.says("对", "affirm")
    assert "别留我的话" in answer
    assert [choice.payload for choice in talk.last.choices] == ["/learning_yes", "/learning_no"]
    with town.desk.units() as uow:
        (member,) = uow.members.find(name="孙美丽")
        assert member.learning_consent is None  # no answer is no consent
        assert member.learning_asked_at is not None


async def test_one_sentence_gives_all(town: Town) -> None:
    talk = town.talk(None)
    answer = await talk.says("我要登记，我叫孙美丽，今年七十六岁，电话13812345678", "join")
    assert "孙美丽，76岁，电话13812345678" in answer


async def test_a_no_to_the_read_back_asks_what_to_change(town: Town) -> None:
    talk = town.talk(None)
    await talk.says("我叫孙美丽，七十六岁，电话13812345678", "join")
    assert "改哪一样" in await talk.says("不对", "deny")
    assert "手机号" in await talk.says("3")
    assert "13900001111" in await talk.says("13900001111")
    assert "先不登记" in await talk.says("算了不登记了", "deny")
    with town.desk.units() as uow:
        assert uow.members.find(name="孙美丽") == []


async def test_a_wrong_number_and_an_odd_age_are_asked_again(town: Town) -> None:
    talk = town.talk(None)
    await talk.says("我叫孙美丽", "join")
    assert "没听准" in await talk.says("二百岁")
    await talk.says("76")
    assert "11位" in await talk.says("138123")


async def test_members_need_not_join_again(town: Town) -> None:
    assert "已经是会员" in await town.talk("王阿婆").says("我要登记", "join")


@pytest.mark.parametrize(
    ("said", "born"),
    [
        ("1950年3月", {"day": "1950-03-01", "exact": True}),
        ("1950-3-8", {"day": "1950-03-08", "exact": True}),
        ("五零年生的", {"day": "1950-01-01", "exact": False}),
        ("50年", {"day": "1950-01-01", "exact": False}),
        ("一九五〇年三月八日", {"day": "1950-03-08", "exact": True}),
        ("七十六岁", {"age": 76, "day": "1950-01-01", "exact": False}),
        ("今年76", {"age": 76, "day": "1950-01-01", "exact": False}),
        ("二百岁", None),
        ("2030年", None),
        ("电话13812345678", None),
    ],
)
def test_birth_dates_and_ages(said: str, born: dict[str, Any] | None) -> None:
    assert born_in(said, TODAY, asked=False) == born


def test_a_bare_number_is_an_age_or_a_year_when_asked_for() -> None:
    assert born_in("76", TODAY, asked=True) == {"age": 76, "day": "1950-01-01", "exact": False}
    assert born_in("1950", TODAY, asked=True) == {"day": "1950-01-01", "exact": False}
    assert born_in("76", TODAY, asked=False) is None


async def test_a_member_becomes_a_volunteer_once_staff_have_seen_to_it(town: Town) -> None:
    talk = town.talk("赵奶奶")
    assert "身体好吗" in await talk.says("我也想去帮别人", "join_volunteer")
    assert "退休了吗" in await talk.says("好着呢，硬朗")
    assert "愿意吗" in await talk.says("早退休了")
    assert "参加培训" in await talk.says("愿意", "affirm")
    assert "已经是志愿者" in await town.talk("李明").says("我想当志愿者", "join_volunteer")


async def test_who_is_not_well_is_thanked(town: Town) -> None:
    talk = town.talk("赵奶奶")
    await talk.says("我想当志愿者", "join_volunteer")
    assert "身体要紧" in await talk.says("2")
    assert talk.finished


async def test_who_has_no_telephone_joins_all_the_same(town: Town) -> None:
    talk = town.talk(None)
    await talk.says("我想参加", "join")
    await talk.says("马阿土")
    await talk.says("七十八")
    assert "没有留电话" in await talk.says("没有手机", "nlu_fallback")
    assert "带身份证" in await talk.says("对", "affirm")


async def test_who_waits_to_be_verified_hears_so_before_all_questions(town: Town) -> None:
    talk = town.talk(None)
    await talk.says("我想参加", "join")
    await talk.says("马阿土")
    await talk.says("七十八")
    await talk.says("13812345678")
    await talk.says("对", "affirm")
    with town.desk.units() as uow:
        town.people["马阿土"] = uow.members.find(name="马阿土")[0].id
    answer = await town.talk("马阿土").says("明天陪我看病", "request_help")
    assert "还在等工作人员核对" in answer
    assert "几点" not in answer
