"""The scenario files themselves: read strictly, so that a misspelt key never passes for a test."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from tests.conversations.play import Enough, Failed, Play, one_has
from tests.conversations.scenario import (
    BEGINS,
    SCENARIOS,
    ScenarioError,
    all_scenarios,
    filled,
    moved,
    read_scenario,
    scenario_of,
)


def test_there_are_scenarios() -> None:
    assert len(all_scenarios()) >= 18, "a glob over a moved folder passes for ever"


@pytest.mark.parametrize("path", sorted(SCENARIOS.rglob("*.yml")), ids=lambda path: path.stem)
def test_every_file_can_be_read(path: Any) -> None:
    scenario = read_scenario(path)
    assert scenario.steps
    assert scenario.title


@pytest.mark.parametrize(
    "steps",
    [
        [{"who": "王阿婆", "says": "你好", "heard": ["x"]}],
        [{"who": "王阿婆"}],
        [{"says": "你好"}],
        [{"clock": "+1 day", "who": "王阿婆"}],
        [{"who": "王阿婆", "says": "1", "taps": "对"}],
        ["你好"],
    ],
)
def test_what_is_misspelt_is_refused(steps: list[Any]) -> None:
    with pytest.raises(ScenarioError):
        scenario_of({"title": "t", "steps": steps}, "bad")


def test_variables_and_clocks() -> None:
    assert filled("{order}号单 {other}", {"order": "11"}) == "11号单 {other}"
    assert moved(BEGINS, "+1 day 2 hours") == datetime.fromisoformat("2026-11-21T12:00+08:00")
    assert moved(BEGINS, "2026-11-22T08:00+08:00") == datetime.fromisoformat("2026-11-22T08:00+08:00")
    with pytest.raises(ValueError, match="no span"):
        moved(BEGINS, "+soon")


class Parrot:
    """A desk that says what it was told, and a notice."""

    async def say(self, who: str, words: str, enough: Enough) -> list[str]:
        return [f"{who}说{words}，12号单"]

    async def tap(self, who: str, label: str, enough: Enough) -> list[str]:
        return await self.say(who, label, enough)

    async def notices(self, who: str, enough: Enough) -> list[str]:
        return ["12号单好了"]

    async def set_clock(self, now: datetime) -> None:
        """Time is nothing to a parrot."""


async def played(*steps: dict[str, Any]) -> dict[str, str]:
    return await Play(scenario_of({"title": "t", "steps": list(steps)}, "t"), Parrot()).run()


async def test_a_play_catches_and_checks() -> None:
    known = await played(
        {"who": "王", "says": "好", "hears": ["王说好"], "catch": {"order": r"(\d+)号单"}},
        {"who": "李", "gets": ["{order}号单好了"]},
    )
    assert known == {"order": "12"}


@pytest.mark.parametrize(
    "step",
    [
        {"who": "王", "says": "好", "hears": ["不好"]},
        {"who": "王", "says": "好", "not": ["12号"]},
        {"who": "王", "says": "好", "catch": {"x": "(没有)"}},
        {"who": "王", "gets": ["没有这样的"]},
        {"who": "王", "gets": "nothing"},
    ],
)
async def test_a_play_fails_with_the_talk_so_far(step: dict[str, Any]) -> None:
    with pytest.raises(Failed, match="step 2"):
        await played({"who": "李", "says": "早"}, step)


def test_fragments_must_stand_in_one_text() -> None:
    texts: Sequence[str] = ["一 二", "三"]
    assert one_has(texts, ["一", "二"])
    assert not one_has(texts, ["一", "三"])
