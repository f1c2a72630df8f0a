"""A real `serve` process of the desk on a database of its own: started, asked, killed, started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import httpx

from bot.rasa_process import HOUSE, free_port
from bot.web.tokens import Purpose, Signer, fingerprint
from tests.doubles.wechat_phone import Side

SECRET = "proofs-proofs-proofs-proofs-proofs-"
SIDE = Side(token="prooftoken", aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", app_id="wx0123456789abcdef")
WECHAT_SECRET = "s3cret"
UP_WITHIN = 120.0  # seconds


@dataclass
class ServedDesk:
    """`rasa` is (url, token, actions token); None: Rasa stands nowhere and the desk works without."""

    folder: Path
    rasa: tuple[str, str, str] | None
    wechat_api: str = "http://127.0.0.1:9"
    port: int = field(default_factory=free_port)
    rasa_timeout: float = 3.0
    child: subprocess.Popen[bytes] | None = None
    _log: IO[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.folder / 'timebank.db'}"

    @property
    def actions_url(self) -> str:
        return f"{self.url}/actions"

    def environment(self) -> dict[str, str]:
        url, token, actions_token = self.rasa or ("http://127.0.0.1:9", "none", "none")
        return {
            **os.environ,
            "TIMEBANK_DATABASE_URL": self.database_url,
            "TIMEBANK_SECRET_KEY": SECRET,
            "TIMEBANK_PORT": str(self.port),
            "TIMEBANK_VAR": str(self.folder),
            "TIMEBANK_RASA_URL": url,
            "TIMEBANK_RASA_TOKEN": token,
            "TIMEBANK_RASA_TIMEOUT": str(self.rasa_timeout),
            "TIMEBANK_ACTIONS_TOKEN": actions_token,
            "TIMEBANK_WECHAT_APP_ID": SIDE.app_id,
            "TIMEBANK_WECHAT_SECRET": WECHAT_SECRET,
            "TIMEBANK_WECHAT_TOKEN": SIDE.token,
            "TIMEBANK_WECHAT_AES_KEY": SIDE.aes_key,
            "TIMEBANK_WECHAT_API_URL": self.wechat_api,
        }

    def start(self, *before: str) -> None:
        """Start the process (`before`: words to put before its command) and do not wait."""
        if self._log is None:
            self._log = (self.folder / "serve.log").open("ab")
        command = [*before, sys.executable, "-m", "bot.cli", "serve"]
        self.child = subprocess.Popen(command, cwd=HOUSE, env=self.environment(), stdout=self._log, stderr=self._log)

    def wait_up(self, within: float = UP_WITHIN) -> float:
        """Wait until it answers; the seconds that took. Raises RuntimeError when it died or never came up."""
        began = time.monotonic()
        with httpx.Client(trust_env=False) as client:
            while time.monotonic() - began < within:
                if self.child is None or self.child.poll() is not None:
                    break
                try:
                    if client.get(f"{self.url}/healthz", timeout=2).status_code == 200:
                        return time.monotonic() - began
                except httpx.TransportError:
                    time.sleep(0.02)  # nothing listens yet
        raise RuntimeError(f"the desk did not come up:\n{self.log_tail()}")

    def kill(self) -> None:
        """kill -9, this instant."""
        if self.child is not None:
            os.kill(self.child.pid, signal.SIGKILL)
            self.child.wait()

    def stop(self) -> None:
        """As a supervisor would, and then not so kindly."""
        if self.child is not None and self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill()
        if self._log is not None:
            self._log.close()
            self._log = None

    def log_tail(self, size: int = 3_000) -> str:
        path = self.folder / "serve.log"
        return path.read_text(errors="replace")[-size:] if path.exists() else ""


def web_cookie(sender: str) -> tuple[str, dict[str, str]]:
    """The pane of a web sender and the cookie that a link would have given to the browser."""
    pane = fingerprint(sender)
    return pane, {f"tb_{pane}": Signer(SECRET).make(Purpose.CHAT_SESSION, sender)}
