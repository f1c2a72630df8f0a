"""The unit of work: one database transaction that rolls back unless it is told to commit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from bank import ports
from bank.activities import Activity, SignUp
from bank.earning import CategoryDecision, GrantBudget, JobPhoto, Sanction, ServiceReport, Skill
from bank.errors import Conflict
from bank.goods import Conversion, Division, Good, Merchant, MerchantMonth, Pickup
from bank.honours import Award
from bank.members import Household, RoleGrant, VolunteerFile
from bank.notices import Broadcast, CaseMessage
from bank.orders import Approval, Rating
from bank.organisation import ServiceBase
from bank.station import MealSite, Menu, Station, Survey, SurveyAnswer
from storage.collection import SqlCollection
from storage.desk import Desk
from storage.engine import READING, RELAXED, is_sqlite
from storage.learning import SqlLearning
from storage.ledger import SqlLedger
from storage.orders import SqlCases, SqlJobs, SqlOrders
from storage.people import SqlBranches, SqlKinships, SqlMembers
from storage.receipts import SqlReceipts
from storage.session import Session, named_error
from storage.tables import table
from storage.tables_earning import (
    AwardRow,
    CategoryDecisionRow,
    GrantBudgetRow,
    JobPhotoRow,
    SanctionRow,
    ServiceReportRow,
    SkillRow,
)
from storage.tables_goods import ConversionRow, DivisionRow, GoodRow, MerchantMonthRow, MerchantRow, PickupRow
from storage.tables_orders import ApprovalRow, BroadcastRow, CaseMessageRow, RatingRow
from storage.tables_people import HouseholdRow, RoleGrantRow, ServiceBaseRow, VolunteerFileRow
from storage.tables_stations import (
    ActivityRow,
    MealSiteRow,
    MenuRow,
    SignUpRow,
    StationRow,
    SurveyAnswerRow,
    SurveyRow,
)
from storage.trail import SqlTrail

R = TypeVar("R")
Clock = Callable[[], datetime]
CHINA = ZoneInfo("Asia/Shanghai")


class SqlUnitOfWork:
    """`bank.ports.UnitOfWork` on SQLite and PostgreSQL. `desk` holds the tables of the desk, in the same transaction.

    Another's change in between, a deadlock or a busy database come out as `Conflict`: roll back and try again.
    """

    members: ports.Members
    role_grants: ports.Collection[RoleGrant]
    volunteer_files: ports.Collection[VolunteerFile]
    households: ports.Collection[Household]
    kin: ports.Kinships
    branches: ports.Branches
    bases: ports.Collection[ServiceBase]
    orders: ports.Orders
    jobs: ports.Jobs
    approvals: ports.Collection[Approval]
    ratings: ports.Collection[Rating]
    cases: ports.Cases
    case_messages: ports.Collection[CaseMessage]
    broadcasts: ports.Collection[Broadcast]
    merchants: ports.Collection[Merchant]
    goods: ports.Collection[Good]
    pickups: ports.Collection[Pickup]
    conversions: ports.Collection[Conversion]
    divisions: ports.Collection[Division]
    merchant_months: ports.Collection[MerchantMonth]
    stations: ports.Collection[Station]
    meal_sites: ports.Collection[MealSite]
    menus: ports.Collection[Menu]
    activities: ports.Collection[Activity]
    sign_ups: ports.Collection[SignUp]
    surveys: ports.Collection[Survey]
    survey_answers: ports.Collection[SurveyAnswer]
    category_decisions: ports.Collection[CategoryDecision]
    skills: ports.Collection[Skill]
    service_reports: ports.Collection[ServiceReport]
    job_photos: ports.Collection[JobPhoto]
    grant_budgets: ports.Collection[GrantBudget]
    awards: ports.Collection[Award]
    sanctions: ports.Collection[Sanction]
    ledger: ports.Ledger
    outbox: ports.Outbox
    due: ports.DueRows
    receipts: ports.Receipts
    trail: ports.Trail
    learning: ports.LearningLines
    desk: Desk

    def __init__(
        self,
        engine: Engine,
        *,
        zone: ZoneInfo = CHINA,
        reading: bool = False,
        relaxed: bool = False,
        clock: Clock | None = None,
    ) -> None:
        self._engine = engine
        self.zone = zone
        self.clock = clock
        self._reading = reading
        self._relaxed = relaxed
        self._connection: Connection | None = None
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """What the repositories work with. Raises RuntimeError outside the `with` block."""
        if self._session is None:
            raise RuntimeError("this unit of work is not open")
        return self._session

    @property
    def connection(self) -> Connection:
        """The open connection, for queries that no repository has. Raises RuntimeError outside the `with` block."""
        if self._connection is None:
            raise RuntimeError("this unit of work is not open")
        return self._connection

    def __enter__(self) -> SqlUnitOfWork:
        connection = self._engine.connect()
        try:
            connection = connection.execution_options(**{READING: self._reading, RELAXED: self._relaxed})
            connection.begin()
            if self._relaxed and not is_sqlite(connection):
                connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
        except (DBAPIError, sqlite3.Error) as error:
            connection.close()
            if (named := named_error(error)) is not None:
                raise named from error
            raise
        self._connection = connection
        self._session = Session(connection)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        connection, self._connection, self._session = self.connection, None, None
        connection.close()  # rolls back what was not committed
        if error is not None and (named := named_error(error)) is not None:
            raise named from error

    def commit(self) -> None:
        """Make everything of this unit durable. Raises Conflict when the database refuses."""
        try:
            self.connection.commit()
        except DBAPIError as error:
            if (named := named_error(error)) is not None:
                raise named from error
            raise

    def __getattr__(self, name: str) -> Any:
        """Repositories are made when they are first asked for: most units need two or three of them."""
        maker = _MAKERS.get(name)
        if maker is None:
            raise AttributeError(name)
        made = maker(self)
        setattr(self, name, made)
        return made


def _things(kind: type[Any], row: type[SQLModel], what: str) -> Callable[[SqlUnitOfWork], Any]:
    return lambda uow: SqlCollection(uow.session, kind, table(row), what)


_MAKERS: dict[str, Callable[[SqlUnitOfWork], Any]] = {
    "members": lambda uow: SqlMembers(uow.session),
    "role_grants": _things(RoleGrant, RoleGrantRow, "role grant"),
    "volunteer_files": _things(VolunteerFile, VolunteerFileRow, "volunteer file"),
    "kin": lambda uow: SqlKinships(uow.session),
    "branches": lambda uow: SqlBranches(uow.session),
    "bases": _things(ServiceBase, ServiceBaseRow, "service base"),
    "orders": lambda uow: SqlOrders(uow.session),
    "jobs": lambda uow: SqlJobs(uow.session),
    "approvals": _things(Approval, ApprovalRow, "approval"),
    "ratings": _things(Rating, RatingRow, "rating"),
    "cases": lambda uow: SqlCases(uow.session),
    "case_messages": _things(CaseMessage, CaseMessageRow, "case message"),
    "broadcasts": _things(Broadcast, BroadcastRow, "broadcast"),
    "households": _things(Household, HouseholdRow, "household"),
    "merchants": _things(Merchant, MerchantRow, "merchant"),
    "goods": _things(Good, GoodRow, "good"),
    "pickups": _things(Pickup, PickupRow, "pick-up"),
    "conversions": _things(Conversion, ConversionRow, "conversion"),
    "divisions": _things(Division, DivisionRow, "division"),
    "merchant_months": _things(MerchantMonth, MerchantMonthRow, "merchant's month"),
    "stations": _things(Station, StationRow, "station"),
    "meal_sites": _things(MealSite, MealSiteRow, "meal site"),
    "menus": _things(Menu, MenuRow, "menu"),
    "activities": _things(Activity, ActivityRow, "activity"),
    "sign_ups": _things(SignUp, SignUpRow, "sign-up"),
    "surveys": _things(Survey, SurveyRow, "survey"),
    "survey_answers": _things(SurveyAnswer, SurveyAnswerRow, "survey answer"),
    "category_decisions": _things(CategoryDecision, CategoryDecisionRow, "category decision"),
    "skills": _things(Skill, SkillRow, "skill"),
    "service_reports": _things(ServiceReport, ServiceReportRow, "service report"),
    "job_photos": _things(JobPhoto, JobPhotoRow, "photo"),
    "grant_budgets": _things(GrantBudget, GrantBudgetRow, "grant budget"),
    "awards": _things(Award, AwardRow, "award"),
    "sanctions": _things(Sanction, SanctionRow, "sanction"),
    "ledger": lambda uow: SqlLedger(uow.session, uow.zone),
    "desk": lambda uow: Desk(uow.session, uow.clock),
    "outbox": lambda uow: uow.desk.outbox,
    "due": lambda uow: uow.desk.due,
    "receipts": lambda uow: SqlReceipts(uow.session),
    "trail": lambda uow: SqlTrail(uow.session),
    "learning": lambda uow: SqlLearning(uow.session),
}


UnitFactory = Callable[[], SqlUnitOfWork]


def uow_factory(
    engine: Engine,
    *,
    zone: ZoneInfo = CHINA,
    reading: bool = False,
    relaxed: bool = False,
    clock: Clock | None = None,
) -> UnitFactory:
    """A maker of units of work on this engine. `reading` units take no write lock and must not write.

    `relaxed` units do not wait for the disk: a kill loses nothing of them, a power cut may. Never for coins, messages
    or anything else that was promised. `zone` says where a day ends; `clock` dates the bank's notices.
    """
    return lambda: SqlUnitOfWork(engine, zone=zone, reading=reading, relaxed=relaxed, clock=clock)


def in_unit(units: UnitFactory, work: Callable[[SqlUnitOfWork], R], *, tries: int = 5) -> R:
    """Run `work` in a unit, commit, and answer what it answered; a Conflict rolls back and tries again.

    Raises what `work` raises, and Conflict after the last try.
    """
    for left in range(tries - 1, -1, -1):
        try:
            with units() as unit:
                answer = work(unit)
                unit.commit()
                return answer
        except Conflict:
            if not left:
                raise
    raise Conflict("no tries left")
