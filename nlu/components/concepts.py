"""Words that mean the same to the desk, made one sign (the classes stand in `concepts.yml`)."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

import yaml

_LIST: Final = Path(__file__).with_name("concepts.yml")


@lru_cache(maxsize=1)
def _classes() -> list[tuple[str, re.Pattern[str]]]:
    """Signs and patterns, in the order they apply. Raises re.error or KeyError when the list is wrong."""
    listed = yaml.safe_load(_LIST.read_text(encoding="utf-8"))
    classes: list[tuple[str, re.Pattern[str]]] = []
    for concept in listed["classes"].values():
        pattern = "|".join(concept["words"].split())
        for name, fragment in listed["fragments"].items():
            pattern = pattern.replace(f"{{{name}}}", fragment)
        classes.append((concept["sign"], re.compile(pattern)))
    return classes


def with_concepts(text: str) -> str:
    """The normalised text with every known word of a class replaced by the class's one-character sign."""
    for sign, pattern in _classes():
        text = pattern.sub(sign, text)
    return text
