"""Everything of one message together."""

from itertools import pairwise
from typing import Any

import pytest

from bot.understanding.values import Role, Slot, extract

from .tables import NOW


def said(text: str, **context: Any) -> dict[str, Any]:
    return extract(text, NOW, **context).as_values()


def test_a_request_in_one_sentence() -> None:
    values = said("明天上午九点陪我老伴去华山医院看病，大概两个钟头")
    assert values["time"]["start"] == "2026-11-20T09:00:00+08:00"
    assert values["time"]["unsure"] is False
    assert values["duration_min"] == 120
    assert values["service"]["category"] == "hospital_visit"
    assert values["relation"] == "spouse"
    assert values["place"] == "华山医院"
    assert set(values) == {"time", "duration_min", "service", "relation", "place"}


def test_the_same_dictated_with_sound_alikes() -> None:
    values = said("名天尚午九点陪我老伴去华山医院看病，大概两个中头")
    assert values["time"]["start"] == "2026-11-20T09:00:00+08:00"
    assert values["duration_min"] == 120


def test_only_what_was_said() -> None:
    assert said("你好") == {}
    assert said("好") == {}
    assert said("") == {}


@pytest.mark.parametrize(
    ("text", "asked", "slot", "value"),
    [
        ("三号", "order_number", "order_number", 3),
        ("两个", "duration", "duration_min", 120),
        ("一个半", "duration", "duration_min", 90),
        ("两个", "amount", "amount", 2),
        ("一个半", "amount", "amount", "1.5"),
        ("1", "choice", "choice", 1),
        ("5", "rating", "rating", 5),
        ("李明", "person", "person", "李明"),
        ("老陈那儿", "place", "place", "老陈那儿"),
    ],
)
def test_the_question_decides_what_a_bare_answer_means(text: str, asked: Slot, slot: str, value: object) -> None:
    assert said(text, asked=asked)[slot] == value


def test_a_bare_hour_answers_when() -> None:
    assert said("九", asked="time")["time"]["start"] == "2026-11-20T09:00:00+08:00"
    assert said("三号", asked="time")["time"]["start"] == "2026-12-03T00:00:00+08:00"
    assert "time" not in said("九")


@pytest.mark.parametrize(("role", "slot"), [("staff", "order_number"), ("resident", "time"), ("volunteer", "time")])
def test_a_lone_number_is_an_order_to_staff(role: Role, slot: str) -> None:
    assert set(said("12号", role=role)) == {slot}


def test_a_span_belongs_to_one_entity() -> None:
    found = extract("12号派给李明，明天上午去华山医院，两个小时", NOW).entities()
    ends = [(one["start"], one["end"]) for one in found]
    assert all(left[1] <= right[0] for left, right in pairwise(ends))
    assert [one["entity"] for one in found] == ["order_number", "person", "time", "service", "place", "duration"]
    assert all(one["extractor"] == "timebank" for one in found)


def test_entities_point_into_the_cleaned_text() -> None:
    values = extract("後天下午兩點鐘，送５個幣給我老伴", NOW)
    assert values.text == "后天下午两点钟,送5个币给我老伴"
    for one in values.entities():
        assert values.text[one["start"] : one["end"]] == one["text"]


def test_unsure_slots_are_named() -> None:
    assert said("七点来，三四个小时")["unsure"] == ["time", "duration"]


def test_all_coins() -> None:
    assert said("把所有的币给我女儿")["amount"] == "all"
