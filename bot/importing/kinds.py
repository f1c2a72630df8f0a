"""What can be brought in: for each kind its columns, and how a row becomes a deed of the bank."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bank.activities import Activity
from bank.doing import Doing
from bank.members import Sex
from bank.scheme import Scheme
from bank.station import MealSite, Menu, Station
from bank.usecases.bringing_in import Details, bring_in_member, bring_in_place
from bank.usecases.membership import Applicant
from bot.importing import values
from bot.importing.values import BadCell
from storage.unit_of_work import SqlUnitOfWork

Cells = Mapping[str, str]
_SEX = {"女": Sex.FEMALE, "男": Sex.MALE, "female": Sex.FEMALE, "male": Sex.MALE}


class Row:
    """The cells of one row, read by name; what is wrong is collected, so that a report names every bad cell."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self.problems: list[tuple[str, str]] = []

    def read(self, column: str, reader: Callable[..., Any], **options: Any) -> Any:
        try:
            return reader(self._cells.get(column, ""), **options)
        except BadCell as bad:
            self.problems.append((column, str(bad)))
            return None


@dataclass(frozen=True, slots=True)
class Importing:
    """What rows are read with: the books, the rules, and the deed whose key each row's deed derives from."""

    uow: SqlUnitOfWork
    scheme: Scheme
    doing: Doing
    default_branch: int


@dataclass(frozen=True, slots=True)
class Kind:
    """`columns`: headings by field. `bring` does one row, after noting in the row what is wrong; None then."""

    name: str
    columns: Mapping[str, tuple[str, ...]]
    needed: tuple[str, ...]
    bring: Callable[[Importing, Row, str], str | None]


def _branch(work: Importing, row: Row) -> int:
    name = row.read("branch", values.text)
    if not name:
        return work.default_branch
    found = work.uow.branches.find(name=name) or work.uow.branches.find(scene=name)
    if len(found) == 1:
        return found[0].id
    row.problems.append(("branch", f"no branch is called {name!r}"))
    return work.default_branch


def _groups(work: Importing, row: Row) -> tuple[str, ...]:
    by_name = {group.name: group.code for group in work.scheme.receiving.groups}
    codes = set(by_name.values()) | set(work.scheme.grants.groups)
    found = []
    for word in row.read("groups", values.listed) or ():
        code = by_name.get(word, word)
        if code not in codes:
            row.problems.append(("groups", f"{word!r} is no group of this scheme"))
        found.append(code)
    return tuple(found)


def _sex(row: Row) -> Sex | None:
    word = row.read("sex", values.text) or ""
    if word and word.lower() not in _SEX:
        row.problems.append(("sex", f"{word!r} must be 女 or 男"))
    return _SEX.get(word.lower())


def _member(work: Importing, row: Row, step: str) -> str | None:
    applicant = Applicant(
        name=row.read("name", values.needed) or "",
        phone=row.read("phone", values.phone),
        born=row.read("born", values.day),
        sex=_sex(row),
        local_household=bool(row.read("local_household", values.yes)),
        lives_here=bool(row.read("lives_here", values.yes)),
        branch_id=_branch(work, row),
    )
    details = Details(
        retired=bool(row.read("retired", values.yes)),
        healthy=bool(row.read("healthy", values.yes)),
        groups=_groups(work, row),
        address=row.read("address", values.text) or "",
        household=row.read("household", values.text) or None,
        trained=bool(row.read("trained", values.yes)),
        volunteer=bool(row.read("volunteer", values.yes)),
        opening=row.read("opening", values.coins) or 0,
    )
    if row.problems:
        return None
    return bring_in_member(work.uow, work.scheme, work.doing.step(step), applicant, details).outcome


def _station(work: Importing, row: Row, step: str) -> str | None:
    branch_id = _branch(work, row)
    station = Station(
        name=row.read("name", values.needed) or "",
        branch_id=branch_id,
        address=row.read("address", values.text) or "",
        hours=row.read("hours", values.text) or "",
        phone=row.read("phone", values.phone) or "",
        offers=row.read("offers", values.listed) or [],
        notes=row.read("notes", values.text, most=500) or "",
        green=bool(row.read("green", values.yes)),
    )
    return _put(work, row, step, branch_id, station)


def _meal_site(work: Importing, row: Row, step: str) -> str | None:
    branch_id = _branch(work, row)
    site = MealSite(
        name=row.read("name", values.needed) or "",
        branch_id=branch_id,
        address=row.read("address", values.text) or "",
        hours=row.read("hours", values.text) or "",
        phone=row.read("phone", values.phone) or "",
        price=row.read("price", values.text) or "",
        supplier=row.read("supplier", values.text) or "",
        delivers=bool(row.read("delivers", values.yes)),
        alliance=bool(row.read("alliance", values.yes)),
    )
    return _put(work, row, step, branch_id, site)


def _menu(work: Importing, row: Row, step: str) -> str | None:
    name = row.read("site", values.needed) or ""
    sites = work.uow.meal_sites.find(name=name)
    if name and len(sites) != 1:
        row.problems.append(("site", f"no meal site is called {name!r}"))
    on, dishes = row.read("day", values.day), row.read("dishes", values.needed, most=300)
    if on is None and not any(column == "day" for column, _ in row.problems):
        row.problems.append(("day", "must not be empty"))
    price = row.read("price", values.text) or ""
    if row.problems or on is None:
        return None
    menu = Menu(site_id=sites[0].id, day=on, dishes=dishes, price=price, by_id=work.doing.actor_id)
    return _put(work, row, step, sites[0].branch_id, menu)


def _activity(work: Importing, row: Row, step: str) -> str | None:
    branch_id = _branch(work, row)
    starts = row.read("starts_at", values.moment, zone=work.scheme.tz)
    title, place = row.read("title", values.needed), row.read("place", values.needed)
    minutes = row.read("minutes", values.whole, least=10, most=24 * 60) or 60
    places = row.read("places", values.whole, least=1, most=10_000)
    points = row.read("green_points", values.whole, least=0, most=1000) or 0
    words = row.read("words", values.text, most=500) or ""
    if row.problems or starts is None:
        return None
    activity = Activity(
        branch_id=branch_id,
        title=title,
        words=words,
        starts_at=starts,
        minutes=minutes,
        place=place,
        places=places,
        green_points=points,
        made_by=work.doing.actor_id,
        made_at=work.doing.now,
    )
    return _put(work, row, step, branch_id, activity)


def _put(
    work: Importing, row: Row, step: str, branch_id: int, thing: Station | MealSite | Menu | Activity
) -> str | None:
    if row.problems:
        return None
    return bring_in_place(work.uow, work.scheme, work.doing.step(step), branch_id, thing).outcome


_PLACE: dict[str, tuple[str, ...]] = {
    "name": ("名称",),
    "branch": ("站点", "分行"),
    "address": ("地址",),
    "hours": ("时间", "开放时间"),
    "phone": ("电话",),
}
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "members",
            {
                "name": ("姓名",),
                "phone": ("电话", "手机"),
                "born": ("出生日期", "生日"),
                "sex": ("性别",),
                "branch": ("站点", "分行"),
                "local_household": ("户籍", "本区户籍"),
                "lives_here": ("常住",),
                "retired": ("退休",),
                "healthy": ("健康",),
                "groups": ("类别", "人群"),
                "address": ("地址", "住址"),
                "household": ("户", "家庭"),
                "trained": ("已培训", "培训"),
                "volunteer": ("志愿者",),
                "opening": ("余额", "原有币数"),
            },
            ("name",),
            _member,
        ),
        Kind(
            "stations",
            {**_PLACE, "offers": ("服务", "有什么"), "notes": ("备注",), "green": ("绿色积分",)},
            ("name",),
            _station,
        ),
        Kind(
            "meal-sites",
            {
                **_PLACE,
                "price": ("价格",),
                "supplier": ("供餐",),
                "delivers": ("送餐",),
                "alliance": ("长者餐桌",),
            },
            ("name",),
            _meal_site,
        ),
        Kind(
            "menus",
            {"site": ("助餐点",), "day": ("日期",), "dishes": ("菜",), "price": ("价格",)},
            ("site", "day", "dishes"),
            _menu,
        ),
        Kind(
            "activities",
            {
                "title": ("活动", "名称"),
                "starts_at": ("时间", "开始"),
                "minutes": ("时长", "分钟"),
                "place": ("地点",),
                "places": ("名额",),
                "branch": ("站点", "分行"),
                "green_points": ("积分",),
                "words": ("说明",),
            },
            ("title", "starts_at", "place"),
            _activity,
        ),
    )
}
