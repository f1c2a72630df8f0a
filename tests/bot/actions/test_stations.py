"""Where the branch is; what the books don't hold is said so; figures for staff."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.bot.actions.conftest import Street
from tests.bot.actions.talking import START


async def test_own_branch(street: Street) -> None:
    said = await street.resident.says("ask_station", "时间银行在哪里")
    assert "中山西路1030弄8号" in said
    assert "22850770" in said


async def test_a_stranger_may_ask(street: Street) -> None:
    street.resident.member_id = 0
    assert "22850770" in await street.resident.says("ask_station", "虹桥分行电话多少")


@pytest.mark.parametrize("intent", ["ask_meals", "list_activities", "join_activity", "leave_activity"])
async def test_what_is_not_in_the_books_offers_a_person(street: Street, intent: str) -> None:
    said = await street.resident.says(intent, "今天助餐点吃什么")
    assert any(choice["payload"] == "/talk_to_person" for choice in said.choices)


async def test_figures_for_staff(street: Street) -> None:
    street.published(START + timedelta(days=1))
    said = await street.staff.says("view_report", "本月报表")
    assert "新单1个" in said
    assert "会员3人" in said


async def test_figures_are_for_staff_only(street: Street) -> None:
    assert "工作人员" in await street.resident.says("view_report", "报表")
