"""`./timebank simulate`: from a scheme and a seed to figures, a drawing and a proof of the books."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from bank.scheme import Scheme
from bank.usecases.clockwork import plan_sealing
from bot.pictures.charts import Panel, draw_sheet
from bot.simulation.figures import Figures, count
from bot.simulation.life import Life
from bot.simulation.people import settle
from bot.simulation.world import GuaranteeBroken, World

START = datetime(2025, 3, 1, tzinfo=UTC)  # a Saturday; only the seed and this day decide what happens


def simulate(
    scheme: Scheme,
    *,
    members: int,
    days: int,
    seed: int,
    faults: bool = False,
    progress: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """Let `members` people live `days` days; the same arguments give the same answer to the byte.

    The answer is JSON-able: the figures, what was refused by rule, what happened, and what `verify` said of the books.
    Raises GuaranteeBroken when a guarantee did not hold.
    """
    start = START.astimezone(scheme.tz).replace(hour=0, minute=0)
    world = World(scheme, seed, start, faults=faults)
    with world.unit() as uow:
        plan_sealing(uow, scheme, start)
        uow.commit()
    community = settle(world, members)
    life = Life(world, community)
    for day in range(days):
        life.morning()
        world.run(start + timedelta(days=day + 1))
        if progress is not None:
            progress(day + 1)
    figures = count(world, community, start)
    _check(figures)
    world.engine.dispose()
    return {
        "scheme": scheme.name,
        "version": scheme.version,
        "members": members,
        "days": days,
        "seed": seed,
        "faults": faults,
        **asdict(figures),
        "refused": dict(sorted(world.refusals.items())),
        "happened": dict(sorted(world.happened.items())),
    }


def _check(figures: Figures) -> None:
    if not figures.books["ok"]:
        raise GuaranteeBroken(f"the books do not prove: {figures.books}")
    if figures.minted != figures.held:
        raise GuaranteeBroken(f"minted {figures.minted} minutes, held {figures.held}")


def draw(result: dict[str, Any], scheme: Scheme) -> bytes:
    """The run as a sheet of charts (PNG)."""
    weeks = result["weeks"]
    labels = [str(number + 1) for number in range(len(weeks))]
    names = {category.code: category.name for category in scheme.categories}
    kinds = sorted(result["categories"].items(), key=lambda item: -item[1])[:8]
    people = (
        ("攒币的人", result["savers"]),
        ("从没花过", result["never_spent"]),
        (f"{70}岁以上", result["old"]),
        ("从没开口", result["old_never_asked"]),
    )
    panels = [
        Panel(
            "每周的单子",
            "lines",
            labels,
            [
                (name, [week[key] for week in weeks])
                for name, key in (("提出", "asked"), ("办成", "settled"), ("没人接", "unmet"))
            ],
            "个",
        ),
        Panel("每周转的币", "lines", labels, [("币", [week["coins"] for week in weeks])], "币"),
        Panel(
            "哪一类",
            "bars",
            [names.get(code, code) for code, _ in kinds],
            [("单子", [number for _, number in kinds])],
            "个",
        ),
        Panel("人", "bars", [name for name, _ in people], [("人", [number for _, number in people])], "人"),
    ]
    title = f"{scheme.title}：{result['members']}人，{result['days']}天"
    return draw_sheet(title, panels)
