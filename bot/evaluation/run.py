"""`./timebank evaluate`: trains nothing; measures, draws, compares with the report that is kept."""

from __future__ import annotations

import asyncio
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.evaluation.picture import draw_confusions
from bot.evaluation.values import measure_alarms, measure_values
from bot.rasa_process import HOUSE, nlu_environment, nlu_python
from bot.training import ensure_model

TESTS = HOUSE / "nlu" / "evaluation"


class EvaluationFailed(Exception):
    """The measuring process ended with an error; its last lines are the message."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything measured, with the model that was measured and the files that were written."""

    model: str
    figures: dict[str, Any]
    report: Path
    picture: Path


def evaluate_all(out: Path) -> Evaluation:
    """Measure on everything under nlu/evaluation; writes report.json and confusions.html into `out`.

    Raises EvaluationFailed, ModelMissing.
    """
    model = ensure_model()
    figures = _measure(["nlu/measure.py"], model, out)
    figures["values"] = measure_values(TESTS / "values")
    figures["alarms"] = asyncio.run(measure_alarms(TESTS))
    return _written(model, figures, figures["unseen"], out)


def evaluate_files(files: list[Path], out: Path) -> Evaluation:
    """Measure only the intents of these files. Raises as evaluate_all."""
    model = ensure_model()
    given = [str(file.absolute()) for file in files]
    figures = _measure(["nlu/evaluate.py", *given], model, out)
    return _written(model, figures, figures, out)


def _measure(script: list[str], model: Path, out: Path) -> dict[str, Any]:
    out.mkdir(parents=True, exist_ok=True)
    target = (out / "report.json").absolute()
    command = [str(nlu_python()), *script, "--model", str(model), "--out", str(target)]
    done = subprocess.run(command, cwd=HOUSE, env=nlu_environment(), capture_output=True, text=True, check=False)  # noqa: S603  # our own command
    if done.returncode:
        raise EvaluationFailed(done.stderr[-2000:])
    figures: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
    return figures


def _written(model: Path, figures: dict[str, Any], drawn: dict[str, Any], out: Path) -> Evaluation:
    report, picture = out / "report.json", out / "confusions.html"
    report.write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")
    picture.write_text(draw_confusions(drawn), encoding="utf-8")
    return Evaluation(model.name, figures, report, picture)
