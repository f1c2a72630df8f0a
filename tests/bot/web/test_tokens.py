"""Links and sessions: forged, old and misused ones open nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.clock import MovableClock
from bot.web.tokens import LIFETIMES, LinkExpired, LinkInvalid, Purpose, Signer
from tests.doubles.web import SECRET, START


def test_a_token_gives_back_its_subject() -> None:
    signer = Signer(SECRET)
    assert signer.read(Purpose.CHAT_LINK, signer.make(Purpose.CHAT_LINK, "w1")) == "w1"


@pytest.mark.parametrize("purpose", [purpose for purpose in Purpose if purpose is not Purpose.CHAT_LINK])
def test_a_token_of_another_purpose_opens_nothing(purpose: Purpose) -> None:
    signer = Signer(SECRET)
    with pytest.raises(LinkInvalid):
        signer.read(Purpose.CHAT_LINK, signer.make(purpose, "w1"))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "....", "\x00", "ImEi.aaaaaa.bbbb", "汉字.汉字.汉字", "a" * 9000])
def test_what_is_no_token_opens_nothing(token: str) -> None:
    with pytest.raises(LinkInvalid):
        Signer(SECRET).read(Purpose.CHAT_LINK, token)


def test_a_token_of_another_desk_opens_nothing() -> None:
    with pytest.raises(LinkInvalid):
        Signer(SECRET).read(Purpose.API, Signer("another secret").make(Purpose.API, "1"))


def test_a_changed_subject_is_noticed() -> None:
    signer = Signer(SECRET)
    _, stamp, signature = signer.make(Purpose.CHAT_LINK, "w1").split(".")
    other = signer.make(Purpose.CHAT_LINK, "w2").split(".")[0]
    with pytest.raises(LinkInvalid):
        signer.read(Purpose.CHAT_LINK, f"{other}.{stamp}.{signature}")


def test_an_old_token_says_that_it_is_old() -> None:
    clock = MovableClock(START)
    signer = Signer(SECRET, clock)
    token = signer.make(Purpose.DESK_LINK, "7")
    clock.forward(LIFETIMES[Purpose.DESK_LINK] + timedelta(seconds=2))
    with pytest.raises(LinkExpired):
        signer.read(Purpose.DESK_LINK, token)


def test_an_empty_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        Signer("")
