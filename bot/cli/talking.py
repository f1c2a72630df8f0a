"""`chat`: talk as a member in the terminal, through the same gateway as every other channel."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot.cli.understanding import moment

app = typer.Typer()


@app.command()
def chat(
    name: Annotated[str, typer.Option("--as", help="who talks: a member's name")],
    as_json: Annotated[bool, typer.Option("--json", help="one object a line: to, text, buttons")] = False,
    db: Annotated[str | None, typer.Option(help="database URL")] = None,
    scheme: Annotated[str | None, typer.Option(help="name of a scheme or path of its file")] = None,
    now: Annotated[str | None, typer.Option(help="a fixed clock, ISO with zone")] = None,
) -> None:
    """Talk as NAME: a message a line; ends when the input ends and all replies are out."""
    from bot.channels.console import run_chat
    from bot.settings import read_settings

    given = {key: value for key, value in {"database_url": db, "scheme": scheme}.items() if value is not None}
    asyncio.run(run_chat(read_settings(**given), name, as_json=as_json, now=moment(now)))
