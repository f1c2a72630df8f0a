"""The same words from the giver and from the receiver of a service are different deeds."""

from __future__ import annotations

import pytest

from bot.reading import by_role


def ranked(*pairs: tuple[str, float]) -> list[dict[str, object]]:
    return [{"name": name, "confidence": share} for name, share in pairs]


@pytest.mark.parametrize(
    ("role", "heard", "meant"),
    [
        ("resident", "finish_service", "confirm_done"),
        ("volunteer", "confirm_done", "finish_service"),
        ("resident", "withdraw_job", "cancel_order"),
        ("volunteer", "cancel_order", "withdraw_job"),
        ("resident", "view_schedule", "check_order"),
        ("volunteer", "check_order", "view_schedule"),
        ("resident", "grant_coins", "gift_coins"),
        ("staff", "gift_coins", "grant_coins"),
    ],
)
def test_where_both_fit_the_role_decides(role: str, heard: str, meant: str) -> None:
    ranking = ranked((heard, 0.6), (meant, 0.3), ("thank", 0.1))
    intent, found = by_role(ranking[0], ranking, role)
    assert intent == {"name": meant, "confidence": 0.6}
    assert [item["name"] for item in found] == [meant, heard, "thank"]


@pytest.mark.parametrize(
    ("role", "heard", "other", "share"),
    [
        ("resident", "finish_service", "confirm_done", 0.05),  # the words fit the giver alone
        ("staff", "finish_service", "confirm_done", 0.5),  # staff may be told by either
        ("volunteer", "gift_coins", "grant_coins", 0.5),  # a volunteer gives coins of their own
        ("volunteer", "thank", "greet", 0.5),
    ],
)
def test_elsewhere_the_words_decide(role: str, heard: str, other: str, share: float) -> None:
    ranking = ranked((heard, 0.6), (other, share))
    assert by_role(ranking[0], ranking, role) == (ranking[0], ranking)
