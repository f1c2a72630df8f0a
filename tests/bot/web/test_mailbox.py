"""The talk as the page reads it from the books: a late reply is one line, new notices are noted, old ones are not."""

from __future__ import annotations

from datetime import timedelta

from bank.notices import Notice
from bot.messages import Choice, Reply
from bot.web.mailbox import DeskMailbox
from bot.web.ports import ACCOUNT, CHANNEL, Line
from storage.desk_things import OutboxState
from storage.unit_of_work import SqlUnitOfWork, in_unit
from tests.doubles.sample import SampleHouse
from tests.doubles.web import START

REPLY = Reply(text="好的", choices=(Choice(label="对", payload="/affirm"),)).as_json()


def mailbox(sample: SampleHouse) -> DeskMailbox:
    house = sample.house
    return DeskMailbox(house.desk.units, house.reading, house.said, house.noted)


def lines(sample: SampleHouse, sender: str, *, later: timedelta = timedelta(0)) -> list[Line]:
    return mailbox(sample).lines(sender, now=START + later, most=100)


def receive(uow: SqlUnitOfWork, sender: str) -> int:
    received = uow.desk.inbox.receive(
        channel=CHANNEL,
        account=ACCOUNT,
        message_id="pane.1",
        sender=sender,
        kind="text",
        payload={"text": "你好"},
        now=START,
    )
    return received.item.id


def test_nobody_has_an_empty_talk(sample: SampleHouse) -> None:
    assert lines(sample, "unknown") == []


def test_a_late_reply_is_one_line(sample: SampleHouse) -> None:
    def late(uow: SqlUnitOfWork) -> None:
        ident = receive(uow, "stranger")
        uow.desk.inbox.claim(ident, "test", START, timedelta(minutes=1))
        uow.desk.inbox.finish(ident, "test", reply=REPLY, sent="outbox", now=START + timedelta(seconds=9))
        identity = uow.desk.identities.find(CHANNEL, ACCOUNT, "stranger")
        assert identity is not None
        uow.desk.outbox.put_reply(
            key="reply:1", to_identity_id=identity.id, reply=REPLY, now=START + timedelta(seconds=9), inbox_id=ident
        )

    in_unit(sample.house.desk.units, late)
    talk = lines(sample, "stranger", later=timedelta(minutes=1))
    assert [(line.mine, line.text) for line in talk] == [(True, "你好"), (False, "好的")]
    with sample.house.reading() as uow:
        assert not [row for row in uow.desk.outbox.in_state(OutboxState.CREATED) if row.key == "reply:1"]


def test_what_is_held_back_comes_when_it_is_due(sample: SampleHouse) -> None:
    wang = sample.person("wang")
    facts = {"granted": 60, "balance": 60, "reason": "贺年"}
    notice = Notice(
        key="t:1", to_id=wang.member_id, words="coins_granted", facts=facts, not_before=START + timedelta(hours=3)
    )
    in_unit(sample.house.desk.units, lambda uow: uow.outbox.put(notice))
    before = lines(sample, wang.sender)
    after = lines(sample, wang.sender, later=timedelta(hours=3))
    assert len(after) == len(before) + 1
    assert after[-1].at == START + timedelta(hours=3)


def test_what_reached_people_before_they_had_the_page_is_not_told_again(sample: SampleHouse) -> None:
    texts = [line.text for line in lines(sample, sample.person("wang").sender)]
    assert texts
    assert not [text for text in texts if text.startswith("1号单")]


def test_looking_twice_changes_nothing(sample: SampleHouse) -> None:
    sender = sample.person("li").sender
    assert lines(sample, sender) == lines(sample, sender)
