"""Tables of people and of the organisation they belong to. Columns bear the names of the bank's fields."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import true as sa_true
from sqlmodel import Field, SQLModel

from storage.columns import ident, json_of, link, maybe_link, maybe_moment, moment, word


class BranchRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "branch"

    id: int | None = ident()
    name: str
    tier: int
    parent_id: int | None = maybe_link("branch.id", index=True)
    address: str = ""
    phone: str = ""
    hours: str = ""
    scene: str | None = Field(default=None, unique=True)


class ServiceBaseRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "service_base"

    id: int | None = ident()
    name: str
    branch_id: int = link("branch.id")
    certified_until: date | None = None


class MemberRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "member"

    id: int | None = ident()
    name: str = word(index=True)
    branch_id: int = link("branch.id")
    status: str = word()
    phone: str | None = Field(default=None, index=True)
    born: date | None = None
    sex: str | None = None
    local_household: bool = False
    lives_here: bool = False
    retired: bool = False
    healthy: bool = False
    groups: list[str] = json_of(list)
    household_id: int | None = Field(default=None, index=True)
    guardian_id: int | None = maybe_link("member.id")
    identity_verified_at: datetime | None = maybe_moment()
    broadcasts_stopped_at: datetime | None = maybe_moment()
    joined_at: datetime | None = maybe_moment()
    version: int = 1
    learning_consent: bool | None = None
    learning_asked_at: datetime | None = maybe_moment()
    address: str = Field(default="", sa_column_kwargs={"server_default": ""})
    ranked: bool = Field(default=True, sa_column_kwargs={"server_default": sa_true()})


class HouseholdRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "household"

    id: int | None = ident()
    name: str
    branch_id: int = link("branch.id")
    address: str = ""
    version: int = 1


class RoleGrantRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "role_grant"

    id: int | None = ident()
    member_id: int = link("member.id")
    role: str = word()
    branch_id: int = link("branch.id")
    on_duty: bool = True
    granted_at: datetime = moment()
    granted_by: int | None = None
    ended_at: datetime | None = maybe_moment()


class VolunteerFileRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "volunteer_file"

    id: int | None = ident()
    member_id: int = Field(foreign_key="member.id", unique=True)
    training: str = word()
    trained_at: datetime | None = maybe_moment()
    trained_by: int | None = None
    exception_reason: str | None = None
    exception_by: int | None = None
    exception_at: datetime | None = maybe_moment()
    availability: dict[str, Any] = json_of(dict)
    skills: list[str] = json_of(list)
    version: int = 1


class KinRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "kin"

    id: int | None = ident()
    member_id: int = link("member.id")
    relative_id: int = link("member.id")
    relation: str
    status: str = word()
    may_act: bool = False
    page_in_emergency: bool = True
    asked_at: datetime = moment()
    agreed_at: datetime | None = maybe_moment()
    ended_at: datetime | None = maybe_moment()
    asked_by: int | None = None
