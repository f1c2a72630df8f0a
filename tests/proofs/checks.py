"""What must be true of a town after any number of kills, read from its books."""

from __future__ import annotations

import json
from collections import Counter

from bot.channels.wechat_replies import wechat_parts
from bot.messages import Reply
from tests.proofs.town import SERVICE, START, Town


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
