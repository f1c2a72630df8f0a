"""`docs`: the pages that are made from the code; `--check` says which are out of step."""

from __future__ import annotations

from typing import Annotated, Any

import typer

app = typer.Typer()


@app.command()
def docs(
    context: typer.Context,
    check: Annotated[bool, typer.Option("--check", help="change nothing; end with 1 when a page is old")] = False,
) -> None:
    """Write (or check) the generated pages under docs/."""
    from bot.generated_docs import old_pages, write_pages

    verbs: dict[str, Any] = getattr(context.find_root().command, "commands", {})
    if not check:
        for page in write_pages(verbs):
            typer.echo(f"wrote {page}")
        return
    old = old_pages(verbs)
    for page in old:
        typer.echo(f"{page} is out of step with the code: run ./timebank docs", err=True)
    raise typer.Exit(1 if old else 0)
