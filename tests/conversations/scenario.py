"""A talk as a file: who says what, what they hear, what reaches the others, when the clock moves on.

    title: what happens
    begins: 2026-11-20T10:00+08:00      # the sample community is made at this moment
    newcomers: [路人]                    # people the community does not know
    coins_stay: true                    # nothing may move in the books
    scheme: beijing                     # another city than changning
    coins: {王阿婆: 7}                   # what each can spend at the end, in coins
    most_misses: 1                      # how often at most the desk may say that it did not understand
    steps:
      - who: 王阿婆
        says: 后天上午九点陪我去华山医院看病，两个小时
        hears: [陪诊, 2小时]             # all of these in one text that comes back
      - who: 王阿婆
        says: 对
        catch: {order: (\\d+)号单}       # from what was heard; {order} stands for it from here on
      - who: 孙丽
        gets: ["{order}号单等分行审核"]   # all of these in one text that reached her since she last spoke
      - clock: +1 day 8 hours           # or a moment
      - desk: opens_activity            # what staff do on a page; the test knows the deed by this name

More keys of a step: `taps` (a choice by its label, instead of `says`), `repeated` (says the words so many times in
one message), `photo: true` (a photo is sent), `not` (none of these in anything heard), `gets: nothing`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

SCENARIOS = Path(__file__).resolve().parents[1] / "scenarios"
BEGINS = datetime.fromisoformat("2026-11-20T10:00+08:00")  # a Friday
NOTHING = "nothing"
_SPAN = re.compile(r"(\d+) (day|hour|minute)s?")
_VARIABLE = re.compile(r"\{([a-z_]+)\}")


class ScenarioError(Exception):
    """The file is wrong: says file, step and reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. `clock` stands alone; else `who` says, taps or only gets something."""

    number: int
    who: str = ""
    says: str | None = None
    taps: str | None = None
    repeated: int = 1
    hears: tuple[str, ...] = ()
    gets: tuple[str, ...] = ()
    gets_nothing: bool = False
    never: tuple[str, ...] = ()
    catch: Mapping[str, str] = field(default_factory=dict)
    clock: str | None = None
    desk: str | None = None
    photo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    name: str
    title: str
    steps: tuple[Step, ...]
    begins: datetime = BEGINS
    newcomers: tuple[str, ...] = ()
    coins_stay: bool = False
    scheme: str = "changning"
    coins: Mapping[str, float] = field(default_factory=dict)
    most_misses: int | None = None

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody who appears, in that order."""
        return tuple(dict.fromkeys(step.who for step in self.steps if step.who))


def read_scenario(path: Path) -> Scenario:
    """Raises ScenarioError."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    return scenario_of(raw, path.stem)


def scenario_of(raw: Any, name: str) -> Scenario:
    """Raises ScenarioError for a key that is unknown or a step that says nothing."""
    allowed = {"title", "begins", "newcomers", "coins_stay", "scheme", "coins", "most_misses", "steps"}
    if not isinstance(raw, dict) or not {"title", "steps"} <= set(raw) or set(raw) - allowed:
        raise ScenarioError(f"{name}: needs title and steps, and nothing beside {', '.join(sorted(allowed))}")
    steps = tuple(_step(name, number, body) for number, body in enumerate(raw["steps"], start=1))
    begins = raw.get("begins", BEGINS)
    return Scenario(
        name=name,
        title=raw["title"],
        steps=steps,
        begins=datetime.fromisoformat(begins) if isinstance(begins, str) else begins,
        newcomers=tuple(raw.get("newcomers", ())),
        coins_stay=bool(raw.get("coins_stay", False)),
        scheme=str(raw.get("scheme", "changning")),
        coins=raw.get("coins") or {},
        most_misses=raw.get("most_misses"),
    )


def _step(name: str, number: int, body: Any) -> Step:
    where = f"{name}, step {number}"
    allowed = {"who", "says", "taps", "repeated", "hears", "gets", "not", "catch", "clock", "desk", "photo"}
    if not isinstance(body, dict) or set(body) - allowed:
        raise ScenarioError(f"{where}: knows {', '.join(sorted(allowed))}")
    if "clock" in body:
        if len(body) > 1:
            raise ScenarioError(f"{where}: the clock moves in a step of its own")
        return Step(number=number, clock=str(body["clock"]))
    if "desk" in body:
        if set(body) - {"desk", "catch"}:
            raise ScenarioError(f"{where}: the desk's deed stands in a step of its own")
        return Step(number=number, desk=str(body["desk"]), catch=body.get("catch") or {})
    if "who" not in body or not {"says", "taps", "gets", "photo"} & set(body):
        raise ScenarioError(f"{where}: who says, taps or gets what?")
    if len({"says", "taps", "photo"} & set(body)) > 1:
        raise ScenarioError(f"{where}: says, taps or sends a photo, one of them")
    gets = body.get("gets", ())
    return Step(
        number=number,
        who=body["who"],
        says=None if body.get("says") is None else str(body["says"]),
        taps=body.get("taps"),
        photo=bool(body.get("photo", False)),
        repeated=int(body.get("repeated", 1)),
        hears=_words(body.get("hears")),
        gets=() if gets == NOTHING else _words(gets),
        gets_nothing=gets == NOTHING,
        never=_words(body.get("not")),
        catch=body.get("catch") or {},
    )


def _words(given: Any) -> tuple[str, ...]:
    if given is None:
        return ()
    return tuple(str(each) for each in given) if isinstance(given, (list, tuple)) else (str(given),)


def filled(text: str, known: Mapping[str, str]) -> str:
    """The text with the variables caught so far; other braces stay as they are."""
    return _VARIABLE.sub(lambda match: known.get(match[1], match[0]), text)


def moved(now: datetime, words: str) -> datetime:
    """Where the clock stands after `+1 day 2 hours` or at a moment. Raises ValueError."""
    if not words.startswith("+"):
        return datetime.fromisoformat(words)
    parts = _SPAN.findall(words)
    if not parts or _SPAN.sub("", words[1:]).strip():
        raise ValueError(f"{words!r} is no span such as '+1 day 2 hours'")
    return now + sum((timedelta(**{f"{unit}s": int(count)}) for count, unit in parts), timedelta(0))


def all_scenarios(folder: Path = SCENARIOS) -> list[Path]:
    """Every scenario file of a folder, by name."""
    return sorted(folder.glob("*.yml"))
