"""Balance, statement, and coins that staff grant."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.actions.periods import period_said
from tests.bot.actions.conftest import Street

CHINA = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("words", "since", "until"),
    [
        ("上个月花了多少", "2026-10-01", "2026-11-01"),
        ("这个月的进出", "2026-11-01", "2026-12-01"),
        ("上周多少单", "2026-11-09", "2026-11-16"),
        ("今年一共挣了多少", "2026-01-01", "2027-01-01"),
        ("去年的", "2025-01-01", "2026-01-01"),
        ("上半年服务了多少人次", "2026-01-01", "2026-07-01"),
        ("昨天扣的是什么", "2026-11-19", "2026-11-20"),
        ("上礼拜三那笔是什么", "2026-11-11", "2026-11-12"),
    ],
)
def test_periods(words: str, since: str, until: str) -> None:
    period = period_said(words, NOW)
    assert period is not None
    assert (period.since.date().isoformat(), period.until.date().isoformat()) == (since, until)


def test_no_period() -> None:
    assert period_said("那两个币哪来的", NOW) is None


async def test_balance(street: Street) -> None:
    said = await street.resident.says("check_balance", "我还有几个币")
    assert "10" in said


async def test_reserved_coins_are_told(street: Street) -> None:
    street.published(datetime(2026, 11, 21, 1, 0, tzinfo=UTC))
    said = await street.resident.says("check_balance", "余额")
    assert "8" in said
    assert "2" in said


async def test_statement_has_at_most_five_lines(street: Street) -> None:
    for _ in range(6):
        street.gets_coins(street.resident, 60)
    said = await street.resident.says("view_statement", "明细")
    assert said.text.count("街道发的") == 5


async def test_where_the_coins_came_from(street: Street) -> None:
    street.gets_coins(street.resident, 120)
    said = await street.resident.says("view_statement", "那两个币哪来的")
    assert "街道发给您2" in said
    assert "10" not in said


async def test_an_empty_period(street: Street) -> None:
    assert "没有进出" in await street.resident.says("view_statement", "去年的明细")


async def test_staff_grant_coins(street: Street) -> None:
    asked = await street.staff.says("grant_coins", "给王秀英发10个币，低保")
    assert "王秀英" in asked
    assert "低保" in asked
    done = await street.staff.says("affirm", "对")
    assert "20" in done


async def test_a_grant_asks_for_what_lacks(street: Street) -> None:
    assert "发给谁" in await street.staff.says("grant_coins", "发币")
    assert "几个币" in await street.staff.says("inform", "王阿婆")
    assert "为什么" in await street.staff.says("inform", "五个")
    assert "对吗" in await street.staff.says("inform", "她腿断了，一个人住")


async def test_nobody_else_grants(street: Street) -> None:
    said = await street.volunteer.says("grant_coins", "给王秀英发10个币")
    assert "工作人员" in said
    assert said.finished


async def test_where_nothing_can_be_had_a_person_is_offered(street: Street) -> None:
    said = await street.resident.says("redeem_goods", "能换什么东西")
    assert any(choice["payload"] == "/talk_to_person" for choice in said.choices)
