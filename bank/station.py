"""Stations of the street (美好生活服务站), their windows, the meal sites and the survey of needs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from bank.lifecycle import Lifecycle, Move


@dataclass(slots=True, kw_only=True)
class Station:
    """A service station (美好生活服务站). `offers` are words of what is there (养老, 文化, 法律 …).

    `windows` holds a list of items by the window's name (移民融入服务站: 政策咨询 …); a visiting service such as the
    life-service van (生活服务大篷车) is a window whose items say when it comes and what it brings.
    """

    id: int = 0
    name: str
    branch_id: int
    address: str = ""
    hours: str = ""
    phone: str = ""
    offers: list[str] = field(default_factory=list)
    windows: dict[str, Any] = field(default_factory=dict)
    notes: str = ""
    green: bool = False  # gives and takes green points
    version: int = 1


@dataclass(slots=True, kw_only=True)
class MealSite:
    """老年助餐点: where older people eat. `price` is what is said ("午餐12元起")."""

    id: int = 0
    name: str
    branch_id: int
    address: str = ""
    hours: str = ""
    phone: str = ""
    price: str = ""
    supplier: str = ""
    delivers: bool = False
    alliance: bool = False  # a restaurant of the 长者餐桌 alliance
    version: int = 1


@dataclass(slots=True, kw_only=True)
class Menu:
    """What a meal site serves on a day."""

    id: int = 0
    site_id: int
    day: date
    dishes: str
    price: str = ""
    by_id: int | None = None
    version: int = 1


class SurveyStatus(StrEnum):
    DRAFT = "draft"
    RUNNING = "running"
    CLOSED = "closed"


SURVEY_LIFE: Lifecycle[SurveyStatus] = Lifecycle(
    "survey",
    SurveyStatus.DRAFT,
    (
        Move("send", SurveyStatus.DRAFT, SurveyStatus.RUNNING, "staff"),
        Move("close", SurveyStatus.RUNNING, SurveyStatus.CLOSED, "staff"),
    ),
)


@dataclass(slots=True, kw_only=True)
class Survey:
    """A survey of needs among a random share of members. `questions`: list of {text, choices}; drawn by `seed`."""

    id: int = 0
    branch_id: int
    title: str
    questions: list[dict[str, Any]]
    share_permille: int
    seed: int
    status: SurveyStatus = SurveyStatus.DRAFT
    made_by: int
    made_at: datetime
    sent_at: datetime | None = None
    closed_at: datetime | None = None
    asked: int = 0
    version: int = 1


@dataclass(slots=True, kw_only=True)
class SurveyAnswer:
    """One asked member: `answers` by question number (from 0); None in `ended_at` while some are open."""

    id: int = 0
    survey_id: int
    member_id: int
    answers: dict[str, Any] = field(default_factory=dict)
    asked_at: datetime
    ended_at: datetime | None = None
    version: int = 1


def seed_of(words: str) -> int:
    """A seed that everybody can work out again from the words."""
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[:4], "big") >> 1


def drawn(member_ids: Iterable[int], share_permille: int, seed: int) -> list[int]:
    """The share of members that the seed draws, at least one where there is anybody, in order of their ids.

    Everybody's lot is the hash of seed and id, so that it does not depend on who else is there or on a library's dice.
    """
    people = sorted(set(member_ids))
    if not people:
        return []
    count = max(1, (len(people) * share_permille + 500) // 1000)
    lots = sorted(people, key=lambda ident: (hashlib.sha256(f"{seed}:{ident}".encode()).digest(), ident))
    return sorted(lots[:count])
