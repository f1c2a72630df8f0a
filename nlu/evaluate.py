"""Measures a trained model on lines it has not learned.

`uv run --project nlu python nlu/evaluate.py --model var/models nlu/evaluation/dev/*.yml` prints one JSON object:
whole, by file and by intent, with the wrong lines and the latency of a parse.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from model_parser import Parser
from rasa.shared.nlu.training_data.loading import load_data

OUT_OF_SCOPE: Final = "out_of_scope"
Parse = Callable[[str], dict[str, Any]]


@dataclass(frozen=True)
class Outcome:
    """One line: what was meant, what was understood. `guess` is the best intent whatever the decision."""

    file: str
    text: str
    meant: str
    guess: str
    decision: str
    choices: tuple[str, ...]
    confidence: float
    seconds: float

    @property
    def right(self) -> bool:
        return self.guess == self.meant

    @property
    def wrong_act(self) -> bool:
        """Acted on without asking back, and not what was meant."""
        return self.decision == "act" and not self.right

    @property
    def served(self) -> bool:
        """Understood, refused rightly, or asked with the meant intent among the choices."""
        return (self.decision != "ask" and self.right) or (self.decision == "ask" and self.meant in self.choices)


def read_lines(path: Path) -> list[tuple[str, str]]:
    """(text, intent) pairs of a Rasa NLU file, without the entity marks."""
    return [(example.get("text"), example.get("intent")) for example in load_data(str(path)).intent_examples]


def measure(parse: Parse, paths: Sequence[Path]) -> list[Outcome]:
    """Every line of every file through the model."""
    return measure_lines(parse, [(path.stem, text, meant) for path in paths for text, meant in read_lines(path)])


def measure_lines(parse: Parse, lines: Sequence[tuple[str, str, str]]) -> list[Outcome]:
    """Lines as (whose, text, intent meant) through the model."""
    outcomes: list[Outcome] = []
    for whose, text, meant in lines:
        started = time.perf_counter()
        result = parse(text)
        seconds = time.perf_counter() - started
        ranking = result.get("intent_ranking") or [result["intent"]]
        understanding = result["understanding"]
        outcomes.append(
            Outcome(
                whose,
                text,
                meant,
                ranking[0]["name"],
                understanding["decision"],
                tuple(understanding["choices"]),
                ranking[0]["confidence"],
                seconds,
            )
        )
    return outcomes


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def totals(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Shares of the lines of a group; out-of-scope ones are counted apart."""
    inside = [one for one in outcomes if one.meant != OUT_OF_SCOPE]
    outside = [one for one in outcomes if one.meant == OUT_OF_SCOPE]
    return {
        "lines": len(outcomes),
        "right_guess": _share(sum(one.right for one in outcomes), len(outcomes)),
        "in_scope": {
            "lines": len(inside),
            "acted_right": _share(sum(one.decision == "act" and one.right for one in inside), len(inside)),
            "wrong_and_acted": _share(sum(one.wrong_act for one in inside), len(inside)),
            "asked": _share(sum(one.decision == "ask" for one in inside), len(inside)),
            "asked_with_the_meant": _share(
                sum(one.decision == "ask" and one.meant in one.choices for one in inside), len(inside)
            ),
            "refused": _share(sum(one.decision == "refuse" for one in inside), len(inside)),
            "served": _share(sum(one.served for one in inside), len(inside)),
        },
        "out_of_scope": {
            "lines": len(outside),
            "refused": _share(sum(one.decision == "refuse" for one in outside), len(outside)),
            "asked": _share(sum(one.decision == "ask" for one in outside), len(outside)),
            "acted": _share(sum(one.decision == "act" for one in outside), len(outside)),
        },
    }


def by_intent(outcomes: Sequence[Outcome]) -> dict[str, dict[str, float | int | None]]:
    """Precision and recall of the best guess, and of what was acted on, for every intent."""
    found: dict[str, dict[str, float | int | None]] = {}
    for intent in sorted({one.meant for one in outcomes} | {one.guess for one in outcomes}):
        meant = [one for one in outcomes if one.meant == intent]
        guessed = [one for one in outcomes if one.guess == intent]
        acted = [one for one in guessed if one.decision != "ask"]
        found[intent] = {
            "lines": len(meant),
            "precision": _share(sum(one.right for one in guessed), len(guessed)),
            "recall": _share(sum(one.right for one in meant), len(meant)),
            "precision_when_acted": _share(sum(one.right for one in acted), len(acted)),
        }
    return found


def _latency(outcomes: Sequence[Outcome]) -> dict[str, float]:
    times = sorted(one.seconds * 1000 for one in outcomes)
    return {
        "p50_ms": round(times[len(times) // 2], 2),
        "p99_ms": round(times[min(len(times) - 1, int(len(times) * 0.99))], 2),
    }


def report(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Everything about a run. Raises ValueError when no line was measured."""
    if not outcomes:
        raise ValueError("no lines to measure")
    wrong = [one for one in outcomes if not one.right]
    confusions = Counter((one.meant, one.guess) for one in wrong)
    return {
        **totals(outcomes),
        "by_file": {
            name: totals([one for one in outcomes if one.file == name])
            for name in sorted({one.file for one in outcomes})
        },
        "by_intent": by_intent(outcomes),
        "confusions": [
            {"meant": meant, "guess": guess, "lines": count} for (meant, guess), count in confusions.most_common()
        ],
        "wrong": [
            {
                "text": one.text,
                "meant": one.meant,
                "guess": one.guess,
                "decision": one.decision,
                "confidence": one.confidence,
                "choices": list(one.choices),
                "file": one.file,
            }
            for one in sorted(wrong, key=lambda one: (one.decision != "act", -one.confidence))
        ],
        "latency": _latency(outcomes),
    }


def main() -> None:
    """Prints the report; with `--out`, writes it to a file and prints the totals."""
    options = argparse.ArgumentParser(description="Measure a trained model")
    options.add_argument("files", nargs="+", type=Path)
    options.add_argument("--model", type=Path, default=Path("var/models"))
    options.add_argument("--out", type=Path)
    given = options.parse_args()
    result = report(measure(Parser(given.model), given.files))
    if given.out:
        given.out.write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8")
        result = {key: result[key] for key in ("lines", "right_guess", "in_scope", "out_of_scope", "latency")}
    sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
