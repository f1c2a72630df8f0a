"""The desk's pages of stations, activities and surveys, and the same by the API."""

from __future__ import annotations

import re
from datetime import date, timedelta

import httpx
import pytest

from bank.doing import Doing
from bank.usecases import surveys
from bot.web.api import api_token
from bot.web.station_acts import listed, windows_of
from bot.web.station_pages import summary_csv, summary_picture
from storage.unit_of_work import in_unit
from tests.bot.web.test_desk import enter, forms
from tests.doubles.sample import SampleHouse
from tests.doubles.web import START

TOMORROW = date(2026, 11, 24)


def bearer(sample: SampleHouse, who: str = "sun") -> dict[str, str]:
    return {"Authorization": f"Bearer {api_token(sample.signer, sample.person(who).member_id)}"}


async def act(visitor: httpx.AsyncClient, page: str, deed: str, /, **fields: str) -> httpx.Response:
    """Send the first form of that act on a page, filled in."""
    html = (await visitor.get(page)).text
    return await visitor.post(f"/desk/acts/{deed}", data={**forms(html, deed)[0], **fields})


async def opened(visitor: httpx.AsyncClient, **fields: str) -> int:
    known = {"title": "皮影戏", "day": TOMORROW.isoformat(), "clock": "14:00", "minutes": "60", "place": "二楼"}
    answer = await act(visitor, "/desk/activities", "open_activity", **{**known, **fields})
    assert answer.status_code == 200
    return int(re.findall(r'href="/desk/activities/(\d+)">皮影戏', answer.text)[0])


@pytest.mark.parametrize("page", ["stations", "activities", "surveys"])
async def test_pages_are_for_staff_alone(visitor: httpx.AsyncClient, sample: SampleHouse, page: str) -> None:
    assert (await visitor.get(f"/desk/{page}")).status_code == 403
    assert (await visitor.get(f"/api/{page}")).status_code == 401
    await enter(visitor, sample)
    answer = await visitor.get(f"/desk/{page}")
    assert answer.status_code == 200
    assert "{{" not in answer.text
    assert (await visitor.get(f"/api/{page}", headers=bearer(sample))).status_code == 200


async def test_a_station_is_written_down_and_answered_from(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    await enter(visitor, sample)
    answer = await act(
        visitor,
        "/desk/stations",
        "save_station",
        name="新泾服务站",
        station_id="",
        offers="养老、法律，文化",
        windows="移民融入服务站：政策咨询、语言课\n大篷车：每周三来",
        green="true",
    )
    assert "新泾服务站" in answer.text
    rows = (await visitor.get("/api/stations", headers=bearer(sample))).json()["stations"]
    saved = next(row for row in rows if row["name"] == "新泾服务站")
    assert saved["offers"] == ["养老", "法律", "文化"]
    assert saved["windows"] == {"移民融入服务站": ["政策咨询", "语言课"], "大篷车": ["每周三来"]}


async def test_menus_come_by_the_page_one_by_one_or_many(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    await enter(visitor, sample)
    await act(visitor, "/desk/stations", "save_meal_site", name="新泾助餐点", site_id="", price="12元")
    rows = f"新泾助餐点,{TOMORROW},红烧肉\n新泾助餐点，{TOMORROW + timedelta(days=1)}，清蒸鱼，15元"
    answer = await act(visitor, "/desk/stations", "import_menus", rows=rows)
    assert "红烧肉" in answer.text
    wrong = await act(visitor, "/desk/stations", "import_menus", rows="新泾助餐点,21号,鱼\n不存在,2026-11-24,鱼")
    assert wrong.status_code == 422
    assert "第1行的日期" in wrong.text
    assert "第2行的站点不认识" in wrong.text
    day = (await visitor.get(f"/api/meals?day={TOMORROW}", headers=bearer(sample))).json()
    assert [site["dishes"] for site in day["sites"] if site["name"] == "新泾助餐点"] == ["红烧肉"]


async def test_the_list_of_an_activity_is_kept_on_the_page(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    await enter(visitor, sample)
    number = await opened(visitor, places="1", green_points="3")
    page = f"/desk/activities/{number}"
    for name in ("王阿婆", "张大爷"):
        assert (await act(visitor, page, "sign_up_by_name", name=name)).status_code == 200
    assert "排第1位" in (await visitor.get(page)).text
    assert (await act(visitor, page, "sign_up_by_name", name="没有这个人")).status_code == 404
    assert (await act(visitor, page, "attend")).status_code == 422, "not begun yet"
    sample.clock.forward(timedelta(days=1, hours=5))
    await enter(visitor, sample)
    assert "王阿婆" in (await act(visitor, page, "attend", came="true")).text
    people = (await visitor.get(f"/api/activities/{number}", headers=bearer(sample))).json()["people"]
    assert {person["name"]: person["status"] for person in people} == {"王阿婆": "attended", "张大爷": "waiting"}


async def test_announced_changed_and_called_off(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    await enter(visitor, sample)
    number = await opened(visitor)
    page = f"/desk/activities/{number}"
    assert "已办" in (await act(visitor, page, "announce_activity")).text
    changed = await act(
        visitor,
        page,
        "change_activity",
        title="皮影戏",
        day=TOMORROW.isoformat(),
        clock="15:00",
        minutes="60",
        place="三楼",
    )
    assert "三楼" in changed.text
    assert "不办了" in (await act(visitor, page, "cancel_activity", reason="下雨")).text
    with sample.house.reading() as uow:
        rows = uow.desk.outbox.mailbox(now=START + timedelta(days=1), member_id=sample.person("wang").member_id)
    assert "皮影戏" in str([row.facts for row in rows])


async def test_a_survey_from_draft_to_figures(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    await enter(visitor, sample)
    answer = await act(
        visitor,
        "/desk/surveys",
        "draft_survey",
        title="民生需求",
        share_permille="1000",
        question_1="最想要哪样",
        choices_1="助餐点、看病陪同",
        question_2="还缺什么",
    )
    assert "会问" in answer.text
    assert "正在答" in (await act(visitor, "/desk/surveys", "send_survey")).text
    number = int(re.findall(r"/desk/surveys/(\d+)", answer.text)[0])
    wang = sample.person("wang").member_id
    for key, question, pick, words in (("one", 0, 1, ""), ("two", 1, None, "=理发店")):
        doing = Doing(now=START, key=key, actor_id=wang)
        in_unit(
            sample.house.desk.units,
            lambda uow, doing=doing, question=question, pick=pick, words=words: surveys.answer_survey(  # type: ignore[misc]  # bound early
                uow, sample.house.desk.scheme, doing, number, question, pick, words
            ),
        )
    page = (await visitor.get(f"/desk/surveys/{number}")).text
    assert "助餐点 · 1" in page
    assert "王阿婆" not in page
    table = (await visitor.get(f"/desk/surveys/{number}/answers.csv")).text
    assert "最想要哪样,助餐点,1" in table
    assert "'=理发店" in table, "no formula in somebody's spreadsheet"
    picture = await visitor.get(f"/desk/surveys/{number}/answers.png")
    assert picture.content.startswith(b"\x89PNG")
    assert picture.headers["content-type"] == "image/png"
    assert "结束了" in (await act(visitor, "/desk/surveys", "close_survey")).text


def test_the_picture_and_the_table_of_nothing() -> None:
    summary = {"title": "问卷", "questions": [{"text": "一", "counts": [], "silent": 0, "words": []}]}
    assert summary_picture(summary).startswith(b"\x89PNG")
    assert summary_csv(summary).decode().splitlines()[1:] == ["一,-,0"]


def test_lists_as_people_write_them() -> None:
    assert listed("养老、文化，法律,医疗\n便民") == ["养老", "文化", "法律", "医疗", "便民"]
    assert windows_of("专窗\n\n海外人才荟: 甲；乙") == {"专窗": [], "海外人才荟": ["甲", "乙"]}
