import random

import pytest
from components.models import TwoModels

LINES = {
    "request_help": [
        "明天陪我去医院",
        "帮我买点菜",
        "家里灯坏了",
        "想找人陪我散步",
        "帮我打扫",
        "陪我去看病",
        "来人修水管",
    ],
    "check_balance": ["我还有几个币", "余额多少", "我的币还剩多少", "查余额", "还有多少时间币", "币够不够"],
    "cancel_order": ["明天不用来了", "取消那个陪诊", "单子不要了", "别来了,取消", "那个打扫退掉", "不用陪我去了"],
}
PAIRS = [(text, intent) for intent, texts in LINES.items() for text in texts]
SETTINGS = {"seed": 20, "strength": 10.0, "margin_strength": 0.3, "temperature": 0.25, "seen_at_least": 1}


def trained(pairs: list[tuple[str, str]]) -> TwoModels:
    texts, labels = zip(*pairs, strict=True)
    return TwoModels(**SETTINGS).fit(texts, labels)


def test_the_same_lines_in_any_order_give_the_same_coefficients_to_the_byte() -> None:
    shuffled = PAIRS[:]
    random.Random(7).shuffle(shuffled)
    assert trained(PAIRS).coefficients() == trained(shuffled).coefficients()


def test_both_give_probabilities_and_find_what_was_learned() -> None:
    models = trained(PAIRS)
    for scores in models.scores([text for text, _ in PAIRS]):
        assert scores.sum(axis=1) == pytest.approx([1.0] * len(PAIRS))
        assert [models.intents[row.argmax()] for row in scores] == [intent for _, intent in PAIRS]


def test_a_message_of_sound_alikes_is_still_understood() -> None:
    models = trained(PAIRS)
    first, second = models.scores(["鱼鹅多烧"])  # 余额多少
    assert models.intents[first[0].argmax()] == models.intents[second[0].argmax()] == "check_balance"


def test_two_intents_are_enough_and_one_is_not() -> None:
    two = [pair for pair in PAIRS if pair[1] != "cancel_order"]
    first, second = trained(two).scores(["帮我买菜"])
    assert first.shape == second.shape == (1, 2)
    with pytest.raises(ValueError, match="at least two intents"):
        trained([pair for pair in PAIRS if pair[1] == "check_balance"])
