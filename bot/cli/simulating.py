"""`simulate`: a made-up community lives on the real use cases; figures, a drawing, and a proof of the books."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def simulate(
    scheme: Annotated[str, typer.Option(help="name of a scheme, or a file")] = "changning",
    members: Annotated[int, typer.Option(min=10, help="how many people")] = 2000,
    days: Annotated[int, typer.Option(min=1, help="how many days they live")] = 300,
    seed: Annotated[int, typer.Option(help="the same seed gives the same result")] = 1,
    faults: Annotated[bool, typer.Option("--faults", help="double taps and crashes in between")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="all figures as one JSON object")] = False,
    picture: Annotated[Path | None, typer.Option(help="where the drawing goes (PNG)")] = None,
) -> None:
    """Let a made-up community live some days; ends with status 1 when a guarantee did not hold."""
    from bot.simulation.run import draw
    from bot.simulation.run import simulate as live
    from bot.simulation.world import GuaranteeBroken
    from storage.scheme_files import load_scheme

    rules = load_scheme(scheme)

    def progress(day: int) -> None:
        if sys.stderr.isatty() or day % 30 == 0 or day == days:
            typer.echo(f"day {day} of {days}", err=True)

    try:
        result = live(rules, members=members, days=days, seed=seed, faults=faults, progress=progress)
    except GuaranteeBroken as broken:
        typer.echo(f"timebank: a guarantee did not hold: {broken}", err=True)
        raise typer.Exit(1) from broken
    target = picture or Path("var") / f"simulation-{rules.name}.png"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(draw(result, rules))
    typer.echo(json.dumps(result, ensure_ascii=False) if as_json else _told(result))
    typer.echo(f"drawn: {target}", err=True)


def _told(result: dict[str, object]) -> str:
    def coins(name: str) -> str:
        minutes = result[name]
        assert isinstance(minutes, int)
        return f"{minutes / 60:.1f}"

    wait = result["days_to_fill"]
    return "\n".join(
        (
            f"{result['scheme']}: {result['members']} members, {result['days']} days, seed {result['seed']}",
            f"orders {result['orders']}, settled {result['settled']}, unmet wishes {result['unmet']}",
            f"coins minted {coins('minted')}, held {coins('held')} ({coins('reserved')} reserved)",
            f"coins spent on services {coins('spent')}",
            f"days until somebody took a job (median): {wait}",
            f"savers who never spent: {result['never_spent']} of {result['savers']}",
            f"older people who never asked: {result['old_never_asked']} of {result['old']}",
            "the books are proven",
        )
    )
