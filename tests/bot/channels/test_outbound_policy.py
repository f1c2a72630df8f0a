"""The outbound policy as a table: what is known, then the ways that are open, best first (the phone list ends all)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channels.outbound_policy import Facts, Purpose, Way, plan, purpose_of

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
P, C, S, T, M = Way.PASSIVE, Way.CUSTOMER_SERVICE, Way.SUBSCRIPTION, Way.TEMPLATE, Way.MASS


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


TABLE: list[tuple[str, dict[str, Any], list[Way]]] = [
    ("reply", {"passive_open": True, "last_incoming_at": NOW}, [P, C]),
    ("reply", {"passive_open": True}, [P]),
    ("reply", {}, []),
    ("reply", {"last_incoming_at": ago(hours=47)}, [C]),
    ("reply", {"last_incoming_at": ago(hours=48)}, [C]),
    ("reply", {"last_incoming_at": ago(hours=48, seconds=1)}, []),
    ("reply", {"last_incoming_at": ago(hours=1), "sent_since_incoming": 4}, [C]),
    ("reply", {"last_incoming_at": ago(hours=1), "sent_since_incoming": 5}, []),
    ("reply", {"last_incoming_at": ago(hours=1), "sent_since_incoming": 4, "parts": 2}, []),
    ("reply", {"last_gesture_at": ago(seconds=59)}, [C]),
    ("reply", {"last_gesture_at": ago(seconds=61)}, []),
    ("reply", {"last_gesture_at": ago(seconds=5), "parts": 3}, [C]),
    ("reply", {"last_gesture_at": ago(seconds=5), "parts": 4}, []),
    ("reply", {"last_gesture_at": ago(seconds=5), "last_incoming_at": ago(hours=1), "sent_since_incoming": 5}, [C]),
    ("reply", {"last_gesture_at": NOW + timedelta(hours=1)}, []),
    ("reply", {"has_template": True, "has_subscription": True, "consents": 1}, []),
    ("notice", {"last_incoming_at": ago(hours=1), "has_template": True}, [C, T]),
    ("notice", {"has_template": True}, [T]),
    ("notice", {}, []),
    ("notice", {"has_subscription": True, "consents": 1}, [S]),
    ("notice", {"has_subscription": True, "consents": 0}, []),
    ("reminder", {"has_subscription": True, "consents": 2, "has_template": True}, [S, T]),
    ("emergency", {"last_incoming_at": ago(hours=1), "has_template": True}, [C, T]),
    ("broadcast", {"has_template": True}, []),
    ("broadcast", {"mass_this_month": 3, "receivers": 2}, [M]),
    ("broadcast", {"mass_this_month": 4, "receivers": 2}, []),
    ("broadcast", {"mass_this_month": None, "receivers": 2}, []),
    ("broadcast", {"mass_this_month": 0, "receivers": 1}, []),
    ("broadcast", {"mass_this_month": 0, "receivers": 9, "parts": 2}, []),
    ("broadcast", {"mass_this_month": 0, "receivers": 2, "last_incoming_at": ago(hours=1)}, [C, M]),
    ("broadcast", {"mass_this_month": 0, "receivers": 2, "has_subscription": True, "consents": 1}, [S, M]),
    ("notice", {"mass_this_month": 0, "receivers": 2}, []),
    ("notice", {"has_template": True, "disabled": frozenset({T})}, []),
    ("reply", {"last_incoming_at": NOW, "disabled": frozenset({C})}, []),
]


@pytest.mark.parametrize(("purpose", "known", "ways"), TABLE)
def test_table(purpose: str, known: dict[str, Any], ways: list[Way]) -> None:
    made = plan(Facts(purpose=Purpose(purpose), now=NOW, **known))
    assert list(made.ways) == [*ways, Way.PHONE_LIST]


@pytest.mark.parametrize(("purpose", "known", "ways"), TABLE)
def test_every_shut_way_has_a_reason(purpose: str, known: dict[str, Any], ways: list[Way]) -> None:
    made = plan(Facts(purpose=Purpose(purpose), now=NOW, **known))
    assert set(made.shut) | set(made.ways) == set(Way)
    assert not set(made.shut) & set(made.ways)
    assert all(made.shut.values()) and all(way.value in made.reasons() for way in made.shut)


def test_an_unknown_purpose_is_a_notice() -> None:
    assert purpose_of("party") is Purpose.NOTICE
    assert purpose_of("broadcast") is Purpose.BROADCAST
