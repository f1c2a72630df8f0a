"""Tables of stations, meal sites, activities and surveys. Columns bear the names of the bank's fields."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel

from storage.columns import ident, json_of, link, maybe_moment, moment, word


class StationRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "station"

    id: int | None = ident()
    name: str
    branch_id: int = link("branch.id")
    address: str = ""
    hours: str = ""
    phone: str = ""
    offers: list[str] = json_of(list)
    windows: dict[str, Any] = json_of(dict)
    notes: str = ""
    green: bool = False
    version: int = 1


class MealSiteRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "meal_site"

    id: int | None = ident()
    name: str
    branch_id: int = link("branch.id")
    address: str = ""
    hours: str = ""
    phone: str = ""
    price: str = ""
    supplier: str = ""
    delivers: bool = False
    alliance: bool = False
    version: int = 1


class MenuRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "menu"
    __table_args__: ClassVar[Any] = (UniqueConstraint("site_id", "day", name="uq_menu_site_day"),)

    id: int | None = ident()
    site_id: int = link("meal_site.id", index=False)
    day: date
    dishes: str
    price: str = ""
    by_id: int | None = None
    version: int = 1


class ActivityRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "activity"
    __table_args__: ClassVar[Any] = (Index("ix_activity_branch_start", "branch_id", "starts_at"),)

    id: int | None = ident()
    branch_id: int = link("branch.id", index=False)
    station_id: int | None = None
    title: str
    words: str = ""
    starts_at: datetime = moment()
    minutes: int
    place: str
    places: int | None = None
    green_points: int = 0
    status: str = word()
    made_by: int | None = None
    made_at: datetime = moment()
    version: int = 1


class SignUpRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "sign_up"
    __table_args__: ClassVar[Any] = (UniqueConstraint("activity_id", "member_id", name="uq_sign_up_member"),)

    id: int | None = ident()
    activity_id: int = link("activity.id", index=False)
    member_id: int = link("member.id")
    status: str = word()
    asked_at: datetime = moment()
    asked_by: int
    ended_at: datetime | None = maybe_moment()
    version: int = 1


class SurveyRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "survey"

    id: int | None = ident()
    branch_id: int = link("branch.id")
    title: str
    questions: list[dict[str, Any]] = json_of(list)
    share_permille: int
    seed: int
    status: str = word()
    made_by: int
    made_at: datetime = moment()
    sent_at: datetime | None = maybe_moment()
    closed_at: datetime | None = maybe_moment()
    asked: int = 0
    version: int = 1


class SurveyAnswerRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "survey_answer"
    __table_args__: ClassVar[Any] = (UniqueConstraint("survey_id", "member_id", name="uq_survey_answer_member"),)

    id: int | None = ident()
    survey_id: int = link("survey.id", index=False)
    member_id: int = link("member.id")
    answers: dict[str, Any] = json_of(dict)
    asked_at: datetime = moment()
    ended_at: datetime | None = maybe_moment()
    version: int = 1
