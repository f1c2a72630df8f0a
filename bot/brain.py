"""One Rasa shared by all desks of a machine (chat in the terminal, parse, tests, demo): starting it takes long.

Rasa calls back one fixed address; a desk has its own. So the brain stands between: it reads the desk's address from
the message's metadata, which the desk itself put there, and passes the call on. Only loopback addresses are served.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import uvicorn
from fastapi import FastAPI, HTTPException, Request, Response

from bot.actions_server import check_caller
from bot.rasa_process import HOUSE, STARTS_WITHIN, ModelMissing, RasaProcess, free_port, say
from bot.training import MODELS, ensure_model

IDLE_MINUTES = 15
RUN_FILE = HOUSE / "var" / "brain.json"
_LEFT_RUNNING: list[subprocess.Popen[bytes]] = []  # it outlives us on purpose; let go of, Python would call it a leak


@dataclass(frozen=True, slots=True)
class BrainAddress:
    """Where a running brain's Rasa answers, and with which tokens. `model` is the file it has loaded."""

    rasa_url: str
    rasa_token: str
    actions_token: str
    model: str
    pid: int

    @classmethod
    def read(cls, run_file: Path) -> BrainAddress | None:
        """The brain that left its address, if that process still lives."""
        try:
            address = cls(**json.loads(run_file.read_text()))
            os.kill(address.pid, 0)
        except (OSError, ValueError, TypeError):
            return None
        return address


def forwarding_app(actions_token: str) -> FastAPI:
    """`POST /actions`: pass each call on to the desk that sent the message."""
    client = httpx.AsyncClient(timeout=30, trust_env=False)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await client.aclose()

    app = FastAPI(lifespan=lifespan, openapi_url=None)

    @app.post("/actions")
    async def forward(request: Request) -> Response:
        check_caller(request, actions_token)
        body = await request.body()
        target = desk_address(json.loads(body))
        answer = await client.post(
            target,
            content=body,
            headers={"authorization": f"Bearer {actions_token}", "content-type": "application/json"},
        )
        return Response(answer.content, answer.status_code, media_type="application/json")

    return app


def desk_address(call: dict[str, object]) -> str:
    """The `/actions` of the desk that a call belongs to. Raises HTTPException 400 when it is not on loopback."""
    tracker = call.get("tracker")
    message = tracker.get("latest_message") if isinstance(tracker, dict) else None
    metadata = message.get("metadata") if isinstance(message, dict) else None
    target = metadata.get("actions_url") if isinstance(metadata, dict) else None
    if not isinstance(target, str) or urlsplit(target).hostname != "127.0.0.1":
        raise HTTPException(400, "the message names no desk on this machine")
    return target


async def run_brain(run_file: Path = RUN_FILE, models: Path = MODELS) -> None:
    """Run Rasa and the forwarding until nobody has asked for `IDLE_MINUTES`; leaves its address in `run_file`."""
    port, token = free_port(), secrets.token_hex(16)
    rasa = RasaProcess(
        model=ensure_model(models),
        actions_url=f"http://127.0.0.1:{port}/actions",
        actions_token=token,
        var=run_file.parent / "brain",
    )
    config = uvicorn.Config(forwarding_app(token), host="127.0.0.1", port=port, log_level="warning")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    rasa.start()
    try:
        if not await rasa.wait_ready():
            raise ModelMissing(f"Rasa did not start; see {rasa.var / 'rasa.log'}")
        address = BrainAddress(rasa.url, rasa.token, token, rasa.model.name, os.getpid())
        run_file.touch(mode=0o600)
        run_file.write_text(json.dumps(asdict(address)))
        await _until_idle(run_file, rasa)
    finally:
        rasa.stop()
        server.should_exit = True
        await serving
        own = BrainAddress.read(run_file)
        if own is not None and own.pid == os.getpid():
            run_file.unlink(missing_ok=True)


async def _until_idle(run_file: Path, rasa: RasaProcess) -> None:
    while rasa.child is not None and rasa.child.poll() is None:
        await asyncio.sleep(5)
        if not run_file.exists() or time.time() - run_file.stat().st_mtime > IDLE_MINUTES * 60:
            return


def ensure_brain(run_file: Path = RUN_FILE, models: Path = MODELS) -> BrainAddress:
    """The brain of this machine, started in the background when none runs with the model as it stands.

    Raises ModelMissing when it does not come up.
    """
    model = ensure_model(models)
    run_file.parent.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(run_file.with_suffix(".lock")):
        address = BrainAddress.read(run_file)
        if address is not None and address.model == model.name:
            heartbeat(run_file)
            return address
        run_file.unlink(missing_ok=True)  # a brain of an older model ends by itself when its file is gone
        return _start_brain(run_file)


def _start_brain(run_file: Path) -> BrainAddress:
    say("Starting the understanding (about 15 s) …")
    command = [sys.executable, "-m", "bot.cli", "brain", "--run-file", str(run_file)]
    with run_file.with_suffix(".log").open("ab") as log:
        child = subprocess.Popen(command, cwd=HOUSE, stdout=log, stderr=log, start_new_session=True)  # noqa: S603  # ourselves
    _LEFT_RUNNING.append(child)
    began = time.monotonic()
    while time.monotonic() - began < STARTS_WITHIN:
        address = BrainAddress.read(run_file)
        if address is not None:
            return address
        if child.poll() is not None:
            break
        time.sleep(0.2)
    raise ModelMissing(f"the understanding did not start; see {run_file.with_suffix('.log')}")


def heartbeat(run_file: Path = RUN_FILE) -> None:
    """Tell the brain that it is still wanted."""
    with contextlib.suppress(OSError):
        os.utime(run_file)


@contextlib.contextmanager
def _one_at_a_time(lock_file: Path) -> Iterator[None]:
    with lock_file.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
