"""What came in: once, in order, one message of a person at a time."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest

from bank.errors import Conflict, NotFound
from storage.desk_things import InboxEntry, InboxState
from storage.inbox import Received
from storage.unit_of_work import SqlUnitOfWork, UnitFactory, in_unit
from tests.storage.books import NOW, later

LEASE = timedelta(seconds=30)


def receive(
    uow: SqlUnitOfWork, sender: str, message_id: str, *, now: datetime = NOW, gesture: bool = False
) -> Received:
    return uow.desk.inbox.receive(
        channel="wechat",
        account="main",
        message_id=message_id,
        sender=sender,
        kind="text",
        payload={"text": "你好", "at": now},
        now=now,
        gesture=gesture,
    )


def claim(uow: SqlUnitOfWork, owner: str = "one", now: datetime = NOW) -> str | None:
    entry = uow.desk.inbox.next_for(owner, now, LEASE)
    return None if entry is None else entry.message_id


def test_a_redelivery_finds_the_stored_reply(units: UnitFactory) -> None:
    with units() as uow:
        first = receive(uow, "ann", "m1")
        assert not first.again
        assert first.item.payload == {"text": "你好", "at": NOW.isoformat()}
        taken = uow.desk.inbox.next_for("one", NOW, LEASE)
        assert taken is not None
        assert (taken.state, taken.attempts, taken.lease_owner) == (InboxState.WORKING, 1, "one")
        uow.desk.inbox.finish(taken.id, "one", reply={"text": "您好"}, sent="passive", now=later(seconds=1))
        uow.commit()
    with units() as uow:
        again = receive(uow, "ann", "m1", now=later(seconds=5))
        assert again.again
        assert (again.item.id, again.item.reply, again.item.reply_sent) == (first.item.id, {"text": "您好"}, "passive")
        assert claim(uow) is None
        assert not receive(uow, "ann", "m2").again
        assert uow.desk.inbox.waiting() == 1
        assert [entry.message_id for entry in uow.desk.inbox.recent(first.item.identity_id)] == ["m1", "m2"]


def test_one_persons_messages_go_one_at_a_time_in_order(units: UnitFactory) -> None:
    with units() as uow:
        for sender, message in (("ann", "a1"), ("ann", "a2"), ("bob", "b1"), ("ann", "a3")):
            receive(uow, sender, message)
        assert [claim(uow), claim(uow, "two"), claim(uow)] == ["a1", "b1", None]
        first = uow.desk.inbox.get(1)
        assert uow.desk.inbox.claim(2, "two", NOW, LEASE) is None
        uow.desk.inbox.finish(first.id, "one", reply=None, sent=None, now=NOW)
        assert uow.desk.inbox.claim(4, "two", NOW, LEASE) is None, "a2 comes first"
        second = uow.desk.inbox.claim(2, "two", NOW, LEASE)
        assert second is not None
        uow.desk.inbox.fail(second.id, "two", why="could not", now=NOW, reply={"text": "请找人工"})
        assert uow.desk.inbox.get(2).state is InboxState.FAILED
        assert claim(uow) == "a3"


def test_a_lease_that_ran_out_is_taken_again_and_lost_by_the_first(units: UnitFactory) -> None:
    with units() as uow:
        receive(uow, "ann", "a1")
        receive(uow, "ann", "a2")
        assert claim(uow) == "a1"
        assert claim(uow, "two", later(seconds=29)) is None
        assert claim(uow, "two", later(seconds=30)) == "a1"
        with pytest.raises(Conflict):
            uow.desk.inbox.finish(1, "one", reply=None, sent=None, now=later(seconds=31))
        uow.desk.inbox.give_back(1, "two", why="restarting")
        assert claim(uow, "three", later(seconds=31)) == "a1"
        assert uow.desk.inbox.get(1).attempts == 3
        with pytest.raises(NotFound):
            uow.desk.inbox.get(99)


def test_a_killed_use_case_leaves_the_message_to_be_done(units: UnitFactory) -> None:
    """Claimed in a unit of its own, then killed before the commit of the effect: the message waits for its lease."""
    with units() as uow:
        receive(uow, "ann", "a1")
        uow.commit()
    with units() as uow:
        assert claim(uow) == "a1"
        uow.commit()
    with units() as uow:
        uow.desk.inbox.finish(1, "one", reply={"text": "x"}, sent="passive", now=NOW)  # never committed
    with units() as uow:
        assert uow.desk.inbox.get(1).state is InboxState.WORKING
        assert claim(uow, "two", later(minutes=1)) == "a1"


def test_many_workers_never_take_one_person_twice(units: UnitFactory) -> None:
    people, each = 4, 5
    with units() as uow:
        for number in range(each):
            for person in range(people):
                receive(uow, f"p{person}", f"p{person}-{number}")
        uow.commit()
    working: dict[str, str] = {}
    done: dict[str, list[str]] = {f"p{person}": [] for person in range(people)}
    faults: list[str] = []

    def work(owner: str) -> None:
        def take(uow: SqlUnitOfWork) -> InboxEntry | None:
            return uow.desk.inbox.next_for(owner, NOW, LEASE)

        while sum(map(len, done.values())) < people * each and not faults:
            entry = in_unit(units, take, tries=20)
            if entry is None:
                continue
            if entry.sender in working:
                faults.append(f"{entry.sender} is with {working[entry.sender]} already")
            working[entry.sender] = owner
            done[entry.sender].append(entry.message_id)
            working.pop(entry.sender)
            ident = entry.id
            in_unit(units, lambda uow: uow.desk.inbox.finish(ident, owner, reply=None, sent=None, now=NOW), tries=20)  # noqa: B023  called at once

    threads = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert done == {f"p{person}": [f"p{person}-{n}" for n in range(each)] for person in range(people)}


def test_the_same_message_twice_at_once_is_kept_once(units: UnitFactory) -> None:
    start = threading.Barrier(4)
    got: list[Received] = []

    def deliver() -> None:
        start.wait()
        got.append(in_unit(units, lambda uow: receive(uow, "ann", "m1"), tries=20))

    threads = [threading.Thread(target=deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(received.again for received in got) == [False, True, True, True]
    assert len({received.item.id for received in got}) == 1


def test_what_comes_in_opens_the_windows(units: UnitFactory) -> None:
    with units() as uow:
        ident = receive(uow, "ann", "m1").item.identity_id
        uow.desk.identities.sent(ident)
        uow.desk.identities.sent(ident)
        uow.desk.identities.mark_unreachable(ident, "blocked")
        known = uow.desk.identities.get(ident)
        assert (known.sent_since_incoming, known.reachable, known.unreachable_why) == (2, False, "blocked")
        receive(uow, "ann", "m1", now=later(hours=1))
        assert uow.desk.identities.get(ident).last_incoming_at == NOW, "a redelivery is nothing new"
        receive(uow, "ann", "m2", now=later(hours=2), gesture=True)
        known = uow.desk.identities.get(ident)
        assert (known.last_incoming_at, known.last_gesture_at) == (NOW, later(hours=2))
        assert (known.sent_since_incoming, known.reachable) == (0, True)
