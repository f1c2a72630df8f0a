"""Identities, one-time codes, talks, tokens, nonces."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bank.errors import NotFound
from storage.desk_things import Talk, Token
from storage.identities import hash_code
from storage.unit_of_work import UnitFactory
from tests.storage.books import NOW, later
from tests.storage.test_unit_of_work import person, town


def test_a_sender_is_one_identity_and_several_may_be_one_member(units: UnitFactory) -> None:
    with units() as uow:
        ann = person(uow, "安", town(uow)[1])
        first = uow.desk.identities.get_or_create("wechat", "main", "o1", NOW)
        assert uow.desk.identities.get_or_create("wechat", "main", "o1", later(days=1)) == first
        assert uow.desk.identities.get_or_create("wechat", "other", "o1", NOW).id != first.id
        web = uow.desk.identities.get_or_create("web", "main", "s", NOW)
        assert uow.desk.identities.bind(first.id, ann.id, NOW).member_id == ann.id
        uow.desk.identities.bind(web.id, ann.id, later(hours=1))
        uow.desk.identities.incoming(web.id, later(hours=2))
        assert [each.channel for each in uow.desk.identities.of_member(ann.id)] == ["web", "wechat"]
        uow.desk.identities.unbind(web.id)
        assert [each.channel for each in uow.desk.identities.of_member(ann.id)] == ["wechat"]
        assert uow.desk.identities.find("web", "main", "nobody") is None
        for missing in (uow.desk.identities.get, uow.desk.identities.sent, uow.desk.identities.unbind):
            with pytest.raises(NotFound):
                missing(99)


def test_mass_sends_are_counted_by_month(units: UnitFactory) -> None:
    with units() as uow:
        ident = uow.desk.identities.get_or_create("wechat", "main", "o1", NOW).id
        assert [uow.desk.identities.count_mass(ident, "2026-03", 4) for _ in range(5)] == [True] * 4 + [False]
        assert uow.desk.identities.count_mass(ident, "2026-04", 4)


def test_a_code_binds_once_before_it_ends(units: UnitFactory) -> None:
    code = hash_code(" 123456 ", b"secret")
    assert code == hash_code("123456", b"secret") != hash_code("123456", b"another")
    with units() as uow:
        ann = person(uow, "安", town(uow)[1])
        uow.desk.identities.put_code(code, ann.id, NOW, timedelta(minutes=10))
        assert uow.desk.identities.use_code("x", NOW) is None
        assert uow.desk.identities.use_code(code, later(minutes=10)) is None
        assert uow.desk.identities.use_code(code, later(minutes=9)) == ann.id
        assert uow.desk.identities.use_code(code, later(minutes=9)) is None


def test_a_talk_is_kept_as_it_stands(units: UnitFactory) -> None:
    with units() as uow:
        fresh = uow.desk.talks.get("member:1")
        assert fresh == Talk(person="member:1")
        fresh.choices = [{"label": "好", "payload": "/affirm", "means": "yes"}]
        fresh.notes["session"] = 3
        saved = uow.desk.talks.save(fresh, NOW)
        saved.misses, saved.second_wish = 2, {"intent": "check_balance"}
        uow.desk.talks.save(saved, later(minutes=1))
        found = uow.desk.talks.get("member:1", lock=True)
        assert (found.misses, found.second_wish, found.notes) == (2, {"intent": "check_balance"}, {"session": 3})
        assert found.updated_at == later(minutes=1)
        again = uow.desk.talks.save(Talk(person="member:1", misses=1), NOW)
        assert again.id == found.id


def test_one_worker_at_a_time_fetches_a_token(units: UnitFactory) -> None:
    with units() as uow:
        tokens, lease = uow.desk.tokens, timedelta(seconds=10)
        assert tokens.get("wechat", "main", NOW) is None
        assert tokens.take_refresh("wechat", "main", "one", NOW, lease)
        assert not tokens.take_refresh("wechat", "main", "two", later(seconds=9), lease)
        assert tokens.take_refresh("wechat", "main", "two", later(seconds=10), lease)
        tokens.end_refresh("wechat", "main", "two")
        assert tokens.take_refresh("wechat", "main", "three", later(seconds=11), lease)
        token = Token(value="t", expires_at=later(hours=2))
        tokens.put("wechat", "main", token)
        assert tokens.get("wechat", "main", NOW) == token
        assert tokens.get("wechat", "main", later(hours=2)) is None
        tokens.forget("wechat", "main", "an older one")
        assert tokens.get("wechat", "main", NOW) == token
        tokens.forget("wechat", "main", "t")
        assert tokens.get("wechat", "main", NOW) is None


def test_a_nonce_is_new_once(units: UnitFactory) -> None:
    with units() as uow:
        seen = [uow.desk.nonces.first_time("wechat", account, "n", NOW) for account in ("a", "a", "b")]
        assert seen == [True, False, True]
        assert uow.desk.nonces.prune(later(seconds=1)) == 2
        assert uow.desk.nonces.first_time("wechat", "a", "n", NOW)


def test_one_unit_holds_a_lock(units: UnitFactory, engine_name: str) -> None:
    with units() as uow:
        assert uow.desk.try_lock("scheduler")
        assert uow.desk.try_lock("scheduler")
        if engine_name == "postgresql":  # on SQLite a second writing unit would wait for this one
            with units() as other:
                assert not other.desk.try_lock("scheduler")
                assert other.desk.try_lock("another")


def test_references_must_exist(units: UnitFactory) -> None:
    with pytest.raises(IntegrityError), units() as uow:
        identity = uow.desk.identities.get_or_create("web", "main", "s", NOW)
        uow.desk.identities.bind(identity.id, 99, NOW)
        uow.commit()
