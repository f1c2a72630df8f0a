"""The demo page's routes, and the talk that a page reads from the real books."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape
from uuid import uuid4

import httpx
import pytest

from bot.web.chat import chat_link
from bot.web.demo import demo_start, next_morning
from storage.desk_things import OutboxState
from tests.doubles.sample import SampleHouse
from tests.doubles.web import START, scheme_named


async def test_everybody_can_be_played(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    page = (await visitor.get("/demo")).text
    links = [unescape(link) for link in re.findall(r'data-link="([^"]+)"', page)]
    assert len(links) == len(sample.community.people)
    for link in links:
        assert (await visitor.get(link)).status_code == 200
    assert len(re.findall(r"<li>", page)) == 5


async def test_the_clock_moves_forward_only(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    for step, wanted in (
        ("hour", START + timedelta(hours=1)),
        ("day", START + timedelta(hours=25)),
        ("morning", START + timedelta(days=2)),
    ):
        moved = (await visitor.post("/demo/clock", json={"step": step})).json()
        assert datetime.fromisoformat(moved["now"]) == wanted
        assert moved["words"]
    assert (await visitor.post("/demo/clock", json={"step": "back"})).status_code == 422
    assert (await visitor.get("/demo/clock")).json()["now"]


async def test_a_moved_clock_brings_reminders(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    page = await visitor.get(chat_link(sample.signer, sample.person("zhou").sender))
    address = f"{page.url.path}/messages?wait=0"
    before = (await visitor.get(address)).json()["lines"]
    await visitor.post("/demo/clock", json={"step": "day"})
    after = (await visitor.get(address)).json()["lines"]
    assert len(after) > len(before)


async def test_staff_of_the_demo_get_the_desk(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/demo/desk/sun")
    assert page.url.path == "/desk"
    assert "孙丽" in page.text
    assert (await visitor.get("/demo/desk/nobody")).status_code == 404


async def test_notices_are_shown_in_order_and_count_as_sent(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    person = sample.person("zhang")
    page = await visitor.get(chat_link(sample.signer, person.sender))
    lines = (await visitor.get(f"{page.url.path}/messages?wait=0")).json()["lines"]
    assert lines[-1]["choices"], "he is asked to confirm"
    assert all(not line["mine"] for line in lines)
    with sample.house.reading() as uow:
        rows = uow.desk.outbox.mailbox(now=START, member_id=person.member_id)
        assert {row.state for row in rows} == {OutboxState.SENT}
        assert {row.channel_used for row in rows} == {"web"}


async def test_a_number_picks_from_the_notice_that_was_shown(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    page = await visitor.get(chat_link(sample.signer, sample.person("zhang").sender))
    address = f"{page.url.path}/messages"
    asked = (await visitor.get(f"{address}?wait=0")).json()["lines"][-1]
    answer = await visitor.post(address, json={"id": str(uuid4()), "pick": 1, "of": asked["id"]})
    assert answer.json() == {"stored": True}
    lines = (await visitor.get(f"{address}?wait=0")).json()["lines"]
    assert lines[-2]["mine"]
    assert not lines[-1]["mine"]


@pytest.mark.parametrize(
    ("now", "wanted"),
    [
        ("2026-11-23T10:00+08:00", "2026-11-23T10:00+08:00"),
        ("2026-11-23T03:00+08:00", "2026-11-23T09:00+08:00"),
        ("2026-11-23T22:00+08:00", "2026-11-24T09:00+08:00"),
    ],
)
def test_the_demo_begins_in_the_daytime(now: str, wanted: str) -> None:
    scheme = scheme_named()
    assert demo_start(datetime.fromisoformat(now), scheme) == datetime.fromisoformat(wanted)


def test_the_next_morning_is_always_ahead() -> None:
    nine = datetime.fromisoformat("2026-11-23T09:00+08:00")
    assert next_morning(nine, scheme_named()) == nine + timedelta(days=1)
