"""What is kept to learn from, in talks through the real gateway and conversation; only the understanding is played."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bank.doing import Doing
from bank.learning import LearningLine, LineState, Misheard
from bank.usecases.learning import set_learning_consent
from bot.clock import FixedClock, MovableClock
from bot.demo.community import SampleCommunity, fill_sample
from bot.house import House, build_house
from bot.messages import Choice, Incoming, Kind, Reply
from bot.rasa_client import RasaClient, RasaTurn
from storage.engine import make_engine
from storage.migrate import migrate
from storage.unit_of_work import SqlUnitOfWork, in_unit
from tests.doubles.web import START, scheme_named

WHICH = (
    Choice(label="我有几个币", payload='/check_balance{"words": "x"}'),
    Choice(label="用币换东西", payload='/redeem_goods{"words": "x"}'),
    Choice(label="找人说", payload="/talk_to_person"),
)


@dataclass
class PlayedRasa(RasaClient):
    """Answers with what the test put in front of it; keeps what it was sent."""

    turns: list[RasaTurn] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    async def close(self) -> None:
        return

    async def parse(self, text: str) -> dict[str, Any]:
        return {"intent": {"name": "out_of_scope", "confidence": 0.0}, "intent_ranking": [], "understanding": {}}

    async def turn(self, sender: str, text: str, metadata: dict[str, Any]) -> RasaTurn:
        self.heard.append(text)
        return self.turns.pop(0)


def understood(intent: str, decision: str = "act", *guesses: str, learns: bool = True, **more: Any) -> RasaTurn:
    about = {"intent": intent, "decision": decision, "guesses": list(guesses or (intent,)), "task": None}
    about |= {"role": "resident", "learns": learns}
    choices = more.pop("choices", ())
    unsure = decision != "act"
    return RasaTurn([Reply(text="…", choices=choices)], False, unsure=unsure, understood=about | more)


class Room:
    """王阿婆 at a telephone."""

    def __init__(self, folder: Path) -> None:
        engine = make_engine(f"sqlite:///{folder / 'room.db'}")
        migrate(engine)
        scheme = scheme_named("changning")
        self.community: SampleCommunity = fill_sample(engine, scheme, START)
        self.clock = MovableClock(base=FixedClock(START))
        self.rasa = PlayedRasa.__new__(PlayedRasa)
        self.rasa.turns, self.rasa.heard = [], []
        self.house: House = build_house(engine=engine, scheme=scheme, clock=self.clock, rasa=self.rasa)
        self.person = self.community.named("王阿婆").member_id
        self.count = 0
        in_unit(self.house.desk.units, self._bind)

    def _bind(self, uow: SqlUnitOfWork) -> None:
        identities = uow.desk.identities
        identities.bind(identities.get_or_create("wechat", "main", "o1", START).id, self.person, START)

    def agree(self, agreed: bool = True) -> None:
        doing = Doing(now=self.clock.now(), key=f"agree{self.count}", actor_id=self.person)
        in_unit(self.house.desk.units, lambda uow: set_learning_consent(uow, self.house.desk.scheme, doing, agreed))

    async def says(self, text: str, *turns: RasaTurn) -> str:
        self.rasa.turns.extend(turns)
        self.count += 1
        incoming = Incoming(
            channel="wechat",
            account="main",
            sender="o1",
            message_id=str(self.count),
            kind=Kind.TEXT,
            text=text,
            at=self.clock.now(),
        )
        reply = await self.house.gateway.receive(incoming, wait=30)
        assert reply is not None
        return reply.text

    def lines(self) -> list[LearningLine]:
        return in_unit(self.house.desk.units, lambda uow: uow.learning.find())


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


async def test_nothing_is_kept_of_who_did_not_agree(room: Room) -> None:
    await room.says("伊个物事剩几只", understood("nlu_fallback", "ask", "check_balance", learns=False))
    await room.says("不是这个", understood("deny", learns=False))
    assert room.lines() == []


async def test_refused_and_asked_are_kept_masked(room: Room) -> None:
    room.agree()
    await room.says("叫李明打13812345678", understood("out_of_scope", "refuse", "talk_to_person"))
    await room.says("伊个物事剩几只", understood("nlu_fallback", "ask", "check_balance", "redeem_goods"))
    first, second = room.lines()
    assert (first.text, first.reason) == ("叫某某打电话号码", Misheard.REFUSED)
    assert (second.text, second.reason) == ("伊个物事剩几只", Misheard.ASKED)
    assert (second.guesses, second.decision) == (["check_balance", "redeem_goods"], "ask")
    assert (second.role, second.channel, second.heard) == ("resident", "wechat", False)
    assert second.day == START.astimezone(room.house.desk.scheme.tz).date()


async def test_what_was_understood_is_not_kept(room: Room) -> None:
    room.agree()
    await room.says("请个人来陪我看病可以伐", understood("request_help"))
    await room.says("后天上午", understood("inform", task="request_help_form"))
    assert room.lines() == []


@pytest.mark.parametrize(
    ("number", "reason", "chosen"),
    [
        ("1", Misheard.ASKED, "check_balance"),
        ("2", Misheard.CORRECTED, "redeem_goods"),
        ("3", Misheard.CORRECTED, "talk_to_person"),
    ],
)
async def test_what_was_picked_of_the_choices_is_noted(room: Room, number: str, reason: Misheard, chosen: str) -> None:
    room.agree()
    await room.says("伊个物事剩几只", understood("nlu_fallback", "ask", "check_balance", "redeem_goods", choices=WHICH))
    await room.says(number, understood(chosen))
    (line,) = room.lines()
    assert (line.reason, line.chosen) == (reason, chosen)


@pytest.mark.parametrize(
    ("words", "intent", "chosen"),
    [
        ("不是这个意思", "deny", None),
        ("你听错了", "correct", None),
        ("说错了", "correct", None),
        ("不是", "deny", None),
        ("不是问余额", "check_balance", None),
        ("转人工吧", "talk_to_person", "talk_to_person"),
    ],
)
async def test_a_correction_after_an_act_is_kept(room: Room, words: str, intent: str, chosen: str | None) -> None:
    room.agree()
    await room.says("看看我那个本子", understood("check_balance"))
    await room.says(words, understood(intent))
    (line,) = room.lines()
    assert (line.text, line.reason, line.chosen) == ("看看我那个本子", Misheard.CORRECTED, chosen)
    assert line.guesses == ["check_balance"]


@pytest.mark.parametrize(
    ("first", "words", "second"),
    [
        (understood("request_help"), "不对，是下午", understood("correct", task="request_help_form")),
        (
            understood("request_help", choices=(Choice(label="对", payload="/affirm", means="yes"),)),
            "不",
            understood("deny"),
        ),
        (understood("affirm"), "不是这个", understood("deny")),
        (understood("check_balance"), "谢谢", understood("thank")),
    ],
)
async def test_an_ordinary_no_corrects_nothing(room: Room, first: RasaTurn, words: str, second: RasaTurn) -> None:
    room.agree()
    await room.says("请个人陪我", first)
    await room.says(words, second)
    assert room.lines() == []


async def test_what_is_said_much_later_corrects_nothing(room: Room) -> None:
    room.agree()
    await room.says("看看我那个本子", understood("check_balance"))
    room.clock.forward(timedelta(minutes=11))
    await room.says("不是这个", understood("deny"))
    assert room.lines() == []


async def test_consent_is_given_and_taken_back_in_plain_words(room: Room) -> None:
    assert "谢谢您" in await room.says("可以留我的话")
    await room.says("伊个物事剩几只", understood("nlu_fallback", "ask", "check_balance"))
    assert len(room.lines()) == 1
    assert "1句已经删掉" in await room.says("别留我说的话")
    assert room.lines() == []
    await room.says("不是这个", understood("deny"))
    assert room.lines() == []
    assert room.rasa.heard == ["伊个物事剩几只", "不是这个"]  # consent is no matter of the understanding


async def test_labelled_lines_have_no_owner_to_delete_them(room: Room) -> None:
    room.agree()
    await room.says("伊个物事剩几只", understood("nlu_fallback", "ask", "check_balance"))

    def label(uow: SqlUnitOfWork) -> None:
        (line,) = uow.learning.find()
        line.state, line.label, line.member_id = LineState.LABELLED, "check_balance", None
        uow.learning.save(line, Doing(now=START, key="k", actor_id=0).audit("label"))

    in_unit(room.house.desk.units, label)
    await room.says("别留我的话")
    assert [line.text for line in room.lines()] == ["伊个物事剩几只"]
