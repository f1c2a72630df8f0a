"""Tried at the stations: the directory, meals, activities, green points, the survey of needs."""

from __future__ import annotations

from bank.usecases import activities, activity_desk, green, meals, stations, surveys
from bank.usecases.activity_desk import ActivityPlan
from bank.usecases.meals import MealSitePlan
from bank.usecases.stations import StationPlan
from tests.bank.rule_table.ground import Facts, Ground, tryout


@tryout
def station(ground: Ground) -> Facts:
    window = {"移民融入服务站": ["政策咨询"]}
    plan = StationPlan(name="美好生活服务站", address="黄金城道", offers=["养老", "法律"], windows=window, green=True)
    ground.do(stations.save_station, "分行老张", ground.leaf, plan)
    row = ground.do(stations.station_directory, "王阿婆").facts["stations"][0]
    return {"name": row["name"], "offers": row["offers"], "windows": row["windows"]}


@tryout
def todays_menu(ground: Ground) -> Facts:
    plan = MealSitePlan(name="长虹小区老年助餐点", price="午餐12元", supplier="白领午餐")
    site = ground.do(meals.save_meal_site, "分行老张", ground.leaf, plan).facts["site"]
    ground.do(meals.put_menu, "分行老张", site, ground.today(), "红烧肉、青菜")
    row = ground.do(meals.meals, "王阿婆", ground.today()).facts["sites"][0]
    return {"dishes": row["dishes"], "price": row["price"], "supplier": row["supplier"]}


def _lecture(ground: Ground) -> int:
    starts = ground.at("2024-03-06T14:00")
    plan = ActivityPlan(title="国学课堂", words="讲论语", starts_at=starts, minutes=90, place="二楼", places=1)
    return int(ground.do(activity_desk.open_activity, "分行老张", ground.leaf, plan).facts["activity"])


@tryout
def sign_up(ground: Ground, wait: bool) -> Facts:
    """One place, taken by 王阿婆; 小红 waits for it, and 王阿婆 cannot come."""
    lecture = _lecture(ground)
    ground.do(activities.sign_up, "王阿婆", lecture)
    second = ground.do(activities.sign_up, "小红", lecture, wait=wait)
    ground.do(activities.leave_activity, "王阿婆", lecture)
    ground.go("2024-03-06T13:30")
    heard = {"activity_moved_up", "activity_eve", "activity_hour"} <= set(ground.told("小红"))
    return {"second": second.outcome, "heard": heard}


@tryout
def green_points(ground: Ground, points: int = 80) -> Facts:
    market_unit = ground.scheme.green.name if ground.scheme.green else None
    done = ground.do(green.record_green, "分行老张", ground.people["王阿婆"], points, "垃圾分类").facts
    return {"name": market_unit, "balance": done["balance"], "coins": ground.purse("王阿婆")[0]}


@tryout
def survey(ground: Ground) -> Facts:
    """The share of members that is asked, of a hundred."""
    for number in range(100):
        ground.person(f"会员{number}")
    questions = [{"text": "最想要哪样", "choices": ["助餐点", "看病陪同"]}]
    draft = ground.do(surveys.draft_survey, "分行老张", ground.leaf, "民生需求", questions, seed=1).facts
    ground.do(surveys.send_survey, "分行老张", draft["survey"])
    asked = [name for name in ground.people if "survey_invites" in ground.told(name)]
    return {"heads": draft["heads"], "asked": len(asked), "among": draft["among"] >= 100}
