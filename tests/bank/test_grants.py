"""Grants out of budgets: which one pays, what it can't pay, and 二次公益 out of the charity account."""

from __future__ import annotations

from datetime import date, timedelta

from bank.usecases import giving, grants, undo
from tests.bank.conftest import TownMaker
from tests.bank.town import Town


def spent(town: Town) -> list[int]:
    rows = town.do(grants.budgets, "总行老赵").facts["rows"]
    return [row["spent"] for row in sorted(rows, key=lambda row: int(row["budget"]))]


def give(town: Town, minutes: int = 120, who: str = "王阿婆", staff: str = "总行老赵") -> dict[str, object]:
    return town.do(grants.grant_coins, staff, town.people[who], minutes, "高龄").facts


def test_beijing_grants_nothing_without_a_budget(make_town: TownMaker) -> None:
    town = make_town("beijing")
    town.refuses("grant_no_budget", grants.grant_coins, "总行老赵", town.people["王阿婆"], 60, "高龄")
    town.budget(300)
    assert give(town)["budget_left"] == 180
    town.refuses("grant_over_budget", grants.grant_coins, "总行老赵", town.people["王阿婆"], 240, "高龄")
    assert spent(town) == [120]


def test_changning_grants_without_one_but_keeps_to_one_that_runs(town: Town) -> None:
    assert give(town)["budget_left"] is None
    town.budget(60)
    town.refuses("grant_over_budget", grants.grant_coins, "总行老赵", town.people["王阿婆"], 120, "高龄")
    give(town, 60)
    assert spent(town) == [60]


def test_the_nearest_budget_pays_first_and_days_count(town: Town) -> None:
    head = town.budget(600)
    day = town.today()
    later = (day + timedelta(days=1), day + timedelta(days=30), 600, False, "下个月")
    town.do(grants.set_budget, "分行老张", town.leaf, *later)
    give(town, staff="分行老张")
    assert spent(town) == [120, 0]
    town.do(grants.set_budget, "分行老张", town.leaf, day, day, 600, False, "今天")
    give(town, staff="分行老张")
    assert spent(town) == [120, 0, 120]
    town.refuses("not_staff_here", grants.end_budget, "分行老张", head)
    assert town.do(grants.end_budget, "总行老赵", head).outcome == "budget_ended"
    town.refuses("budget_over", grants.end_budget, "总行老赵", head)


def test_the_second_round_of_good_comes_out_of_the_charity_account(make_town: TownMaker) -> None:
    town = make_town("beijing")
    town.budget(300, from_charity=True)
    town.refuses("charity_short", grants.grant_coins, "总行老赵", town.people["王阿婆"], 60, "高龄")
    town.fund_charity(90)
    give(town, 60)
    assert (town.charity(), town.minted(), spent(town)) == (30, 90, [60])
    begins, ends = town.now - timedelta(days=1), town.now + timedelta(days=1)
    facts = town.do(grants.charity_statement, "总行老赵", begins, ends).facts
    assert [(line["kind"], line["minutes"], line["who"]) for line in facts["lines"]] == [
        ("opening", 90, ""),
        ("grant", -60, "王阿婆"),
    ]
    assert (facts["came_in"], facts["went_out"], facts["balance"]) == (90, 60, 30)
    town.refuses("not_staff", grants.charity_statement, "李明", begins, ends)


def test_a_grant_is_taken_back_into_its_budget(make_town: TownMaker) -> None:
    town = make_town("beijing")
    town.budget(300)
    give(town)
    back = town.do(undo.undo_last, "总行老赵")
    assert (back.outcome, back.facts["to"], back.facts["minutes"]) == ("grant_undone", "王阿婆", 120)
    assert (spent(town), town.minted(), town.purse("王阿婆")[0]) == ([0], 0, 0)
    assert town.told("王阿婆") == ["coins_granted", "grant_undone"]
    town.refuses("nothing_to_undo", undo.undo_last, "王阿婆")


def test_what_a_budget_must_be(make_town: TownMaker) -> None:
    town = make_town("beijing")
    day = town.today()
    wrong = [
        ("budget_days_wrong", (day, day - timedelta(days=1), 60, False, "x")),
        ("budget_days_wrong", (date(2024, 1, 1), date(2024, 2, 1), 60, False, "x")),
        ("grant_not_whole", (day, day, 0, False, "x")),
        ("reason_missing", (day, day, 60, False, " ")),
    ]
    for rule, values in wrong:
        town.refuses(rule, grants.set_budget, "总行老赵", town.head, *values)
    town.refuses("not_staff_here", grants.set_budget, "分行老张", town.head, day, day, 60, False, "x")
    town.refuses("not_staff", grants.set_budget, "李明", town.leaf, day, day, 60, False, "x")


def test_where_nothing_is_granted_there_is_no_budget(make_town: TownMaker) -> None:
    town = make_town("taierzhuang")
    day = town.today()
    town.refuses("grants_not_allowed", grants.set_budget, "总行老赵", town.head, day, day, 60, False, "x")
    fuyuan = make_town("fuyuan")
    fuyuan.refuses("charity_grants_not_here", grants.set_budget, "总行老赵", fuyuan.head, day, day, 60, True, "x")


def test_who_is_in_need_and_was_granted_nothing_this_year(make_town: TownMaker) -> None:
    town = make_town("beijing")
    town.budget(600)
    town.person("赵奶奶", groups=["severely_incapacitated", "else"])
    town.person("钱爷爷", groups=["very_old"])
    give(town, 60, "钱爷爷")
    rows = town.do(grants.without_grant, "总行老赵").facts["rows"]
    assert [(row["name"], row["groups"]) for row in rows] == [("赵奶奶", ["severely_incapacitated"])]
    town.do(undo.undo_last, "总行老赵")
    assert len(town.do(grants.without_grant, "总行老赵").facts["rows"]) == 2
    give(town, 60, "赵奶奶")
    town.go("2025-01-02T09:00")
    assert town.do(grants.without_grant, "分行老张").facts["year"] == 2025
    assert len(town.do(grants.without_grant, "分行老张").facts["rows"]) == 2


def test_donations_feed_the_second_round(make_town: TownMaker) -> None:
    town = make_town("beijing")
    town.grant("王阿婆", 2)
    town.do(giving.donate_coins, "王阿婆", 60)
    town.do(grants.end_budget, "总行老赵", town.budget_id)
    town.budget(60, from_charity=True)
    give(town, 60, "小红")
    assert (town.charity(), town.purse("小红")[0]) == (0, 60)
    town.refuses("coins_spent", undo.undo_last, "王阿婆")
