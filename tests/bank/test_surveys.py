"""The survey of needs: who is drawn, one question after the other, what staff see of it."""

from __future__ import annotations

import pytest

from bank.errors import WrongState
from bank.station import drawn
from bank.usecases import surveys
from bank.usecases.notices import stop_messages
from tests.bank.town import Town

QUESTIONS = [
    {"text": "最想要哪样", "choices": ["助餐点", "看病陪同"]},
    {"text": "还缺什么", "choices": []},
]


def running(town: Town, share: int = 1000, days: int = 7) -> int:
    draft = town.do(surveys.draft_survey, "分行老张", town.leaf, "民生需求", QUESTIONS, share, seed=11)
    number = int(draft.facts["survey"])
    town.do(surveys.send_survey, "分行老张", number, days)
    return number


def test_the_draw_is_the_seeds_and_the_share_is_kept() -> None:
    people = range(1, 2001)
    assert len(drawn(people, 30, 7)) == 60
    assert drawn(people, 30, 7) == drawn(reversed(people), 30, 7)
    assert drawn(people, 30, 7) != drawn(people, 30, 8)
    assert drawn([], 30, 7) == []
    assert len(drawn([5, 6], 30, 7)) == 1, "at least one is asked"
    assert set(drawn(people, 30, 7)) - set(drawn(range(1, 1990), 30, 7)) <= {*range(1990, 2001)}


def test_every_member_is_drawn_about_equally_often() -> None:
    times = dict.fromkeys(range(1, 101), 0)
    for seed in range(400):
        for ident in drawn(times, 100, seed):
            times[ident] += 1
    assert sum(times.values()) == 4000
    assert min(times.values()) > 15
    assert max(times.values()) < 75


def test_only_who_wants_messages_is_asked(town: Town) -> None:
    town.do(stop_messages, "小红")
    running(town)
    assert "survey_invites" in town.told("王阿婆")
    assert "survey_invites" not in town.told("小红")


def test_one_question_after_the_other(town: Town) -> None:
    number = running(town)
    first = town.do(surveys.survey_question, "王阿婆").facts
    assert (first["question"], first["count"], first["choices"]) == (0, 2, ["助餐点", "看病陪同"])
    town.refuses("answer_wrong", surveys.answer_survey, "王阿婆", number, 0, 3)
    town.refuses("answer_wrong", surveys.answer_survey, "王阿婆", number, 1, None, "理发店")
    second = town.do(surveys.answer_survey, "王阿婆", number, 0, 2)
    assert (second.outcome, second.facts["question"]) == ("question", 1)
    town.do(surveys.answer_survey, "王阿婆", number, 0, 1)  # thought better of it
    assert town.do(surveys.answer_survey, "王阿婆", number, 1, None, "理发店").outcome == "answered"
    assert town.do(surveys.survey_question, "王阿婆").outcome == "no_question"
    town.refuses("survey_over", surveys.answer_survey, "王阿婆", number, 0, 2)
    summary = town.do(surveys.survey_summary, "分行老张", number).facts
    assert summary["questions"][0]["counts"] == [["助餐点", 1], ["看病陪同", 0]]
    assert summary["questions"][1]["words"] == ["理发店"]
    assert summary["ended"] == 1


def test_silence_counts_and_nobody_is_named(town: Town) -> None:
    number = running(town)
    town.do(surveys.answer_survey, "李明", number, 0, 0)
    town.do(surveys.decline_survey, "李明", number)
    summary = town.do(surveys.survey_summary, "分行老张", number).facts
    assert summary["questions"][0]["silent"] == 1
    assert "李明" not in str(summary)
    assert str(town.people["李明"]) not in str(summary["questions"])


def test_it_closes_by_itself_and_nobody_is_asked_twice(town: Town) -> None:
    number = running(town, days=3)
    with pytest.raises(WrongState):
        town.do(surveys.send_survey, "分行老张", number)
    town.go("2024-03-07T09:01")
    assert town.do(surveys.survey_summary, "分行老张", number).facts["status"] == "closed"
    assert town.do(surveys.survey_question, "王阿婆").outcome == "no_question"
    town.refuses("survey_over", surveys.answer_survey, "王阿婆", number, 0, 1)
    with pytest.raises(WrongState):
        town.do(surveys.close_survey, "分行老张", number)


def test_closed_by_staff_before_its_time(town: Town) -> None:
    number = running(town)
    town.do(surveys.close_survey, "分行老张", number)
    assert [kind for kind, _ in town.due() if kind == "survey_closes"] == []


def test_who_was_not_drawn_is_not_asked(town: Town) -> None:
    number = running(town, share=1)
    asked = [name for name in town.people if "survey_invites" in town.told(name)]
    assert len(asked) == 1
    other = next(name for name in ("王阿婆", "小红") if name not in asked)
    town.refuses("survey_not_asked", surveys.answer_survey, other, number, 0, 1)


@pytest.mark.parametrize(
    ("questions", "rule"),
    [
        ([], "survey_wrong"),
        ([{"text": "一", "choices": []}] * 6, "survey_wrong"),
        ([{"text": "一", "choices": ["甲", "乙", "丙", "丁"]}], "survey_wrong"),
        ([{"text": "一", "choices": ["甲", "甲"]}], "survey_wrong"),
        ([{"text": " ", "choices": []}], "words_missing"),
    ],
)
def test_wrong_drafts_are_refused(town: Town, questions: list[dict[str, object]], rule: str) -> None:
    town.refuses(rule, surveys.draft_survey, "分行老张", town.leaf, "民生需求", questions)


def test_drafts_of_the_own_branches_are_listed_with_heads(town: Town) -> None:
    town.do(surveys.draft_survey, "分行老张", town.leaf, "民生需求", QUESTIONS, 1000)
    rows = town.do(surveys.surveys_of, "总行老赵").facts["surveys"]
    assert [(row["status"], row["heads"]) for row in rows] == [("draft", len(town.people) - 1)]
    town.refuses("not_staff", surveys.surveys_of, "王阿婆")
    town.refuses("share_wrong", surveys.draft_survey, "分行老张", town.leaf, "民生需求", QUESTIONS, 0)
