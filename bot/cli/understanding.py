"""`parse`, `train`, `evaluate`: what is understood, and how well."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer()


@app.command()
def train() -> None:
    """Train the model from the data as it stands."""
    from bot.training import train as run_training

    typer.echo(run_training())


@app.command()
def evaluate(
    files: Annotated[list[Path] | None, typer.Argument(help="test files; default: nlu/evaluation")] = None,
    out: Annotated[Path, typer.Option(help="folder for the report and the confusion picture")] = Path("var/evaluation"),
) -> None:
    """Measure the model on lines it never saw; trains nothing."""
    from bot.evaluation import run_evaluation

    typer.echo(run_evaluation(files, out))


@app.command()
def parse(
    text: Annotated[str, typer.Argument(help="what was said; - reads a line each from standard input")],
    now: Annotated[str | None, typer.Option(help="the moment it was said, ISO with zone")] = None,
    role: Annotated[str, typer.Option(help="resident, volunteer or staff")] = "resident",
    scheme: Annotated[str, typer.Option(help="name of a scheme or path of its file")] = "changning",
) -> None:
    """What is understood of TEXT, as one JSON object."""
    from bot.reading import read_lines

    if role not in ("resident", "volunteer", "staff"):
        raise typer.BadParameter("resident, volunteer or staff", param_hint="--role")
    lines = (line.rstrip("\n") for line in sys.stdin) if text == "-" else iter([text])

    def show(answer: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        sys.stdout.flush()

    asyncio.run(read_lines(lines, show, now=moment(now), role=role, scheme_name=scheme))


def moment(text: str | None) -> datetime | None:
    """An aware moment from ISO text. Raises BadParameter for one without a zone."""
    if text is None:
        return None
    try:
        given = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no ISO moment such as 2026-11-21T09:00+08:00") from error
    if given.tzinfo is None:
        raise typer.BadParameter(f"{text!r} has no zone; write for example {text}+08:00")
    return given
