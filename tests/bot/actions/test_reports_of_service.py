"""taierzhuang in chat: what a sub-branch reported stands in the head's queue, is confirmed or sent back there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bank.members import RoleName
from bank.usecases import jobs, reports, requests, serving
from bank.usecases.requests import Wish
from tests.bot.actions.conftest import Street
from tests.bot.actions.talking import START, House


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Street]:
    house = House(tmp_path, "taierzhuang")
    street = Street(house)
    street.volunteer = house.person("孙修水", RoleName.VOLUNTEER)
    yield street
    house.close()


def reported(street: Street) -> int:
    scheme, house = street.house.scheme, street.house
    wish = Wish(service="drains", words="下水道堵了", starts_at=START + timedelta(hours=2), minutes=60, place="村东头")
    with house.look() as uow:
        number = requests.submit_request(uow, scheme, street.doing(street.resident), wish).facts["number"]
        jobs.assign(uow, scheme, street.doing(street.head), number, street.volunteer.member_id)
        uow.commit()
    house.forward(hours=2)
    with house.look() as uow:
        serving.start(uow, scheme, street.doing(street.volunteer), number)
        uow.commit()
    house.forward(hours=1)
    with house.look() as uow:
        serving.finish(uow, scheme, street.doing(street.volunteer), number)
        reports.report_service(uow, scheme, street.doing(street.staff), number)
        uow.commit()
    return int(number)


async def test_the_head_confirms_what_was_reported(village: Street) -> None:
    number = reported(village)
    shown = await village.head.says("review_requests", "有什么要核对的")
    assert f"{number}号" in shown
    read_back = await village.head.says("approve_request", f"通过{number}号")
    assert "孙修水做了1小时" in read_back.text
    assert "陈建平上报" in read_back.text
    done = await village.head.picks(read_back, 1)
    assert "记2币" in done.text  # drains count twice


async def test_the_head_sends_a_report_back(village: Street) -> None:
    number = reported(village)
    read_back = await village.head.says("reject_request", f"{number}号不通过，时间不对")
    assert "时间不对" in read_back.text
    done = await village.head.picks(read_back, 1)
    assert "退回去了" in done.text
    assert "没有等您审核" in await village.head.says("review_requests", "还有吗")


async def test_a_sub_branch_does_not_see_its_own_report_as_waiting(village: Street) -> None:
    reported(village)
    assert "没有等您审核" in await village.staff.says("review_requests", "待审核的")
