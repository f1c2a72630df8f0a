"""What ask_rules answers: the topic fits the question, the figure comes from the scheme, in every scheme."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from bank.usecases.rules import RULES
from bot.actions.rules import TOPICS, topic_of
from bot.catalogue import Catalogue
from bot.rulebook import BESIDES, TOLD_BY, RuleBook
from storage.scheme_files import load_scheme, scheme_names

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
QUESTIONS: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parent / "rules_questions.yml").read_text(encoding="utf-8")
)
ASKED = [(topic, question) for topic, questions in QUESTIONS.items() for question in questions]
MOST_SENTENCES = 3


@pytest.mark.parametrize("scheme", scheme_names())
@pytest.mark.parametrize("topic", [*TOPICS, "overview"])
def test_every_topic_has_words_in_every_scheme(scheme: str, topic: str) -> None:
    words = Catalogue(load_scheme(scheme)).say(f"rules.{topic}", NOW).text
    assert len(words) > 8
    assert "None" not in words
    assert "  " not in words
    assert len(re.findall(r"[。！？]", words)) <= MOST_SENTENCES, words
    assert RuleBook(load_scheme(scheme)).topic_in_english(topic).endswith(".")


def test_every_rule_is_told_and_every_topic_can_be_asked() -> None:
    assert list(TOLD_BY) == [rule.code for rule in RULES]
    told = [topic for topics in TOLD_BY.values() for topic in topics] + list(BESIDES)
    assert sorted(told) == sorted(TOPICS)
    assert set(QUESTIONS) == set(told)


def test_there_are_enough_questions() -> None:
    assert len(ASKED) >= 120
    assert len({question for _, question in ASKED}) == len(ASKED)


@pytest.mark.parametrize(("topic", "question"), ASKED, ids=[question for _, question in ASKED])
def test_questions_as_people_ask_them(topic: str, question: str) -> None:
    assert topic_of(question) == topic


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("一个小时几个币", "price"),
        ("最多能存多少", "balance_cap"),
        ("一天最多挣几个", "daily_cap"),
        ("多大年纪可以参加", "serving"),
        ("七十岁还能做志愿者吗", "serving"),
        ("时间币是什么", "what"),
        ("时间币能换钱吗", "money"),
        ("可以充值伐", "money"),
        ("币会过期吗", "expiry"),
        ("半个小时怎么算", "rounding"),
        ("没有币能不能叫人", "no_coins"),
        ("能不能透支", "no_coins"),
        ("有保险吗", "insurance"),
        ("志愿者摔了谁赔", "insurance"),
        ("隐私怎么保护", "privacy"),
        ("为什么要审核", "approval"),
        ("不确认会怎么样", "confirm"),
        ("取消扣不扣币", "cancel"),
        ("能送给朋友吗还是只能送亲戚", "gifts"),
        ("捐出去的币用到哪里了", "charity"),
        ("一万个币真能住养老院吗", "care_home"),
        ("需要带什么材料", "documents"),
        ("没人接单怎么办", "nobody_takes"),
        ("一家人可以用一个账户吗", "household"),
        ("半夜十二点服务行不行", "times"),
        ("志愿者可以打针吗", "limits"),
        ("can I cash out my coins", "money"),
        ("how many coins per hour", "price"),
        ("规则", "overview"),
        ("想問一下時間幣可以換錢嗎", "money"),
    ],
)
def test_topic_of_a_question(question: str, topic: str) -> None:
    assert topic_of(question) == topic


@pytest.mark.parametrize(
    ("scheme", "topic", "figure"),
    [
        ("changning", "daily_cap", "2"),
        ("changning", "balance_cap", "600"),
        ("changning", "serving", "50"),
        ("changning", "approval", "分行、总行"),
        ("taierzhuang", "price", "3"),
        ("taierzhuang", "settlement", "6月30日"),
        ("beijing", "care_home", "10000"),
        ("beijing", "own_use", "60"),
        ("fuyuan", "rounding", "30分钟"),
    ],
)
def test_the_figure_is_the_schemes(scheme: str, topic: str, figure: str) -> None:
    assert figure in Catalogue(load_scheme(scheme)).say(f"rules.{topic}", NOW).text
