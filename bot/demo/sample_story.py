"""The sample as typed data, read from `sample.yml` and checked."""

from __future__ import annotations

from datetime import time
from importlib.resources import files
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from bank.members import Sex

Kind = Literal["resident", "volunteer", "staff"]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SampleBranch(_Data):
    key: str
    name: str
    tier: int
    under: str | None = None
    address: str
    phone: str
    hours: str
    scene: str | None = None


class SampleBase(_Data):
    name: str


class SamplePersonData(_Data):
    """`age` in full years on the day the sample is made; `coins` in coins; `at` a branch's key."""

    key: str
    name: str
    kind: Kind
    at: str = "home"
    age: int
    sex: Sex
    phone: str
    coins: int = 0
    trained: bool = False
    exception: str | None = None
    skills: tuple[str, ...] = ()
    note: str


class SampleKin(_Data):
    member: str
    relative: str
    relation: str


class Deed(_Data):
    """One thing that happened. `day` and `wanted` count from today, `at` and `from` are local times of day."""

    deed: Literal["ask", "approve", "reject", "take", "start", "finish", "confirm", "rate", "cancel", "case"]
    order: str = ""
    who: str = ""
    day: int
    at: time
    service: str = ""
    wanted: int = 0
    start: Annotated[time, Field(alias="from")] = time(0)
    minutes: int = 0
    place: str = ""
    words: str = ""
    levels: int | None = None
    reason: str = ""
    score: int = 0


class Sample(_Data):
    """`branches` by scheme, with `others` (`others_3`: of three tiers) for schemes that are not named."""

    branches: dict[str, tuple[SampleBranch, ...]]
    base: SampleBase
    grant_reason: str
    people: tuple[SamplePersonData, ...]
    kin: tuple[SampleKin, ...]
    story: tuple[Deed, ...]

    def branches_of(self, scheme: str, tiers: int) -> tuple[SampleBranch, ...]:
        """The branches for a scheme of that many tiers. The home branch is the deepest."""
        unnamed = self.branches.get(f"others_{tiers}", self.branches["others"])
        named = self.branches.get(scheme, unnamed)
        return tuple(branch for branch in named if branch.tier <= tiers)


def read_sample() -> Sample:
    """Raises pydantic's ValidationError when the file is wrong."""
    text = files("bot.demo").joinpath("sample.yml").read_text(encoding="utf-8")
    return Sample.model_validate(yaml.safe_load(text))
