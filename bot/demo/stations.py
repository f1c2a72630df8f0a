"""Stations, meal sites with menus around today, and activities of the sample, by the real use cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict

from bank.doing import Doing
from bank.scheme import Scheme
from bank.usecases import activities, activity_desk, meals, stations, surveys
from storage.unit_of_work import SqlUnitOfWork

MENU_DAYS = range(-1, 8)  # from yesterday on, so that a demo of some days has something to eat
SURVEY_DAYS = 60
Deeds = Callable[[str, str], Doing]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SampleStation(_Data):
    name: str
    address: str = ""
    hours: str = ""
    phone: str = ""
    offers: tuple[str, ...] = ()
    windows: dict[str, tuple[str, ...]] = {}
    notes: str = ""
    green: bool = False


class SampleMealSite(_Data):
    """`menus` are served in turn, one a day."""

    name: str
    hours: str = ""
    price: str = ""
    supplier: str = ""
    delivers: bool = False
    alliance: bool = False
    menus: tuple[str, ...] = ()


class SampleActivity(_Data):
    """`day` counts from today, `at` is the local time; `signed` are keys of the sample's people."""

    title: str
    words: str = ""
    day: int
    at: time
    minutes: int
    place: str
    places: int | None = None
    points: int = 0
    signed: tuple[str, ...] = ()


class SampleQuestion(_Data):
    text: str
    choices: tuple[str, ...]


class SampleSurvey(_Data):
    """`answers` by keys of the sample's people: a number picks a choice, words stand for themselves."""

    title: str
    seed: int
    share_permille: int
    questions: tuple[SampleQuestion, ...]
    answers: dict[str, tuple[int | str, ...]]


class SampleNeighbourhood(_Data):
    stations: tuple[SampleStation, ...]
    meal_sites: tuple[SampleMealSite, ...]
    activities: tuple[SampleActivity, ...]
    survey: SampleSurvey


def read_neighbourhood(scheme: str) -> SampleNeighbourhood:
    """What the sample has for that scheme. Raises pydantic's ValidationError when the file is wrong."""
    text = files("bot.demo").joinpath("sample_stations.yml").read_text(encoding="utf-8")
    raw = yaml.safe_load(text)
    return SampleNeighbourhood.model_validate(raw.get(scheme, raw["others"]))


def fill_stations(
    uow: SqlUnitOfWork, scheme: Scheme, *, branch_id: int, today: date, members: Mapping[str, int], deed: Deeds
) -> None:
    """Write all of it down; `deed` makes a Doing from its key and who does it (a key of the sample's people)."""
    known = read_neighbourhood(scheme.name)
    for station in known.stations:
        plan = stations.StationPlan(**station.model_dump())
        stations.save_station(uow, scheme, deed(f"station:{station.name}", "sun"), branch_id, plan)
    for site in known.meal_sites:
        _meal_site(uow, scheme, site, branch_id, today, deed)
    for activity in known.activities:
        _activity(uow, scheme, activity, branch_id, today, members, deed)
    _survey(uow, scheme, known.survey, branch_id, members, deed)


def _survey(
    uow: SqlUnitOfWork, scheme: Scheme, survey: SampleSurvey, branch_id: int, members: Mapping[str, int], deed: Deeds
) -> None:
    """A survey that runs; who was not drawn by the seed has no answer to give."""
    questions = [question.model_dump() for question in survey.questions]
    draft = surveys.draft_survey(
        uow, scheme, deed("survey", "sun"), branch_id, survey.title, questions, survey.share_permille, survey.seed
    )
    number = draft.facts["survey"]
    surveys.send_survey(uow, scheme, deed("survey:send", "sun"), number, SURVEY_DAYS)
    asked = {row.member_id for row in uow.survey_answers.find(survey_id=number)}
    for key, answers in survey.answers.items():
        for question, answer in enumerate(answers if members[key] in asked else ()):
            pick, words = (answer, "") if isinstance(answer, int) else (None, answer)
            doing = deed(f"survey:{key}:{question}", key)
            surveys.answer_survey(uow, scheme, doing, number, question, pick, words)


def _meal_site(
    uow: SqlUnitOfWork, scheme: Scheme, site: SampleMealSite, branch_id: int, today: date, deed: Deeds
) -> None:
    plan = meals.MealSitePlan(**site.model_dump(exclude={"menus"}))
    saved = meals.save_meal_site(uow, scheme, deed(f"site:{site.name}", "sun"), branch_id, plan)
    for step in MENU_DAYS if site.menus else ():
        day = today + timedelta(days=step)
        dishes = site.menus[step % len(site.menus)]
        meals.put_menu(uow, scheme, deed(f"menu:{site.name}:{step}", "sun"), saved.facts["site"], day, dishes)


def _activity(
    uow: SqlUnitOfWork,
    scheme: Scheme,
    activity: SampleActivity,
    branch_id: int,
    today: date,
    members: Mapping[str, int],
    deed: Deeds,
) -> None:
    plan = activity_desk.ActivityPlan(
        title=activity.title,
        words=activity.words,
        starts_at=datetime.combine(today + timedelta(days=activity.day), activity.at, tzinfo=scheme.tz),
        minutes=activity.minutes,
        place=activity.place,
        places=activity.places,
        green_points=activity.points if scheme.green else 0,
    )
    doing = deed(f"activity:{activity.title}", "sun")
    number = activity_desk.open_activity(uow, scheme, doing, branch_id, plan).facts["activity"]
    for key in activity.signed:
        if key in members:
            activities.sign_up(uow, scheme, deed(f"signs:{activity.title}:{key}", key), number, wait=True)
