"""A real Rasa, killed with -9 in the middle of talks: no message is lost, and when it is back the talk goes on."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from bot import rasa_client
from bot.brain import BrainAddress
from bot.clock import FixedClock, MovableClock
from bot.rasa_client import RasaClient
from bot.rasa_process import RasaProcess, free_port
from bot.training import MODELS
from tests.conversations.drivers import GatewayDriver
from tests.conversations.open_house import open_house
from tests.conversations.scenario import BEGINS

pytestmark = pytest.mark.brain
PEOPLE = ("王阿婆", "张大爷", "陈阿姨", "刘奶奶", "李明")
WISH = "后天上午九点陪我去华山医院看病，两个小时"


async def test_killed_while_it_is_answering(
    sample: Path, tmp_path: Path, brain: BrainAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`brain` names the model to load; this Rasa is the test's own."""
    monkeypatch.setattr(rasa_client, "REST_AFTER_FAILURE", 0.0)
    port = free_port()
    rasa = RasaProcess(
        model=MODELS / brain.model, actions_url=f"http://127.0.0.1:{port}/actions", var=tmp_path / "rasa"
    )
    rasa.start()
    try:
        assert await rasa.wait_ready()
        client = RasaClient(rasa.url, rasa.token, 20)
        opened = open_house(
            sample,
            tmp_path / "desk.db",
            BEGINS,
            rasa=client,
            actions_token=rasa.actions_token,
            clock=MovableClock(base=FixedClock(BEGINS)),
            port=port,
        )
        async with opened as house:
            driver = GatewayDriver(house)
            driver.all_sit(*PEOPLE, "孙丽")
            assert "什么时候" in (await driver.say("王阿婆", "我想找个人陪我去医院", bool))[0]
            talks = [asyncio.create_task(driver.say(who, "我还有几个币", bool)) for who in PEOPLE]
            talks.append(asyncio.create_task(driver.say("王阿婆", "后天上午九点", bool)))
            await asyncio.sleep(0.05)  # some are at Rasa now, some still in the desk: any moment must do
            assert rasa.child is not None
            os.killpg(rasa.child.pid, signal.SIGKILL)
            rasa.child.wait()
            answers = [text for (text,) in await asyncio.gather(*talks)]
            assert all("能用的有" in text for text in answers[: len(PEOPLE)]), answers
            assert house.unit(lambda uow: uow.desk.inbox.waiting()) == 0
            assert "能用的有" in (await driver.say("张大爷", "余额", bool))[0]

            rasa.start()
            assert await rasa.wait_ready()
            said = (await driver.say("王阿婆", WISH, bool))[0]
            assert "华山医院" in said, said
            assert "等分行审核" in (await driver.say("王阿婆", "对", bool))[0]
            house.check_books()
    finally:
        rasa.stop()
