"""Meals for older people (老年助餐点, 长者餐桌): where, when, what is served on a day, what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from bank.doing import Doing, Receipt
from bank.errors import RuleRefused
from bank.permissions import check_is_staff, check_staff_of
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.station import MealSite, Menu
from bank.usecases.deed import once
from bank.usecases.stations import FAR, nearness

LONGEST_MENU = 300
MOST_ROWS = 500


def meals(uow: UnitOfWork, scheme: Scheme, doing: Doing, day: date) -> Receipt:
    """All meal sites with what they serve on the day, those of one's own branch first, partners last. Reads only.

    Outcome: meals (day, sites: id, name, address, hours, phone, price, supplier, delivers, alliance, dishes).
    Strangers may ask. `price` is the day's where the menu has one.
    """
    near = nearness(uow, doing)
    menus = {menu.site_id: menu for menu in uow.menus.find(day=day)}
    sites = sorted(uow.meal_sites.find(), key=lambda one: (one.alliance, near.get(one.branch_id, FAR), one.id))
    rows = [_site(site, menus.get(site.id)) for site in sites]
    return Receipt(outcome="meals", facts={"day": day.isoformat(), "sites": rows})


def _site(site: MealSite, menu: Menu | None) -> dict[str, Any]:
    facts = {name: value for name, value in asdict(site).items() if name != "version"}
    dishes, price = (menu.dishes, menu.price or site.price) if menu else ("", site.price)
    return {**facts, "dishes": dishes, "price": price}


@dataclass(frozen=True, slots=True, kw_only=True)
class MealSitePlan:
    """What staff write about a meal site; `alliance`: a restaurant of the 长者餐桌 alliance."""

    name: str
    address: str = ""
    hours: str = ""
    phone: str = ""
    price: str = ""
    supplier: str = ""
    delivers: bool = False
    alliance: bool = False


def save_meal_site(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, branch_id: int, plan: MealSitePlan, site_id: int | None = None
) -> Receipt:
    """Put a meal site into the directory, or write down anew what holds. Outcome: site_saved (site, name).

    Raises NotAllowed ("not_staff", "not_staff_here"), NotFound, RuleRefused: "words_missing", "name_taken".
    """
    content = {"branch": branch_id, "site": site_id, "plan": asdict(plan)}

    def work() -> Receipt:
        check_staff_of(uow, doing.actor_id, branch_id)
        if not plan.name.strip():
            raise RuleRefused("words_missing")
        if any(other.id != site_id for other in uow.meal_sites.find(name=plan.name.strip())):
            raise RuleRefused("name_taken", title=plan.name.strip())
        kept = MealSite(name="", branch_id=branch_id) if site_id is None else uow.meal_sites.get(site_id)
        if site_id is not None:
            check_staff_of(uow, doing.actor_id, kept.branch_id)
        said: dict[str, Any] = {
            name: value.strip() if isinstance(value, str) else value for name, value in asdict(plan).items()
        }
        site = MealSite(id=kept.id, branch_id=branch_id, version=kept.version, **said)
        audit = doing.audit("save_meal_site", name=site.name)
        saved = uow.meal_sites.add(site, audit) if site_id is None else uow.meal_sites.save(site, audit)
        return Receipt(outcome="site_saved", facts={"site": saved.id, "name": saved.name})

    return once(uow, doing, "save_meal_site", content, work)


def put_menu(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, site_id: int, day: date, dishes: str, price: str = ""
) -> Receipt:
    """What a site serves on a day; the day's earlier menu is written over. Outcome: menu_put (site, day).

    Raises NotAllowed, NotFound, RuleRefused("words_missing").
    """
    content = {"site": site_id, "day": day.isoformat(), "dishes": dishes, "price": price}

    def work() -> Receipt:
        site = uow.meal_sites.get(site_id)
        check_staff_of(uow, doing.actor_id, site.branch_id)
        if not dishes.strip():
            raise RuleRefused("words_missing")
        _put(uow, doing, site_id, day, dishes, price)
        return Receipt(outcome="menu_put", facts={"site": site.name, "day": day.isoformat()})

    return once(uow, doing, "put_menu", content, work)


def _put(uow: UnitOfWork, doing: Doing, site_id: int, day: date, dishes: str, price: str) -> None:
    known = next(iter(uow.menus.find(site_id=site_id, day=day)), None)
    menu = known or Menu(site_id=site_id, day=day, dishes="")
    menu.dishes, menu.price, menu.by_id = dishes.strip()[:LONGEST_MENU], price.strip(), doing.actor_id
    audit = doing.audit("put_menu", site=site_id, day=day.isoformat())
    if known is None:
        uow.menus.add(menu, audit)
    else:
        uow.menus.save(menu, audit)


def import_menus(uow: UnitOfWork, scheme: Scheme, doing: Doing, rows: Sequence[Sequence[str]]) -> Receipt:
    """Menus of many days at once, each row: site's name, day (2026-11-23), dishes, and a price if it differs.

    All rows or none. Outcome: menus_imported (count). Raises NotAllowed, RuleRefused: "words_missing" (no row),
    "rows_wrong" naming every wrong row.
    """
    given = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]

    def work() -> Receipt:
        mine = set(check_is_staff(uow, doing.actor_id))
        if not given or len(given) > MOST_ROWS:
            raise RuleRefused("words_missing")
        sites = {site.name: site.id for site in uow.meal_sites.find() if site.branch_id in mine}
        wrong = [(place, why) for place, row in enumerate(given, start=1) if (why := _wrong(row, sites))]
        if wrong:
            raise RuleRefused("rows_wrong", rows=wrong)
        for row in given:
            _put(uow, doing, sites[row[0]], date.fromisoformat(row[1]), row[2], row[3] if len(row) > 3 else "")
        return Receipt(outcome="menus_imported", facts={"count": len(given)})

    return once(uow, doing, "import_menus", {"rows": given}, work)


def _wrong(row: Sequence[str], sites: dict[str, int]) -> str:
    """What is wrong with a row: cells, site, day, dishes; empty when nothing is."""
    if not 3 <= len(row) <= 4:
        return "cells"
    if row[0] not in sites:
        return "site"
    try:
        date.fromisoformat(row[1])
    except ValueError:
        return "day"
    return "" if row[2] else "dishes"
