"""From several opinions to one of three things to do: act on the intent, ask between a few, or refuse kindly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np

from components.models import OUT_OF_SCOPE, Scores

FALLBACK: Final = "nlu_fallback"
MAX_CHOICES: Final = 3

Act = Literal["act", "ask", "refuse"]


@dataclass(frozen=True)
class Thresholds:
    """When an opinion is strong enough. All but `wary` are probabilities, 0–1, of the models' common opinion.

    `agreed`: to act when all models name the same intent. `alone`: to act when they differ.
    `lead`: how far the first must be ahead of the second guess, after `wary` times the share of out of scope is
    taken off. `refuse`: to call a message out of scope. `choice`: the least that makes an intent worth offering.
    `by_intent`: another `agreed` for some intents: higher where acting costs coins, lower where waiting costs a life
    (then one model is enough, and `urgent_lead` is the lead, unless `lead` asks for less). `shares`: each one's vote.
    """

    agreed: float = 0.35
    alone: float = 0.6
    lead: float = 0.08
    urgent_lead: float = 0.1
    refuse: float = 0.4
    choice: float = 0.08
    wary: float = 0.0
    shares: tuple[float, ...] = (0.5, 0.5)
    by_intent: dict[str, float] = field(default_factory=dict)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Thresholds:
        """Raises TypeError on a name that is no threshold, ValueError on a number outside 0–1."""
        found = cls(**{**config, "shares": tuple(config.get("shares", cls.shares))})
        numbers = [
            *(found.agreed, found.alone, found.lead, found.urgent_lead),
            *(found.refuse, found.choice, *found.shares),
        ]
        if not all(0.0 <= number <= 1.0 for number in [*numbers, *found.by_intent.values()]):
            raise ValueError(f"thresholds are probabilities from 0 to 1: {config}")
        return found


@dataclass(frozen=True)
class Decision:
    """What to do with a message.

    `intent` is what Rasa acts on: the guess when acting, `out_of_scope` when refusing, `nlu_fallback` when asking.
    `ranking` is the models' common opinion, best first, and sums to at most 1. `second` is the own guess of the
    first model that names something else, or of the last.
    """

    act: Act
    intent: str
    confidence: float
    choices: tuple[str, ...]
    ranking: tuple[tuple[str, float], ...]
    second: tuple[str, float]

    @classmethod
    def certain(cls, intent: str) -> Decision:
        """A message from a closed list: nothing to weigh."""
        act: Act = "refuse" if intent == OUT_OF_SCOPE else "act"
        choices = () if act == "refuse" else (intent,)
        return cls(act, intent, 1.0, choices, ((intent, 1.0),), (intent, 1.0))

    @classmethod
    def nothing(cls) -> Decision:
        """A message without anything to understand."""
        return cls("ask", FALLBACK, 0.0, (), (), (FALLBACK, 0.0))


def decide(intents: Sequence[str], opinions: Sequence[Scores], limits: Thresholds, ranked: int = 10) -> Decision:
    """Weighs one message: a row of probabilities a model, in the order of `intents`; as many as `limits.shares`."""
    common: Scores = sum(
        (share * row for share, row in zip(limits.shares, opinions, strict=True)), np.zeros(len(intents))
    ) / sum(limits.shares)
    order = np.argsort(-common, kind="stable")
    best, runner_up = int(order[0]), int(order[1])
    name, confidence = intents[best], float(common[best])
    lead = confidence - float(common[runner_up])
    guesses = [int(row.argmax()) for row in opinions]
    other = next((model for model, guess in enumerate(guesses) if guess != best), None)
    agreed = other is None
    ranking = tuple((intents[i], round(float(common[i]), 4)) for i in order[:ranked])
    teller = len(guesses) - 1 if other is None else other
    opinion = (intents[guesses[teller]], round(float(opinions[teller][guesses[teller]]), 4))
    stray = float(common[intents.index(OUT_OF_SCOPE)]) if OUT_OF_SCOPE in intents else 0.0

    if name == OUT_OF_SCOPE:
        if confidence >= limits.refuse and (agreed or lead >= limits.lead):
            return Decision("refuse", OUT_OF_SCOPE, confidence, (), ranking, opinion)
    else:
        needed = limits.by_intent.get(name, limits.agreed)
        urgent = needed < limits.agreed
        if not agreed and not urgent:
            needed = max(needed, limits.alone)
        ahead = min(limits.lead, limits.urgent_lead) if urgent else limits.lead
        if confidence >= needed and lead - (0.0 if urgent else limits.wary * stray) >= ahead:
            return Decision("act", name, confidence, (name,), ranking, opinion)

    choices = tuple(
        intents[i] for i in order[: MAX_CHOICES + 1] if intents[i] != OUT_OF_SCOPE and common[i] >= limits.choice
    )[:MAX_CHOICES]
    return Decision("ask", FALLBACK, confidence, choices, ranking, opinion)
