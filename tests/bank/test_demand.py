"""fuyuan: what is asked for often earns coins, once staff adopt it; X: skills that residents offer."""

from __future__ import annotations

import pytest

from bank.members import Training, VolunteerFile
from bank.usecases import demand, requests, skills
from bank.usecases.matching import fitting
from tests.bank.conftest import TownMaker
from tests.bank.town import Town


@pytest.fixture
def town(make_town: TownMaker) -> Town:
    return make_town("fuyuan")


def proposed(town: Town, code: str) -> dict[str, object]:
    rows = town.do(demand.propose_categories, "总行老赵").facts["categories"]
    found: dict[str, object] = next(row for row in rows if row["code"] == code)
    return found


def ask(town: Town, times: int, service: str = "haircut") -> None:
    for hour in range(times):
        starts = f"2024-03-{6 + hour // 8:02}T{9 + hour % 8:02}:00"
        town.do(requests.submit_request, "王阿婆", town.wish(starts, service=service, minutes=30))


def test_the_desk_proposes_and_staff_adopt(town: Town) -> None:
    ask(town, 29)
    row = proposed(town, "skills")
    assert (row["asked"], row["earns"], row["should"]) == (29, False, False)
    town.do(requests.submit_request, "王阿婆", town.wish("2024-03-20T09:00", service="haircut", minutes=30))
    proposal = town.do(demand.propose_categories, "总行老赵").facts
    row = proposed(town, "skills")
    assert (row["asked"], row["should"], proposal["threshold"]) == (30, True, 30)
    assert town.do(demand.adopt_category, "总行老赵", "skills", True).facts["asked"] == 30
    town.grant("王阿婆", 1)
    wish = town.wish("2024-03-21T09:00", service="haircut", minutes=30)
    assert town.do(requests.preview_request, "王阿婆", wish).facts["cost"] == 30


def test_what_is_hardly_asked_for_goes_back_to_plain_help(town: Town) -> None:
    rows = town.do(demand.propose_categories, "总行老赵").facts["categories"]
    assert next(row["code"] for row in rows if row["earns"] and not row["should"]) == "ride"
    town.do(demand.adopt_category, "总行老赵", "ride", False)
    wish = town.wish(service="pickup", minutes=60)
    assert town.do(requests.submit_request, "王阿婆", wish).facts["cost"] == 0


def test_wishes_older_than_the_window_do_not_count(town: Town) -> None:
    ask(town, 8)
    town.go("2024-06-20T09:00")
    row = proposed(town, "skills")
    assert row["asked"] == 0


def test_refusals_of_decisions(town: Town, make_town: TownMaker) -> None:
    town.refuses("category_unknown", demand.adopt_category, "总行老赵", "flying", True)
    town.refuses("nothing_decided", demand.adopt_category, "总行老赵", "ride", True)
    town.refuses("not_staff", demand.adopt_category, "李明", "skills", True)
    make_town("changning").refuses("demand_not_counted", demand.propose_categories, "总行老赵")


def test_neighbours_find_and_ask_for_a_skill(town: Town) -> None:
    town.do(skills.offer_skill, "小红", "会修自行车和电动车", "skill")
    town.do(skills.offer_skill, "李明", "教老人用手机", "phone_help")
    found = town.do(skills.find_skills, "王阿婆", "谁会修自行车").facts["skills"]
    assert [row["name"] for row in found] == ["小红"]
    assert [row["name"] for row in town.do(skills.find_skills, "王阿婆", service="phone_help").facts["skills"]] == [
        "李明"
    ]
    assert len(town.do(skills.find_skills, "王阿婆").facts["skills"]) == 2
    town.refuses("skill_offered", skills.offer_skill, "小红", "会修自行车和电动车")
    town.refuses("skill_unknown", skills.end_skill, "李明", found[0]["skill"])
    town.do(skills.end_skill, "小红", found[0]["skill"])
    assert town.do(skills.find_skills, "王阿婆", "修自行车").facts["skills"] == []


def test_no_more_than_five_and_only_where_the_scheme_has_it(town: Town, make_town: TownMaker) -> None:
    for number in range(5):
        town.do(skills.offer_skill, "小红", f"第{number}样手艺")
    town.refuses("skills_full", skills.offer_skill, "小红", "还有一样")
    make_town("changning").refuses("skills_not_here", skills.offer_skill, "小红", "理发")


def order_for(town: Town, people: tuple[str, ...], service: str = "phone_help") -> list[str]:
    number = town.do(requests.submit_request, "王阿婆", town.wish(service=service, minutes=30)).facts["number"]
    with town.unit() as uow:
        order = uow.orders.get(number)
        return [person.name for person in fitting(uow, town.scheme, order) if person.name in people]


def test_who_is_good_at_it_is_asked_first(town: Town) -> None:
    town.do(skills.offer_skill, "陈芳", "教手机", "phone_help")
    assert order_for(town, ("李明", "陈芳")) == ["陈芳", "李明"]
    town.do(requests.cancel_request, "王阿婆", 1)
    with town.unit() as uow:
        for skill in uow.skills.find(ended_at=None):
            skill.ended_at = town.now
            uow.skills.save(skill, town.doing("陈芳").audit("end"))
        file = uow.members.volunteer_file(town.people["李明"])
        assert isinstance(file, VolunteerFile)
        assert file.training is Training.TRAINED
        file.skills = ["phone_help"]
        uow.volunteer_files.save(file, town.doing("李明").audit("skills"))
        uow.commit()
    assert order_for(town, ("李明", "陈芳")) == ["李明", "陈芳"]


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ({"paused": True}, False),
        ({"paused": True, "from": "2024-03-07T00:00:00+08:00", "until": "2024-03-08T00:00:00+08:00"}, True),
        ({"paused": True, "from": "2024-03-06T00:00:00+08:00", "until": "2024-03-07T00:00:00+08:00"}, False),
        ({"paused": False, "from": "2024-03-06T00:00:00+08:00"}, True),
        ({}, True),
    ],
)
def test_who_rests_is_not_asked(town: Town, known: dict[str, object], asked: bool) -> None:
    with town.unit() as uow:
        file = uow.members.volunteer_file(town.people["李明"])
        assert file is not None
        file.availability = dict(known)
        uow.volunteer_files.save(file, town.doing("李明").audit("rest"))
        uow.commit()
    assert ("李明" in order_for(town, ("李明",))) is asked
