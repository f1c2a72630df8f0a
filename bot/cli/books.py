"""`init-db`, `verify`, `export`: the books without the talk."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()
Db = Annotated[str | None, typer.Option(help="database URL; default: TIMEBANK_DATABASE_URL")]


@app.command("init-db")
def init_db(db: Db = None) -> None:
    """Bring the database to the newest version."""
    from storage.engine import make_engine
    from storage.migrate import migrate

    url = _url(db)
    migrate(make_engine(url))
    typer.echo("the database is up to date")


@app.command()
def verify(db: Db = None) -> None:
    """Prove the ledger from its entries; ends with status 1 when anything is off."""
    from storage.engine import make_engine
    from storage.verify import verify as run_verify

    report = run_verify(make_engine(_url(db)))
    typer.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    raise typer.Exit(0 if report.ok else 1)


@app.command()
def export(
    person: Annotated[str | None, typer.Option(help="a member's full name: all that is kept of them, as JSON")] = None,
    books: Annotated[bool, typer.Option("--books", help="every entry of the ledger, as CSV")] = False,
    db: Db = None,
) -> None:
    """Everything that is kept of one person, or the books, on standard output."""
    from storage.engine import make_engine
    from storage.export import export_books, export_person
    from storage.unit_of_work import uow_factory

    if (person is None) == (not books):
        raise typer.BadParameter("say either --person NAME or --books")
    engine = make_engine(_url(db))
    if person is not None:
        with uow_factory(engine, reading=True)() as uow:
            found = uow.members.find(name=person)
        if len(found) != 1:
            raise typer.BadParameter(f"{len(found)} members are called {person}", param_hint="--person")
        typer.echo(json.dumps(export_person(engine, found[0].id), ensure_ascii=False, indent=2))
        return
    writer: csv.DictWriter[str] | None = None
    for row in export_books(engine):
        if writer is None:
            writer = csv.DictWriter(sys.stdout, list(row))
            writer.writeheader()
        writer.writerow(row)


@app.command("api-token")
def api_token(name: Annotated[str, typer.Argument(help="the staff member's full name")], db: Db = None) -> None:
    """A bearer token for the programs of one of the staff (`/api`); it stays good for 30 days."""
    from bank.permissions import check_is_staff
    from bot.settings import SettingsError, read_settings
    from bot.web.api import api_token as make_token
    from bot.web.tokens import Signer
    from storage.engine import make_engine
    from storage.unit_of_work import uow_factory

    secret = read_settings().secret_key
    if secret is None:
        raise SettingsError("TIMEBANK_SECRET_KEY: must be set, it signs the token")
    with uow_factory(make_engine(_url(db)), reading=True)() as uow:
        found = uow.members.find(name=name)
        if len(found) != 1:
            raise typer.BadParameter(f"{len(found)} members are called {name}", param_hint="NAME")
        check_is_staff(uow, found[0].id)
    typer.echo(make_token(Signer(secret.get_secret_value()), found[0].id))


def _url(db: str | None) -> str:
    from bot.settings import read_settings

    given = {} if db is None else {"database_url": db}
    url = read_settings(**given).database_url
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    return url
