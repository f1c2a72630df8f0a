"""Training takes labelled lines in: what is written, what the model is keyed by, what the gain says."""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import rasa_process, training
from bot.learning import training as learning_training
from bot.learning.files import LearnedWrong, Lesson
from bot.learning.training import (
    Gain,
    Score,
    as_table,
    newest_model,
    rasa_lines,
    score,
    scores,
    taught_lines,
    train_and_compare,
    write_lessons,
)


def lesson(text: str, intent: str = "check_balance", *, kept_out: bool = False) -> Lesson:
    return Lesson(text=text, intent=intent, labelled_by="孙站长", day=date(2026, 11, 20), kept_out=kept_out)


def answer(intent: str, decision: str = "act") -> dict[str, Any]:
    return {"intent": {"name": intent}, "understanding": {"decision": decision}}


def test_what_is_trained_and_what_measures_lie_apart(tmp_path: Path) -> None:
    lessons = [
        lesson("阿拉屋里厢格本子高头还剩几钿"),
        lesson("阿拉屋里厢格本子高头，还剩几钿"),
        lesson("[陪]我(去)看{一}看", "request_help"),
        lesson("本子高头还剩点啥个数目", kept_out=True),
        lesson("本子高头还剩点啥个数目"),
    ]
    assert write_lessons(lessons, tmp_path) == 2
    assert rasa_lines(tmp_path / "train" / "learned.yml") == [
        ("阿拉屋里厢格本子高头，还剩几钿", "check_balance"),
        ("陪 我 去 看 一 看", "request_help"),
    ]
    assert rasa_lines(tmp_path / "kept_out.yml") == [("本子高头还剩点啥个数目", "check_balance")]
    shown = yaml.safe_load((tmp_path / "lines.yml").read_text(encoding="utf-8"))["lines"]
    assert len(shown) == len(lessons)
    assert {row["labelled_by"] for row in shown} == {"孙站长"}


def test_the_same_lines_write_the_same_files(tmp_path: Path) -> None:
    def written() -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in tmp_path.rglob("*.yml")}

    write_lessons([lesson("甲乙丙丁戊"), lesson("子丑寅卯辰", "check_order")], tmp_path)
    first = written()
    write_lessons([lesson("甲乙丙丁戊"), lesson("子丑寅卯辰", "check_order")], tmp_path)
    assert written() == first
    assert write_lessons([], tmp_path) == 0
    assert "learned.yml" not in written()


def test_wrong_lines_write_nothing(tmp_path: Path) -> None:
    text, intent = next((text, intent) for text, intent in taught_lines() if len(text) > 8)
    other = "check_balance" if intent != "check_balance" else "check_order"
    with pytest.raises(LearnedWrong, match=f"training data says {intent}"):
        write_lessons([lesson(text, other)], tmp_path / "learned")
    assert not (tmp_path / "learned").exists()
    assert write_lessons([], tmp_path / "learned") == 0
    assert not (tmp_path / "learned").exists()


def test_the_model_is_keyed_by_what_was_learned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rasa_process, "HOUSE", tmp_path)
    (tmp_path / "domain").mkdir()
    (tmp_path / "domain" / "talk.yml").write_text("intents: [greet]")
    before = rasa_process.model_fingerprint()
    write_lessons([lesson("甲乙丙丁戊")], tmp_path / "var" / "learned")
    learned = rasa_process.model_fingerprint()
    assert learned != before
    write_lessons([lesson("甲乙丙丁戊"), lesson("子丑寅卯辰", kept_out=True)], tmp_path / "var" / "learned")
    assert rasa_process.model_fingerprint() == learned  # what only measures changes no model


def test_learned_lines_go_into_rasas_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []

    class Child:
        returncode = 0

        def __init__(self, command: list[str], **_: Any) -> None:
            commands.append(command)

        def poll(self) -> int:
            return 0

    monkeypatch.setattr(training.subprocess, "Popen", Child)
    monkeypatch.setattr(training, "install_nlu", lambda: None)
    monkeypatch.setattr(training, "nlu_python", lambda: Path("python"))
    monkeypatch.setattr(training, "LEARNED", tmp_path / "learned")
    training.model_path(tmp_path).touch()
    training.train(tmp_path)
    write_lessons([lesson("甲乙丙丁戊")], tmp_path / "learned")
    training.train(tmp_path)
    assert [str(tmp_path / "learned" / "train") in command for command in commands] == [False, True]


def test_a_score_counts_what_was_done() -> None:
    meant = ["check_balance", "check_balance", "out_of_scope", "request_help"]
    answers = [
        answer("check_balance"),
        answer("check_order"),
        answer("out_of_scope", "refuse"),
        answer("nlu_fallback", "ask"),
    ]
    assert score(meant, answers) == Score(4, 0.5, 0.25, 0.25)


def test_both_models_hear_the_same_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The measuring itself, with a process that knows one line, and a second that knows both."""
    parse = tmp_path / "nlu" / "parse_lines.py"
    parse.parent.mkdir()
    parse.write_text(
        "import json, sys\n"
        "known = {'new': 2, 'old': 1}[sys.argv[2].rsplit('/')[-1].split('-')[1].split('.')[0]]\n"
        "for number, line in enumerate(sys.stdin):\n"
        "    intent = 'check_balance' if number < known else 'check_order'\n"
        "    print(json.dumps({'intent': {'name': intent}, 'understanding': {'decision': 'act'}}))\n"
    )
    monkeypatch.setattr(learning_training, "HOUSE", tmp_path)
    monkeypatch.setattr(learning_training, "nlu_python", lambda: Path(sys.executable))
    sets = {"dev": [("甲", "check_balance")], "kept_out": [("乙", "check_balance")], "empty": []}
    assert scores(tmp_path / "timebank-old.tar.gz", sets) == {"dev": Score(1, 1, 0, 0), "kept_out": Score(1, 0, 0, 1)}
    learned = tmp_path / "learned"
    write_lessons([lesson("甲乙丙丁戊"), lesson("子丑寅卯辰", kept_out=True)], learned)
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev" / "anna.yml").write_text(
        json.dumps({"nlu": [{"intent": "check_balance", "examples": "- 甲\n"}]}), encoding="utf-8"
    )
    monkeypatch.setattr(learning_training, "DEV", tmp_path / "dev")
    (tmp_path / "timebank-old.tar.gz").touch()
    monkeypatch.setattr(learning_training, "train", lambda models: models / "timebank-new.tar.gz")
    model, gains = train_and_compare(tmp_path, learned)
    assert model.name == "timebank-new.tar.gz"
    assert gains == [
        Gain("dev", Score(1, 1, 0, 0), Score(1, 1, 0, 0)),
        Gain("kept_out", Score(1, 0, 0, 1), Score(1, 1, 0, 0)),
    ]
    assert as_table(gains).splitlines()[1] == (
        "kept_out (1 lines): right 0.0% -> 100.0%, asked 0.0% -> 0.0%, wrong 100.0% -> 0.0%"
    )


def test_a_model_that_no_longer_loads_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of our components may leave older models unreadable: training must not fail over that."""

    def measured(model: Path, sets: dict[str, Any]) -> dict[str, Score]:
        if "old" in model.name:
            raise training.TrainingFailed("measuring timebank-old failed")
        return {name: Score(1, 1, 0, 0) for name in sets}

    monkeypatch.setattr(learning_training, "scores", measured)
    monkeypatch.setattr(learning_training, "train", lambda models: models / "timebank-new.tar.gz")
    (tmp_path / "timebank-old.tar.gz").touch()
    write_lessons([lesson("甲乙丙丁戊")], tmp_path / "learned")
    _, gains = train_and_compare(tmp_path, tmp_path / "learned")
    assert [gain.before for gain in gains] == [None, None]
    assert as_table(gains).startswith("dev (1 lines): right 100.0%, asked 0.0%")


def test_the_newest_model_is_the_one_before(tmp_path: Path) -> None:
    assert newest_model(tmp_path) is None
    for age, name in ((5, "timebank-a.tar.gz"), (1, "timebank-b.tar.gz"), (0, "other.tar.gz")):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (1000 - age, 1000 - age))
    assert newest_model(tmp_path) == tmp_path / "timebank-b.tar.gz"
