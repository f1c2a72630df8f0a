"""What goes out: in order, once, and never nowhere."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bank.errors import Conflict, NotFound
from bank.notices import Notice, Urgency
from storage.desk_things import OutboxState
from storage.unit_of_work import SqlUnitOfWork, UnitFactory, uow_factory
from tests.storage.books import NOW, later
from tests.storage.test_unit_of_work import person, town

LEASE = timedelta(seconds=60)


@pytest.fixture
def desk(units: UnitFactory) -> UnitFactory:
    """Ann (member 1) on WeChat and the web, Bob (member 2) on the console, Cai (member 3) nowhere."""
    with units() as uow:
        branch = town(uow)[1]
        ann, bob, _ = (person(uow, name, branch) for name in ("安", "鲍", "蔡"))
        for channel, member in (("wechat", ann), ("web", ann), ("console", bob)):
            identity = uow.desk.identities.get_or_create(channel, "main", member.name, NOW)
            uow.desk.identities.bind(identity.id, member.id, NOW)
        uow.commit()
    return units


def notice(uow: SqlUnitOfWork, key: str, to: int = 1, urgency: Urgency = Urgency.NORMAL, **more: object) -> bool:
    return uow.outbox.put(Notice(key=key, to_id=to, words="order_settled", urgency=urgency, **more))  # type: ignore[arg-type]  # given by name


def claimed(uow: SqlUnitOfWork, owner: str = "one", seconds: float = 0, **more: object) -> list[str]:
    return [entry.key for entry in uow.desk.outbox.claim(owner, later(seconds=seconds), LEASE, **more)]  # type: ignore[arg-type]  # given by name


def test_a_notice_is_put_once(desk: UnitFactory) -> None:
    with desk() as uow:
        assert notice(uow, "a", facts={"minutes": 60, "at": NOW})
        assert not notice(uow, "a", to=2)
        entry = uow.desk.outbox.get(1)
        assert (entry.words, entry.facts, entry.created_at) == (
            "order_settled",
            {"minutes": 60, "at": NOW.isoformat()},
            None,
        )
        with pytest.raises(NotFound):
            uow.desk.outbox.get(99)


def test_a_clock_dates_the_notices(desk: UnitFactory) -> None:
    with desk() as uow:
        units = uow_factory(uow.connection.engine, clock=lambda: NOW)
    with units() as uow:
        notice(uow, "a")
        assert uow.desk.outbox.get(1).created_at == NOW


def test_a_notice_reaches_a_sender_who_is_no_member(desk: UnitFactory) -> None:
    with desk() as uow:
        stranger = uow.desk.identities.get_or_create("wechat", "main", "o:pen", NOW)
        assert notice(uow, "a", to=0, to_sender="wechat:main:o:pen")
        assert uow.desk.outbox.get(1).to_identity_id == stranger.id
        with pytest.raises(NotFound):
            notice(uow, "b", to=0, to_sender="wechat:main:nobody")
        with pytest.raises(NotFound):
            notice(uow, "c", to=0)


def test_the_most_urgent_leaves_first_then_the_oldest(desk: UnitFactory) -> None:
    with desk() as uow:
        notice(uow, "bulk", urgency=Urgency.BULK)
        notice(uow, "first")
        notice(uow, "held back", not_before=later(hours=1))
        notice(uow, "second", to=2)
        notice(uow, "alarm", to=3, urgency=Urgency.EMERGENCY)
        assert claimed(uow, limit=2) == ["alarm", "first"]
        assert claimed(uow) == ["second"], "one person's next waits while the first is being sent"
        uow.desk.outbox.mark_sent(2, "one", channel="wechat", provider_id="77", now=NOW)
        assert claimed(uow) == ["bulk"]
        sent = uow.desk.outbox.get(2)
        assert (sent.state, sent.channel_used, sent.provider_id, sent.sent_at) == (
            OutboxState.SENT,
            "wechat",
            "77",
            NOW,
        )


def test_an_emergency_does_not_wait_behind_another_message(desk: UnitFactory) -> None:
    with desk() as uow:
        notice(uow, "slow")
        assert claimed(uow) == ["slow"]
        notice(uow, "alarm", urgency=Urgency.EMERGENCY)
        notice(uow, "next")
        assert claimed(uow, "two") == ["alarm"]


def test_a_row_cut_off_while_sending_is_taken_again_and_marked(desk: UnitFactory) -> None:
    with desk() as uow:
        notice(uow, "a")
        assert claimed(uow) == ["a"]
        assert claimed(uow, "two", 59) == []
        taken = uow.desk.outbox.claim("two", later(seconds=60), LEASE)
        assert [(entry.key, entry.maybe_sent, entry.attempts) for entry in taken] == [("a", True, 2)]
        with pytest.raises(Conflict):
            uow.desk.outbox.mark_sent(1, "one", channel="wechat", provider_id=None, now=later(seconds=61))


def test_every_row_ends_with_a_name(desk: UnitFactory) -> None:
    with desk() as uow:
        for key in ("later", "gave up", "phone"):
            notice(uow, key)
        assert claimed(uow) == ["later", "gave up", "phone"]
        uow.desk.outbox.try_later(1, "one", at=later(seconds=10), why="busy", maybe_sent=True)
        uow.desk.outbox.gave_up(2, "one", why="no consent")
        uow.desk.outbox.phone_list(3, "one", why="unreachable")
        assert [uow.desk.outbox.get(n).why for n in (1, 2, 3)] == ["busy", "no consent", "unreachable"]
        assert claimed(uow, seconds=9) == []
        assert claimed(uow, seconds=10) == ["later"]
        assert uow.desk.outbox.get(1).maybe_sent
        listed = uow.desk.outbox.in_state(OutboxState.PHONE_LIST, OutboxState.GAVE_UP)
        assert [entry.key for entry in listed] == ["phone", "gave up"]
        uow.desk.outbox.phoned(3, later(hours=1))
        assert uow.desk.outbox.get(3).channel_used == "phone"
        with pytest.raises(Conflict):
            uow.desk.outbox.phoned(3, later(hours=1))
        assert uow.desk.outbox.waiting() == 1


def test_a_dispatcher_of_some_channels_leaves_the_rest(desk: UnitFactory) -> None:
    with desk() as uow:
        notice(uow, "ann", to=1)
        notice(uow, "bob", to=2)
        notice(uow, "cai", to=3)
        stranger = uow.desk.identities.get_or_create("console", "main", "x", NOW)
        uow.desk.outbox.put_reply(key="reply", to_identity_id=stranger.id, reply={"text": "好"}, now=NOW)
        assert claimed(uow, channels=["wechat", "telegram"]) == ["ann", "cai"], "cai can be had nowhere: the phone list"
        assert claimed(uow, channels=["console"]) == ["bob", "reply"]


def test_a_mailbox_is_read_by_asking(desk: UnitFactory) -> None:
    with desk() as uow:
        web = uow.desk.identities.find("web", "main", "安")
        assert web is not None
        notice(uow, "notice")
        first = uow.desk.outbox.put_reply(key="r", to_identity_id=web.id, reply={"text": "好"}, now=NOW, inbox_id=5)
        assert uow.desk.outbox.put_reply(key="r", to_identity_id=web.id, reply={"text": "好"}, now=NOW) is None
        notice(uow, "tomorrow", not_before=later(days=1))
        notice(uow, "bob's", to=2)
        box = uow.desk.outbox.mailbox(now=NOW, identity_id=web.id, member_id=1)
        assert [(entry.key, entry.reply) for entry in box] == [("notice", None), ("r", {"text": "好"})]
        assert uow.desk.outbox.read([entry.id for entry in box], channel="web", now=NOW) == 2
        assert uow.desk.outbox.read([entry.id for entry in box], channel="web", now=NOW) == 0
        assert claimed(uow) == ["bob's"]
        assert uow.desk.outbox.mailbox(now=NOW, member_id=1, after_id=first or 0) == []
        assert uow.desk.outbox.mailbox(now=NOW) == []


def test_two_dispatchers_share_the_work(desk: UnitFactory) -> None:
    with desk() as uow:
        for number in range(6):
            notice(uow, f"n{number}", to=number % 3 + 1)
        uow.commit()
    with desk() as uow:
        one = claimed(uow, limit=3)
        uow.commit()
    with desk() as uow:
        two = claimed(uow, "two")
    assert one == ["n0", "n1", "n2"]
    assert two == [], "each person has one on the way"
