"""Which speech model lies in a folder: told by its files, without loading anything."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

NEEDS = ("av", "numpy", "sherpa_onnx")  # the optional dependency group "voice"
TRIAL_WITHIN = 120.0  # seconds; a model of 230 MB loads in a few
TELLS_SENSE_VOICE = "<|zh|>"  # its tokens name the languages it knows; a Paraformer's do not

Kind = Literal["sense_voice", "paraformer", "transducer"]


class ModelWrong(Exception):
    """The folder holds no model that can be used: says what is missing or wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFiles:
    """`networks` in the order in which the recogniser wants them."""

    kind: Kind
    networks: tuple[Path, ...]
    tokens: Path


def find_model(folder: Path) -> ModelFiles:
    """The model in `folder`. Raises ModelWrong."""
    if not folder.is_dir():
        raise ModelWrong(f"{folder} is no folder")
    tokens = folder / "tokens.txt"
    if not tokens.is_file():
        raise ModelWrong(f"tokens.txt is missing in {folder}")
    three = [_network(folder, part) for part in ("encoder", "decoder", "joiner")]
    if all(three):
        return ModelFiles(kind="transducer", networks=tuple(part for part in three if part), tokens=tokens)
    if any(three):
        missing = [
            f"{part}*.onnx" for part, found in zip(("encoder", "decoder", "joiner"), three, strict=True) if not found
        ]
        raise ModelWrong(f"{' and '.join(missing)} missing in {folder} (a transducer has three networks)")
    one = _network(folder, "model")
    if one is None:
        raise ModelWrong(f"neither model*.onnx nor encoder*.onnx, decoder*.onnx, joiner*.onnx in {folder}")
    kind: Kind = "sense_voice" if _names_languages(tokens) else "paraformer"
    return ModelFiles(kind=kind, networks=(one,), tokens=tokens)


def check_model(folder: Path) -> ModelFiles:
    """As find_model, and the model was loaded once, in a process of its own: a broken file ends the process that loads
    it, and that must not be the desk. Raises ModelWrong."""
    missing = [name for name in NEEDS if find_spec(name) is None]
    if missing:
        raise ModelWrong(f"{', '.join(missing)} not installed: uv sync --locked --no-dev --extra voice")
    files = find_model(folder)
    command = [sys.executable, "-m", "bot.voice.trial", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TRIAL_WITHIN, check=False)  # noqa: S603  # ourselves
    except subprocess.TimeoutExpired as error:
        raise ModelWrong(f"{folder} was not loaded within {TRIAL_WITHIN:.0f} s") from error
    if done.returncode:
        said = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        raise ModelWrong(f"{folder} cannot be loaded as {files.kind}: {said[-1] if said else done.returncode}")
    return files


def _network(folder: Path, name: str) -> Path | None:
    """The small (int8) form of a network where there is one: as good by ear, and half as slow."""
    found = sorted(folder.glob(f"{name}*.onnx"))
    return next((file for file in found if "int8" in file.name), found[0] if found else None)


def _names_languages(tokens: Path) -> bool:
    with tokens.open(encoding="utf-8", errors="replace") as lines:
        return any(line.startswith(TELLS_SENSE_VOICE) for line in lines)
