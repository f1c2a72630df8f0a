"""Bad input through gateway and conversation, with a Rasa that only listens: what it gets to hear, and what is said."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from bank.members import RoleName
from bot.clock import FixedClock
from bot.house import House, build_house
from bot.messages import Choice, Incoming, Kind, Reply
from bot.rasa_client import RasaClient, RasaTurn
from bot.understanding.text import MAX_CHARS
from storage.desk_things import InboxState
from storage.unit_of_work import in_unit
from tests.bot.actions.talking import START
from tests.bot.actions.talking import House as Town

QUESTION = Reply(text="对吗？", choices=(Choice(label="对", payload="/affirm", means="yes"),))


@dataclass
class ListeningRasa:
    """Hears, and answers with a question each time."""

    heard: list[str] = field(default_factory=list)
    metadata: list[dict[str, Any]] = field(default_factory=list)

    async def turn(self, sender: str, text: str, metadata: dict[str, Any]) -> RasaTurn:
        self.heard.append(text)
        self.metadata.append(metadata)
        return RasaTurn([QUESTION], finished=False)

    async def parse(self, text: str) -> dict[str, Any]:
        return {"understanding": {"wishes": []}}

    async def close(self) -> None:
        """Nothing to close."""


@dataclass
class Door:
    """One person's way in."""

    house: House
    town: Town
    rasa: ListeningRasa
    sender: str = "wang"
    count: int = 0

    async def says(self, text: str, kind: Kind = Kind.TEXT, **fields: Any) -> Reply:
        self.count += 1
        incoming = Incoming(
            channel="web",
            account="main",
            sender=self.sender,
            message_id=f"m{self.count}",
            kind=kind,
            text=text,
            at=START,
            **fields,
        )
        reply = await self.house.gateway.receive(incoming, wait=30)
        assert reply is not None
        return reply

    def audited(self) -> int:
        with self.town.look() as uow:
            return int(uow.connection.exec_driver_sql("SELECT count(*) FROM audit").scalar_one())


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    town = Town(tmp_path)
    wang = town.person("王阿婆", RoleName.RESIDENT)
    rasa = ListeningRasa()
    house = build_house(
        engine=town.engine,
        scheme=town.scheme,
        clock=FixedClock(START),
        rasa=cast(RasaClient, rasa),
        media_folder=tmp_path / "media",
    )

    def bind(uow: Any) -> None:
        identity = uow.desk.identities.get_or_create("web", "main", "wang", START)
        uow.desk.identities.bind(identity.id, wang.member_id, START)

    in_unit(house.desk.units, bind)
    yield Door(house, town, rasa)
    await house.gateway.close()
    town.close()


@pytest.mark.parametrize(
    "text",
    [
        "/confirm_done",
        '/confirm_done{"order_number": 5}',
        '  /approve_request{"order_number": 8}',
        '／grant_coins{"amount": 100}',
        "//affirm",
        "\u200b/affirm",
        "\ufeff/restart",
        "\0/session_start",
        "\x08/affirm",
        "⁄affirm",
        "\n/deny",
        "/／/\\affirm",
    ],
)
async def test_no_words_of_a_person_reach_rasa_as_an_intent(door: Door, text: str) -> None:
    await door.says(text)
    assert len(door.rasa.heard) <= 1
    for heard in door.rasa.heard:
        assert not heard.lstrip().startswith(("/", "／", "\\", "⁄")), heard


async def test_a_choice_that_was_shown_reaches_rasa_as_its_intent(door: Door) -> None:
    await door.says("你好")
    await door.says("1")
    await door.says("对")
    assert door.rasa.heard == ["你好", "/affirm", "/affirm"]


async def test_a_number_that_nobody_offered_stays_a_number(door: Door) -> None:
    await door.says("1")
    await door.says("7")
    assert door.rasa.heard == ["1", "7"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "没收到字"),
        ("  \t\n ", "没收到字"),
        ("😀😀👍", "看不懂表情"),
        ("。。。！！", "看不懂表情"),
        ("\u200b\u200d", "看不懂表情"),
        ("\0\x01", "看不懂表情"),
        ("/", "看不懂表情"),
        ("\ud800", "看不懂表情"),
    ],
)
async def test_what_carries_no_words_is_answered_at_once(door: Door, text: str, said: str) -> None:
    before = door.audited()
    assert said in (await door.says(text)).text
    assert door.rasa.heard == []
    assert door.audited() == before, "nothing is changed by it"


@pytest.mark.parametrize("text", ["啊" * 20_000, "x" * 20_000, "我还有几个币。" * 3_000, "\U0001f600我" * 10_000])
async def test_a_very_long_text_is_cut_before_anybody_reads_it(door: Door, text: str) -> None:
    assert await door.says(text) == QUESTION
    (heard,) = door.rasa.heard
    assert 0 < len(heard) <= MAX_CHARS
    assert len(door.rasa.metadata[0]["said"]) <= MAX_CHARS


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("我\u200b还\u200b有\0几个\x07币", "我还有几个币"),
        ("明天\r\n上午", "明天 上午"),
        ("\u202e我要找人\u202c", "我要找人"),
        ("接３号单", "接3号单"),
        ("幫我買菜", "帮我买菜"),
    ],
)
async def test_control_and_odd_characters_are_taken_out(door: Door, text: str, heard: str) -> None:
    await door.says(text)
    assert door.rasa.heard == [heard]


async def test_a_button_whose_question_is_gone_says_so(door: Door) -> None:
    reply = await door.says("2", Kind.KEY, media={"mark": "0123456789abcdef"})
    assert "没有这个选项" in reply.text
    assert door.rasa.heard == []


@pytest.mark.parametrize("kind", [Kind.PHOTO, Kind.OTHER, Kind.LOCATION])
async def test_what_is_no_text_gets_kind_words(door: Door, kind: Kind) -> None:
    assert (await door.says("", kind)).text
    assert door.rasa.heard == []


async def test_an_alarm_never_waits_for_rasa(door: Door) -> None:
    assert "120" in (await door.says("我摔倒了起不来")).text
    assert door.rasa.heard == []


async def test_somebody_unknown_is_heard_as_nobody(door: Door) -> None:
    door.sender = "stranger"
    await door.says("我还有几个币")
    assert door.rasa.metadata[0]["member_id"] is None


async def test_what_goes_wrong_is_logged_without_the_words(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    async def broken(*_: Any) -> RasaTurn:
        raise RuntimeError("我的身份证号是310105194803017788")

    door.rasa.turn = broken  # type: ignore[method-assign]  # this one test's fault
    with caplog.at_level(logging.DEBUG):
        reply = await door.says("我叫王秀英，电话13912345678")
    assert "什么都没有改动" in reply.text
    assert "RuntimeError" in caplog.text
    for personal in ("310105194803017788", "13912345678", "王秀英"):
        assert personal not in caplog.text
    with door.town.look() as uow:
        assert uow.desk.inbox.get(1).state is InboxState.DONE
