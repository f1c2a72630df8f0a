"""A thousand messages about other things, sent to the desk by mistake: none may move a coin or bind anybody.

Each comes into a fresh talk in which the worst moment has just been reached: the notice that waits for a yes was the
last thing said. A seeded sample by default, all of them with --long.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.messages import Reply
from bot.talk import show_in_talk
from storage.unit_of_work import SqlUnitOfWork
from tests.conversations.conftest import Opening
from tests.conversations.drivers import GatewayDriver
from tests.conversations.open_house import OpenHouse

pytestmark = [pytest.mark.brain, pytest.mark.proof]
MESSAGES = Path(__file__).with_name("unrelated.txt").read_text(encoding="utf-8").splitlines()
SAMPLE, SEED = 150, 20
MOST_BEGUN = 0.003  # share of the messages that may begin a step with its read-back
BOUND = (
    "SELECT count(*) FROM entry",
    "SELECT id, status, version FROM orders ORDER BY id",
    "SELECT id, status FROM job ORDER BY id",
    "SELECT id, status FROM hold ORDER BY id",
    "SELECT id, status FROM member ORDER BY id",
    "SELECT count(*) FROM role_grant",
    "SELECT count(*) FROM rating",
    "SELECT count(*) FROM broadcast",
)
"""All that a single message could bind or move."""
READ_BACKS = ("您付", "您接吗", "通过吗", "就不来了", "去不了了，对吗", "您做了", "做好了，是吗", "取消")


def please_confirm(uow: SqlUnitOfWork) -> dict[str, Any]:
    return {
        "number": 5,
        "starts_at": uow.orders.get(5).starts_at,
        "service": "phone_help",
        "minutes": 60,
        "volunteer": "李明",
        "claimed": 65,
        "cost": 60,
        "extra": 0,
    }


def job_offered(uow: SqlUnitOfWork) -> dict[str, Any]:
    order = uow.orders.get(7)
    return {"number": 7, "starts_at": order.starts_at, "service": order.service, "minutes": 120, "place": order.place}


def approval_waiting(uow: SqlUnitOfWork) -> dict[str, Any]:
    order = uow.orders.get(8)
    shown = {"number": 8, "starts_at": order.starts_at, "service": order.service, "minutes": 120, "place": order.place}
    return shown | {"resident": "张大爷", "level": "分行"}


WAITS: dict[str, tuple[str, Callable[[SqlUnitOfWork], dict[str, Any]]]] = {
    "张大爷": ("notice.please_confirm", please_confirm),
    "李明": ("notice.job_offered", job_offered),
    "孙丽": ("notice.approval_waiting", approval_waiting),
}


def sample(long: bool) -> list[str]:
    return MESSAGES if long else random.Random(SEED).sample(MESSAGES, SAMPLE)  # which lines, no secret


def test_there_are_a_thousand_and_no_two_alike() -> None:
    assert len(MESSAGES) == len(set(MESSAGES)) == 1000


@pytest.mark.parametrize("who", WAITS)
async def test_nothing_moves_without_a_read_back(
    who: str, opening: Opening, long: bool, record_property: Callable[[str, object], None]
) -> None:
    messages = sample(long)
    replies: Counter[str] = Counter()
    begun: list[str] = []
    async with opening() as house:
        before = bound(house)
        for number, message in enumerate(messages):
            reply = await said_in_a_fresh_talk(house, who, f"{who}-{number}", message)
            assert bound(house) == before, f"{message!r} bound something: {reply}"
            replies[reply.text] += 1
            if any(choice.payload == "/affirm" for choice in reply.choices) and any(
                words in reply.text for words in READ_BACKS
            ):
                begun.append(f"{message} -> {reply.text}")
        house.check_books()
    assert len(replies) > 3, "it does answer"
    record_property("messages", len(messages))
    record_property("begun", len(begun))
    assert len(begun) <= max(1, MOST_BEGUN * len(messages)), "\n".join(begun)


async def said_in_a_fresh_talk(house: OpenHouse, who: str, sender: str, message: str) -> Reply:
    """Sit that member down at a new seat, show what waits for them, say it."""
    driver = GatewayDriver(house)
    identity = house.bind(driver.channel, driver.account, sender, who)
    key, facts = WAITS[who]

    def show(uow: SqlUnitOfWork) -> None:
        now = house.clock.now()
        notice = house.house.desk.words.say(key, now, **facts(uow))
        show_in_talk(uow, identity.id, notice.as_json(), now)

    house.unit(show)
    driver._known.add(sender)
    reply = await driver.receive(sender, message)
    assert reply is not None, message
    assert reply.text, message
    return reply


def bound(house: OpenHouse) -> list[list[tuple[Any, ...]]]:
    with house.house.engine.connect() as connection:
        return [[tuple(row) for row in connection.execute(text(query))] for query in BOUND]
