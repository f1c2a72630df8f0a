"""Labelled lines as files: out and in again, known intents, one meaning, all of a file or none of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from bot.learning.books import lessons_of, take_in
from bot.learning.files import LearnedWrong, Lesson, as_yaml, check_lessons, read_lessons
from bot.learning.intents import intents_by_topic, known_intents, plain_name
from storage.engine import make_engine
from storage.migrate import migrate


def lesson(text: str, intent: str = "check_balance", by: str = "孙站长", kept_out: bool = False) -> Lesson:
    return Lesson(text=text, intent=intent, labelled_by=by, day=date(2026, 11, 20), kept_out=kept_out)


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Books with one branch, and no settings of this machine."""
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{tmp_path / 'books.db'}"
    engine = make_engine(url)
    migrate(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO branch (name, tier, address, phone, hours) VALUES ('总行', 1, '', '', '')"
        )
    engine.dispose()
    return url


def test_a_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    lessons = [lesson("伊个物事剩几只"), lesson("再要一个人: 陪我", "request_help", kept_out=True)]
    file = tmp_path / "learned.yml"
    file.write_text(as_yaml(lessons), encoding="utf-8")
    assert read_lessons(file) == lessons
    assert "labelled_by: 孙站长" in file.read_text(encoding="utf-8")


def test_what_another_desk_did_not_mask_is_masked(tmp_path: Path) -> None:
    file = tmp_path / "learned.yml"
    file.write_text(as_yaml([lesson("打13812345678问余额")]), encoding="utf-8")
    assert read_lessons(file)[0].text == "打电话号码问余额"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "Input should be"),
        ("lines: [", "while parsing"),
        ("version: 2\nlines: []", "version"),
        ("version: 1\nlines:\n- {text: 好, intent: greet}", r"lines\.0\.labelled_by"),
        ("version: 1\nlines:\n- {text: '', intent: greet, labelled_by: a, day: 2026-01-01}", r"lines\.0\.text"),
        ("version: 1\nlines:\n- {text: 好, intent: buy_car, labelled_by: 孙站长, day: 2026-01-01}", "buy_car.*孙站长"),
    ],
)
def test_a_wrong_file_is_named_by_row(tmp_path: Path, content: str, says: str) -> None:
    file = tmp_path / "learned.yml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(LearnedWrong, match=says):
        read_lessons(file)
    with pytest.raises(LearnedWrong):
        read_lessons(tmp_path / "nowhere.yml")


def test_contradictions_are_shown_with_who_labelled() -> None:
    lines = [
        lesson("看看我的本子"),
        lesson("看看，我的本子！", "view_statement", by="李主任"),
        lesson("别的", "check_order"),
    ]
    with pytest.raises(LearnedWrong) as refused:
        check_lessons(lines)
    assert "孙站长" in str(refused.value)
    assert "李主任" in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1
    with pytest.raises(LearnedWrong, match="training data says request_help"):
        check_lessons(lines[:1], [("看看我的本子", "request_help")])
    check_lessons(lines[:1], [("看看我的本子", "check_balance"), ("", "greet")])


def test_a_file_is_taken_in_once_and_whole(books: str, tmp_path: Path) -> None:
    lines = [lesson("伊个物事剩几只"), lesson("再要一个人陪我", "request_help", kept_out=True)]
    assert take_in(books, lines) == 2
    assert take_in(books, lines) == 0
    assert lessons_of(books) == lines
    with pytest.raises(LearnedWrong, match="two meanings"):
        take_in(books, [lesson("新的一句"), lesson("伊个物事剩几只", "redeem_goods")])
    assert lessons_of(books) == lines


def test_the_same_words_stay_on_their_side(books: str) -> None:
    take_in(books, [lesson("伊个物事剩几只", kept_out=True)])
    take_in(books, [lesson("伊个物事，剩几只？")])
    assert [each.kept_out for each in lessons_of(books) or []] in ([True], [True, True])


def test_without_books_there_is_nothing_to_learn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert lessons_of(None) is None
    assert lessons_of(f"sqlite:///{tmp_path / 'none.db'}") is None
    with pytest.raises(LearnedWrong, match="init-db"):
        take_in(None, [lesson("好")])
    engine = make_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    migrate(engine)
    engine.dispose()
    with pytest.raises(LearnedWrong, match="open the desk first"):
        take_in(f"sqlite:///{tmp_path / 'empty.db'}", [lesson("好")])
    engine = make_engine(f"sqlite:///{tmp_path / 'old.db'}")
    migrate(engine, "0002")
    engine.dispose()
    assert lessons_of(f"sqlite:///{tmp_path / 'old.db'}") is None


def test_staff_choose_from_the_contract_in_plain_names() -> None:
    topics = intents_by_topic()
    assert {"talk", "requests", "settling"} <= set(topics)
    assert {"check_balance", "out_of_scope", "report_emergency"} <= known_intents()
    assert plain_name("check_balance") == "我有几个币"
    assert all(plain_name(name) != name for name in known_intents())
    assert yaml.safe_load(as_yaml([])) == {"version": 1, "lines": []}
