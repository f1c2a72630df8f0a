"""Chooses the thresholds of `config.yml` on lines whose writers the models have not read.

`uv run --project nlu python nlu/tune.py WRITER...` from the project's root. Each WRITER is a folder: all its lines are
left out of training, and those of its `blind*.yml`, written before their writer saw any of ours, are then read. Prints
how each model and all together do, and the thresholds that ask least while no more than `--wrong` of the wishes, and
no more than `--strays` of what is out of scope, are acted on wrongly. One training a writer: minutes.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import joblib
import numpy as np
import yaml
from components.decision import OUT_OF_SCOPE, Decision, Thresholds, decide
from components.models import Models, Scores, Settings
from components.normaliser import normalise
from components.short_answers import short_answer
from evaluate import read_lines

HERE: Final = Path(__file__).resolve().parent
CANDIDATES: Final[dict[str, tuple[float, ...]]] = {
    "lead": (0.1, 0.15, 0.2, 0.3),
    "wary": (0.0, 2.0, 4.0, 6.0),
    "agreed": (0.3, 0.35, 0.4),
    "alone": (0.4, 0.5, 0.6),
}


@dataclass(frozen=True)
class Read:
    """A blind line: its writer, what was meant, and each model's probabilities (none: the closed list answered)."""

    writer: str
    text: str
    meant: str
    certain: str | None
    opinions: tuple[Scores, ...]


@dataclass(frozen=True)
class Figures:
    """Shares of the wishes, and of what is out of scope (`strays`, `strays_asked`)."""

    right: float
    wrong: float
    asked: float
    refused: float
    strays: float
    strays_asked: float


def configuration() -> dict[str, Any]:
    """Settings and thresholds as they stand in `config.yml`."""
    component: dict[str, Any] = yaml.safe_load((HERE / "config.yml").read_text(encoding="utf-8"))["pipeline"][0]
    return component


def blind_reading(folder: Path, settings: Settings) -> tuple[list[str], list[Read]]:
    """Trains without the folder's lines and reads its blind ones. Gives the intents in order, and the lines."""
    own = {normalise(text) for path in sorted(folder.glob("*.yml")) for text, _ in read_lines(path)}
    lines = [
        (plain, intent)
        for path in sorted((HERE / "data").glob("*.yml"))
        for text, intent in read_lines(path)
        if (plain := normalise(text)) not in own
    ]
    models = Models(settings).fit([text for text, _ in lines], [intent for _, intent in lines])
    blind = [
        (normalise(text), intent) for path in sorted(folder.glob("blind*.yml")) for text, intent in read_lines(path)
    ]
    blind = [(text, intent) for text, intent in blind if text]
    opinions = zip(*models.opinions([text for text, _ in blind]), strict=True)
    return models.intents, [
        Read(folder.name, text, intent, short_answer(text), row)
        for (text, intent), row in zip(blind, opinions, strict=True)
    ]


def figures(intents: Sequence[str], lines: Sequence[Read], limits: Thresholds) -> Figures:
    """What these thresholds would have done."""
    inside: list[tuple[str, Decision]] = []
    outside: list[Decision] = []
    for line in lines:
        decision = Decision.certain(line.certain) if line.certain else decide(intents, line.opinions, limits)
        if line.meant == OUT_OF_SCOPE:
            outside.append(decision)
        else:
            inside.append((line.meant, decision))
    wishes, strays = max(1, len(inside)), max(1, len(outside))
    right = sum(one.ranking[0][0] == meant for meant, one in inside)
    right += sum(one.ranking[0][0] == OUT_OF_SCOPE for one in outside)
    return Figures(
        right=right / len(lines),
        wrong=sum(one.act == "act" and one.intent != meant for meant, one in inside) / wishes,
        asked=sum(one.act == "ask" for _, one in inside) / wishes,
        refused=sum(one.act == "refuse" for _, one in inside) / wishes,
        strays=sum(one.act == "act" for one in outside) / strays,
        strays_asked=sum(one.act == "ask" for one in outside) / strays,
    )


def trials(limits: Thresholds) -> Iterator[Thresholds]:
    """The thresholds with every combination of the candidates."""
    for values in itertools.product(*CANDIDATES.values()):
        yield replace(limits, **dict(zip(CANDIDATES, values, strict=True)))


def main() -> None:
    """Reads, or takes what was read before (`--cache`), and prints the figures and the choice."""
    options = argparse.ArgumentParser(description="Choose the thresholds on unread writers")
    options.add_argument("writers", nargs="*", type=Path)
    options.add_argument("--cache", type=Path, help="keep what was read here, or take it from here without writers")
    options.add_argument("--wrong", type=float, default=0.01)
    options.add_argument("--strays", type=float, default=0.015)
    given = options.parse_args()
    config = configuration()
    limits = Thresholds.from_config(config["thresholds"])
    if given.writers:
        readings = [blind_reading(folder, Settings(**config["settings"])) for folder in given.writers]
        intents, lines = readings[0][0], [line for _, found in readings for line in found]
        if given.cache:
            joblib.dump((intents, lines), given.cache)
    else:
        intents, lines = joblib.load(given.cache)
    say = sys.stdout.write
    for model in range(len(limits.shares)):
        guesses = [line.certain or intents[int(np.argmax(line.opinions[model]))] for line in lines]
        right = sum(guess == line.meant for guess, line in zip(guesses, lines, strict=True))
        say(f"model {model + 1} alone: {right / len(lines):.4f} right\n")
    for writer in sorted({line.writer for line in lines}):
        say(f"{writer}: {figures(intents, [line for line in lines if line.writer == writer], limits)}\n")
    say(f"as configured: {figures(intents, lines, limits)}\n")
    tried = [(figures(intents, lines, trial), trial) for trial in trials(limits)]
    good = [(found, trial) for found, trial in tried if found.wrong <= given.wrong and found.strays <= given.strays]
    for found, trial in sorted(good, key=lambda pair: pair[0].asked + pair[0].refused)[:5]:
        say(f"{json.dumps({name: getattr(trial, name) for name in CANDIDATES})}: {found}\n")


if __name__ == "__main__":
    main()
