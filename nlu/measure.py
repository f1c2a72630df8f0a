"""The whole measuring of the model: by way of writing, under noise, on unrelated messages; latency and memory.

`uv run --project nlu python nlu/measure.py --model FILE --out FILE` reads nlu/evaluation and trains nothing.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
from pathlib import Path
from typing import Any, Final

import yaml
from evaluate import Outcome, Parse, measure, measure_lines, report, totals
from model_parser import Parser
from noise import noises, sound_groups

HERE: Final = Path(__file__).parent
COIN_MOVING: Final = frozenset(
    {"confirm_done", "gift_coins", "donate_coins", "grant_coins", "redeem_goods", "accept_job", "approve_request"}
    | {"cancel_order", "finish_service", "assign_job"}
)
"""Intents that begin a step with coin-like effect; each still needs an order that fits and a read-back."""


def by_class(outcomes: list[Outcome], classes: dict[str, str]) -> dict[str, Any]:
    """Totals by way of writing."""
    names = sorted(set(classes.values()))
    return {name: totals([one for one in outcomes if classes.get(one.file) == name]) for name in names}


def under_noise(parse: Parse, outcomes: list[Outcome]) -> dict[str, Any]:
    """Totals of the in-scope lines once more under each kind of noise."""
    lines = [(one.file, one.text, one.meant) for one in outcomes if one.meant != "out_of_scope"]
    groups = sound_groups([text for _, text, _ in lines])
    found = {}
    for name, spoil in noises(groups).items():
        spoiled = [(file, spoil(text), meant) for file, text, meant in lines]
        found[name] = totals(measure_lines(parse, spoiled))
    return found


def on_unrelated(parse: Parse, texts: list[str]) -> dict[str, Any]:
    """What unrelated messages would begin, by share and by number."""
    if not texts:
        raise ValueError("no unrelated messages to measure")
    acted = [one for one in (parse(text) for text in texts) if one["understanding"]["decision"] == "act"]
    coins = [one for one in acted if one["intent"]["name"] in COIN_MOVING]
    return {"messages": len(texts), "acted": len(acted), "coin_moving_begun": len(coins)}


def everything(parse: Parse, folder: Path) -> dict[str, Any]:
    """The whole report over `folder` (nlu/evaluation)."""
    classes = yaml.safe_load((folder / "classes.yml").read_text(encoding="utf-8"))
    unseen = measure(parse, sorted((folder / "test").glob("*.yml")))
    tuned = measure(parse, sorted((folder / "dev").glob("*.yml")))
    strange = (folder / "test" / "unrelated_messages.txt").read_text(encoding="utf-8").splitlines()
    return {
        "unseen": report(unseen),
        "by_class": by_class(unseen, classes),
        "noise": under_noise(parse, unseen),
        "unrelated": on_unrelated(parse, [line for line in strange if line.strip()]),
        "tuned": totals(tuned),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> None:
    """Writes the report to a file."""
    options = argparse.ArgumentParser(description="Measure a trained model whole")
    options.add_argument("--model", type=Path, required=True)
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--folder", type=Path, default=HERE / "evaluation")
    given = options.parse_args()
    result = everything(Parser(given.model), given.folder)
    given.out.write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8")
    sys.stdout.write(f"{given.out}\n")


if __name__ == "__main__":
    main()
