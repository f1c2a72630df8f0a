"""Branches, stations, windows and meals; figures for staff."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bank.usecases import meals, stations
from bank.usecases.meals import MealSitePlan
from bank.usecases.stations import StationPlan
from tests.bot.actions.conftest import Street
from tests.bot.actions.talking import START

TODAY = date(2026, 11, 20)
WINDOWS = {
    "移民融入服务站": ["政策咨询", "语言课报名", "社区活动", "志愿服务登记"],
    "海外人才荟": ["人才政策咨询"],
    "生活服务大篷车": ["每周三上午9点来，理发、磨刀、修伞"],
}
PLANS = (
    StationPlan(name="古北市民中心美好生活服务站", address="黄金城道", offers=["文化", "法律"], windows=WINDOWS),
    StationPlan(name="HONG空间·党群之家", hours="每天9:00-17:00", phone="62090001", offers=["党员志愿者工作室"]),
    StationPlan(name="综合为老服务中心", offers=["养老", "医疗"], green=True),
)


@pytest.fixture
def furnished(street: Street) -> Street:
    with street.house.look() as uow:
        for plan in PLANS:
            doing = street.doing(street.staff)
            stations.save_station(uow, street.house.scheme, doing, street.house.branch, plan)
        uow.commit()
    return street


def put_meals(street: Street, *plans: MealSitePlan, dishes: str = "红烧肉、青菜、番茄蛋汤") -> None:
    with street.house.look() as uow:
        for plan in plans:
            doing = street.doing(street.staff)
            saved = meals.save_meal_site(uow, street.house.scheme, doing, street.house.branch, plan)
            for day in (TODAY, TODAY + timedelta(days=1)):
                doing = street.doing(street.staff)
                meals.put_menu(uow, street.house.scheme, doing, saved.facts["site"], day, f"{day.day}日{dishes}")
        uow.commit()


async def test_own_branch(street: Street) -> None:
    said = await street.resident.says("ask_station", "时间银行在哪里")
    assert "中山西路1030弄8号" in said
    assert "22850770" in said


async def test_a_stranger_may_ask(furnished: Street) -> None:
    furnished.resident.member_id = 0
    assert "22850770" in await furnished.resident.says("ask_station", "虹桥分行电话多少")
    assert "黄金城道" in await furnished.resident.says("ask_station", "古北市民中心在哪里")


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("几点开门", "22850770"),
        ("服务站在哪里", "黄金城道"),
        ("古北那个服务站有什么", "那里有文化、法律"),
        ("HONG空间几点开门", "每天9:00-17:00开门"),
        ("党群之家电话多少", "62090001"),
        ("移民融入窗口办什么", "政策咨询；语言课报名；社区活动"),
        ("海外人才的事在哪里办", "人才政策咨询"),
        ("大篷车哪天来", "每周三上午9点来"),
        ("绿色积分哪里换", "综合为老服务中心"),
        ("哪里可以量血压", "综合为老服务中心"),
        ("有没有健身房附近的书屋", "没有查到"),
        ("时间银行在哪里", "中山西路1030弄8号"),
    ],
)
async def test_asked_in_their_own_words(furnished: Street, words: str, heard: str) -> None:
    assert heard in await furnished.resident.says("ask_station", words)


async def test_what_is_not_known_is_not_made_up(furnished: Street) -> None:
    said = await furnished.resident.says("ask_station", "综合为老服务中心在哪里")
    assert "打22850770问一声" in said
    assert "None" not in said.text


async def test_three_at_a_time(furnished: Street) -> None:
    said = await furnished.resident.says("ask_station", "有哪几个服务站")
    assert [choice["label"][:2] for choice in said.choices] == ["古北", "HO", "综合"]
    said = await furnished.resident.picks(said, 2)
    assert "62090001" in said
    said = await furnished.resident.says("ask_station", "移民融入窗口办什么")
    assert "志愿服务登记" in await furnished.resident.picks(said, 1)


async def test_there_means_the_station_told_of_last(furnished: Street) -> None:
    await furnished.resident.says("ask_station", "党群之家在哪里")
    assert "党员志愿者工作室" in await furnished.resident.says("ask_station", "那边有什么")


async def test_without_meal_sites_a_person_is_offered(street: Street) -> None:
    said = await street.resident.says("ask_meals", "今天助餐点吃什么")
    assert any(choice["payload"] == "/talk_to_person" for choice in said.choices)


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("今天助餐点吃什么", "今天（周五）助餐：\n长虹小区老年助餐点：20日红烧肉"),
        ("明天吃什么", "21日红烧肉"),
        ("后天吃什么", "菜单还没排出来"),
        ("老年餐多少钱", "午餐12元"),
        ("助餐点在哪里", "长虹小区活动室"),
        ("几点开饭", "11:00-12:30"),
        ("饭菜谁做的", "由白领餐供应商做"),
        ("长者餐桌联盟有哪些", "虹桥餐厅（长者餐桌联盟）"),
        ("能送饭吗", "请志愿者从助餐点打好饭送到您家"),
    ],
)
async def test_meals(street: Street, words: str, heard: str) -> None:
    own = MealSitePlan(
        name="长虹小区老年助餐点",
        address="长虹小区活动室",
        hours="11:00-12:30",
        price="午餐12元",
        supplier="白领餐供应商",
    )
    put_meals(street, own, MealSitePlan(name="虹桥餐厅", alliance=True))
    assert heard in await street.resident.says("ask_meals", words)


async def test_a_meal_is_brought_home_after_a_read_back(street: Street) -> None:
    put_meals(street, MealSitePlan(name="长虹小区老年助餐点"))
    said = await street.resident.says("ask_meals", "能送饭吗")
    number = next(i for i, choice in enumerate(said.choices, start=1) if "志愿者送" in choice["label"])
    said = await street.resident.picks(said, number)
    assert "送餐" in said
    assert "上午11点半" in said
    assert "对吗" in said
    assert "等分行审核" in await street.resident.says("affirm", "对")


async def test_meal_sites_three_at_a_time(street: Street) -> None:
    put_meals(street, *(MealSitePlan(name=f"第{sign}助餐点") for sign in "一二三四"))
    said = await street.resident.says("ask_meals", "今天助餐点吃什么")
    assert "第三助餐点" in said
    assert "第四助餐点" not in said.text
    assert "第四助餐点" in await street.resident.picks(said, 1)


async def test_figures_for_staff(street: Street) -> None:
    street.published(START + timedelta(days=1))
    said = await street.staff.says("view_report", "本月报表")
    assert "新单1个" in said
    assert "会员3人" in said


async def test_figures_are_for_staff_only(street: Street) -> None:
    assert "工作人员" in await street.resident.says("view_report", "报表")
