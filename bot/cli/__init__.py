"""The command line: `./timebank VERB`. One file per group of verbs; heavy imports happen inside the verbs."""

from __future__ import annotations

import sys

import typer

from bot.cli import books, docs, importing, running, simulating, talking, understanding, wechat

app = typer.Typer(
    name="timebank",
    help="A time bank's service desk in chat. Start with: ./timebank demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for group in (
    running.app,
    talking.app,
    understanding.app,
    books.app,
    importing.app,
    simulating.app,
    wechat.app,
    docs.app,
):
    app.registered_commands += group.registered_commands


def main() -> None:
    """Run one verb. What a user can mend is said in a line, without a trace, and ends with status 2."""
    from bank.errors import BankError
    from bot.evaluation.run import EvaluationFailed
    from bot.rasa_process import ModelMissing
    from bot.settings import SettingsError
    from bot.training import TrainingFailed

    try:
        app()
    except (SettingsError, BankError, ModelMissing, TrainingFailed, EvaluationFailed) as error:
        typer.echo(f"timebank: {error}", err=True)
        sys.exit(2)
