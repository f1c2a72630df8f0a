"""kill -9 of the desk at random instants under load: no message lost, no coin lost or doubled, the books true."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.brain import BrainAddress, heartbeat
from bot.channels.wechat_replies import wechat_parts
from bot.clock import SystemClock
from bot.messages import Reply
from storage.desk_things import OutboxState
from storage.engine import make_engine
from storage.migrate import migrate
from storage.unit_of_work import in_unit
from storage.verify import verify
from tests.doubles.serving import serve
from tests.doubles.wechat_api import WeChatDouble
from tests.proofs.community import Community
from tests.proofs.load import Books, Client, Crowd, WebClient, WeChatClient
from tests.proofs.served import SIDE, WECHAT_SECRET, ServedDesk

SERVICE = 60  # minutes of every service here
START = 6_000  # minutes of every resident
RESIDENTS, VOLUNTEERS = 6, 6

pytestmark = [pytest.mark.proof, pytest.mark.brain]


@dataclass
class Town:
    """A desk with people on its channels, and the work that is put before them."""

    desk: ServedDesk
    people: Community
    crowd: Crowd
    clients: list[Client]
    fed: int = 0
    offered: int = 0
    kept: dict[str, set[str]] = field(default_factory=lambda: {"inbox": set(), "outbox": set()})

    def feed(self) -> None:
        """One more served order for everybody to confirm, one more open job: through the use cases, beside the desk."""
        people = self.people
        people.now = SystemClock().now()

        def served(resident: int) -> None:
            # Each volunteer serves twice a day at most, on days of the past: the day's cap takes nothing away.
            volunteer = people.volunteers[self.fed % VOLUNTEERS]
            days, second = divmod(self.fed // VOLUNTEERS, 2)
            in_unit(
                people.units,
                lambda uow: people.finished(uow, resident, volunteer, morning(people, -1 - days, 10 + 4 * second)),
            )
            self.fed += 1

        for resident in people.residents:
            if not self.crowd.books.one(
                "SELECT COUNT(*) FROM orders WHERE resident_id = ? AND status = 'finished'", resident
            ):
                served(resident)
        if self.crowd.books.one("SELECT COUNT(*) FROM orders WHERE status = 'published'") < 3:
            start = morning(people, 3 + self.offered // 4, 9 + 2 * (self.offered % 4))
            resident = people.residents[self.offered % RESIDENTS]
            in_unit(people.units, lambda uow: people.published(uow, resident, start, service="walk"))
            self.offered += 1

    def nothing_vanished(self) -> None:
        """Whatever was in inbox and outbox before the kill is there after it, with a key of its own."""
        for table, key in (("inbox", "channel || account || message_id"), ("outbox", "key")):
            found = [row[0] for row in self.crowd.books.rows(f"SELECT {key} FROM {table}")]
            assert len(set(found)) == len(found)
            assert self.kept[table] <= set(found)
            self.kept[table] = set(found)

    def settle_down(self, within: float = 180.0) -> None:
        """Until every message is answered and every row that may leave has left."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            now = f"{SystemClock().now():%Y-%m-%d %H:%M:%S.%f}"
            unanswered = self.crowd.books.one("SELECT COUNT(*) FROM inbox WHERE state NOT IN ('done', 'failed')")
            leaving = self.crowd.books.one(
                "SELECT COUNT(*) FROM outbox WHERE state = 'sending' OR "
                "(state = 'created' AND COALESCE(not_before, ?) <= ? AND EXISTS (SELECT 1 FROM identity i WHERE "
                "i.channel = 'wechat' AND (i.id = to_identity_id OR i.member_id = to_member_id)))",
                now,
                now,
            )
            if not unanswered and not leaving:
                return
            time.sleep(0.2)
        raise AssertionError("the desk did not come to rest")


def morning(people: Community, days: int, hour: int) -> datetime:
    """That hour, so many days from today, where the bank is."""
    local = people.now.astimezone(people.scheme.tz)
    return local.replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=days)


@pytest.fixture
def town(tmp_path: Path, brain: BrainAddress) -> Iterator[Town]:
    """Residents by web and WeChat, volunteers by WeChat, and WeChat's own servers played."""
    double = WeChatDouble(SystemClock(), app_id=SIDE.app_id, secret=WECHAT_SECRET)
    with serve(double.app) as wechat_api:
        rasa = (brain.rasa_url, brain.rasa_token, brain.actions_token)
        desk = ServedDesk(tmp_path, rasa, wechat_api=wechat_api)
        engine = make_engine(desk.database_url)
        migrate(engine)
        people = Community(engine, SystemClock().now())
        people.found(residents=RESIDENTS, volunteers=VOLUNTEERS, coins_each=START)
        crowd = Crowd(desk.url, Books(tmp_path / "timebank.db"), double)
        clients: list[Client] = []
        with people.units() as uow:
            for number, member in enumerate([*people.residents, *people.volunteers]):
                web = number < RESIDENTS // 2
                sender = f"w{number:024d}" if web else f"openid-{number}"
                channel = "web" if web else "wechat"
                identity = uow.desk.identities.get_or_create(channel, "main", sender, people.now)
                uow.desk.identities.bind(identity.id, member, people.now)
                client = (WebClient if web else WeChatClient)(crowd, member, sender)
                client.is_volunteer = member in people.volunteers
                clients.append(client)
            uow.commit()
        try:
            yield Town(desk, people, crowd, clients)
        finally:
            crowd.stop.set()
            desk.stop()
            crowd.books.close()
            engine.dispose()


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
            time.sleep(chance.uniform(0, 3))
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
