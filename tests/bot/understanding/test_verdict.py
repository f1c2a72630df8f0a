"""Words and the classifier weighed together."""

import pytest

from bot.understanding.emergencies import screen
from bot.understanding.scams import money_gone, screen_scam
from bot.understanding.verdict import Opinion, weigh_emergency, weigh_scam

from .tables import rows

NEVER_HEARD = "奶奶的脸色跟纸一样，坐那儿直打晃"


def level(text: str, opinion: Opinion | None) -> str:
    alarm = weigh_emergency(text, screen(text), opinion)
    return alarm.level if alarm else "-"


@pytest.mark.parametrize(
    ("words", "share", "expected"),
    rows(
        f"""
        救命啊 | 0.0 | certain
        我摔倒起不来了 | 0.01 | certain
        我摔了一跤 | 0.3 | doubtful
        我摔了一跤 | 0.9 | certain
        我摔了一跤 | 0.0 | -
        {NEVER_HEARD} | 0.9 | doubtful
        {NEVER_HEARD} | 0.05 | -
        笑死我了 | 0.3 | -
        帮我买点菜 | 0.4 | -
        """
    ),
)
def test_a_doubt_is_settled_by_the_classifier_and_a_sure_word_is_not(words: str, share: str, expected: str) -> None:
    assert level(words, Opinion(emergency=float(share))) == expected


def test_without_the_classifier_the_words_stand_alone() -> None:
    assert level("我摔了一跤", None) == "doubtful"
    assert level(NEVER_HEARD, None) == "-"
    assert weigh_scam("你好", None, None) is None


def test_a_swindle_no_word_knows_is_heard_by_the_classifier() -> None:
    said = "有个小伙子天天来陪我妈，劝她把家里的养生舱订下来"
    assert weigh_scam(said, screen_scam(said), Opinion(scam=0.6)) is not None
    assert weigh_scam("今天天气好", screen_scam("今天天气好"), Opinion(scam=0.1)) is None


def test_what_sounds_more_like_a_swindle_is_no_emergency() -> None:
    assert level("有人叫我把首饰交给他保管", Opinion(emergency=0.3, scam=0.5)) == "-"


def test_an_opinion_is_read_from_a_parse() -> None:
    ranking = [{"name": "report_emergency", "confidence": 0.4}, {"name": "deny", "confidence": 0.2}]
    assert Opinion.of({"intent_ranking": ranking}) == Opinion(emergency=0.4, scam=0.0)
    assert Opinion.of({}) == Opinion()


@pytest.mark.parametrize(
    ("words", "gone"),
    rows(
        """
        我被骗了三万块 | yes
        钱已经转过去了怎么办 | yes
        我把验证码告诉他了 | yes
        刚给骗子转了两万 | yes
        银行卡被盗刷了 | yes
        有人叫我把钱转到安全账户 | no
        有人打电话说我中奖了要转账 | no
        他要我先交手续费 | no
        """
    ),
)
def test_money_that_is_gone_is_known(words: str, gone: str) -> None:
    assert money_gone(words) is (gone == "yes")
