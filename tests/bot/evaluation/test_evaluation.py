"""The measuring itself: goals, page, values; and a floor under the real model that no change may fall through."""

from __future__ import annotations

import json
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation.page import goals, kept, table, write_page
from bot.evaluation.picture import draw_confusions
from bot.evaluation.values import measure_values, rows
from bot.rasa_process import HOUSE, nlu_environment, nlu_python
from bot.training import ensure_model

FLOORS = {"right_guess": 0.95, "acted_right": 0.85, "wrong_and_acted": 0.02, "acted": 0.03}
"""On the lines that are tuned on: far below what the page says, so that only a real loss fails."""


def totals(right: float = 0.98, wrong: float = 0.005, acted: float = 0.0) -> dict[str, Any]:
    inside = {"lines": 90, "acted_right": 0.9, "wrong_and_acted": wrong, "asked": 0.08, "served": 0.99}
    return {
        "lines": 100,
        "right_guess": right,
        "in_scope": {**inside, "asked_with_the_meant": 0.07, "refused": 0.01},
        "out_of_scope": {"lines": 10, "refused": 0.9, "asked": 0.1, "acted": acted},
    }


def figures(**changed: Any) -> dict[str, Any]:
    mixed = [{"meant": "greet", "guess": "thank", "lines": 2}]
    alarm = {"meant": 100, "caught": 99, "near_misses": 100, "false_alarms": 2}
    tally = {"lines": 100, "right": 96, "silently_wrong": 1, "unsure": 3}
    unseen = {**totals(), "confusions": mixed, "latency": {"p50_ms": 4.0, "p99_ms": 9.0}}
    whole = {
        "unseen": unseen,
        "by_class": {name: totals() for name in ("clean", "loose", "dialect", "dictated", "out of scope")},
        "noise": {"sound-alikes (30 % of characters)": totals(0.94)},
        "unrelated": {"messages": 400, "acted": 3, "coin_moving_begun": 1},
        "alarms": {
            "emergencies": alarm,
            "scams": alarm,
            "unrelated": {"messages": 400, "emergencies": 0, "scams": 1},
        },
        "values": dict.fromkeys(("times", "durations", "services"), tally),
        "tuned": totals(),
        "memory_mb": 600,
    }
    return {**whole, **changed}


def test_goals_are_met_or_not_by_their_own_direction() -> None:
    assert all(goal.met for goal in goals(figures()))
    worse = figures(unrelated={"messages": 400, "acted": 9, "coin_moving_begun": 2})
    assert [goal.name for goal in goals(worse) if not goal.met] == [
        "coin-moving step begun on an unrelated message (read back first)"
    ]


def test_a_report_without_one_of_its_parts_is_refused() -> None:
    broken = figures()
    del broken["alarms"]["scams"]
    with pytest.raises(KeyError):
        goals(broken)


def test_the_page_keeps_figures_and_the_next_report_is_compared(tmp_path: Path) -> None:
    page = tmp_path / "understanding.md"
    assert kept(page) == {}
    write_page(figures(), "timebank-abc.tar.gz", date(2026, 11, 21), page=page)
    assert kept(page)["emergencies caught"] == 0.99
    compared = table(goals(figures(by_class={name: totals(0.9) for name in figures()["by_class"]})), kept(page))
    assert "| right intent, clean and loosely spoken | ≥ 97.0 % | 90.0 % | 98.0 % | not met |" in compared


def test_the_picture_shows_who_is_taken_for_whom() -> None:
    drawn = draw_confusions(
        {
            "by_intent": {"greet": {"lines": 10, "recall": 0.8}, "thank": {"lines": 5, "recall": 1.0}},
            "confusions": [{"meant": "greet", "guess": "thank", "lines": 2}],
            "lines": 15,
            "right_guess": 0.87,
        }
    )
    assert "greet taken for thank: 2" in drawn
    assert "<svg" in drawn


def test_values_are_counted_as_right_wrong_or_unsure(tmp_path: Path) -> None:
    (tmp_path / "times.txt").write_text(
        "2026-11-19T10:00+08:00\t明天\t2026-11-20T00:00+08:00\n"
        "2026-11-19T10:00+08:00\t明天\t2026-11-25T00:00+08:00\n"
        "2026-11-19T10:00+08:00\t三号楼的王阿姨\t-\n",
        encoding="utf-8",
    )
    (tmp_path / "durations.txt").write_text("两个小时\t120\n三四个小时\t?\n一个钟头\t90\n", encoding="utf-8")
    (tmp_path / "services.txt").write_text("陪我去医院\thospital_visit\n陪我去医院\thaircut\n", encoding="utf-8")
    measured = measure_values(tmp_path)
    assert measured["times"] == {"lines": 3, "right": 2, "silently_wrong": 1, "unsure": 0}
    assert measured["durations"] == {"lines": 3, "right": 2, "silently_wrong": 1, "unsure": 0}
    assert measured["services"] == {"lines": 2, "right": 1, "silently_wrong": 1, "unsure": 0}
    (tmp_path / "empty.txt").write_text("\n", encoding="utf-8")
    with pytest.raises(ValueError, match="nothing to measure"):
        rows(tmp_path / "empty.txt")


@pytest.mark.brain
def test_the_model_does_not_fall_below_its_floor(tmp_path: Path) -> None:
    """A fixed share of right answers on the lines that are tuned on; the goals are in docs/understanding.md."""
    out = tmp_path / "report.json"
    dev = sorted(str(path) for path in (HOUSE / "nlu" / "evaluation" / "dev").glob("*.yml"))
    command = [str(nlu_python()), "nlu/evaluate.py", "--model", str(ensure_model()), "--out", str(out), *dev]
    done = subprocess.run(command, cwd=HOUSE, env=nlu_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    report = json.loads(out.read_text(encoding="utf-8"))
    assert report["lines"] > 800
    assert report["right_guess"] >= FLOORS["right_guess"]
    assert report["in_scope"]["acted_right"] >= FLOORS["acted_right"]
    assert report["in_scope"]["wrong_and_acted"] <= FLOORS["wrong_and_acted"]
    assert report["out_of_scope"]["acted"] <= FLOORS["acted"]
