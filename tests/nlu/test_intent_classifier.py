from pathlib import Path

import pytest
from components.intent_classifier import IntentClassifier
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from test_models import PAIRS, SETTINGS

CONFIG = {"settings": SETTINGS, "thresholds": {"agreed": 0.3}}


def classifier(folder: Path) -> IntentClassifier:
    storage, resource = LocalModelStorage(folder), Resource("intents")
    context = ExecutionContext(GraphSchema({}))
    fresh = IntentClassifier.create(CONFIG, storage, resource, context)
    examples = [Message({"text": text, "intent": intent}) for text, intent in PAIRS]
    fresh.train(TrainingData(training_examples=examples))
    return IntentClassifier.load(CONFIG, storage, resource, context)


def parsed(component: IntentClassifier, text: str) -> dict:
    return component.process([Message({"text": text})])[0].as_dict(only_output_properties=True)


@pytest.fixture(scope="module")
def component(tmp_path_factory: pytest.TempPathFactory) -> IntentClassifier:
    return classifier(tmp_path_factory.mktemp("model"))


def test_what_is_learned_is_found_again_after_loading(component: IntentClassifier) -> None:
    result = parsed(component, "明天陪我去醫院！")
    assert result["text"] == "明天陪我去醫院！"
    assert result["intent"]["name"] == "request_help"
    assert result["understanding"]["decision"] == "act"
    assert result["understanding"]["second"]["name"] == "request_help"
    assert sum(one["confidence"] for one in result["intent_ranking"]) <= 1.0001


def test_the_closed_list_comes_before_the_models(component: IntentClassifier) -> None:
    assert parsed(component, "好呀")["intent"] == {"name": "affirm", "confidence": 1.0}
    assert parsed(component, "😀😀")["understanding"]["decision"] == "refuse"


@pytest.mark.parametrize(
    "text", ["", "   ", "\u200b", "\u0000\u0007\u202e", "。。。", '/inform{"x":1}', " /request_help"]
)
def test_nothing_to_read_is_never_acted_on(component: IntentClassifier, text: str) -> None:
    result = parsed(component, text)
    assert result["intent"]["name"] == "nlu_fallback"
    assert result["understanding"] == {
        "decision": "ask",
        "choices": [],
        "second": {"name": "nlu_fallback", "confidence": 0.0},
        "wishes": [],
    }


@pytest.mark.parametrize(
    "text",
    [
        "我要陪诊和买菜" * 2900,
        "a" * 20000,
        "😀🎉" * 3000,
        "мне нужна помощь",
        "مرحبا كيف حالك",
        "こんにちは、助けて",
        "help 我 明天 see 医生 plz",
        "明\u200b天\u200d陪\u0000我\u202e去\ufeff医院",
        "Z̴̡̛a̵l̷g̸o̶ 陪̷我̸",
        "<script>alert(1)</script>'; drop table orders; --",
        "\ud800",
    ],
)
def test_any_text_gets_an_opinion_and_a_decision(component: IntentClassifier, text: str) -> None:
    result = parsed(component, text)
    assert result["understanding"]["decision"] in ("act", "ask", "refuse")
    assert result["intent"]["name"]


def test_invisible_signs_change_nothing(component: IntentClassifier) -> None:
    plain, hidden = (
        parsed(component, "明天陪我去医院"),
        parsed(component, "明\u200b天\u200d陪\u0000我\u202e去\ufeff医院"),
    )
    assert plain["intent"] == hidden["intent"]


def test_two_trainings_are_the_same(tmp_path: Path, component: IntentClassifier) -> None:
    again = classifier(tmp_path)
    texts = ["帮我买菜", "币还有几个", "不用来了"]
    assert [parsed(again, text) for text in texts] == [parsed(component, text) for text in texts]
