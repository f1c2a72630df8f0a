"""The words of `service_words.yml` and `service_hints.yml`, made into patterns once."""

import re
from importlib.resources import files

import yaml

Told = tuple[str, int, re.Pattern[str]]
"""A kind of help, the weight of its words, and the words."""

_CLASS = re.compile(r"<([A-Z]+)>")


def _read(name: str) -> dict[str, object]:
    loaded = yaml.safe_load((files(__package__) / name).read_text(encoding="utf-8"))
    if not isinstance(loaded, dict):
        raise TypeError(f"{name} holds no table")
    return loaded


def _either(block: object) -> str:
    """The lines of a block as one alternation."""
    return "|".join(line.strip() for line in str(block).splitlines() if line.strip())


_WORDS = _read("service_words.yml")
_HINTS = _read("service_hints.yml")


def _table(source: dict[str, object], key: str) -> list[object]:
    found = source[key]
    if not isinstance(found, list):
        raise TypeError(f"{key} is no list")
    return found


def _classes() -> dict[str, str]:
    raw = _WORDS["classes"]
    if not isinstance(raw, dict):
        raise TypeError("classes is no table")
    plain = {str(name): _either(block) for name, block in raw.items()}
    return {name: _CLASS.sub(lambda found: f"(?:{plain[found[1]]})", words) for name, words in plain.items()}


_MEANING = _classes()


def pattern(block: object) -> re.Pattern[str]:
    """A block of words as a pattern; KeyError for a meaning class that is not there."""
    spelled = _CLASS.sub(lambda found: f"(?:{_MEANING[found[1]]})", _either(block))
    return re.compile(spelled, re.IGNORECASE)


def _told(row: object) -> Told:
    if isinstance(row, dict):
        return str(row["kind"]), int(row["weight"]), pattern(row["words"])
    if isinstance(row, list):
        return str(row[0]), int(row[1]), pattern(row[2])
    raise TypeError(f"{row!r} is neither a table nor a list")


TELLING: tuple[Told, ...] = tuple(_told(row) for row in _table(_WORDS, "telling"))
HINTS: tuple[Told, ...] = tuple(_told(row) for row in _table(_HINTS, "hints"))
SOUNDS: tuple[str, ...] = tuple(str(word) for word in _table(_HINTS, "sounds"))
NEVER = pattern(_WORDS["never"])
DENIED = pattern(_WORDS["denied"])
