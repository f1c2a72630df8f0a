"""kill -9 of the desk at random instants under load: no message lost, no coin lost or doubled, the books true."""

from __future__ import annotations

import random
import threading
import time

import pytest

from bot.brain import heartbeat
from bot.clock import SystemClock
from storage.desk_things import OutboxState
from storage.verify import verify
from tests.proofs.checks import every_message_was_answered_once, every_order_was_paid_once, no_seat_was_taken_twice
from tests.proofs.town import Town

pytestmark = [pytest.mark.proof, pytest.mark.brain]


def test_killed_at_random_instants_nothing_is_lost(town: Town, long: bool, capsys: pytest.CaptureFixture[str]) -> None:
    kills = 200 if long else 8
    chance = random.Random(20)
    town.feed()
    town.desk.start()
    startup = town.desk.wait_up()
    threads = [threading.Thread(target=client.talk, daemon=True) for client in town.clients]
    for thread in threads:
        thread.start()
    working = 0
    for number in range(kills):
        if number % 8 == 7:  # in the middle of starting
            time.sleep(chance.uniform(0, startup))
        else:
            if number:
                town.desk.wait_up()
            town.feed()
            time.sleep(chance.uniform(*alive_for(number)))
        working += town.crowd.books.one("SELECT COUNT(*) FROM inbox WHERE state = 'working'")
        town.desk.kill()
        report = verify(town.people.engine)
        assert report.mismatches == [], f"after kill {number + 1}"
        town.nothing_vanished()
        heartbeat()
        town.desk.start()
    town.desk.wait_up()
    town.crowd.stop.set()
    for thread in threads:
        thread.join(300)
    assert town.crowd.troubles == []
    town.settle_down()

    assert verify(town.people.engine, marks=True).mismatches == []
    town.nothing_vanished()
    every_message_was_answered_once(town)
    settled = every_order_was_paid_once(town)
    taken = no_seat_was_taken_twice(town)
    every_notice_ended(town)
    words = deeds_and_words(town)
    with capsys.disabled():
        again = town.crowd.books.one("SELECT COUNT(*) FROM inbox WHERE attempts > 1")
        print(
            f"\n{kills} kills, {working} messages in work at those instants: {len(town.crowd.sent)} messages "
            f"({town.crowd.again} tries unanswered, {again} taken up again), {settled} orders paid, {taken} jobs "
            f"taken, {words}; nothing lost, nothing doubled, verify clean every time"
        )


def alive_for(number: int) -> tuple[float, float]:
    """After how many seconds of life the desk is killed that time: at least, at most.

    Its clock ticks after 15, and what a killed desk had begun is free again after 5.
    """
    if number % 16 == 13:
        return 14, 18
    return (0, 3) if number % 2 else (0, 8)


def every_notice_ended(town: Town) -> None:
    """Sent, given up, on the phone list, or still waiting for its hour or its reader; a row never just hangs."""
    ended = {str(state) for state in (OutboxState.SENT, OutboxState.GAVE_UP, OutboxState.PHONE_LIST)}
    now = f"{SystemClock().now():%Y-%m-%d %H:%M:%S.%f}"
    rows = town.crowd.books.rows(
        "SELECT o.id, o.state, o.not_before, o.why, (SELECT COUNT(*) FROM identity i WHERE i.channel = 'wechat' AND "
        "(i.id = o.to_identity_id OR i.member_id = o.to_member_id)) FROM outbox o"
    )
    assert rows
    for ident, state, not_before, why, phones in rows:
        if state in ended:
            assert state == str(OutboxState.SENT) or why, f"outbox {ident} ended without a reason"
        else:
            assert (not_before and not_before > now) or not phones, f"outbox {ident} hangs: {state}"


def deeds_and_words(town: Town) -> str:
    """How many deeds were told in the very reply to the words that did them (a kill may fall between the two)."""
    rows = town.crowd.books.rows(
        "SELECT i.reply FROM receipt r JOIN inbox i ON r.key LIKE 'inbox:' || i.id || ':%' WHERE r.outcome = 'settled'"
    )
    told = sum("帮了您" in str(row[0]) for row in rows)
    return f"{told} of {len(rows)} payments told in the reply to the yes itself"
