"""The one component of the pipeline: a message in, an intent and a decision out."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any, Final

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier as RasaIntentClassifier
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.decision import Decision, Thresholds, decide
from components.models import Models, Settings
from components.normaliser import normalise
from components.short_answers import short_answer
from components.wishes import Wish, wishes_of

logger = logging.getLogger(__name__)

_FILE: Final = "models.joblib"


def understand(text: str, models: Models | None, limits: Thresholds) -> Decision:
    """What to do with one message as sent; without models only the closed list is understood."""
    return opinions([text], models, limits)[0]


def opinions(texts: Sequence[str], models: Models | None, limits: Thresholds) -> list[Decision]:
    """The same for several texts, which the models read together."""
    plain = [normalise(text) for text in texts]
    known = [short_answer(text) for text in plain]
    unknown = [text for text, answer in zip(plain, known, strict=True) if answer is None and text]
    scores = iter(zip(*models.opinions(unknown), strict=True)) if models is not None and unknown else iter(())
    found: list[Decision] = []
    for text, answer in zip(plain, known, strict=True):
        if answer is not None:
            found.append(Decision.certain(answer))
        elif not text or models is None:
            found.append(Decision.nothing())
        else:
            found.append(decide(models.intents, next(scores), limits))
    return found


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(GraphComponent, RasaIntentClassifier):
    """Sets `intent`, `intent_ranking` and `understanding` (decision, choices, another model's guess, two wishes)."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`settings` go to `models.Settings`, `thresholds` to `decision.Thresholds`."""
        return {"settings": {}, "thresholds": {}}

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, models: Models | None = None
    ) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._models = models
        self._limits = Thresholds.from_config(config["thresholds"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentClassifier:
        """An untrained one, as Rasa asks for before training."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> IntentClassifier:
        """A trained one from the model archive. Raises ValueError when the archive holds none."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, joblib.load(folder / _FILE))

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from every line with an intent and keeps the models in the archive."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        texts = [normalise(example.get(TEXT)) for example in examples]
        labels = [example.get(INTENT) for example in examples]
        self._warn_of_contradictions(texts, labels)
        self._models = Models(Settings(**self._config["settings"])).fit(texts, labels)
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self._models, folder / _FILE)  # the archive is compressed as a whole
        return self._resource

    @staticmethod
    def _warn_of_contradictions(texts: list[str], labels: list[str]) -> None:
        seen: dict[str, str] = {}
        for text, label in zip(texts, labels, strict=True):
            if seen.setdefault(text, label) != label:
                logger.warning("the line %r is given to both %s and %s", text, seen[text], label)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing after this component learns from its guesses."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the opinion to every message; an `/intent{...}` is left to Rasa's own reader, which comes after."""
        for message in messages:
            text = message.get(TEXT) or ""
            wishes: tuple[Wish, ...] = ()
            if text.lstrip().startswith(INTENT_MESSAGE_PREFIX):
                decision = Decision.nothing()
            else:
                decision = understand(text, self._models, self._limits)
                wishes = wishes_of(text, decision, lambda halves: opinions(halves, self._models, self._limits))
            _write(decision, wishes, message)
        return messages


def _write(decision: Decision, wishes: tuple[Wish, ...], message: Message) -> None:
    """With two wishes the intent is the first's: the whole would be a mixture of both."""
    if wishes:
        decision = replace(decision, act="act", intent=wishes[0].intent, choices=(wishes[0].intent,))
    message.set(INTENT, {"name": decision.intent, "confidence": round(decision.confidence, 4)}, add_to_output=True)
    message.set(
        "intent_ranking",
        [{"name": name, "confidence": confidence} for name, confidence in decision.ranking],
        add_to_output=True,
    )
    understanding = {
        "decision": decision.act,
        "choices": list(decision.choices),
        "second": {"name": decision.second[0], "confidence": decision.second[1]},
        "wishes": [asdict(wish) for wish in wishes],
    }
    message.set("understanding", understanding, add_to_output=True)
