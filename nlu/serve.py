"""Starts Rasa for the desk: `uv run --project nlu python nlu/serve.py --model var/models` from the project's root.

Loopback and a token always: whoever reaches this port reads every talk. What is not set in the environment gets the
value that suits one machine; a city sets the tracker's database and the redis of its locks (see endpoints.yml).
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import os
import signal
import sys
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent

DEFAULTS: Final = {
    "RASA_ACTIONS_URL": "http://127.0.0.1:8000/actions",
    "RASA_ACTIONS_TOKEN": "",
    "RASA_TRACKER_URL": "sqlite:///var/tracker.sqlite",
    "RASA_LOCK_STORE": "in_memory",
    "RASA_REDIS_HOST": "127.0.0.1",
    "RASA_REDIS_PORT": "6379",
    "RASA_REDIS_PASSWORD": "",
}
"""One machine: actions from the gateway beside it, the tracker in a file, locks in memory."""

QUIET: Final = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
    # One message is too small a job for several threads.
    "OMP_NUM_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
}


def environment(given: dict[str, str]) -> dict[str, str]:
    """The environment Rasa gets: what is given wins over the defaults; the components are importable."""
    path = os.pathsep.join([str(HERE), *filter(None, [given.get("PYTHONPATH", "")])])
    return {**DEFAULTS, **QUIET, **given, "PYTHONPATH": path}


def command(model: str, port: int, token: str) -> list[str]:
    """The `rasa run` that serves `model` (an archive, or a folder whose newest archive counts)."""
    return [
        str(Path(sys.executable).with_name("rasa")), "run", "--enable-api",
        "--model", model, "-i", "127.0.0.1", "-p", str(port), "--auth-token", token,
        "--endpoints", str(HERE / "endpoints.yml"), "--credentials", str(HERE / "credentials.yml"),
    ]  # fmt: skip


def die_with(parent: int) -> None:
    """Let the kernel end this process when `parent` ends, however that ends (on Linux; elsewhere nothing is done)."""
    set_parent_death_signal = 1
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit("the process that started this one is gone")


def main() -> None:
    """Becomes `rasa run`, so that signals reach Rasa itself."""
    parser = argparse.ArgumentParser(description="Serve the trained model on 127.0.0.1")
    parser.add_argument("--model", default="var/models")
    parser.add_argument("--port", type=int, default=5005)
    parser.add_argument("--token", default=os.environ.get("RASA_TOKEN", ""), help="default: RASA_TOKEN")
    parser.add_argument("--parent", type=int, help="end when this process, which started us, ends")
    given = parser.parse_args()
    if not given.token:
        parser.error("a token is needed: set RASA_TOKEN or give --token")
    if given.parent:
        die_with(given.parent)
    Path("var").mkdir(exist_ok=True)
    arguments = command(given.model, given.port, given.token)
    os.execve(arguments[0], arguments, environment(dict(os.environ)))  # noqa: S606  (no shell is wanted)


if __name__ == "__main__":
    main()
