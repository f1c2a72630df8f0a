"""Running Rasa as a child process: its own environment under `nlu/`, its own port, its own tracker file."""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.rasa_client import RasaClient

HOUSE = Path(__file__).resolve().parent.parent
MODEL_SOURCES = ("nlu/config.yml", "nlu/components", "nlu/data", "domain", "stories", "var/learned/train")
STARTS_WITHIN = 180.0  # seconds; measured 13 s on two idle cores, far more when they are busy


class ModelMissing(Exception):
    """No trained model fits the data as it stands: run `./timebank train`."""


def nlu_python() -> Path:
    """The interpreter of Rasa's environment. Raises ModelMissing when the environment was never made."""
    python = HOUSE / "nlu" / ".venv" / "bin" / "python"
    if not python.exists():
        raise ModelMissing("the environment under nlu/ is not installed: ./timebank train installs it")
    return python


def nlu_environment(**more: str) -> dict[str, str]:
    """Environment of every process that runs Rasa's code."""
    quiet = {
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore",
        "PYTHONPATH": str(HOUSE / "nlu"),
        "OMP_NUM_THREADS": "1",
    }
    dropped = ("VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE")  # compiled modules let Rasa start in a third of the time
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return kept | quiet | more


def model_fingerprint() -> str:
    """A digest of all that the model is trained from; the model file carries it in its name."""
    digest = hashlib.sha256()
    for file in _source_files():
        digest.update(str(file.relative_to(HOUSE)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def _source_files() -> Iterator[Path]:
    for name in MODEL_SOURCES:
        path = HOUSE / name
        if path.is_file():
            yield path
        else:
            yield from sorted(item for item in path.rglob("*") if item.suffix in (".yml", ".py", ".txt"))


def model_path(models: Path) -> Path:
    """Where the model of the data as it stands lies, trained or not."""
    return models / f"timebank-{model_fingerprint()}.tar.gz"


def free_port() -> int:
    """A loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class RasaProcess:
    """One Rasa server on loopback. `actions_url` is where it calls back; `var` holds its tracker and log.

    `shared` is what it shares with other Rasas (environment of nlu/serve.py); without it talks and locks are its own.
    """

    model: Path
    actions_url: str
    var: Path
    actions_token: str = field(default_factory=lambda: secrets.token_hex(16))
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    port: int = field(default_factory=free_port)
    shared: Mapping[str, str] = field(default_factory=dict)
    child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the child. Raises ModelMissing when there is no model to load.

        Call it in the main thread: the kernel ties the child to the thread that started it.
        """
        if not self.model.exists():
            raise ModelMissing(f"{self.model.name} is not trained yet: run ./timebank train")
        self.var.mkdir(parents=True, exist_ok=True)
        own = {
            "RASA_ACTIONS_URL": self.actions_url,
            "RASA_ACTIONS_TOKEN": self.actions_token,
            "RASA_TRACKER_URL": f"sqlite:///{self.var / 'tracker.db'}",
            "RASA_TOKEN": self.token,
        }
        environment = nlu_environment(**own | dict(self.shared))
        command = [str(nlu_python()), "nlu/serve.py", "--model", str(self.model), "--port", str(self.port)]
        command += ["--parent", str(os.getpid())]  # even a killed desk leaves no Rasa behind
        with (self.var / "rasa.log").open("ab") as log:
            self.child = subprocess.Popen(  # noqa: S603  # our own interpreter with our own arguments
                command, cwd=HOUSE, env=environment, stdout=log, stderr=log, start_new_session=True
            )

    async def wait_ready(self, within: float = STARTS_WITHIN) -> bool:
        """Wait until the model is loaded; False when the child died or the time is over."""
        client = RasaClient(self.url, self.token)
        try:
            async with asyncio.timeout(within):
                while self.child is not None and self.child.poll() is None:
                    if await client.ready():
                        return True
                    await asyncio.sleep(0.25)
        except TimeoutError:
            pass
        finally:
            await client.close()
        return False

    def stop(self) -> None:
        """End the child and everything it started."""
        if self.child is None or self.child.poll() is not None:
            return
        os.killpg(self.child.pid, signal.SIGTERM)
        try:
            self.child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()


def say(line: str) -> None:
    """Progress for the person at the terminal, beside whatever goes to standard output."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201  # the command line's own voice
