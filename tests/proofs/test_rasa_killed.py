"""Rasa is killed in the middle of talks and started again: no message is lost, no coin moves wrongly, talks go on."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.rasa_process import RasaProcess
from bot.training import ensure_model
from storage.verify import verify
from tests.proofs.checks import every_message_was_answered_once, every_order_was_paid_once, no_seat_was_taken_twice
from tests.proofs.town import Town, open_town

pytestmark = [pytest.mark.proof, pytest.mark.brain]


@pytest.fixture
def own_rasa(tmp_path: Path) -> Iterator[tuple[Town, RasaProcess]]:
    """A town with a Rasa of its own, both running."""
    with open_town(tmp_path, ("", "", "")) as town:
        rasa = RasaProcess(model=ensure_model(), actions_url=town.desk.actions_url, var=tmp_path / "rasa")
        town.desk.rasa = (rasa.url, rasa.token, rasa.actions_token)
        rasa.start()
        try:
            town.feed()
            town.desk.start()
            town.desk.wait_up()
            assert asyncio.run(rasa.wait_ready())
            yield town, rasa
        finally:
            town.crowd.stop.set()
            rasa.stop()


def test_talks_go_on_when_rasa_is_killed(
    own_rasa: tuple[Town, RasaProcess], long: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    town, rasa = own_rasa
    kills = 12 if long else 2
    chance = random.Random(7)
    threads = [threading.Thread(target=client.talk, daemon=True) for client in town.clients]
    for thread in threads:
        thread.start()
    for number in range(kills):
        before = len(town.crowd.sent)
        until_more(town, before + 12)
        time.sleep(chance.uniform(0, 0.3))
        kill(rasa)
        until_more(town, len(town.crowd.sent) + 20)  # the desk goes on without
        rasa.start()
        assert asyncio.run(rasa.wait_ready())
        town.feed()
        assert verify(town.people.engine).mismatches == [], f"after kill {number + 1}"
        town.nothing_vanished()
    paid = settled(town)
    while settled(town) == paid:  # talks with understanding go on
        town.feed()
        assert town.crowd.troubles == []
        time.sleep(0.2)
    town.crowd.stop.set()
    for thread in threads:
        thread.join(300)
    assert town.crowd.troubles == []
    town.settle_down()
    assert verify(town.people.engine, marks=True).mismatches == []
    every_message_was_answered_once(town)
    orders = every_order_was_paid_once(town)
    no_seat_was_taken_twice(town)
    with capsys.disabled():
        cases = town.crowd.books.one("SELECT COUNT(*) FROM desk_case WHERE kind = 'unhandled'")
        print(
            f"\nRasa killed {kills} times: {len(town.crowd.sent)} messages answered, {cases} of them handed to staff, "
            f"{orders} orders paid; nothing lost, nothing doubled"
        )


def settled(town: Town) -> int:
    return int(town.crowd.books.one("SELECT COUNT(*) FROM orders WHERE status = 'settled'"))


def until_more(town: Town, count: int) -> None:
    """Until so many messages were sent in all."""
    while len(town.crowd.sent) < count:
        assert town.crowd.troubles == []
        town.feed()
        time.sleep(0.05)


def kill(rasa: RasaProcess) -> None:
    """kill -9 of Rasa and whatever it started."""
    assert rasa.child is not None
    os.killpg(rasa.child.pid, signal.SIGKILL)
    rasa.child.wait()
