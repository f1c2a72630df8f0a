"""A town whose desk is a real process: people on its channels, and work that is put before them while it runs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.clock import SystemClock
from storage.engine import make_engine
from storage.migrate import migrate
from storage.unit_of_work import in_unit
from tests.doubles.serving import serve
from tests.doubles.wechat_api import WeChatDouble
from tests.proofs.community import Community
from tests.proofs.load import Books, Client, Crowd, WebClient, WeChatClient
from tests.proofs.served import SIDE, WECHAT_SECRET, ServedDesk

SERVICE = 60  # minutes of every service here
START = 6_000  # minutes of every resident
RESIDENTS, VOLUNTEERS = 6, 6


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


@contextmanager
def open_town(folder: Path, rasa: tuple[str, str, str]) -> Iterator[Town]:
    """Residents by web and WeChat, volunteers by WeChat, and WeChat's own servers played. The desk is not started."""
    double = WeChatDouble(SystemClock(), app_id=SIDE.app_id, secret=WECHAT_SECRET)
    with serve(double.app) as wechat_api:
        desk = ServedDesk(folder, rasa, wechat_api=wechat_api)
        engine = make_engine(desk.database_url)
        migrate(engine)
        people = Community(engine, SystemClock().now())
        people.found(residents=RESIDENTS, volunteers=VOLUNTEERS, coins_each=START)
        crowd = Crowd(desk.url, Books(folder / "timebank.db"), double)
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
