"""The two classifiers, which see the same message in different ways. No Rasa in here.

The first is a logistic regression over everything: characters as written and with known words made one sign
(`concepts`), syllables as heard, and pairs with a gap between. The second, a linear support vector machine, does not
read characters at all: syllables and pairs only. They err on different messages, so a message on which they
disagree is worth a question.

DIET was left out on purpose: on the pilot it was no better on clean lines (.83 against .84), worse at refusing what
the desk does not do, five times slower to train, and cost 0.3 GB more memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from components.concepts import with_concepts
from components.pinyin import fuzzy_pinyin

Scores = npt.NDArray[np.float64]

_DIGITS: Final = re.compile(r"\d+")
_NEAR: Final = 5
"""How many syllables apart the two of a pair may stand."""
_FAR: Final = 8
"""How many characters apart, where known words are one sign."""


def _char_view(text: str) -> str:
    """Characters with every number alike, pauses as spaces and the ends marked."""
    return f"^{_DIGITS.sub('0', text).replace(',', ' ')}$"


def _concept_view(text: str) -> str:
    return _char_view(with_concepts(text))


def _sound_view(text: str) -> str:
    return " ".join(["^", *fuzzy_pinyin(text), "$"])


def _pairs(items: Sequence[str], least: int, most: int) -> str:
    """All ordered pairs that stand from `least` to `most` places apart."""
    found = [
        f"{items[i]}_{items[j]}" for i in range(len(items)) for j in range(i + least, min(i + most + 1, len(items)))
    ]
    return " ".join(found)


def _sound_pair_view(text: str) -> str:
    return _pairs(_sound_view(text).split(), 2, _NEAR)


def _concept_pair_view(text: str) -> str:
    return _pairs(_DIGITS.sub("0", with_concepts(text)).replace(",", "").replace(" ", ""), 1, _FAR)


_WORDS: Final[dict[str, Any]] = {"tokenizer": str.split, "token_pattern": None}
_VIEWS: Final[dict[str, tuple[Callable[[str], str], dict[str, Any]]]] = {
    "chars": (_char_view, {"analyzer": "char", "ngram_range": (1, 4)}),
    "concepts": (_concept_view, {"analyzer": "char", "ngram_range": (1, 4)}),
    "concept_pairs": (_concept_pair_view, _WORDS),
    "sounds": (_sound_view, {**_WORDS, "ngram_range": (1, 3)}),
    "sound_pairs": (_sound_pair_view, _WORDS),
}
FIRST_VIEWS: Final = ("chars", "concepts", "concept_pairs", "sounds", "sound_pairs")
SECOND_VIEWS: Final = ("concept_pairs", "sounds", "sound_pairs")


def _softmax(margins: Scores, temperature: float) -> Scores:
    scaled = np.exp((margins - margins.max(axis=1, keepdims=True)) / temperature)
    result: Scores = scaled / scaled.sum(axis=1, keepdims=True)
    return result


class TwoModels:
    """Both classifiers over one set of views; `scores` gives each one's probabilities by intent.

    The same lines, labels and seed give the same coefficients to the byte, whatever the order of the lines.
    """

    def __init__(
        self, seed: int, strength: float, margin_strength: float, temperature: float, seen_at_least: int
    ) -> None:
        """`strength` and `margin_strength` are scikit-learn's C of the first and second; `temperature` turns margins
        into probabilities; what stands in fewer than `seen_at_least` lines is no feature (four times less to keep,
        at no cost measured)."""
        self.intents: list[str] = []
        self._temperature = temperature
        self._vectorizers = {
            name: TfidfVectorizer(sublinear_tf=True, lowercase=False, min_df=seen_at_least, dtype=np.float32, **options)
            for name, (_, options) in _VIEWS.items()
        }
        self._first = LogisticRegression(
            C=strength, solver="liblinear", class_weight="balanced", tol=0.01, random_state=seed
        )
        self._second = LinearSVC(C=margin_strength, class_weight="balanced", tol=0.01, random_state=seed)

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> TwoModels:
        """Learns from normalised texts. Raises ValueError with fewer than two intents."""
        if len(set(labels)) < 2:
            raise ValueError("training needs lines of at least two intents")
        pairs = sorted(set(zip(texts, labels, strict=True)))
        lines, names = [text for text, _ in pairs], [label for _, label in pairs]
        views = {
            name: self._vectorizers[name].fit_transform([view(text) for text in lines])
            for name, (view, _) in _VIEWS.items()
        }
        self._first.fit(_joined(views, FIRST_VIEWS), names)
        self._second.fit(_joined(views, SECOND_VIEWS), names)
        for model in (self._first, self._second):  # half the memory, and no score moves by more than a millionth
            model.coef_ = model.coef_.astype(np.float32)
        self.intents = [str(name) for name in self._first.classes_]
        return self

    def scores(self, texts: Sequence[str]) -> tuple[Scores, Scores]:
        """Probabilities of the first and of the second classifier, a row a text, a column an intent."""
        views = {
            name: self._vectorizers[name].transform([view(text) for text in texts])
            for name, (view, _) in _VIEWS.items()
        }
        first: Scores = self._first.predict_proba(_joined(views, FIRST_VIEWS))
        margins = self._second.decision_function(_joined(views, SECOND_VIEWS))
        if margins.ndim == 1:  # two intents: scikit-learn gives one margin
            margins = np.column_stack([-margins, margins])
        return first, _softmax(margins, self._temperature)

    def coefficients(self) -> tuple[bytes, bytes]:
        """The learned numbers as bytes, to compare two trainings."""
        return self._first.coef_.tobytes(), self._second.coef_.tobytes()


def _joined(views: dict[str, csr_matrix], names: Sequence[str]) -> csr_matrix:
    return hstack([views[name] for name in names]).tocsr()
