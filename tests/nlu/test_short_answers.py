import pytest
from components.normaliser import normalise
from components.short_answers import closed_list, short_answer


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("好呀", "affirm"), ("对对", "affirm"), ("对对对对", "affirm"), ("嗯", "affirm"),
        ("好嘞！", "affirm"), ("OK", "affirm"),
        ("是的呀。", "affirm"), ("中", "affirm"), ("不了", "deny"), ("甭了", "deny"), ("勿要", "deny"),
        ("没有", "deny"),
        ("侬好", "greet"), ("您好！", "greet"), ("在嗎？", "greet"), ("谢谢侬", "thank"), ("拜拜", "goodbye"),
        ("1", "inform"), ("１", "inform"), ("二", "inform"), ("第一个", "inform"), ("选3吧", "inform"),
        ("三号", "inform"),
        ("？", "repeat"), ("啥？", "repeat"), ("人工", "talk_to_person"), ("救命啊！！！", "report_emergency"),
        ("菜单", "show_menu"),
        ("😀😀", "out_of_scope"), ("👍", "out_of_scope"), ("。。。", None), ("", None),
        ("3号单我接", None), ("好？", None), ("好不好", None), ("不用来了", None), ("谢谢小李", None),
    ],
)  # fmt: skip
def test_the_shortest_answers(said: str, intent: str | None) -> None:
    assert short_answer(normalise(said)) == intent


def test_every_listed_word_is_reached_through_the_normaliser() -> None:
    assert all(short_answer(normalise(word)) == intent for word, intent in closed_list().items())
