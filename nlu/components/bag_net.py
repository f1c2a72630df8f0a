"""A small net over a bag of signs: one hidden layer between the views of a text and the intents.

Trained here by Adagrad on the signs that a batch holds: scikit-learn's own net updates every weight at every step,
which takes half an hour where this takes seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]

_BATCH: Final = 32
_DROPPED: Final = 0.3
"""The share of signs, and of hidden units, that a training step does not see: what is learned must not hang on one."""
_SMOOTH: Final = 0.05
"""The share of a line's label given to all intents alike: labels err too."""
_TINY: Final = 1e-8


def softmax(scores: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Rows of probabilities from rows of scores."""
    grown = np.exp(scores - scores.max(axis=1, keepdims=True))
    return grown / grown.sum(axis=1, keepdims=True)


def class_weights(labels: Ids, classes: int) -> Floats:
    """A weight a class that gives rare ones more voice, by the root of how rare they are."""
    counts = np.bincount(labels, minlength=classes)
    return np.sqrt(len(labels) / classes / np.maximum(counts, 1)).astype(np.float32)


class BagNet:
    """`fit` learns, `probabilities` tells; the same rows, labels and seed give the same numbers."""

    def __init__(self, seed: int, hidden: int, rounds: int, rate: float) -> None:
        """`hidden` units, `rounds` over the lines, `rate` of learning, which falls to nothing towards the end."""
        self._seed, self._hidden, self._rounds, self._rate = seed, hidden, rounds, rate

    def fit(self, rows: csr_matrix, labels: Ids, voices: Sequence[float]) -> BagNet:
        """Learns from sparse float32 rows and their intents' numbers; `voices` multiply each intent's weight."""
        classes = len(voices)
        rng = np.random.default_rng(self._seed)
        lines, signs = rows.shape
        weights = (class_weights(labels, classes) * np.asarray(voices, np.float32))[labels]
        self._into = (rng.standard_normal((signs, self._hidden)) * 0.1).astype(np.float32)
        self._bias = np.zeros(self._hidden, np.float32)
        self._out = (rng.standard_normal((self._hidden, classes)) * np.sqrt(2 / self._hidden)).astype(np.float32)
        self._out_bias = np.zeros(classes, np.float32)
        moved = [np.full((signs, 1), _TINY, np.float32), *map(np.zeros_like, (self._bias, self._out, self._out_bias))]
        starts = range(0, lines, _BATCH)
        steps = self._rounds * len(starts)
        for turn in range(self._rounds):
            order = rng.permutation(lines)
            for place, start in enumerate(starts):
                chosen = order[start : start + _BATCH]
                rate = self._rate * (1 - (turn * len(starts) + place) / steps)
                self._step(rows[chosen], labels[chosen], weights[chosen], np.float32(rate), moved, rng)
        return self

    def _step(
        self,
        batch: csr_matrix,
        labels: Ids,
        weights: Floats,
        rate: np.float32,
        moved: list[Floats],
        rng: np.random.Generator,
    ) -> None:
        keep = np.float32(1 - _DROPPED)
        data = batch.data * (rng.random(batch.nnz, dtype=np.float32) >= _DROPPED) / keep
        seen, places = np.unique(batch.indices, return_inverse=True)  # the few signs that this batch holds
        batch = csr_matrix((data, places, batch.indptr), shape=(batch.shape[0], len(seen)))
        hidden = batch @ self._into[seen] + self._bias
        gate = (hidden > 0) * (rng.random(hidden.shape, dtype=np.float32) >= _DROPPED) / keep
        hidden *= gate
        wrong = softmax(hidden @ self._out + self._out_bias) - _SMOOTH / self._out.shape[1]
        wrong[np.arange(len(labels)), labels] -= 1 - _SMOOTH
        wrong = (wrong * weights[:, None] / len(labels)).astype(np.float32)
        back = (wrong @ self._out.T * gate).astype(np.float32)
        slopes = (back.sum(axis=0), hidden.T @ wrong, wrong.sum(axis=0))
        pull = batch.T @ back
        moved[0][seen] += (pull**2).mean(axis=1, keepdims=True)
        self._into[seen] -= rate * pull / np.sqrt(moved[0][seen])
        learned = (self._bias, self._out, self._out_bias)
        for number, slope in enumerate(slopes):
            moved[number + 1] += slope**2
            learned[number][...] -= rate * slope / np.sqrt(moved[number + 1] + _TINY)

    def probabilities(self, rows: csr_matrix) -> npt.NDArray[np.floating]:
        """A row a text, a column an intent."""
        hidden = np.maximum(rows @ self._into + self._bias, 0)
        return softmax(hidden @ self._out + self._out_bias)

    def numbers(self) -> bytes:
        """What was learned, as bytes, to compare two trainings."""
        return b"".join(array.tobytes() for array in (self._into, self._bias, self._out, self._out_bias))
