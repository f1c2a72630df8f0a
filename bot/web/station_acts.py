"""The acts of stations, meals, activities and surveys: what staff write down from the desk page and the API."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import date, datetime, time
from typing import Annotated, Any

from pydantic import Field

from bank.doing import Doing, Receipt
from bank.errors import NotFound
from bank.members import RoleName
from bank.permissions import check_staff_of
from bank.scheme import Scheme
from bank.usecases import activities, activity_desk, meals, stations, surveys
from bank.usecases.activity_desk import ActivityPlan
from bank.usecases.meals import MealSitePlan
from bank.usecases.stations import StationPlan
from bot.web.act import Act, Form, Id, Words
from storage.unit_of_work import SqlUnitOfWork

Short = Annotated[str, Field(max_length=120)]
Long = Annotated[str, Field(max_length=2000)]
Figure = Annotated[int, Field(ge=0, le=100_000)]
LISTED = re.compile(r"[、,，;；\n]+")
WINDOW = re.compile(r"\s*(?P<window>[^:：]+)[:：](?P<items>.*)")


class SaveStation(Form):
    branch_id: Id
    station_id: Id | None = None
    name: Annotated[str, Field(min_length=1, max_length=60)]
    address: Short = ""
    hours: Short = ""
    phone: Short = ""
    offers: Long = ""
    windows: Long = ""
    notes: Long = ""
    green: bool = False


class SaveMealSite(Form):
    branch_id: Id
    site_id: Id | None = None
    name: Annotated[str, Field(min_length=1, max_length=60)]
    address: Short = ""
    hours: Short = ""
    phone: Short = ""
    price: Short = ""
    supplier: Short = ""
    delivers: bool = False
    alliance: bool = False


class PutMenu(Form):
    site_id: Id
    day: date
    dishes: Words
    price: Short = ""


class ImportMenus(Form):
    rows: Annotated[str, Field(min_length=1, max_length=50_000)]


class OpenActivity(Form):
    branch_id: Id
    title: Annotated[str, Field(min_length=1, max_length=60)]
    day: date
    clock: time
    minutes: Figure
    place: Annotated[str, Field(min_length=1, max_length=120)]
    places: Figure | None = None
    words: Short = ""
    green_points: Figure = 0
    station_id: Id | None = None


class OfActivity(Form):
    activity_id: Id


class ChangeActivity(OfActivity):
    title: Annotated[str, Field(min_length=1, max_length=60)]
    day: date
    clock: time
    minutes: Figure
    place: Annotated[str, Field(min_length=1, max_length=120)]
    places: Figure | None = None
    words: Short = ""
    green_points: Figure = 0


class CancelActivity(OfActivity):
    reason: Words


class AnnounceActivity(OfActivity):
    role: RoleName | None = None


class Attend(OfActivity):
    member_id: Id
    came: bool = True


class ByName(OfActivity):
    name: Annotated[str, Field(min_length=1, max_length=30)]


class DraftSurvey(Form):
    branch_id: Id
    title: Annotated[str, Field(min_length=1, max_length=60)]
    share_permille: Annotated[int, Field(ge=1, le=1000)] = surveys.DEFAULT_SHARE
    question_1: Short
    choices_1: Short = ""
    question_2: Short = ""
    choices_2: Short = ""
    question_3: Short = ""
    choices_3: Short = ""
    question_4: Short = ""
    choices_4: Short = ""
    question_5: Short = ""
    choices_5: Short = ""


class OfSurvey(Form):
    survey_id: Id


class SendSurvey(OfSurvey):
    days: Annotated[int, Field(ge=1, le=90)] = surveys.DEFAULT_DAYS


def listed(words: str) -> list[str]:
    """What stands in a list that people write with 、 or commas or on lines."""
    return [each.strip() for each in LISTED.split(words) if each.strip()]


def windows_of(words: str) -> dict[str, list[str]]:
    """A window a line, its items after a colon (移民融入服务站：政策咨询、语言课); without one it has none."""
    found: dict[str, list[str]] = {}
    for line in words.splitlines():
        match = WINDOW.fullmatch(line)
        if match is not None:
            found[match["window"].strip()] = [
                item.strip() for item in re.split("[、;；]+", match["items"]) if item.strip()
            ]
        elif line.strip():
            found[line.strip()] = []
    return found


def save_station(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: SaveStation) -> Receipt:
    """Write down a station: where it is, when it opens, what is there, what its windows do."""
    plan = StationPlan(
        name=form.name,
        address=form.address,
        hours=form.hours,
        phone=form.phone,
        offers=listed(form.offers),
        windows=windows_of(form.windows),
        notes=form.notes,
        green=form.green,
    )
    return stations.save_station(uow, scheme, doing, form.branch_id, plan, form.station_id)


def save_meal_site(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: SaveMealSite) -> Receipt:
    """Write down a meal site or a restaurant of the alliance."""
    plan = MealSitePlan(**form.model_dump(exclude={"branch_id", "site_id"}))
    return meals.save_meal_site(uow, scheme, doing, form.branch_id, plan, form.site_id)


def put_menu(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: PutMenu) -> Receipt:
    """Say what a meal site serves on a day."""
    return meals.put_menu(uow, scheme, doing, form.site_id, form.day, form.dishes, form.price)


def import_menus(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: ImportMenus) -> Receipt:
    """Take in menus of many days: lines of site, day, dishes, price (CSV); all or none."""
    rows = list(csv.reader(form.rows.replace("，", ",").splitlines()))
    return meals.import_menus(uow, scheme, doing, rows)


def _plan(scheme: Scheme, form: OpenActivity | ChangeActivity) -> ActivityPlan:
    return ActivityPlan(
        title=form.title,
        starts_at=datetime.combine(form.day, form.clock, tzinfo=scheme.tz),
        minutes=form.minutes,
        place=form.place,
        places=form.places,
        words=form.words,
        green_points=form.green_points,
        station_id=form.station_id if isinstance(form, OpenActivity) else None,
    )


def open_activity(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: OpenActivity) -> Receipt:
    """Put an activity on the list; sign-up is open from now on."""
    return activity_desk.open_activity(uow, scheme, doing, form.branch_id, _plan(scheme, form))


def change_activity(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: ChangeActivity) -> Receipt:
    """Change an activity; who is on its list is told of another time or place."""
    return activity_desk.change_activity(uow, scheme, doing, form.activity_id, _plan(scheme, form))


def cancel_activity(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: CancelActivity) -> Receipt:
    """Call an activity off; everybody on its list is told why."""
    return activity_desk.cancel_activity(uow, scheme, doing, form.activity_id, form.reason)


def announce_activity(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: AnnounceActivity) -> Receipt:
    """Tell the branch of an activity, with a button to sign up."""
    return activity_desk.announce_activity(uow, scheme, doing, form.activity_id, form.role)


def attend(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: Attend) -> Receipt:
    """Note who came to an activity and who did not."""
    return activity_desk.attend(uow, scheme, doing, form.activity_id, form.member_id, form.came)


def attend_by_name(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: ByName) -> Receipt:
    """Note somebody who came without having signed up."""
    return activity_desk.attend(uow, scheme, doing, form.activity_id, _bearer(uow, doing, form))


def sign_up_by_name(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: ByName) -> Receipt:
    """Put somebody on an activity's list who called or came by; a number on the waiting list when it is full."""
    acting = replace(doing, for_id=_bearer(uow, doing, form))
    return activities.sign_up(uow, scheme, acting, form.activity_id, wait=True)


def _bearer(uow: SqlUnitOfWork, doing: Doing, form: ByName) -> int:
    """The one member of the activity's branch and below who bears the name. Raises NotFound."""
    branch = uow.activities.get(form.activity_id).branch_id
    check_staff_of(uow, doing.actor_id, branch)
    bearers = uow.members.find(name=form.name, branch_id=tuple(uow.branches.below(branch)))
    if len(bearers) != 1:
        raise NotFound("member", form.name)
    return bearers[0].id


def end_activity(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: OfActivity) -> Receipt:
    """An activity has been held: who was not noted did not come."""
    return activity_desk.end_activity(uow, scheme, doing, form.activity_id)


def draft_survey(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: DraftSurvey) -> Receipt:
    """Draft a survey of up to five questions; says how many people would be asked."""
    given = form.model_dump()
    questions: list[dict[str, Any]] = [
        {"text": given[f"question_{number}"], "choices": listed(given[f"choices_{number}"])}
        for number in range(1, surveys.MOST_QUESTIONS + 1)
        if given[f"question_{number}"]
    ]
    return surveys.draft_survey(uow, scheme, doing, form.branch_id, form.title, questions, form.share_permille)


def send_survey(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: SendSurvey) -> Receipt:
    """Draw the people and send them a drafted survey."""
    return surveys.send_survey(uow, scheme, doing, form.survey_id, form.days)


def close_survey(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, form: OfSurvey) -> Receipt:
    """Close a survey before its days are over."""
    return surveys.close_survey(uow, scheme, doing, form.survey_id)


STATION_ACTS: tuple[Act, ...] = (
    Act("save_station", SaveStation, save_station),
    Act("save_meal_site", SaveMealSite, save_meal_site),
    Act("put_menu", PutMenu, put_menu),
    Act("import_menus", ImportMenus, import_menus),
    Act("open_activity", OpenActivity, open_activity),
    Act("change_activity", ChangeActivity, change_activity),
    Act("cancel_activity", CancelActivity, cancel_activity),
    Act("announce_activity", AnnounceActivity, announce_activity),
    Act("attend", Attend, attend),
    Act("attend_by_name", ByName, attend_by_name),
    Act("sign_up_by_name", ByName, sign_up_by_name),
    Act("end_activity", OfActivity, end_activity),
    Act("draft_survey", DraftSurvey, draft_survey),
    Act("send_survey", SendSurvey, send_survey),
    Act("close_survey", OfSurvey, close_survey),
)
