import random

import pytest
from components.models import Models, Settings

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
SETTINGS = {"seen_at_least": 1, "hidden": 16, "rounds": 30}


def trained(pairs: list[tuple[str, str]]) -> Models:
    texts, labels = zip(*pairs, strict=True)
    return Models(Settings(**SETTINGS)).fit(texts, labels)


@pytest.fixture(scope="module")
def models() -> Models:
    return trained(PAIRS)


def test_the_same_lines_in_any_order_give_the_same_numbers_to_the_byte(models: Models) -> None:
    shuffled = PAIRS[:]
    random.Random(7).shuffle(shuffled)
    again = trained(shuffled)
    assert again.numbers() == models.numbers()
    texts = ["帮我买菜好不好", "币还有几个", "不用来了,谢谢"]
    for first, second in zip(models.opinions(texts), again.opinions(texts), strict=True):
        assert first.tobytes() == second.tobytes()


def test_all_give_probabilities_and_find_what_was_learned(models: Models) -> None:
    for scores in models.opinions([text for text, _ in PAIRS]):
        assert scores.sum(axis=1) == pytest.approx([1.0] * len(PAIRS))
        assert [models.intents[row.argmax()] for row in scores] == [intent for _, intent in PAIRS]


def test_a_message_reads_the_same_alone_and_among_others(models: Models) -> None:
    texts = ["帮我买菜", "取消那个陪诊单子好不好我明天不在家", "余额"]
    for number, text in enumerate(texts):
        for among, alone in zip(models.opinions(texts), models.opinions([text]), strict=True):
            assert among[number] == pytest.approx(alone[0], abs=1e-6)


def test_a_message_of_sound_alikes_is_still_understood(models: Models) -> None:
    first, second = models.opinions(["鱼鹅多烧"])  # 余额多少
    assert models.intents[first[0].argmax()] == models.intents[second[0].argmax()] == "check_balance"


@pytest.mark.parametrize("text", ["𠮷", "ελληνικά", "x", "?", "我" * 300, "مرحبا", "a" * 300])
def test_a_message_of_unknown_signs_has_an_opinion_like_any_other(models: Models, text: str) -> None:
    for scores in models.opinions([text]):
        assert scores.shape == (1, 3)
        assert scores.sum() == pytest.approx(1.0)


def test_two_intents_are_enough_and_one_is_not() -> None:
    two = [pair for pair in PAIRS if pair[1] != "cancel_order"]
    assert [scores.shape for scores in trained(two).opinions(["帮我买菜"])] == [(1, 2)] * 2
    with pytest.raises(ValueError, match="at least two intents"):
        trained([pair for pair in PAIRS if pair[1] == "check_balance"])
