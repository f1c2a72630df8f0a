"""`./timebank evaluate`: runs the model over test lines in Rasa's environment and draws what is mixed up with what."""

from __future__ import annotations

import html
import json
import subprocess
from pathlib import Path
from typing import Any

from bot.rasa_process import HOUSE, nlu_environment, nlu_python
from bot.training import ensure_model

CELL = 16  # pixels a side
MARGIN = 150


class EvaluationFailed(Exception):
    """The measuring process ended with an error; its last lines are the message."""


def run_evaluation(files: list[Path] | None, out: Path) -> str:
    """Measure on `files` (default: all under nlu/evaluation); writes report.json and confusions.html into `out`.

    Returns the summary as text. Raises EvaluationFailed, ModelMissing.
    """
    chosen = files or sorted((HOUSE / "nlu" / "evaluation").rglob("*.yml"))
    out.mkdir(parents=True, exist_ok=True)
    report_file = (out / "report.json").absolute()
    command = [
        *(str(nlu_python()), "nlu/evaluate.py", "--model", str(ensure_model()), "--out", str(report_file)),
        *(str(file.absolute()) for file in chosen),
    ]
    done = subprocess.run(command, cwd=HOUSE, env=nlu_environment(), capture_output=True, text=True, check=False)  # noqa: S603  # our own command
    if done.returncode:
        raise EvaluationFailed(done.stderr[-2000:])
    report = json.loads(report_file.read_text(encoding="utf-8"))
    picture = out / "confusions.html"
    picture.write_text(draw_confusions(report), encoding="utf-8")
    return f"{done.stdout.strip()}\n{report_file}\n{picture}"


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
