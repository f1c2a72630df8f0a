"""The gateway over real books and a conversation that the test holds: order, parallel work, redelivery, crashes."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from bank.errors import Conflict
from bot.clock import FixedClock, MovableClock
from bot.conversation import Answer, Conversation
from bot.gateway import LEASE, MOST_ATTEMPTS, OUTBOX, PASSIVE, Gateway
from bot.messages import Incoming, Kind, Reply
from bot.metrics import Metrics
from bot.speaker import Speaker
from bot.talk import Talk
from storage.desk_things import InboxEntry, InboxState, OutboxEntry
from storage.unit_of_work import in_unit
from tests.bot.actions.talking import START, House

LONG = 30.0  # seconds; long enough never to end a wait in these tests


class HeldTalk:
    """Answers "答：…", each text once its gate is open. `breaks` raises for a text as often as it says."""

    def __init__(self) -> None:
        self.gates: dict[str, asyncio.Event] = {}
        self.breaks: dict[str, list[Exception]] = {}
        self.began: list[str] = []
        self.ended: list[str] = []
        self.sorry: list[str] = []
        self.begun: dict[str, asyncio.Event] = defaultdict(asyncio.Event)

    def hold(self, text: str) -> asyncio.Event:
        self.gates[text] = asyncio.Event()
        return self.gates[text]

    async def answer(self, incoming: Incoming, speaker: Speaker, talk: Talk) -> Answer:
        text = incoming.text
        self.began.append(text)
        self.begun[text].set()
        if text in self.gates:
            await self.gates[text].wait()
        waiting = self.breaks.get(text, [])
        if waiting:
            raise waiting.pop(0)
        self.ended.append(text)
        return Answer(reply=Reply(text=f"答：{text}"), talk=talk)

    def apologise(self, speaker: Speaker, talk: Talk) -> Answer:
        self.sorry.append(speaker.key)
        return Answer(reply=Reply(text="对不起"), talk=talk)


class Desk:
    """One database with as many gateways (processes) as a test wants."""

    def __init__(self, folder: Path) -> None:
        self.house = House(folder)
        self.leases = MovableClock(base=FixedClock(START))
        self.news: list[str] = []
        self.gateways: list[Gateway] = []

    def gateway(self, talk: HeldTalk) -> Gateway:
        made = Gateway(
            self.house.desk,
            cast(Conversation, talk),
            Metrics(),
            on_news=self.news.append,
            lease_clock=self.leases,
        )
        self.gateways.append(made)
        return made

    def inbox(self) -> list[InboxEntry]:
        with self.house.look() as uow:
            count = uow.connection.exec_driver_sql("SELECT count(*) FROM inbox").scalar_one()
            return [uow.desk.inbox.get(number) for number in range(1, count + 1)]

    def outbox(self) -> list[OutboxEntry]:
        with self.house.look() as uow:
            count = uow.connection.exec_driver_sql("SELECT count(*) FROM outbox").scalar_one()
            return [uow.desk.outbox.get(number) for number in range(1, count + 1)]

    def replies_sent_by_outbox(self) -> list[str]:
        return [row.reply["text"] for row in self.outbox() if row.reply is not None]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    made = Desk(tmp_path)
    yield made
    for gateway in made.gateways:
        await gateway.close()
    made.house.close()


@pytest.fixture
def talk() -> HeldTalk:
    return HeldTalk()


def said(text: str, sender: str = "wang", message_id: str | None = None) -> Incoming:
    return Incoming(
        channel="wechat",
        account="main",
        sender=sender,
        message_id=message_id or f"m:{sender}:{text}",
        kind=Kind.TEXT,
        text=text,
        at=START,
    )


async def until(true: Callable[[], bool]) -> None:
    """Wait for something that other tasks bring about."""
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110  # what is looked at is a list, not an event
            await asyncio.sleep(0.01)


async def test_a_message_is_kept_answered_and_its_talk_saved(desk: Desk, talk: HeldTalk) -> None:
    reply = await desk.gateway(talk).receive(said("你好"), wait=LONG)
    assert reply == Reply(text="答：你好")
    (item,) = desk.inbox()
    assert (item.state, item.reply_sent, item.attempts) == (InboxState.DONE, PASSIVE, 1)
    assert desk.news == ["wang"]
    assert desk.outbox() == []


async def test_a_redelivery_gets_the_stored_reply_and_does_nothing(desk: Desk, talk: HeldTalk) -> None:
    gateway = desk.gateway(talk)
    first = await gateway.receive(said("做好了"), wait=LONG)
    again = await gateway.receive(said("做好了"), wait=LONG)
    elsewhere = await desk.gateway(talk).receive(said("做好了"), wait=LONG)
    assert first == again == elsewhere
    assert talk.began == ["做好了"]
    assert len(desk.inbox()) == 1


async def test_a_redelivery_while_it_is_being_answered_waits_for_the_same_answer(desk: Desk, talk: HeldTalk) -> None:
    gateway, gate = desk.gateway(talk), talk.hold("做好了")
    first = asyncio.create_task(gateway.receive(said("做好了"), wait=LONG))
    await talk.begun["做好了"].wait()
    again = asyncio.create_task(gateway.receive(said("做好了"), wait=LONG))
    third = asyncio.create_task(desk.gateway(talk).receive(said("做好了"), wait=LONG))
    gate.set()
    assert [await first, await again, await third] == [Reply(text="答：做好了")] * 3
    assert talk.began == ["做好了"]


async def test_what_comes_too_late_leaves_by_the_outbox_once(desk: Desk, talk: HeldTalk) -> None:
    gateway, gate = desk.gateway(talk), talk.hold("慢")
    assert await gateway.receive(said("慢"), wait=0.05) is None
    assert await gateway.receive(said("慢"), wait=0.05) is None  # WeChat's second try: still on its way
    gate.set()
    await until(lambda: bool(desk.outbox()))
    assert desk.replies_sent_by_outbox() == ["答：慢"]
    assert desk.inbox()[0].reply_sent == OUTBOX
    assert await gateway.receive(said("慢"), wait=LONG) is None, "the outbox has it: nobody hears it twice"
    assert len(desk.outbox()) == 1
    assert talk.began == ["慢"]


async def test_a_channel_that_never_waits_gets_its_reply_by_the_outbox(desk: Desk, talk: HeldTalk) -> None:
    assert await desk.gateway(talk).receive(said("你好"), wait=0) is None
    await until(lambda: bool(desk.outbox()))
    assert desk.replies_sent_by_outbox() == ["答：你好"]


async def test_one_persons_messages_are_answered_in_order(desk: Desk, talk: HeldTalk) -> None:
    gateway, gate = desk.gateway(talk), talk.hold("一")
    first = asyncio.create_task(gateway.receive(said("一"), wait=LONG))
    await talk.begun["一"].wait()
    later = [asyncio.create_task(gateway.receive(said(text), wait=LONG)) for text in ("二", "三")]
    other = asyncio.create_task(desk.gateway(talk).receive(said("四"), wait=LONG))
    await until(lambda: len(desk.inbox()) == 4)
    assert talk.began == ["一"], "nothing begins before the first is answered, in no process"
    gate.set()
    await asyncio.gather(first, *later, other)
    assert talk.ended == [item.payload["text"] for item in desk.inbox()]


async def test_different_people_do_not_wait_for_each_other(desk: Desk, talk: HeldTalk) -> None:
    gateway, gate = desk.gateway(talk), talk.hold("慢")
    slow = asyncio.create_task(gateway.receive(said("慢", "wang"), wait=LONG))
    await talk.begun["慢"].wait()
    quick = await asyncio.gather(*(gateway.receive(said("快", f"p{number}"), wait=LONG) for number in range(5)))
    assert [reply and reply.text for reply in quick] == ["答：快"] * 5
    assert not slow.done()
    gate.set()
    assert await slow == Reply(text="答：慢")


async def test_a_crash_between_claim_and_finish_is_answered_once_by_another(desk: Desk, talk: HeldTalk) -> None:
    dead, gate = desk.gateway(talk), talk.hold("接3号单")
    asked = asyncio.create_task(dead.receive(said("接3号单"), wait=LONG))
    await talk.begun["接3号单"].wait()
    alive = HeldTalk()
    heir = desk.gateway(alive)
    assert await heir.sweep() == 0, "the lease still runs"
    desk.leases.forward(LEASE + timedelta(seconds=1))
    assert await heir.sweep() == 1
    assert alive.ended == ["接3号单"]
    assert desk.replies_sent_by_outbox() == ["答：接3号单"], "whoever waited is gone with the dead process"
    gate.set()  # the dead one comes back to life and must not answer again
    await asked
    assert len(desk.outbox()) == 1
    assert desk.inbox()[0].attempts == 2


async def test_what_was_received_and_never_begun_is_swept(desk: Desk, talk: HeldTalk) -> None:
    def keep(uow: Any) -> None:
        incoming = said("忘了")
        uow.desk.inbox.receive(
            channel="wechat",
            account="main",
            message_id=incoming.message_id,
            sender=incoming.sender,
            kind="text",
            payload=incoming.as_json(),
            now=START,
        )

    in_unit(desk.house.units, keep)
    assert await desk.gateway(talk).sweep() == 1
    assert desk.replies_sent_by_outbox() == ["答：忘了"]


async def test_what_breaks_the_answering_is_apologised_for(desk: Desk, talk: HeldTalk) -> None:
    talk.breaks["怪"] = [ZeroDivisionError()]
    gateway = desk.gateway(talk)
    assert await gateway.receive(said("怪"), wait=LONG) == Reply(text="对不起")
    assert await gateway.receive(said("你好"), wait=LONG) == Reply(text="答：你好")
    assert desk.inbox()[0].state is InboxState.DONE


async def test_a_conflict_is_tried_again(desk: Desk, talk: HeldTalk) -> None:
    talk.breaks["抢"] = [Conflict("somebody was quicker")]
    gateway = desk.gateway(talk)
    asked = asyncio.create_task(gateway.receive(said("抢"), wait=LONG))
    await until(lambda: desk.inbox() != [] and desk.inbox()[0].state is InboxState.RECEIVED)
    assert await gateway.sweep() == 1
    assert await asked == Reply(text="答：抢")


async def test_what_can_never_be_answered_ends_with_the_staff(desk: Desk, talk: HeldTalk) -> None:
    talk.breaks["毒"] = [Conflict("again") for _ in range(100)]
    gateway = desk.gateway(talk)
    asked = asyncio.create_task(gateway.receive(said("毒"), wait=LONG))
    await until(lambda: desk.inbox() != [] and desk.inbox()[0].state is InboxState.RECEIVED)
    await gateway.sweep()
    assert await asked == Reply(text="对不起")
    assert len(talk.began) == MOST_ATTEMPTS
    assert len(talk.sorry) == 1


async def test_the_rest_of_a_long_reply_is_sent_once(desk: Desk, talk: HeldTalk) -> None:
    gateway = desk.gateway(talk)
    incoming = said("规则")
    await gateway.receive(incoming, wait=LONG)
    for _ in range(3):
        await gateway.send_rest(incoming, Reply(text="还有"))
    assert desk.replies_sent_by_outbox() == ["还有"]


@pytest.mark.parametrize("kind", [Kind.FOLLOW, Kind.KEY])
async def test_a_gesture_opens_its_window(desk: Desk, talk: HeldTalk, kind: Kind) -> None:
    incoming = Incoming(
        channel="wechat", account="main", sender="wang", message_id="e:1", kind=kind, text="/show_menu", at=START
    )
    await desk.gateway(talk).receive(incoming, wait=LONG)
    with desk.house.look() as uow:
        identity = uow.desk.identities.find("wechat", "main", "wang")
    assert identity is not None
    assert identity.last_gesture_at is not None
    assert identity.last_incoming_at is None
