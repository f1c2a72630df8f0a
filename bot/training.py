"""Installing Rasa's environment and training its model, with progress for whoever waits."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import time
from pathlib import Path

from bot.rasa_process import HOUSE, ModelMissing, model_path, nlu_environment, nlu_python, say

MODELS = HOUSE / "var" / "models"
LEARNED = HOUSE / "var" / "learned"  # what staff labelled (bot.learning); `train/` in it is trained on
SEED = "20"


class TrainingFailed(Exception):
    """Rasa's own training ended with an error; its last lines are the message."""


def uv() -> str:
    """The uv that started us, or the one on the path. Raises ModelMissing when there is none."""
    found = os.environ.get("TIMEBANK_UV") or shutil.which("uv")
    if found is None:
        raise ModelMissing("uv is needed to install Rasa's environment: start through ./timebank")
    return found


def install_nlu() -> None:
    """Make Rasa's environment as its lock file says (quick when it stands already)."""
    fresh = not (HOUSE / "nlu" / ".venv").exists()
    if fresh:
        say("Installing Rasa into nlu/.venv (once, about 1 GB on disk) …")
    command = [uv(), "sync", "--project", "nlu", "--locked", "--no-progress"]
    done = subprocess.run(command, cwd=HOUSE, env=nlu_environment(), capture_output=True, text=True, check=False)  # noqa: S603  # our own command
    if done.returncode:
        raise TrainingFailed(f"installing nlu/ failed:\n{done.stderr[-2000:]}")


def train(models: Path = MODELS) -> Path:
    """Train a model from the data as it stands; returns its path. Raises TrainingFailed."""
    install_nlu()
    target = model_path(models)
    models.mkdir(parents=True, exist_ok=True)
    log = models / "train.log"
    say(f"Training the model (log: {log}) …")
    began = time.monotonic()
    data = ["nlu/data", "stories", *([str(LEARNED / "train")] if any(LEARNED.glob("train/*.yml")) else [])]
    command = [
        *(str(nlu_python()), "-m", "rasa", "train", "--domain", "domain", "--data", *data),
        *(
            "--config",
            "nlu/config.yml",
            "--out",
            str(models),
            "--fixed-model-name",
            target.name.removesuffix(".tar.gz"),
        ),
    ]
    with log.open("w") as sink:
        child = subprocess.Popen(command, cwd=HOUSE, env=nlu_environment(PYTHONHASHSEED=SEED), stdout=sink, stderr=sink)  # noqa: S603  # our own command
        while child.poll() is None:
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                say(f"  … {time.monotonic() - began:.0f} s")
    if child.returncode or not target.exists():
        tail = log.read_text(errors="replace")[-3000:]
        raise TrainingFailed(f"rasa train ended with {child.returncode}; the end of {log}:\n{tail}")
    say(f"Trained in {time.monotonic() - began:.0f} s: {target.name}")
    return target


def ensure_model(models: Path = MODELS) -> Path:
    """The model of the data as it stands, trained first when it is missing; who comes meanwhile waits for it."""
    if (target := _ready(models)) is not None:
        return target
    models.mkdir(parents=True, exist_ok=True)
    with (models / "train.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _ready(models) or train(models)


def _ready(models: Path) -> Path | None:
    target = model_path(models)
    return target if target.exists() and (HOUSE / "nlu" / ".venv").exists() else None
