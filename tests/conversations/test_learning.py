"""Learning on the job, on the trained model: what a talk leaves behind for staff to label."""

from __future__ import annotations

import pytest

from bank.learning import Misheard
from tests.conversations.conftest import Opening
from tests.conversations.drivers import GatewayDriver

pytestmark = pytest.mark.brain
WHO = "王阿婆"


async def test_what_was_refused_and_what_was_corrected_is_kept_of_who_agreed(opening: Opening) -> None:
    async with opening() as house:
        driver = GatewayDriver(house)
        await driver.receive(WHO, "蓝鲸在月亮上打麻将吗13812345678")
        assert house.count("learning_line") == 0
        agreed = await driver.receive(WHO, "可以留我的话")
        assert agreed is not None
        assert "谢谢您" in agreed.text
        await driver.receive(WHO, "蓝鲸在月亮上打麻将吗13812345678")
        await driver.receive(WHO, "我还有几个币")
        await driver.receive(WHO, "不是这个意思，你听错了")
        refused, corrected = house.unit(lambda uow: uow.learning.find())[:2]
        assert (refused.text, refused.channel, refused.role) == ("蓝鲸在月亮上打麻将吗电话号码", "console", "resident")
        assert refused.reason in (Misheard.REFUSED, Misheard.ASKED)
        assert refused.guesses
        assert (corrected.text, corrected.reason) == ("我还有几个币", Misheard.CORRECTED)
        assert (corrected.guesses[0], corrected.decision) == ("check_balance", "act")
        await driver.receive(WHO, "别留我的话")
        assert house.count("learning_line") == 0


async def test_who_joins_is_asked_and_a_number_answers(opening: Opening) -> None:
    async with opening() as house:
        driver = GatewayDriver(house)
        for words in ("我要登记入会", "孙美丽", "1950年3月", "13812345678"):
            await driver.receive("新来的", words)
        asked = await driver.receive("新来的", "对")
        assert asked is not None
        assert "别留我的话" in asked.text
        answered = await driver.receive("新来的", "1")
        assert answered is not None
        assert "谢谢您" in answered.text
        (member,) = house.unit(lambda uow: uow.members.find(name="孙美丽"))
        assert member.learning_consent is True
