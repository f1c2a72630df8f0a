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
def train(
    db: Annotated[
        str | None, typer.Option("--db", help="books with labelled lines; default: those of the settings")
    ] = None,
) -> None:
    """Train the model from the data as it stands and the lines that staff labelled; shows what those gave."""
    from bot.learning.books import lessons_of
    from bot.learning.files import LearnedWrong
    from bot.learning.training import as_table, train_and_compare, write_lessons

    try:
        lessons = lessons_of(db)
        if lessons is not None:
            count = write_lessons(lessons)
            typer.echo(f"{len(lessons)} labelled lines, {count} of them to train on: var/learned/lines.yml", err=True)
    except LearnedWrong as error:
        typer.echo(f"nothing was trained; staff put these right at /desk/learning:\n{error}", err=True)
        raise typer.Exit(1) from error
    model, gains = train_and_compare()
    typer.echo(model)
    if gains:
        typer.echo(as_table(gains))


@app.command()
def learned(
    out: Annotated[Path | None, typer.Option(help="write the labelled lines into this file")] = None,
    take: Annotated[Path | None, typer.Option(help="take in the labelled lines of this file")] = None,
    db: Annotated[str | None, typer.Option("--db", help="the books; default: those of the settings")] = None,
) -> None:
    """Lines that staff labelled, as YAML: shows them, writes them into a file, or takes a file in, all or none."""
    from bot.learning.books import lessons_of, take_in
    from bot.learning.files import LearnedWrong, as_yaml, read_lessons

    try:
        if take is not None:
            typer.echo(f"{take_in(db, read_lessons(take))} lines taken in", err=True)
            return
    except LearnedWrong as error:
        typer.echo(f"nothing was taken in:\n{error}", err=True)
        raise typer.Exit(1) from error
    text = as_yaml(lessons_of(db) or [])
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")


@app.command()
def evaluate(
    files: Annotated[list[Path] | None, typer.Argument(help="test files; default: all of nlu/evaluation")] = None,
    out: Annotated[Path, typer.Option(help="folder for the report and the confusion picture")] = Path("var/evaluation"),
    keep: Annotated[bool, typer.Option("--keep", help="write the figures into docs/understanding.md")] = False,
) -> None:
    """Measure on lines that nobody trained on, and compare with docs/understanding.md; trains nothing."""
    from bot.clock import SystemClock
    from bot.evaluation.page import goals, kept, table, write_page
    from bot.evaluation.run import evaluate_all, evaluate_files

    if files:
        some = evaluate_files(files, out)
        shown = {key: some.figures[key] for key in ("lines", "right_guess", "in_scope", "out_of_scope", "latency")}
        typer.echo(json.dumps(shown, ensure_ascii=False, indent=1))
        typer.echo(f"{some.report}\n{some.picture}", err=True)
        return
    whole = evaluate_all(out)
    typer.echo(table(goals(whole.figures), kept()))
    typer.echo(f"{whole.report}\n{whole.picture}", err=True)
    if keep:
        write_page(whole.figures, whole.model, SystemClock().now().date())


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
