"""The dispatcher: every outbox row ends as sent, gave up or on the phone list, with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bank.members import RoleName
from bank.notices import Notice, Urgency
from bot.dispatcher import Dispatcher
from bot.messages import Reply
from bot.metrics import Metrics
from bot.sending import Address, MaybeSent, SendError, TryLater, Unreachable, WayClosed
from storage.desk_things import OutboxEntry, OutboxState
from storage.unit_of_work import in_unit
from tests.bot.actions.talking import House


class Channel:
    """A sender that answers as it is told: the next error for a person, else it sends."""

    channel = "wechat"

    def __init__(self, **errors: list[SendError]) -> None:
        self.errors = errors
        self.sent: list[tuple[str, str, str]] = []

    async def send(self, address: Address, reply: Reply, *, key: str, purpose: str, now: datetime) -> str | None:
        waiting = self.errors.get(address.sender, [])
        if waiting:
            raise waiting.pop(0)
        self.sent.append((address.sender, reply.text, purpose))
        return "id-1"


class MassChannel(Channel):
    """A channel whose own window is shut for everybody, but which can send to many."""

    def __init__(self, left_out: dict[str, str]) -> None:
        super().__init__()
        self.left_out = left_out
        self.many: list[list[str]] = []

    async def send(self, address: Address, reply: Reply, *, key: str, purpose: str, now: datetime) -> str | None:
        raise WayClosed("the 48 hours are over")

    async def send_to_many(
        self, addresses: Sequence[Address], reply: Reply, *, key: str, now: datetime
    ) -> dict[str, str]:
        self.many.append(sorted(address.sender for address in addresses))
        return self.left_out


class Street(House):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.people = {name: self.person(name, RoleName.RESIDENT).member_id for name in ("王阿婆", "张大爷", "陈阿姨")}
        for name, member_id in self.people.items():
            in_unit(self.units, lambda uow, name=name, ident=member_id: self._bind(uow, name, ident))

    def _bind(self, uow, name: str, member_id: int) -> None:
        identity = uow.desk.identities.get_or_create("wechat", "main", name, self.clock.now())
        uow.desk.identities.bind(identity.id, member_id, self.clock.now())

    def tell(self, name: str, urgency: Urgency = Urgency.NORMAL, key: str = "") -> str:
        notice = Notice(
            key=key or f"n:{name}",
            to_id=self.people[name],
            words="broadcast",
            facts={"branch": "虹桥街道分行", "said": "明天下午有讲座"},
            urgency=urgency,
        )
        in_unit(self.units, lambda uow: uow.desk.outbox.put(notice))
        return notice.key

    def row(self, key: str) -> OutboxEntry:
        with self.units() as uow:
            every = uow.desk.outbox.in_state(*OutboxState)
        return next(row for row in every if row.key == key)


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    house = Street(tmp_path)
    yield house
    house.close()


def dispatcher(street: Street, channel: Channel) -> Dispatcher:
    return Dispatcher(street.desk, {"wechat": channel}, Metrics())


async def test_a_notice_is_sent_once(street: Street) -> None:
    key, channel = street.tell("王阿婆"), Channel()
    sender = dispatcher(street, channel)
    assert await sender.send_waiting() == 1
    assert await sender.send_waiting() == 0
    assert [sent[0] for sent in channel.sent] == ["王阿婆"]
    assert street.row(key).state is OutboxState.SENT


@pytest.mark.parametrize(
    ("errors", "urgency", "state"),
    [
        ([Unreachable("blocked")], Urgency.NORMAL, OutboxState.PHONE_LIST),
        ([WayClosed("quota")], Urgency.NORMAL, OutboxState.PHONE_LIST),
        ([Unreachable("blocked")], Urgency.BULK, OutboxState.GAVE_UP),
        ([TryLater("busy")], Urgency.NORMAL, OutboxState.CREATED),
        ([MaybeSent("timed out")], Urgency.NORMAL, OutboxState.CREATED),
    ],
)
async def test_how_a_failure_ends(
    street: Street, errors: list[SendError], urgency: Urgency, state: OutboxState
) -> None:
    key = street.tell("王阿婆", urgency)
    await dispatcher(street, Channel(王阿婆=errors)).send_waiting()
    row = street.row(key)
    assert row.state is state
    assert row.why


async def test_backing_off_ends_in_sending(street: Street) -> None:
    key, channel = street.tell("王阿婆"), Channel(王阿婆=[TryLater("busy"), TryLater("busy")])
    sender = dispatcher(street, channel)
    for _ in range(3):
        await sender.send_waiting()
        street.clock.forward(timedelta(minutes=10))
    assert street.row(key).state is OutboxState.SENT


async def test_what_may_have_arrived_is_repeated_once_only(street: Street) -> None:
    key, channel = street.tell("王阿婆"), Channel(王阿婆=[MaybeSent("?"), MaybeSent("?")])
    sender = dispatcher(street, channel)
    for _ in range(3):
        await sender.send_waiting()
        street.clock.forward(timedelta(minutes=10))
    assert street.row(key).state is OutboxState.PHONE_LIST


async def test_whoever_blocked_us_is_not_tried_again(street: Street) -> None:
    street.tell("王阿婆")
    channel = Channel(王阿婆=[Unreachable("blocked")])
    sender = dispatcher(street, channel)
    await sender.send_waiting()
    key = street.tell("王阿婆", key="n:2")
    await sender.send_waiting()
    assert channel.sent == []
    assert street.row(key).state is OutboxState.PHONE_LIST


async def test_a_broadcast_past_its_window_goes_to_many_at_once(street: Street) -> None:
    keys = {name: street.tell(name, Urgency.BULK) for name in street.people}
    channel = MassChannel({"陈阿姨": "4 this month already"})
    await dispatcher(street, channel).send_waiting()
    assert channel.many == [sorted(street.people)]
    assert street.row(keys["王阿婆"]).state is OutboxState.SENT
    left_out = street.row(keys["陈阿姨"])
    assert left_out.state is OutboxState.GAVE_UP
    assert "4 this month" in (left_out.why or "")


async def test_own_affairs_never_go_to_many(street: Street) -> None:
    key, channel = street.tell("王阿婆"), MassChannel({})
    await dispatcher(street, channel).send_waiting()
    assert channel.many == []
    assert street.row(key).state is OutboxState.PHONE_LIST
