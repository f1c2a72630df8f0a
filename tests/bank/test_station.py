"""The directory of stations and meal sites, and what is served."""

from __future__ import annotations

from datetime import date

import pytest

from bank.errors import RuleRefused
from bank.usecases import meals, stations
from bank.usecases.meals import MealSitePlan
from bank.usecases.stations import StationPlan
from tests.bank.town import Town

TODAY = date(2024, 3, 4)


def a_station(town: Town, name: str = "古北市民中心美好生活服务站", **more: object) -> int:
    known = {"address": "黄金城道", "offers": ["养老", "法律 "], "windows": {"移民融入服务站": ["政策咨询"]}}
    plan = StationPlan(name=name, **{**known, **more})  # type: ignore[arg-type]  # a test's shorthand
    return int(town.do(stations.save_station, "分行老张", town.leaf, plan).facts["station"])


def a_site(town: Town, name: str = "长虹小区老年助餐点", **more: object) -> int:
    plan = MealSitePlan(name=name, **{"price": "午餐12元", **more})  # type: ignore[arg-type]  # as above
    return int(town.do(meals.save_meal_site, "分行老张", town.leaf, plan).facts["site"])


def sites(town: Town, who: str | int = "王阿婆", day: date = TODAY) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = town.do(meals.meals, who, day).facts["sites"]
    return rows


def test_ones_own_branch_comes_first_and_strangers_see_all(town: Town) -> None:
    head = town.do(stations.save_station, "总行老赵", town.head, StationPlan(name="区中心")).facts["station"]
    own = a_station(town)
    rows = town.do(stations.station_directory, "王阿婆").facts["stations"]
    assert [row["id"] for row in rows] == [own, head]
    assert rows[0]["offers"] == ["养老", "法律"]
    assert rows[0]["windows"] == {"移民融入服务站": ["政策咨询"]}
    assert {row["id"] for row in town.do(stations.station_directory, 0).facts["stations"]} == {own, head}


def test_staff_write_a_station_down_anew(town: Town) -> None:
    own = a_station(town)
    anew = StationPlan(name="古北市民中心美好生活服务站", phone="22850770", green=True)
    town.do(stations.save_station, "分行老张", town.leaf, anew, own)
    (row,) = town.do(stations.station_directory, "王阿婆").facts["stations"]
    assert (row["phone"], row["green"], row["offers"]) == ("22850770", True, [])
    town.refuses("name_taken", stations.save_station, "分行老张", town.leaf, anew)
    town.refuses("not_staff", stations.save_station, "王阿婆", town.leaf, anew)
    town.refuses("not_staff_here", stations.save_station, "分行老张", town.head, StationPlan(name="别处"))


def test_todays_menu_and_its_price(town: Town) -> None:
    site = a_site(town)
    town.do(meals.put_menu, "分行老张", site, TODAY, "红烧肉、青菜", "15元")
    town.do(meals.put_menu, "分行老张", site, date(2024, 3, 5), "番茄炒蛋")
    assert [(row["dishes"], row["price"]) for row in sites(town)] == [("红烧肉、青菜", "15元")]
    assert [(row["dishes"], row["price"]) for row in sites(town, 0, date(2024, 3, 5))] == [("番茄炒蛋", "午餐12元")]
    assert sites(town, day=date(2024, 3, 6))[0]["dishes"] == ""
    town.do(meals.put_menu, "分行老张", site, TODAY, "白斩鸡")
    assert sites(town)[0]["dishes"] == "白斩鸡"
    town.refuses("words_missing", meals.put_menu, "分行老张", site, TODAY, " ")
    town.refuses("not_staff", meals.put_menu, "王阿婆", site, TODAY, "佛跳墙")


def test_partners_come_after_the_sites(town: Town) -> None:
    a_site(town, "绿茶餐厅", alliance=True)
    a_site(town)
    assert [row["name"] for row in sites(town)] == ["长虹小区老年助餐点", "绿茶餐厅"]


def test_menus_come_in_whole_or_not_at_all(town: Town) -> None:
    a_site(town)
    good = [
        ["长虹小区老年助餐点", "2024-03-04", "红烧肉"],
        ["", "", ""],
        ["长虹小区老年助餐点", "2024-03-05", "鱼", "13元"],
    ]
    wrong = [
        *good,
        ["没有的点", "2024-03-05", "鱼"],
        ["长虹小区老年助餐点", "3月5日", "鱼"],
        ["长虹小区老年助餐点", "2024-03-06"],
        ["长虹小区老年助餐点", "2024-03-06", ""],
    ]
    with pytest.raises(RuleRefused) as refused:
        town.do(meals.import_menus, "分行老张", wrong)
    assert refused.value.facts["rows"] == [(3, "site"), (4, "day"), (5, "cells"), (6, "dishes")]
    assert sites(town)[0]["dishes"] == ""
    assert town.do(meals.import_menus, "分行老张", good).facts["count"] == 2
    assert sites(town)[0]["dishes"] == "红烧肉"
    town.refuses("words_missing", meals.import_menus, "分行老张", [])
