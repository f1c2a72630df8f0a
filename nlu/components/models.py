"""The two classifiers, which learn the same lines in different ways. No Rasa in here.

The first, a linear support vector machine, and the second, a net with one hidden layer, weigh everything in `views`:
the one draws the sharpest lines, the other knows which signs go together. They err on different messages, so a message
on which they disagree is worth a question.

DIET was left out on purpose: on the pilot it was no better on clean lines (.83 against .84), worse at refusing what
the desk does not do, and cost 0.3 GB more memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from sklearn.svm import LinearSVC

from components.bag_net import BagNet, softmax
from components.views import Views

OUT_OF_SCOPE: Final = "out_of_scope"
Scores = npt.NDArray[np.float64]
Opinions = tuple[Scores, ...]
"""Probabilities by intent, one array a classifier."""


@dataclass(frozen=True)
class Settings:
    """How to train. `strength` is scikit-learn's C; `temperature` turns its margins into probabilities; what stands in
    fewer than `seen_at_least` lines is no sign; `stray_voice` multiplies the weight of out of scope, which is said in
    more ways than any wish; the rest is the net's."""

    seed: int = 20
    seen_at_least: int = 4
    strength: float = 0.3
    temperature: float = 0.25
    stray_voice: float = 4.0
    hidden: int = 64
    rounds: int = 8
    rate: float = 0.03


class Models:
    """All classifiers; `opinions` gives each one's probabilities by intent.

    The same lines, labels and seed give the same numbers to the byte, whatever the order of the lines.
    """

    def __init__(self, settings: Settings) -> None:
        self.intents: list[str] = []
        self._temperature = settings.temperature
        self._views = Views(settings.seen_at_least)
        self._stray_voice = settings.stray_voice
        self._margins = LinearSVC(C=settings.strength, tol=0.02, random_state=settings.seed)
        self._bag = BagNet(settings.seed, settings.hidden, settings.rounds, settings.rate)

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> Models:
        """Learns from normalised texts. Raises ValueError with fewer than two intents."""
        if len(set(labels)) < 2:
            raise ValueError("training needs lines of at least two intents")
        pairs = sorted(set(zip(texts, labels, strict=True)))
        self.intents = sorted(set(labels))
        numbers = np.array([self.intents.index(label) for _, label in pairs])
        rows = self._views.learn([text for text, _ in pairs])
        voices = [self._stray_voice if intent == OUT_OF_SCOPE else 1.0 for intent in self.intents]
        even = len(numbers) / len(voices) / np.bincount(numbers, minlength=len(voices))
        self._margins.set_params(class_weight=dict(enumerate(even * voices)))
        self._margins.fit(rows, numbers)
        # half the memory, and no score moves by more than a millionth
        self._margins.coef_ = self._margins.coef_.astype(np.float32)
        self._bag.fit(rows, numbers, voices)
        return self

    def opinions(self, texts: Sequence[str]) -> Opinions:
        """Each classifier's probabilities, a row a text (none empty), a column an intent."""
        rows = self._views.rows(texts)
        margins = self._margins.decision_function(rows)
        if margins.ndim == 1:  # two intents: scikit-learn gives one margin
            margins = np.column_stack([-margins, margins])
        return softmax(margins / self._temperature), self._bag.probabilities(rows).astype(np.float64)

    def numbers(self) -> tuple[bytes, ...]:
        """What each classifier learned, as bytes, to compare two trainings."""
        return self._margins.coef_.tobytes(), self._bag.numbers()
