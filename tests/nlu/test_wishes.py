from collections.abc import Sequence

import pytest
from components.decision import Decision
from components.wishes import Wish, wishes_of

KNOWN = {
    "明天陪我去医院": ("request_help", 0.9),
    "看看我还有几个币": ("check_balance", 0.9),
    "我还有几个币": ("check_balance", 0.9),
    "今天有什么活动": ("list_activities", 0.9),
    "小李来过了": ("confirm_done", 0.8),
    "人很好,五星": ("rate_service", 0.8),
    "明天不用来了": ("cancel_order", 0.9),
    "后天再约个理发的": ("request_help", 0.7),
    "没人来": ("dispute_service", 0.9),
    "谢谢你": ("thank", 1.0),
    "我腿疼": ("out_of_scope", 0.8),
    "我摔了一跤": ("report_emergency", 0.9),
    "我周末有空": ("set_availability", 0.9),
    "有什么单子": ("list_jobs", 0.9),
    "做完了": ("finish_service", 0.9),
    "做好了": ("confirm_done", 0.9),
    "随便说说": ("check_order", 0.3),
}


def opinion(text: str) -> Decision:
    name, sure = KNOWN.get(text, ("nlu_fallback", 0.2))
    act = "act" if sure >= 0.5 and name != "nlu_fallback" else "ask"
    intent = name if act == "act" else "nlu_fallback"
    return Decision(act, intent, sure, (), ((name, sure),), (name, sure))


def opinions(texts: Sequence[str]) -> list[Decision]:
    return [opinion(text) for text in texts]


def found(text: str, *likely: str) -> list[tuple[str, str]]:
    whole = Decision("ask", "nlu_fallback", 0.4, (), tuple((name, 0.4) for name in likely), ("x", 0.0))
    return [(wish.intent, wish.text) for wish in wishes_of(text, whole, opinions)]


@pytest.mark.parametrize(
    "text",
    [
        "明天陪我去医院，顺便看看我还有几个币",
        "明天陪我去医院顺便看看我还有几个币",
        "明天陪我去医院。另外，看看我还有几个币",
        "看看我还有几个币，对了，明天陪我去医院",
    ],
)
def test_a_request_comes_first_wherever_it_is_said(text: str) -> None:
    assert found(text, "check_balance") == [("request_help", "明天陪我去医院"), ("check_balance", "看看我还有几个币")]


def test_done_is_before_praise_in_one_breath() -> None:
    assert found("小李来过了,人很好,五星", "confirm_done") == [
        ("confirm_done", "小李来过了"),
        ("rate_service", "人很好,五星"),
    ]
    assert found("人很好,五星，小李来过了", "rate_service")[0] == ("confirm_done", "小李来过了")


def test_else_the_first_said_is_first() -> None:
    assert [name for name, _ in found("今天有什么活动，我还有几个币", "check_balance")] == [
        "list_activities",
        "check_balance",
    ]


def test_what_is_called_off_and_what_is_asked_for_keep_their_own_days() -> None:
    assert found("明天不用来了，改后天再约个理发的", "cancel_order") == [
        ("request_help", "后天再约个理发的"),
        ("cancel_order", "明天不用来了"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "谢谢你，明天陪我去医院",  # courtesy
        "我腿疼，明天陪我去医院",  # a reason
        "我摔了一跤，明天陪我去医院",  # a reason, which the screens watch over
        "我周末有空，有什么单子",  # a reason
        "做好了，做完了",  # one thing twice
        "明天陪我去医院，随便说说",  # not clear
        "明天陪我去医院",
        "",
        "，。，",
    ],
)
def test_what_is_no_second_wish(text: str) -> None:
    assert found(text, "request_help", "list_jobs", "confirm_done") == []


def test_halves_that_have_nothing_to_do_with_the_whole_are_not_trusted() -> None:
    assert found("今天有什么活动，我还有几个币", "ask_rules") == []


def test_a_wish_is_its_words_and_its_name() -> None:
    assert Wish("余额", "check_balance") == Wish(text="余额", intent="check_balance")
