"""What is on, signing up (for oneself, for a relative), waiting, leaving; each binding step read back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bank.members import Kin, KinStatus, RoleName
from bank.usecases import activities, activity_desk
from bank.usecases.activity_desk import ActivityPlan
from tests.bot.actions.conftest import Street
from tests.bot.actions.talking import START


def opened(street: Street, title: str = "健康讲座", when: datetime | None = None, **more: object) -> int:
    known = {"minutes": 90, "place": "古北市民中心二楼", **more}
    starts = when or START + timedelta(days=1, hours=5)  # tomorrow at two
    plan = ActivityPlan(title=title, starts_at=starts, **known)  # type: ignore[arg-type]  # a test's shorthand
    with street.house.look() as uow:
        doing = street.doing(street.staff)
        receipt = activity_desk.open_activity(uow, street.house.scheme, doing, street.house.branch, plan)
        uow.commit()
    return int(receipt.facts["activity"])


def joins(street: Street, activity: int, name: str = "陆阿姨") -> None:
    other = street.house.person(name)
    with street.house.look() as uow:
        activities.sign_up(uow, street.house.scheme, street.doing(other), activity)
        uow.commit()


def list_of(street: Street, activity: int) -> dict[str, str]:
    with street.house.look() as uow:
        doing = street.doing(street.staff)
        people = activity_desk.attendance(uow, street.house.scheme, doing, activity).facts["people"]
    return {person["name"]: person["status"] for person in people}


def kin(street: Street, mother: int, daughter: int) -> None:
    with street.house.look() as uow:
        bond = Kin(
            member_id=mother,
            relative_id=daughter,
            relation="daughter",
            status=KinStatus.AGREED,
            may_act=True,
            asked_at=START,
        )
        uow.kin.add(bond, street.doing(street.staff).audit("test"))
        uow.commit()


async def test_nothing_is_on(street: Street) -> None:
    assert "还没有排活动" in await street.resident.says("list_activities", "最近有什么活动")
    assert "还没有排活动" in await street.resident.says("join_activity", "我要报名")


async def test_the_only_one_is_told_in_full_and_joined_by_its_button(street: Street) -> None:
    lecture = opened(street, places=2, green_points=5)
    said = await street.resident.says("list_activities", "最近有什么活动")
    assert "健康讲座：明天（周六）下午2点" in said
    assert "还有2个名额" in said
    assert "5个绿色积分" in said
    said = await street.resident.picks(said, 1)
    assert "报“健康讲座”：明天（周六）下午2点，1小时30分钟，在古北市民中心二楼。对吗" in said
    assert list_of(street, lecture) == {}
    said = await street.resident.says("affirm", "对")
    assert "报好了" in said
    assert said.finished
    assert list_of(street, lecture) == {"王秀英": "signed"}


async def test_three_at_a_time(street: Street) -> None:
    for day in range(1, 6):
        opened(street, f"活动{'甲乙丙丁戊'[day - 1]}班", START + timedelta(days=day))
    said = await street.resident.says("list_activities", "活动列表")
    assert [choice["label"][:4] for choice in said.choices] == ["活动甲班", "活动乙班", "还有3个"]
    said = await street.resident.picks(said, 3)
    assert [choice["label"][:4] for choice in said.choices] == ["活动丙班", "活动丁班", "活动戊班"]


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("我报名明天的讲座", "健康讲座"),
        ("我要报合唱", "红歌合唱"),
        ("后天那个我参加", "红歌合唱"),
    ],
)
async def test_named_by_title_or_day(street: Street, words: str, title: str) -> None:
    opened(street)
    opened(street, "红歌合唱", START + timedelta(days=2))
    assert f"报“{title}”" in await street.resident.says("join_activity", words)


async def test_which_one_is_asked_among_those_that_fit(street: Street) -> None:
    opened(street)
    opened(street, "防诈骗讲座", START + timedelta(days=2))
    opened(street, "红歌合唱", START + timedelta(days=2))
    said = await street.resident.says("join_activity", "我报名讲座")
    assert "报哪个活动" in said
    assert len(said.choices) == 2
    assert "报“防诈骗讲座”" in await street.resident.says("inform", "防诈骗的")
    assert "没有给您办" in (said := await street.resident.says("deny", "不报了")) or said.finished


async def test_full_means_a_number_on_the_waiting_list_by_consent(street: Street) -> None:
    lecture = opened(street, places=1)
    joins(street, lecture)
    said = await street.resident.says("join_activity", "我报名讲座")
    assert "名额满了" in said
    assert "排队吗" in said
    assert "排第1位" in await street.resident.says("affirm", "好的")
    assert list_of(street, lecture) == {"陆阿姨": "signed", "王秀英": "waiting"}


async def test_what_lies_at_the_same_time_is_said(street: Street) -> None:
    opened(street)
    street.wishes(START + timedelta(days=1, hours=5))
    assert "那个时候已经有陪诊" in await street.resident.says("join_activity", "我报名讲座")


async def test_a_button_that_told_all_signs_up_at_once(street: Street) -> None:
    lecture = opened(street, places=3)
    assert "报好了" in await street.resident.says("join_activity", activity=lecture, told=True)
    assert "已经报过名" in await street.resident.says("join_activity", activity=lecture, told=True)


async def test_for_the_mother_as_well(street: Street) -> None:
    daughter = street.house.person("王芳")
    kin(street, street.resident.member_id, daughter.member_id)
    lecture = opened(street)
    opened(street, "红歌合唱", START + timedelta(days=2))
    await daughter.says("join_activity", "我报名健康讲座")
    await daughter.says("affirm", "对")
    said = await daughter.says("join_activity", "给我妈也报一个")
    assert "给王秀英报“健康讲座”" in said
    assert "给王秀英报好了" in await daughter.says("affirm", "对")
    assert list_of(street, lecture) == {"王芳": "signed", "王秀英": "signed"}
    said = await street.resident.says("leave_activity", activity=lecture, told=True)  # 我不去, of the notice
    assert "退掉了" in said
    assert list_of(street, lecture) == {"王芳": "signed"}


async def test_nobody_is_signed_up_by_who_is_not_bound(street: Street) -> None:
    opened(street)
    said = await street.volunteer.says("join_activity", "给我妈报一个讲座")
    assert "绑定" in said


async def test_leaving_is_read_back_and_moves_the_next_up(street: Street) -> None:
    lecture = opened(street, places=1)
    joins(street, lecture)
    with street.house.look() as uow:
        activities.sign_up(uow, street.house.scheme, street.doing(street.resident), lecture, True)
        uow.commit()
    said = await street.resident.says("leave_activity", "讲座我不去了")
    assert "“健康讲座”不去了，不排队了，对吗" in said
    assert "照旧" in await street.resident.says("deny", "还是要去")
    await street.resident.says("leave_activity", "讲座我不去了")
    said = await street.resident.says("affirm", "对")
    assert "退掉了" in said
    assert list_of(street, lecture) == {"陆阿姨": "signed"}


async def test_nothing_to_leave(street: Street) -> None:
    lecture = opened(street)
    assert "没有报名的活动" in await street.resident.says("leave_activity", "讲座我不去了")
    joins(street, lecture)
    other = opened(street, "红歌合唱")
    await street.resident.says("join_activity", activity=other, told=True)
    assert "没有报，或者已经退掉" in await street.resident.says("leave_activity", activity=lecture)


async def test_a_pending_member_hears_so(street: Street) -> None:
    opened(street)
    street.resident.member_id = 0
    assert "会员" in await street.resident.says("join_activity", "我报名讲座")
    assert RoleName.RESIDENT in set(RoleName)
