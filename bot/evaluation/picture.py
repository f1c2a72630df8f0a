"""The confusion picture: a page that shows what is mixed up with what."""

from __future__ import annotations

import html
from typing import Any

CELL = 16  # pixels a side
MARGIN = 150


def draw_confusions(report: dict[str, Any]) -> str:
    """A page with the confusion picture: rows are what was meant, columns what was understood."""
    names = sorted(report["by_intent"])
    place = {name: number for number, name in enumerate(names)}
    wrong = {(item["meant"], item["guess"]): int(item["lines"]) for item in report["confusions"]}
    side = MARGIN + CELL * len(names)
    shapes = [_axis(name, number) for name, number in place.items()]
    for name, number in place.items():
        row = report["by_intent"][name]
        right = round((row["recall"] or 0) * row["lines"])
        shapes.append(_cell(number, number, right, f"{name}: {right} of {row['lines']} right", "#2e7d32"))
    for (meant, guess), lines in wrong.items():
        shapes.append(_cell(place[meant], place[guess], lines, f"{meant} taken for {guess}: {lines}", "#c62828"))
    return (
        "<!doctype html><meta charset=utf-8><title>Confusions</title>"
        f"<h1>What was meant, what was understood</h1><p>{report['lines']} lines, "
        f"{report['right_guess']:.1%} right. Green: right; red: taken for something else. Hover for figures.</p>"
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}" font-size="9" '
        f'font-family="sans-serif">{"".join(shapes)}</svg>'
    )


def _axis(name: str, number: int) -> str:
    middle = MARGIN + CELL * number + CELL // 2 + 3
    label = html.escape(name)
    return (
        f'<text x="{MARGIN - 4}" y="{middle}" text-anchor="end">{label}</text>'
        f'<text transform="translate({middle},{MARGIN - 4}) rotate(-60)">{label}</text>'
    )


def _cell(row: int, column: int, lines: int, title: str, colour: str) -> str:
    if not lines:
        return ""
    x, y = MARGIN + CELL * column, MARGIN + CELL * row
    strength = min(1.0, 0.25 + lines / 12)
    return (
        f'<rect x="{x}" y="{y}" width="{CELL - 1}" height="{CELL - 1}" fill="{colour}" opacity="{strength:.2f}">'
        f'<title>{html.escape(title)}</title></rect><text x="{x + 3}" y="{y + 11}">{lines}</text>'
    )
