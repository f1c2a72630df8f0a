"""`./timebank demo` leaves nothing behind: not after Ctrl-C, and not when it is killed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from bot.rasa_process import HOUSE, free_port
from bot.training import ensure_model

pytestmark = [
    pytest.mark.proof,
    pytest.mark.brain,
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
]
PATIENCE = 180.0  # seconds for a start on a busy machine


@contextmanager
def demo(port: int, output: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The demo as from a terminal: a group of its own, which Ctrl-C reaches as a whole."""
    ensure_model()
    with output.open("wb") as out:
        child = subprocess.Popen(
            [str(HOUSE / "timebank"), "demo", "--port", str(port)],
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            yield child
        finally:
            for pid in [*family(child.pid), child.pid]:
                end(pid, signal.SIGKILL)
            child.wait()
            shutil.rmtree(folder_of(port), ignore_errors=True)


def test_ctrl_c_ends_every_process(tmp_path: Path) -> None:
    port = free_port()
    with demo(port, tmp_path / "out.txt") as child:
        until(lambda: ready(port), child)
        started = family(child.pid)
        assert any(runs_rasa(pid) for pid in started)
        os.killpg(child.pid, signal.SIGINT)
        child.wait(60)
        until(lambda: not alive(started))
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False)
        said = (tmp_path / "out.txt").read_text()
        assert "Ctrl-C" in said
        assert "Traceback" not in said


def test_a_killed_demo_takes_its_rasa_along(tmp_path: Path) -> None:
    with demo(free_port(), tmp_path / "out.txt") as child:
        until(lambda: any(runs_rasa(pid) for pid in family(child.pid)), child)
        started = family(child.pid)
        (rasa,) = (pid for pid in started if runs_rasa(pid))
        end(parent_of(rasa), signal.SIGKILL)
        until(lambda: not alive({rasa}))


def test_a_taken_port_is_said_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "bot.cli", "demo", "--port", str(port)]
        done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 2
    assert f"--port: {port} is in use" in done.stderr
    assert not folder_of(port).exists()


def folder_of(port: int) -> Path:
    return HOUSE / "var" / "demo" / str(port)


def until(true: Callable[[], bool], child: subprocess.Popen[bytes] | None = None) -> None:
    """Look until it is true; a child that ends meanwhile, or too long a wait, fails the test."""
    began = time.monotonic()
    while not true():
        assert child is None or child.poll() is None, "the demo ended by itself"
        assert time.monotonic() - began < PATIENCE, "waited too long"
        time.sleep(0.1)


def ready(port: int) -> bool:
    try:
        answer = httpx.get(f"http://127.0.0.1:{port}/readyz", trust_env=False, timeout=10)
    except httpx.TransportError:
        return False
    return answer.json() == {"database": True, "understanding": True}


def family(pid: int) -> set[int]:
    """All that descend from the process and still run."""
    children = {int(path.name) for path in Path("/proc").glob("[0-9]*") if parent_of(int(path.name)) == pid}
    return children.union(*(family(child) for child in children))


def parent_of(pid: int) -> int:
    """Its parent; 0 when it is gone."""
    return int(_status(pid).get("PPid", "0"))


def alive(pids: set[int]) -> bool:
    return any(_status(pid).get("State", "Z")[0] != "Z" for pid in pids)


def _status(pid: int) -> dict[str, str]:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return {}
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def runs_rasa(pid: int) -> bool:
    """Whether it has become `rasa run` (nlu/serve.py does so at once)."""
    try:
        return b"/rasa\0run\0" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def end(pid: int, signum: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signum)
