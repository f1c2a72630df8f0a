"""Training takes the labelled lines in, and measures what they gave: the model before beside the model after."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.learning.files import Lesson, as_yaml, check_lessons
from bot.rasa_process import HOUSE, nlu_environment, nlu_python, say
from bot.training import LEARNED, MODELS, TrainingFailed, train

DEV = HOUSE / "nlu" / "evaluation" / "dev"
BASE = HOUSE / "nlu" / "data"
OUT_OF_SCOPE = "out_of_scope"
_MARKED = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")
_MARKS = re.compile(r"[\[\](){}\r\n\t]+")
Line = tuple[str, str]  # text, intent


@dataclass(frozen=True, slots=True)
class Score:
    """Shares of some lines, 0–1: `right` acted on or refused rightly, `asked` back, `wrong` the rest."""

    lines: int
    right: float
    asked: float
    wrong: float


@dataclass(frozen=True, slots=True)
class Gain:
    """What training gave on one set of lines. `before` is None where there was no older model to compare with."""

    name: str
    before: Score | None
    after: Score


def write_lessons(lessons: Sequence[Lesson], folder: Path = LEARNED) -> int:
    """Check the lines and write them: `lines.yml` (all, with who labelled), `train/learned.yml` (what is trained on)
    and `kept_out.yml` (what measures). The same lines write the same files. How many are trained on.

    Raises LearnedWrong: then nothing is written.
    """
    check_lessons(lessons, taught_lines())
    kept_out = {lesson.same for lesson in lessons if lesson.kept_out}
    trained = _once(lesson for lesson in lessons if not lesson.kept_out and lesson.same not in kept_out)
    measured = _once(lesson for lesson in lessons if lesson.kept_out)
    if not lessons and not folder.exists():
        return 0
    (folder / "train").mkdir(parents=True, exist_ok=True)
    (folder / "lines.yml").write_text(as_yaml(lessons), encoding="utf-8")
    (folder / "kept_out.yml").write_text(_as_rasa(measured), encoding="utf-8")
    learned = folder / "train" / "learned.yml"
    if trained:
        learned.write_text(_as_rasa(trained), encoding="utf-8")
    else:
        learned.unlink(missing_ok=True)
    return len(trained)


def _once(lessons: Iterator[Lesson]) -> list[Lesson]:
    return list({lesson.same: lesson for lesson in lessons}.values())


def _as_rasa(lessons: Sequence[Lesson]) -> str:
    """Rasa's form. Signs that would mark an entity are taken out of the words."""
    by_intent: dict[str, list[str]] = {}
    for lesson in lessons:
        by_intent.setdefault(lesson.intent, []).append(_MARKS.sub(" ", lesson.text).strip())
    nlu = [
        {"intent": intent, "examples": "".join(f"- {text}\n" for text in sorted(texts))}
        for intent, texts in sorted(by_intent.items())
    ]
    return yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True, sort_keys=False, width=1000)


def rasa_lines(file: Path) -> list[Line]:
    """Texts and intents of a file of training lines, without the entity marks."""
    raw = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    found = []
    for block in raw.get("nlu") or []:
        for row in str(block.get("examples") or "").splitlines() if "intent" in block else ():
            text = _MARKED.sub(r"\1", row.strip().removeprefix("-").strip())
            if text:
                found.append((text, str(block["intent"])))
    return found


def taught_lines() -> list[Line]:
    """What the model is taught without anything learned."""
    return [line for file in sorted(BASE.glob("*.yml")) for line in rasa_lines(file)]


def train_and_compare(models: Path = MODELS, folder: Path = LEARNED) -> tuple[Path, list[Gain]]:
    """Train on everything as it stands; where lines were learned, compare with the model before. Raises
    TrainingFailed, ModelMissing."""
    before = newest_model(models)
    model = train(models)
    sets = {"dev": [line for file in sorted(DEV.glob("*.yml")) for line in rasa_lines(file)]}
    kept_out = folder / "kept_out.yml"
    learned = kept_out.exists()
    if learned:
        sets["kept_out"] = rasa_lines(kept_out)
    if not learned or before is None or before == model:
        return model, []
    new = scores(model, sets)
    try:
        old = scores(before, sets)
    except TrainingFailed as failed:
        say(f"the model before cannot be measured any more: {str(failed).splitlines()[0]}")
        old = {}
    return model, [Gain(name, old.get(name), new[name]) for name in sets if name in new]


def newest_model(models: Path) -> Path | None:
    """The model that was trained last, if any."""
    found = sorted(models.glob("timebank-*.tar.gz"), key=lambda file: file.stat().st_mtime)
    return found[-1] if found else None


def scores(model: Path, sets: dict[str, list[Line]]) -> dict[str, Score]:
    """One load of the model for all sets; a set without lines is left out. Raises TrainingFailed."""
    wanted = {name: lines for name, lines in sets.items() if lines}
    texts = [text for lines in wanted.values() for text, _ in lines]
    command = [str(nlu_python()), "nlu/parse_lines.py", "--model", str(model)]
    done = subprocess.run(  # noqa: S603  # our own command
        command,
        cwd=HOUSE,
        env=nlu_environment(),
        input="\n".join(texts) + "\n",
        capture_output=True,
        text=True,
        check=False,
    )
    answers = [json.loads(row) for row in done.stdout.splitlines()]
    if done.returncode or len(answers) != len(texts):
        raise TrainingFailed(f"measuring {model.name} failed:\n{done.stderr[-2000:]}")
    found, at = {}, 0
    for name, lines in wanted.items():
        found[name] = score([intent for _, intent in lines], answers[at : at + len(lines)])
        at += len(lines)
    return found


def score(meant: Sequence[str], answers: Sequence[dict[str, Any]]) -> Score:
    """Shares over the answers of the understanding to lines whose meaning is known."""
    right = asked = wrong = 0
    for intent, answer in zip(meant, answers, strict=True):
        decision = answer["understanding"]["decision"]
        if decision == "ask":
            asked += 1
        elif answer["intent"]["name"] == intent:
            right += 1
        else:
            wrong += 1
    count = len(meant)
    return Score(count, right / count, asked / count, wrong / count)


def as_table(gains: Sequence[Gain]) -> str:
    """The gain in words, a line a set."""
    rows = []
    for gain in gains:
        parts = []
        for name in ("right", "asked", "wrong"):
            new = getattr(gain.after, name)
            old = f"{getattr(gain.before, name):.1%} -> " if gain.before else ""
            parts.append(f"{name} {old}{new:.1%}")
        rows.append(f"{gain.name} ({gain.after.lines} lines): {', '.join(parts)}")
    return "\n".join(rows)
