"""Where branches and stations are and what is there, for ask_station; staff keep the directory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bank.doing import Doing, Receipt
from bank.errors import RuleRefused
from bank.organisation import Branch
from bank.permissions import check_staff_of
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.station import Station
from bank.usecases.deed import once

FAR = 99  # of a branch that lies elsewhere in the tree


def branch_info(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """The person's own branch first, then those above it; for a stranger all, the head first. Reads only."""
    if doing.person_id:
        own = uow.members.get(doing.person_id).branch_id
        branches = uow.branches.path_up(own)
    else:
        branches = sorted(uow.branches.find(), key=lambda branch: (branch.tier, branch.id))
    rows = [_row(scheme, branch) for branch in branches]
    return Receipt(outcome="branches", facts={"branches": rows, "hotline": scheme.hotline})


def _row(scheme: Scheme, branch: Branch) -> dict[str, Any]:
    tier = scheme.tiers[min(branch.tier, len(scheme.tiers)) - 1]
    return {
        "id": branch.id,
        "name": branch.name,
        "tier": tier,
        "address": branch.address,
        "phone": branch.phone,
        "hours": branch.hours,
    }


def nearness(uow: UnitOfWork, doing: Doing) -> dict[int, int]:
    """How near each branch is to the person: 0 the own one and what is below it, then upwards, FAR elsewhere."""
    if not doing.person_id:
        return {}
    own = uow.members.get(doing.person_id).branch_id
    near = {branch.id: step for step, branch in enumerate(uow.branches.path_up(own))}
    return {**dict.fromkeys(uow.branches.below(own), 0), **near}


def station_directory(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """All stations, those of one's own branch first, then those above, then the others. Reads only.

    Outcome: stations (id, name, branch_id, address, hours, phone, offers, windows, notes, green). Strangers may ask.
    """
    near = nearness(uow, doing)
    found = sorted(uow.stations.find(), key=lambda one: (near.get(one.branch_id, FAR), one.id))
    rows = [{name: value for name, value in asdict(one).items() if name != "version"} for one in found]
    return Receipt(outcome="stations", facts={"stations": rows})


@dataclass(frozen=True, slots=True, kw_only=True)
class StationPlan:
    """What staff write about a station. `windows`: items by window."""

    name: str
    address: str = ""
    hours: str = ""
    phone: str = ""
    offers: Sequence[str] = ()
    windows: Mapping[str, Sequence[str]] = field(default_factory=dict)
    notes: str = ""
    green: bool = False


def save_station(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, branch_id: int, plan: StationPlan, station_id: int | None = None
) -> Receipt:
    """Put a station into the directory, or write down anew what is there. Outcome: station_saved (station, name).

    Raises NotAllowed ("not_staff", "not_staff_here"), NotFound, RuleRefused: "words_missing", "name_taken".
    """
    content = {"branch": branch_id, "station": station_id, "plan": _content(plan)}

    def work() -> Receipt:
        check_staff_of(uow, doing.actor_id, branch_id)
        name = plan.name.strip()
        if not name:
            raise RuleRefused("words_missing")
        if any(other.id != station_id for other in uow.stations.find(name=name)):
            raise RuleRefused("name_taken", title=name)
        station = Station(name=name, branch_id=branch_id) if station_id is None else uow.stations.get(station_id)
        if station_id is not None:
            check_staff_of(uow, doing.actor_id, station.branch_id)
        station.name, station.branch_id, station.address = name, branch_id, plan.address.strip()
        station.hours, station.phone, station.notes = plan.hours.strip(), plan.phone.strip(), plan.notes.strip()
        station.offers = [offer.strip() for offer in plan.offers if offer.strip()]
        station.windows = {window.strip(): list(items) for window, items in plan.windows.items() if window.strip()}
        station.green = plan.green
        audit = doing.audit("save_station", name=name)
        saved = uow.stations.add(station, audit) if station_id is None else uow.stations.save(station, audit)
        return Receipt(outcome="station_saved", facts={"station": saved.id, "name": name})

    return once(uow, doing, "save_station", content, work)


def _content(plan: StationPlan) -> dict[str, Any]:
    windows = {window: list(items) for window, items in plan.windows.items()}
    return {**asdict(plan), "offers": list(plan.offers), "windows": windows}
