"""`demo`, `serve`, `brain`, `test`: what keeps running, and the tests."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="port on 127.0.0.1")] = 8000,
    scheme: Annotated[str, typer.Option(help="name of a scheme or path of its file")] = "changning",
) -> None:
    """The main job with nothing set up: a sample community, all pages on 127.0.0.1; Ctrl-C ends everything."""
    from bot.demo.run import run_demo

    asyncio.run(run_demo(port=port, scheme_name=scheme))


@app.command()
def serve() -> None:
    """Production: settings from TIMEBANK_* and timebank.toml; refuses to start when one is missing or wrong."""
    from bot.serving import run_serve
    from bot.settings import check_for_serving, read_settings

    settings = read_settings()
    check_for_serving(settings)
    asyncio.run(run_serve(settings))


@app.command(hidden=True)
def brain(run_file: Annotated[Path, typer.Option(help="where to leave the address")]) -> None:
    """The Rasa that chat, parse, tests and demo share (started by them)."""
    from bot.brain import run_brain

    asyncio.run(run_brain(run_file))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def test(
    context: typer.Context,
    long: Annotated[bool, typer.Option("--long", help="run the long proofs whole and print their figures")] = False,
) -> None:
    """All the tests, with the real parts installed first. More arguments go to pytest."""
    from bot.rasa_process import HOUSE, nlu_environment, say
    from bot.training import ensure_model, install_nlu, uv

    install_nlu()
    ensure_model()
    _install_test_parts(HOUSE)
    nlu = [uv(), "run", "--project", "nlu", "--locked", "--quiet", "pytest", "-q", "tests/nlu"]
    run = subprocess.run
    if not context.args:
        say("== the understanding's own tests, in Rasa's environment")
        first = run(nlu, cwd=HOUSE, env=nlu_environment(), check=False)  # our own command
        if first.returncode:
            raise typer.Exit(first.returncode)
    command = [sys.executable, "-m", "pytest", *(["--long"] if long else []), *context.args]
    say("== all other tests")
    done = run(command, cwd=HOUSE, env=os.environ | {"PYTHONHASHSEED": "0"}, check=False)
    raise typer.Exit(done.returncode)


def _install_test_parts(house: Path) -> None:
    """The independent WeChat implementation from npm, and a look for Chromium."""
    node = house / "tests" / "node"
    if not (node / "node_modules").exists():
        npm = shutil.which("npm")
        if npm is None:
            raise typer.BadParameter("npm is needed for the tests (Debian: apt-get install nodejs npm)")
        subprocess.run([npm, "ci", "--silent", "--no-audit", "--no-fund"], cwd=node, check=True)  # noqa: S603  # our own command
    if shutil.which("chromium") is None and "TIMEBANK_CHROMIUM" not in os.environ:
        if os.geteuid() != 0 or shutil.which("apt-get") is None:
            raise typer.BadParameter("Chromium is needed for the tests: install it or set TIMEBANK_CHROMIUM")
        subprocess.run(["apt-get", "update", "-qq"], check=True)  # noqa: S607  # Debian's own
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium", "fonts-noto-cjk"], check=True)  # noqa: S607
