"""docs/understanding.md: the goals, our figures, and the last report to compare with."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.rasa_process import HOUSE

PAGE = HOUSE / "docs" / "understanding.md"
_KEPT = re.compile(r"```json\n(?P<figures>.*?)\n```", re.DOTALL)
NOISY = ("dialect", "dictated")
CLEAN = ("clean", "loose")


@dataclass(frozen=True, slots=True)
class Goal:
    """One row: what, how much is wanted (shares 0–1), our figure; `least` True when more is better."""

    name: str
    wanted: float
    least: bool
    figure: float

    @property
    def met(self) -> bool:
        return self.figure >= self.wanted if self.least else self.figure <= self.wanted


def goals(figures: dict[str, Any]) -> list[Goal]:
    """The table of goals with what was measured. Raises KeyError when a part of the report is missing."""
    unseen, classes, noise = figures["unseen"], figures["by_class"], figures["noise"]
    alarms, values, unrelated = figures["alarms"], figures["values"], figures["unrelated"]
    emergencies, scams, strange = alarms["emergencies"], alarms["scams"], alarms["unrelated"]
    return [
        Goal("right intent, clean and loosely spoken", 0.97, True, _right(classes, CLEAN)),
        Goal("right intent, dialect and dictated", 0.93, True, _right(classes, NOISY)),
        *(Goal(f"right intent, {name}", 0.93, True, part["right_guess"]) for name, part in noise.items()),
        Goal("acted on wrongly without asking back", 0.01, False, unseen["in_scope"]["wrong_and_acted"]),
        Goal("out of scope acted on", 0.01, False, unseen["out_of_scope"]["acted"]),
        Goal(
            "coin-moving step begun on an unrelated message (read back first)",
            0.003,
            False,
            unrelated["coin_moving_begun"] / unrelated["messages"],
        ),
        Goal("emergencies caught", 0.99, True, emergencies["caught"] / emergencies["meant"]),
        Goal(
            "emergencies: near misses taken for one",
            0.02,
            False,
            emergencies["false_alarms"] / emergencies["near_misses"],
        ),
        Goal(
            "emergencies: unrelated messages taken for one", 0.001, False, strange["emergencies"] / strange["messages"]
        ),
        Goal("scams caught", 0.95, True, scams["caught"] / scams["meant"]),
        Goal("times right", 0.95, True, _share(values["times"], "right")),
        Goal("times silently wrong", 0.01, False, _share(values["times"], "silently_wrong")),
        Goal("durations right", 0.95, True, _share(values["durations"], "right")),
        Goal("services right", 0.95, True, _share(values["services"], "right")),
    ]


def _right(classes: dict[str, Any], names: tuple[str, ...]) -> float:
    parts = [classes[name] for name in names]
    lines = sum(part["lines"] for part in parts)
    return float(sum(part["right_guess"] * part["lines"] for part in parts) / lines)


def _share(tally: dict[str, int], what: str) -> float:
    return tally[what] / tally["lines"]


def kept(page: Path = PAGE) -> dict[str, float]:
    """The figures of the last report that was kept, by goal; empty where none was."""
    match = _KEPT.search(page.read_text(encoding="utf-8")) if page.exists() else None
    figures: dict[str, float] = json.loads(match["figures"]) if match else {}
    return figures


def table(found: list[Goal], before: dict[str, float]) -> str:
    """The goals as a Markdown table, with what the last report said."""
    lines = ["| what | goal | now | last report | |", "|---|---|---|---|---|"]
    for goal in found:
        sign = "≥" if goal.least else "≤"
        old = before.get(goal.name)
        was = "–" if old is None else _percent(old)
        lines.append(
            f"| {goal.name} | {sign} {_percent(goal.wanted)} | {_percent(goal.figure)} | {was} | {_mark(goal)} |"
        )
    return "\n".join(lines)


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %" if share * 1000 >= 1 or share == 0 else f"{share * 100:.2f} %"


def _mark(goal: Goal) -> str:
    return "met" if goal.met else "not met"


def _more(figures: dict[str, Any]) -> str:
    inside, latency = figures["unseen"]["in_scope"], figures["unseen"]["latency"]
    asked, offered, served = (_percent(inside[name]) for name in ("asked", "asked_with_the_meant", "served"))
    tuned = _percent(figures["tuned"]["right_guess"])
    return (
        f"Asked back on {asked} of the lines in scope, {offered} with the meant wish among the choices;"
        f" served (right,\nor offered) {served}. The lines that are tuned on: {tuned} right."
        f" A parse takes {latency['p50_ms']} ms\n(p50), {latency['p99_ms']} ms (p99);"
        f" the measuring process holds {figures['memory_mb']} MB."
    )


def write_page(figures: dict[str, Any], model: str, day: date, *, page: Path = PAGE) -> None:
    """Keep this report: the page with its table, and the figures that the next report is compared with."""
    found = goals(figures)
    unseen = figures["unseen"]
    shares = {goal.name: round(goal.figure, 4) for goal in found}
    confused = "\n".join(
        f"| {item['meant']} | {item['guess']} | {item['lines']} |" for item in unseen["confusions"][:12]
    )
    page.write_text(
        f"""# How well it understands

Kept by `./timebank evaluate --keep`; `./timebank evaluate` measures anew and compares with this page. Nothing here is
trained on: `nlu/evaluation/test` and `nlu/evaluation/values` were written by somebody who never saw the training lines,
and nobody who tunes reads them. `nlu/evaluation/dev` is tuned on, so its figure says little.

Measured {day.isoformat()} on {unseen["lines"]} unseen lines, model `{model}`.

{table(found, kept(page))}

{_more(figures)}

What is mixed up most often (the whole picture: `var/evaluation/confusions.html`):

| meant | understood | lines |
|---|---|---|
{confused}

## The kept figures

```json
{json.dumps(shares, ensure_ascii=False, indent=1)}
```
""",
        encoding="utf-8",
    )
