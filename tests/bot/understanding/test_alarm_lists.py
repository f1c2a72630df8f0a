"""How much the words alone catch, over lists of calls for help, swindles and what only sounds like them.

A file a line a message. The calls and swindles of `*_unseen.txt` shaped no pattern: their floors say how far words
reach on phrases they were not made for, which is why the classifier is asked as well (`test_verdict`). The rest is
what the patterns were made on, to guard against going back.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.understanding.emergencies import screen
from bot.understanding.scams import screen_scam

LISTS = Path(__file__).with_name("alarm_lists")
Screen = Callable[[str], object]


def lines(name: str) -> list[str]:
    return (LISTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def share_caught(name: str, by: Screen) -> float:
    listed = lines(name)
    return sum(by(line) is not None for line in listed) / len(listed)


@pytest.mark.parametrize(
    ("name", "by", "at_least"),
    [
        ("emergencies", screen, 0.98),
        ("swindles", screen_scam, 0.80),
        ("emergencies_unseen", screen, 0.57),
        ("swindles_unseen", screen_scam, 0.36),
    ],
)
def test_words_catch(name: str, by: Screen, at_least: float) -> None:
    assert share_caught(name, by) >= at_least


@pytest.mark.parametrize(
    ("name", "by", "at_most"),
    [
        ("near_misses", screen, 0.01),
        ("near_misses_unseen", screen, 0.10),
        ("near_misses", screen_scam, 0.005),
        ("near_misses_unseen", screen_scam, 0.005),
        ("ordinary", screen, 0.0),
        ("ordinary", screen_scam, 0.0),
        ("money_talk", screen_scam, 0.02),
        ("money_talk_unseen", screen_scam, 0.02),
        ("money_talk", screen, 0.0),
        ("swindles", screen, 0.01),
    ],
)
def test_words_leave_alone(name: str, by: Screen, at_most: float) -> None:
    assert share_caught(name, by) <= at_most


def test_the_lists_are_long_and_apart() -> None:
    calls, calm = set(lines("emergencies")), set(lines("near_misses"))
    assert len(calls) > 400
    assert len(calm) > 400
    assert not calls & calm
