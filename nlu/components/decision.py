"""From two opinions to one of three things to do: act on the intent, ask between a few, or refuse kindly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np

from components.models import Scores

OUT_OF_SCOPE: Final = "out_of_scope"
FALLBACK: Final = "nlu_fallback"
MAX_CHOICES: Final = 3

Act = Literal["act", "ask", "refuse"]


@dataclass(frozen=True)
class Thresholds:
    """When an opinion is strong enough. All are probabilities of both models together, 0–1.

    `agreed`: to act when both models name the same intent. `alone`: to act when they differ.
    `lead`: how far the first must be ahead of the second guess. `refuse`: to call a message out of scope. `choice`: the
    least that makes an intent worth offering. `by_intent`: another `agreed` for some intents: higher where acting
    costs coins, lower where waiting costs a life (then one model is enough, and `urgent_lead` is the lead, unless
    `lead` asks for less). `first_share`: the first model's vote.
    """

    agreed: float = 0.35
    alone: float = 0.6
    lead: float = 0.08
    urgent_lead: float = 0.1
    refuse: float = 0.4
    choice: float = 0.08
    first_share: float = 0.6
    by_intent: dict[str, float] = field(default_factory=dict)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Thresholds:
        """Raises TypeError on a name that is no threshold, ValueError on a number outside 0–1."""
        found = cls(**config)
        numbers = [
            *(found.agreed, found.alone, found.lead, found.urgent_lead),
            *(found.refuse, found.choice, found.first_share),
        ]
        if not all(0.0 <= number <= 1.0 for number in [*numbers, *found.by_intent.values()]):
            raise ValueError(f"thresholds are probabilities from 0 to 1: {config}")
        return found


@dataclass(frozen=True)
class Decision:
    """What to do with a message.

    `intent` is what Rasa acts on: the guess when acting, `out_of_scope` when refusing, `nlu_fallback` when asking.
    `ranking` is both models' opinion, best first, and sums to at most 1. `second` is the second model's own guess.
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


def decide(intents: Sequence[str], first: Scores, second: Scores, limits: Thresholds, ranked: int = 10) -> Decision:
    """Weighs one message: two rows of probabilities in the order of `intents`."""
    both = limits.first_share * first + (1.0 - limits.first_share) * second
    order = np.argsort(-both, kind="stable")
    best, runner_up = int(order[0]), int(order[1])
    name, confidence = intents[best], float(both[best])
    lead = confidence - float(both[runner_up])
    agreed = int(first.argmax()) == int(second.argmax()) == best
    second_best = int(second.argmax())
    ranking = tuple((intents[i], round(float(both[i]), 4)) for i in order[:ranked])
    opinion = (intents[second_best], round(float(second[second_best]), 4))

    if name == OUT_OF_SCOPE:
        if confidence >= limits.refuse and (agreed or lead >= limits.lead):
            return Decision("refuse", OUT_OF_SCOPE, confidence, (), ranking, opinion)
    else:
        needed = limits.by_intent.get(name, limits.agreed)
        urgent = needed < limits.agreed
        if not agreed and not urgent:
            needed = max(needed, limits.alone)
        ahead = min(limits.lead, limits.urgent_lead) if urgent else limits.lead
        if confidence >= needed and lead >= ahead:
            return Decision("act", name, confidence, (name,), ranking, opinion)

    choices = tuple(
        intents[i] for i in order[: MAX_CHOICES + 1] if intents[i] != OUT_OF_SCOPE and both[i] >= limits.choice
    )[:MAX_CHOICES]
    return Decision("ask", FALLBACK, confidence, choices, ranking, opinion)
