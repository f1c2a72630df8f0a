"""Killed between Rasa's answer and our own keeping of it: the words are told again, and count once."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from bot.clock import SystemClock
from bot.messages import Incoming, Kind
from bot.web.ports import ACCOUNT, CHANNEL
from storage.desk_things import InboxEntry
from storage.unit_of_work import SqlUnitOfWork, in_unit
from storage.verify import verify
from tests.proofs.town import SERVICE, START, Town

pytestmark = [pytest.mark.proof, pytest.mark.brain]
KILLED = "gateway-killed"


def test_words_told_again_are_heard_once(town: Town) -> None:
    town.feed()
    client = town.clients[0]
    number = int(town.crowd.books.one("SELECT id FROM orders WHERE resident_id = ?", client.member))
    town.desk.start()
    town.desk.wait_up()

    asked = answered_by_the_killed(town, "m1", f"{number}号单做完了")
    assert "对吗" in reply_of(town, asked)
    assert status(town, number) == "finished", "heard twice, the words would have confirmed themselves"

    agreed = answered_by_the_killed(town, "m2", "/affirm", said="1")
    assert status(town, number) == "settled"
    assert "您付1币" in reply_of(town, agreed), "the deed was done before the kill: the same words tell it"
    assert town.crowd.books.one("SELECT COUNT(*) FROM ledger_transaction WHERE order_id = ?", number) == 1
    assert sum(town.people.coins(client.member)) == START - SERVICE
    assert verify(town.people.engine).mismatches == []


def test_what_was_done_is_not_denied_when_rasa_is_away(town: Town) -> None:
    town.feed()
    number = int(town.crowd.books.one("SELECT id FROM orders WHERE resident_id = ?", town.clients[0].member))
    town.desk.start()
    town.desk.wait_up()
    reply_of(town, answered_by_the_killed(town, "m1", f"{number}号单确认完成"))
    agreed = answered_by_the_killed(town, "m2", "/affirm", said="1", ends=False)
    assert status(town, number) == "settled"
    town.desk.kill()
    town.desk.rasa = None
    town.desk.start()
    town.desk.wait_up()
    give_up(town, agreed)
    assert "已经办好了" in reply_of(town, agreed)


def answered_by_the_killed(
    town: Town, message_id: str, words: str, *, said: str | None = None, ends: bool = True
) -> int:
    """What a process leaves behind that kept a message, had Rasa answer it, and was killed: a lease that `ends`."""
    now = SystemClock().now()
    incoming = Incoming(
        channel=CHANNEL,
        account=ACCOUNT,
        sender=town.clients[0].sender,
        message_id=message_id,
        kind=Kind.TEXT,
        text=said or words,
        at=now,
    )

    def keep(uow: SqlUnitOfWork) -> InboxEntry:
        received = uow.desk.inbox.receive(
            channel=CHANNEL,
            account=ACCOUNT,
            message_id=message_id,
            sender=incoming.sender,
            kind=str(incoming.kind),
            payload=incoming.as_json(),
            now=now,
        )
        claimed = uow.desk.inbox.claim(received.item.id, KILLED, now, timedelta(hours=1))
        assert claimed is not None
        return claimed

    item = in_unit(town.people.units, keep)
    tell_rasa(town, item, words)
    if ends:
        give_up(town, item.id)
    return item.id


def give_up(town: Town, ident: int) -> None:
    """The lease of the killed has run out."""
    now = SystemClock().now()
    in_unit(town.people.units, lambda uow: uow.desk.inbox.renew(ident, KILLED, now, -timedelta(hours=1)))


def tell_rasa(town: Town, item: InboxEntry, words: str) -> None:
    assert town.desk.rasa is not None
    url, token, _ = town.desk.rasa
    own_name = town.crowd.books.one("SELECT value FROM channel_token WHERE channel = 'desk'")
    metadata = {
        "key": f"inbox:{item.id}",
        "identity_id": item.identity_id,
        "member_id": town.clients[0].member,
        "sender": f"{CHANNEL}:{ACCOUNT}:{item.sender}",
        "now": item.received_at.isoformat(),
        "said": words,
        "scene": None,
        "actions_url": town.desk.actions_url,
    }
    body = {"sender": f"{own_name}-{item.identity_id}-1", "message": words, "metadata": metadata}
    with httpx.Client(trust_env=False, timeout=60) as http:
        answer = http.post(f"{url}/webhooks/rest/webhook", json=body, params={"token": token})
    assert answer.json(), "Rasa has answered, and nobody is there to hear it"


def reply_of(town: Town, ident: int) -> str:
    town.settle_down()
    return str(town.crowd.books.one("SELECT reply FROM inbox WHERE id = ?", ident))


def status(town: Town, number: int) -> str:
    return str(town.crowd.books.one("SELECT status FROM orders WHERE id = ?", number))
