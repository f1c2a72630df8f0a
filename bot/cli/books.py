"""`init-db`, `verify`, `simulate`, `import`, `export`: the books without the talk."""

from __future__ import annotations

import json
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
