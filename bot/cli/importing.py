"""`import`: members, stations, meal sites, menus and activities from CSV or XLSX."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command("import")
def bring_in(
    kind: Annotated[str, typer.Argument(help="members, stations, meal-sites, menus or activities")],
    file: Annotated[Path, typer.Argument(help="CSV or XLSX; the first row names the columns")],
    by: Annotated[str, typer.Option("--by", help="full name of the staff member who answers for it")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only report, keep nothing")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="the report as one JSON object")] = False,
    scheme: Annotated[str | None, typer.Option(help="default: TIMEBANK_SCHEME")] = None,
    db: Annotated[str | None, typer.Option(help="database URL; default: TIMEBANK_DATABASE_URL")] = None,
) -> None:
    """Bring a file in: all rows or none, with a report by row; ends with status 1 when something must be mended."""
    from bot.clock import SystemClock
    from bot.importing.kinds import KINDS
    from bot.importing.run import import_file
    from bot.importing.sheets import FileRefused
    from bot.settings import read_settings
    from storage.engine import make_engine
    from storage.migrate import migrate
    from storage.scheme_files import load_scheme
    from storage.unit_of_work import uow_factory

    if kind not in KINDS:
        raise typer.BadParameter(f"must be one of {', '.join(KINDS)}", param_hint="KIND")
    settings = read_settings()
    rules = load_scheme(scheme or settings.scheme)
    engine = make_engine(db or settings.database_url)
    migrate(engine)
    units = uow_factory(engine, zone=rules.tz)
    with uow_factory(engine, zone=rules.tz, reading=True)() as uow:
        found = uow.members.find(name=by)
    if len(found) != 1:
        raise typer.BadParameter(f"{len(found)} members are called {by}", param_hint="--by")
    now = SystemClock().now()
    try:
        report = import_file(units, rules, kind, file, by_id=found[0].id, now=now, dry_run=dry_run)
    except FileRefused as refused:
        typer.echo(f"timebank: {refused}", err=True)
        raise typer.Exit(1) from refused
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        for row, column, reason in report.problems:
            typer.echo(f"row {row}{f', {column}' if column else ''}: {reason}")
        done = "imported" if report.imported else "nothing was imported"
        typer.echo(f"{report.rows} rows, {len(report.problems)} to mend: {done}")
    raise typer.Exit(1 if report.problems else 0)
