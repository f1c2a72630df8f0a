"""kill -9 of the desk at random instants under load: no message lost, no coin lost or doubled, the books true."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter

import pytest

from bot.brain import heartbeat
from bot.channels.wechat_replies import wechat_parts
from bot.clock import SystemClock
from bot.messages import Reply
from storage.desk_things import OutboxState
from storage.verify import verify
from tests.proofs.town import SERVICE, START, Town

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
            time.sleep(chance.uniform(0, 3 if number % 2 else 8))  # leases of the killed run out after 5 s
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


def every_message_was_answered_once(town: Town) -> None:
    """One row each, done, with one reply; what left at once is that reply, and never left by the outbox as well."""
    books = town.crowd.books
    rows = {row[0]: row[1:] for row in books.rows("SELECT message_id, id, state, reply, reply_sent FROM inbox")}
    for sent in town.crowd.sent:
        mine = [row for message, row in rows.items() if sent.mark in message]
        assert len(mine) == 1, f"{sent.words!r}: {len(mine)} rows"
        ident, state, reply, left = mine[0]
        assert state == "done", f"{sent.words!r} is {state}"
        assert reply is not None
        outbox = books.one("SELECT COUNT(*) FROM outbox WHERE key = ?", f"reply:{ident}")
        assert outbox == (1 if left == "outbox" else 0)
        at_once = town.crowd.passive.get(sent.mark, set())
        if at_once:
            assert left == "passive"
            assert at_once == {wechat_parts(Reply.from_json(json.loads(reply)))[0]}


def every_order_was_paid_once(town: Town) -> int:
    """By the books alone: each settled order moved its 60 minutes once, and everybody has what that leaves."""
    books, people = town.crowd.books, town.people
    orders = books.rows("SELECT id, resident_id, status FROM orders")
    paid = Counter(row[0] for row in books.rows("SELECT order_id FROM ledger_transaction WHERE kind = 'service'"))
    spent: Counter[int] = Counter()
    for ident, resident, status in orders:
        assert paid[ident] == (1 if status == "settled" else 0), f"order {ident} is {status}"
        spent[resident] += SERVICE * paid[ident]
    earned: Counter[int] = Counter()
    for (volunteer,) in books.rows("SELECT volunteer_id FROM job WHERE status = 'settled'"):
        earned[volunteer] += SERVICE
    for resident in people.residents:
        available, reserved = people.coins(resident)
        assert available + reserved == START - spent[resident]
    for volunteer in people.volunteers:
        assert people.coins(volunteer) == (earned[volunteer], 0)
    return sum(paid.values())


def no_seat_was_taken_twice(town: Town) -> int:
    seats = town.crowd.books.rows(
        "SELECT order_id, COUNT(*) FROM job WHERE status NOT IN ('withdrawn', 'cancelled', 'no_show', 'void') "
        "GROUP BY order_id"
    )
    assert all(count == 1 for _, count in seats)
    return int(town.crowd.books.one("SELECT COUNT(*) FROM orders WHERE status = 'accepted'"))


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
