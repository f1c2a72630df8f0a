"""Coins into 益币: asked, undone, exported in batches, acknowledged, returned."""

from __future__ import annotations

import pytest

from bank.coins import Owner, OwnerKind, Unit
from bank.errors import WrongState
from bank.usecases import converting, grants, undo
from bank.usecases.converting import Answered
from storage.scheme_files import load_scheme
from tests.bank.conftest import TownMaker
from tests.bank.market import scheme_with
from tests.bank.town import Town

CLEARING = Owner(OwnerKind.CLEARING)


@pytest.fixture
def town(make_town: TownMaker) -> Town:
    """王阿婆 has 5 coins, 小红 2; one coin is 10 益币."""
    town = make_town("fuyuan")
    town.grant("王阿婆", 5)
    town.grant("小红", 2)
    return town


def away(town: Town) -> int:
    with town.unit() as uow:
        return uow.ledger.account(CLEARING, Unit.COIN).balance


def asked(town: Town, who: str, minutes: int) -> int:
    return int(town.do(converting.convert_coins, who, minutes).facts["conversion"])


def test_asked(town: Town) -> None:
    before = town.do(converting.preview_conversion, "王阿婆", 90).facts
    assert (before["points"], before["name"], before["left"]) == (15, "益币", 210)
    done = town.do(converting.convert_coins, "王阿婆", 90, key="tap")
    assert (done.outcome, done.facts["points"], done.facts["balance"]) == ("conversion_asked", 15, 210)
    assert town.do(converting.convert_coins, "王阿婆", 90, key="tap").again
    assert (town.purse("王阿婆")[0], away(town)) == (210, 90)


def test_refusals(town: Town, make_town: TownMaker) -> None:
    town.refuses("conversion_uneven", converting.convert_coins, "王阿婆", 7)
    town.refuses("conversion_uneven", converting.convert_coins, "王阿婆", 0)
    town.refuses("conversion_unaffordable", converting.convert_coins, "王阿婆", 306)
    town.refuses("only_oneself", converting.convert_coins, "分行老张", 60, for_="王阿婆")
    make_town("changning").refuses("conversion_not_here", converting.convert_coins, "王阿婆", 60)


def test_undone_within_the_minutes_and_before_the_export(town: Town) -> None:
    number = asked(town, "王阿婆", 60)
    town.refuses("only_oneself", converting.undo_conversion, "小红", number)
    town.wait(10)
    back = town.do(converting.undo_conversion, "王阿婆", number)
    assert (back.outcome, back.facts["returned"], town.purse("王阿婆")[0], away(town)) == (
        "conversion_undone",
        60,
        300,
        0,
    )
    with pytest.raises(WrongState):
        town.do(converting.undo_conversion, "王阿婆", number)
    late = asked(town, "王阿婆", 60)
    town.wait(11)
    town.refuses("nothing_to_undo", converting.undo_conversion, "王阿婆", late)


def test_one_word_takes_the_newest_back(town: Town) -> None:
    asked(town, "王阿婆", 60)
    town.wait(1)
    asked(town, "王阿婆", 30)
    shown = town.do(undo.undoable, "王阿婆").facts
    assert shown["deed"] == "conversion"
    assert town.do(undo.undo_last, "王阿婆").outcome == "conversion_undone"
    assert town.purse("王阿婆")[0] == 240
    town.do(undo.undo_last, "王阿婆")
    assert (town.purse("王阿婆")[0], away(town)) == (300, 0)
    town.refuses("nothing_to_undo", undo.undo_last, "王阿婆")
    asked(town, "王阿婆", 60)
    town.wait(11)
    town.refuses("nothing_to_undo", undo.undo_last, "王阿婆")


def test_the_same_batch_again_is_the_same_file(town: Town) -> None:
    first, second = asked(town, "王阿婆", 60), asked(town, "小红", 120)
    town.refuses("batch_empty", converting.export_conversions, "总行老赵", "2024-03-1")  # it may still be undone
    town.wait(11)
    late = asked(town, "王阿婆", 30)
    batch = town.do(converting.export_conversions, "总行老赵", "2024-03-1")
    rows = batch.facts["rows"]
    assert [(row["number"], row["points"], row["member"]) for row in rows] == [
        (first, 10, "王阿婆"),
        (second, 20, "小红"),
    ]
    town.wait(60)
    with town.unit() as uow:  # what is changed afterwards does not change the file
        member = uow.members.get(town.people["小红"])
        member.phone = "13900000000"
        uow.members.save(member, town.doing("总行老赵").audit("phone"))
        uow.commit()
    again = town.do(converting.export_conversions, "分行老张", "2024-03-1")
    assert again.again and again.facts == batch.facts
    following = town.do(converting.export_conversions, "总行老赵", "2024-03-2")
    assert [row["number"] for row in following.facts["rows"]] == [late]
    shown = town.do(converting.conversions, "总行老赵").facts
    assert [(row["batch"], row["count"], row["points"], row["open"]) for row in shown["batches"]] == [
        ("2024-03-2", 1, 5, 1),
        ("2024-03-1", 2, 30, 2),
    ]
    assert shown["waiting"] == []


def test_who_exports(town: Town) -> None:
    town.refuses("not_staff", converting.export_conversions, "王阿婆", "b1")
    town.refuses("batch_name", converting.export_conversions, "总行老赵", "../b1")
    town.refuses("batch_name", converting.export_conversions, "总行老赵", "")


def test_acknowledged_and_returned(town: Town) -> None:
    first, second = asked(town, "王阿婆", 60), asked(town, "小红", 120)
    town.wait(11)
    town.do(converting.export_conversions, "总行老赵", "b1")
    answers = [
        Answered(number=first, result="acknowledged"),
        Answered(number=second, result="returned", reason="手机号没有登记"),
    ]
    taken = town.do(converting.take_answers, "总行老赵", "b1", answers)
    assert (taken.outcome, taken.facts["acknowledged"], taken.facts["returned"]) == ("answers_taken", 1, 1)
    assert (town.purse("王阿婆")[0], town.purse("小红")[0], away(town)) == (240, 120, 60)
    assert (town.told("王阿婆")[-1], town.told("小红")[-1]) == ("conversion_done", "conversion_returned")
    again = town.do(converting.take_answers, "总行老赵", "b1", answers)
    assert (again.facts["known"], again.facts["returned"]) == (2, 0)
    assert town.purse("小红")[0] == 120


def test_a_bad_row_and_nothing_is_taken(town: Town) -> None:
    first, second = asked(town, "王阿婆", 60), asked(town, "小红", 120)
    town.wait(11)
    town.do(converting.export_conversions, "总行老赵", "b1")
    answers = [
        Answered(number=first, result="acknowledged"),
        Answered(number=999, result="acknowledged"),
        Answered(number=second, result="returned"),
        Answered(number=first, result="acknowledged"),
    ]
    taken = town.do(converting.take_answers, "总行老赵", "b1", answers)
    assert taken.outcome == "answers_wrong"
    assert [(row["line"], row["why"]) for row in taken.facts["report"]] == [
        (2, "unknown"),
        (3, "reason_missing"),
        (4, "twice"),
    ]
    assert away(town) == 180
    other = town.do(converting.take_answers, "总行老赵", "b2", answers[:1])
    assert other.facts["report"][0]["why"] == "unknown"
    town.do(converting.take_answers, "总行老赵", "b1", answers[:1])
    turned = [Answered(number=first, result="returned", reason="改主意了")]
    assert town.do(converting.take_answers, "总行老赵", "b1", turned).facts["report"][0]["why"] == "other_result"


def test_coins_that_find_no_room_are_reported(make_town: TownMaker) -> None:
    town = make_town(scheme_with(load_scheme("fuyuan"), caps={"balance": 300}))
    town.grant("王阿婆", 5)
    number = asked(town, "王阿婆", 60)
    town.do(grants.grant_coins, "总行老赵", town.people["王阿婆"], 60, "关怀")
    town.refuses("balance_cap", converting.undo_conversion, "王阿婆", number)
    town.wait(11)
    town.do(converting.export_conversions, "总行老赵", "b1")
    answers = [Answered(number=number, result="returned", reason="查无此人")]
    taken = town.do(converting.take_answers, "总行老赵", "b1", answers)
    assert taken.facts["report"] == [{"line": 1, "number": number, "why": "no_room"}]


def test_too_many_rows(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(converting, "MOST_ROWS", 1)
    rows = [Answered(number=number, result="acknowledged") for number in (1, 2)]
    town.refuses("too_many_rows", converting.take_answers, "总行老赵", "b1", rows)
