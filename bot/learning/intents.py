"""The intents that staff may choose from: those of the contract, by topic, with their plain names."""

from __future__ import annotations

from functools import cache

import yaml

from bot.catalogue import read_entries
from bot.rasa_process import HOUSE


@cache
def intents_by_topic() -> dict[str, tuple[str, ...]]:
    """Every intent of `domain/` that has a plain name, by topic, in the order of the domain."""
    entries = read_entries()
    found: dict[str, tuple[str, ...]] = {}
    for file in sorted((HOUSE / "domain").glob("*.yml")):
        listed = (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).get("intents") or []
        names = [next(iter(each)) if isinstance(each, dict) else each for each in listed]
        named = tuple(name for name in names if f"intent.{name}" in entries)
        if named:
            found[file.stem] = named
    return found


@cache
def known_intents() -> frozenset[str]:
    """Every intent that a line may be labelled with."""
    return frozenset(name for names in intents_by_topic().values() for name in names)


def plain_name(intent: str) -> str:
    """What people call an intent; its own name where there is none."""
    entry = read_entries().get(f"intent.{intent}")
    return entry.text if entry else intent
