"""Broadcasts with preview and head count; who stopped them gets none."""

from __future__ import annotations

import pytest

from bank.members import RoleName
from bank.notices import BroadcastStatus
from bot.actions.notices import audience_said, message_said
from tests.bot.actions.conftest import Street


@pytest.mark.parametrize(
    ("words", "message", "audience"),
    [
        ("通知所有志愿者明天下午开会", "明天下午开会", "volunteer"),
        ("通知大家明天停电", "明天停电", "everybody"),
        ("群发通知", None, None),
        ("广播：明天上午健康讲座在二楼", "明天上午健康讲座在二楼", None),
        ("给志愿者群发 礼拜五培训", "礼拜五培训", "volunteer"),
        ("公告：国庆节服务站休息三天", "国庆节服务站休息三天", None),
    ],
)
def test_message_and_audience(words: str, message: str | None, audience: str | None) -> None:
    assert message_said(words) == message
    assert audience_said(words) == audience


async def test_preview_with_head_count_then_sent(street: Street) -> None:
    street.house.person("刘芳", RoleName.VOLUNTEER)
    asked = await street.staff.says("broadcast", "通知所有志愿者明天下午开会")
    assert "一共2人" in asked
    assert "明天下午开会" in asked
    done = await street.staff.says("affirm", "发")
    assert "2人" in done
    with street.house.look() as uow:
        (sent,) = uow.broadcasts.find()
        assert sent.status is BroadcastStatus.SENT


async def test_words_and_audience_are_asked_for(street: Street) -> None:
    assert "原话" in await street.staff.says("broadcast", "发通知")
    asked = await street.staff.says("inform", "明天上午九点在站里量血压")
    assert "发给谁" in asked
    assert "明天上午九点在站里量血压" in await street.staff.picks(asked, 1)


async def test_a_no_changes_the_words(street: Street) -> None:
    await street.staff.says("broadcast", "通知所有志愿者明天下午开会")
    assert "原话" in await street.staff.says("deny", "改一改")
    assert "后天下午开会" in await street.staff.says("inform", "后天下午开会")
    with street.house.look() as uow:
        assert [each.status for each in uow.broadcasts.find()] == [BroadcastStatus.DROPPED, BroadcastStatus.DRAFT]


async def test_let_go(street: Street) -> None:
    await street.staff.says("broadcast", "通知所有志愿者明天下午开会")
    assert "没有发" in await street.staff.says("cancel_order")
    with street.house.look() as uow:
        assert [each.status for each in uow.broadcasts.find()] == [BroadcastStatus.DROPPED]


async def test_who_stopped_is_left_out(street: Street) -> None:
    assert "不给您发" in await street.volunteer.says("stop_messages", "别给我发通知了")
    asked = await street.staff.says("broadcast", "通知所有志愿者明天下午开会")
    assert "1人不收通知" in asked or "没有人" in asked
    assert "再告诉您" in await street.volunteer.says("resume_messages", "恢复通知")


async def test_residents_do_not_broadcast(street: Street) -> None:
    assert "工作人员" in await street.resident.says("broadcast", "通知大家明天停电")
