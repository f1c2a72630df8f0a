"""Learning on the job: only a yes keeps anything, a no deletes it, labels cut the link, each fifth line is kept out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from bank.doing import Receipt
from bank.errors import WrongState
from bank.learning import LearningLine, LineState, Misheard
from bank.usecases import learning
from bank.usecases.learning import SaidLine
from bank.usecases.leaving import leave
from tests.bank.town import Town

LABELS = ("check_balance", "request_help")
SAID = SaidLine(
    key="inbox:1",
    text="伊个物事还剩几只",
    decision="ask",
    guesses=("check_balance", "redeem_goods"),
    role="resident",
    channel="wechat",
    heard=False,
    day=date(2024, 3, 4),
)


def agree(town: Town, who: str = "王阿婆", agreed: bool = True, **more: object) -> Receipt:
    return town.do(learning.set_learning_consent, more.pop("by", who), agreed, **more)


def keep(town: Town, said: SaidLine = SAID, why: Misheard = Misheard.ASKED, chosen: str | None = None) -> Receipt:
    return town.do(learning.keep_line, "王阿婆", said, why, chosen)


def lines(town: Town) -> list[LearningLine]:
    with town.unit() as uow:
        return uow.learning.find()


def label(town: Town, line: int, what: str = "check_balance", who: str = "分行老张", **more: str) -> Receipt:
    return town.do(learning.label_line, who, line, what, LABELS, **more)


def test_each_is_asked_once(town: Town) -> None:
    assert town.do(learning.ask_learning_consent, "王阿婆", key="k").outcome == "ask"
    assert town.do(learning.ask_learning_consent, "王阿婆", key="k").outcome == "ask"  # the same deed again
    assert town.do(learning.ask_learning_consent, "王阿婆").outcome == "asked_before"
    agree(town, "李明")
    assert town.do(learning.ask_learning_consent, "李明").outcome == "asked_before"


@pytest.mark.parametrize("answer", [None, False])
def test_without_a_yes_nothing_is_kept(town: Town, answer: bool | None) -> None:
    if answer is not None:
        agree(town, agreed=answer)
    assert keep(town).outcome == "no_consent"
    assert lines(town) == []


def test_a_line_is_kept_once_and_no_receipt_holds_its_words(town: Town) -> None:
    agree(town)
    assert keep(town).outcome == "line_kept"
    assert keep(town).outcome == "line_known"
    (line,) = lines(town)
    assert (line.text, line.reason, line.state) == (SAID.text, Misheard.ASKED, LineState.WAITING)
    with town.unit() as uow:
        for table in ("receipt", "audit"):
            rows = uow.connection.execute(text(f"SELECT * FROM {table}")).all()
            assert not any(SAID.text in str(row) for row in rows), table


def test_what_the_person_meant_is_added_while_the_line_waits(town: Town) -> None:
    agree(town)
    keep(town)
    keep(town, why=Misheard.CORRECTED, chosen="request_help")
    (line,) = lines(town)
    assert (line.reason, line.chosen) == (Misheard.CORRECTED, "request_help")
    label(town, line.id)
    keep(town, why=Misheard.CORRECTED, chosen="check_balance")
    assert lines(town)[0].chosen == "request_help"


def test_taking_consent_back_deletes_what_is_linked_and_no_more(town: Town) -> None:
    agree(town)
    agree(town, "李明")
    for number in range(3):
        keep(town, replace(SAID, key=f"inbox:{number}"))
    town.do(learning.keep_line, "李明", replace(SAID, key="inbox:9"), Misheard.REFUSED)
    label(town, lines(town)[0].id)
    receipt = agree(town, agreed=False)
    assert (receipt.outcome, receipt.facts["forgotten"]) == ("learning_declined", 2)
    left = lines(town)
    assert [(line.key, line.member_id) for line in left] == [("inbox:0", None), ("inbox:9", town.people["李明"])]
    assert keep(town).outcome == "no_consent"


def test_who_leaves_takes_their_words_along(town: Town) -> None:
    town.person("旅人")
    agree(town, "旅人")
    town.do(learning.keep_line, "旅人", SAID, Misheard.ASKED)
    town.do(leave, "旅人")
    assert lines(town) == []
    with town.unit() as uow:
        assert uow.members.get(town.people["旅人"]).learning_consent is None


def test_staff_record_what_somebody_of_their_branch_told_them(town: Town) -> None:
    agree(town, by="分行老张", for_="王阿婆")
    assert keep(town).outcome == "line_kept"
    agree(town, by="分行老张", for_="王阿婆", agreed=False)
    assert lines(town) == []
    town.refuses("not_staff", learning.set_learning_consent, "李明", True, for_="王阿婆")
    town.person("远客", branch=town.head)
    town.refuses("not_staff_here", learning.set_learning_consent, "分行老张", True, for_="远客")


def test_a_label_cuts_the_link_and_names_who_gave_it(town: Town) -> None:
    agree(town)
    number = keep(town).facts["line"]
    receipt = label(town, number, key="once")
    assert receipt.facts == {"line": number, "label": "check_balance", "kept_out": False}
    assert label(town, number, key="once").again
    (line,) = lines(town)
    assert (line.member_id, line.labeller, line.labelled_by) == (None, "分行老张", town.people["分行老张"])
    label(town, number, "request_help", "总行老赵")  # said anew
    assert lines(town)[0].labeller == "总行老赵"


def test_each_fifth_line_is_kept_out_and_the_same_words_lie_on_one_side(town: Town) -> None:
    agree(town)
    texts = ["一", "二", "三", "四", "五", "五", "六", "七", "八", "九"]
    for number, words in enumerate(texts):
        label(town, keep(town, replace(SAID, key=f"inbox:{number}", text=words)).facts["line"])
    assert [line.text for line in lines(town) if line.kept_out] == ["五", "五", "九"]
    label(town, 5, "request_help")
    assert lines(town)[4].kept_out  # a label said anew does not move the line


def test_only_staff_of_the_branch_label_and_only_what_is_known(town: Town) -> None:
    agree(town)
    number = keep(town).facts["line"]
    town.refuses("not_staff", learning.label_line, "李明", number, "check_balance", LABELS)
    town.refuses("label_unknown", learning.label_line, "分行老张", number, "buy_a_car", LABELS)
    town.refuses("not_staff", learning.skip_line, "王阿婆", number)
    town.refuses("not_staff", learning.discard_line, "王阿婆", number)


def test_a_line_that_cannot_be_used_loses_its_words(town: Town) -> None:
    agree(town)
    number = keep(town).facts["line"]
    town.do(learning.skip_line, "分行老张", number)
    assert lines(town)[0].state is LineState.SKIPPED
    town.do(learning.discard_line, "分行老张", number)
    (line,) = lines(town)
    assert (line.state, line.text, line.member_id) == (LineState.UNUSABLE, "", None)
    with pytest.raises(WrongState):
        label(town, number)
    assert keep(town).outcome == "line_known"
    assert lines(town)[0].text == ""
