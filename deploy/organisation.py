"""Opens the branches of a desk and seats their staff, from a TOML file; prints everyone's link to the desk.

From the folder that holds timebank.toml: /opt/timebank/.venv/bin/python /opt/timebank/deploy/organisation.py FILE
(deploy/organisation.toml.example). Everybody else joins in chat or at a branch.
May be run again: what stands already is left as it is.
"""

from __future__ import annotations

import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bank.doing import Doing
from bank.members import Member, MemberStatus, RoleName
from bank.organisation import Branch
from bank.scheme import Scheme
from bank.usecases.membership import grant
from bot.serving import open_database
from bot.settings import SettingsError, check_for_serving, read_settings
from bot.web.desk import desk_link
from bot.web.tokens import Signer
from storage.scheme_files import load_scheme
from storage.unit_of_work import SqlUnitOfWork, in_unit, uow_factory


class BranchData(BaseModel):
    """`under` is the name of the branch above; the scheme's tiers count from 1, the head."""

    model_config = ConfigDict(extra="forbid")

    name: str
    tier: int
    under: str | None = None
    address: str = ""
    phone: str = ""
    hours: str = ""
    scene: str | None = None


class StaffData(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    branch: str
    phone: str


class Organisation(BaseModel):
    model_config = ConfigDict(extra="forbid")

    branches: list[BranchData]
    staff: list[StaffData]


def opened(uow: SqlUnitOfWork, plan: Organisation, scheme: Scheme, now: datetime) -> dict[str, int]:
    """Put what is new into the books; answers the staff's member ids by name. Raises ValueError when it doesn't fit."""
    ids = {branch.name: branch.id for branch in uow.branches.find()}
    for each in sorted(plan.branches, key=lambda branch: branch.tier):
        if not 1 <= each.tier <= len(scheme.tiers):
            raise ValueError(f"{each.name}: tier must be 1 to {len(scheme.tiers)} in {scheme.name}")
        if (each.under is None) != (each.tier == 1) or (each.under is not None and each.under not in ids):
            raise ValueError(f"{each.name}: under must name a branch of a lower tier, and only tier 1 has none")
        if each.name not in ids:
            given = each.model_dump(exclude={"under"})
            doing = Doing(now=now, key=f"open:{each.name}", actor_id=0)
            parent = ids[each.under] if each.under else None
            added = uow.branches.add(Branch(**given, parent_id=parent), doing.audit("open_branch", name=each.name))
            ids[each.name] = added.id
    for person in plan.staff:
        if person.branch not in ids:
            raise ValueError(f"{person.name}: no branch {person.branch}")
    return {person.name: _seated(uow, person, ids[person.branch], now) for person in plan.staff}


def _seated(uow: SqlUnitOfWork, person: StaffData, branch_id: int, now: datetime) -> int:
    """The member of that name is staff of the branch: a member already, or made one now."""
    doing = Doing(now=now, key=f"open:{person.name}", actor_id=0)
    found = [each for each in uow.members.find(name=person.name) if each.phone == person.phone]
    member = found[0] if found else None
    if member is None:
        member = Member(
            name=person.name,
            branch_id=branch_id,
            status=MemberStatus.ACTIVE,
            phone=person.phone,
            identity_verified_at=now,
            joined_at=now,
        )
        uow.members.add(member, doing.audit("seat_staff", name=person.name))
    grant(uow, doing, member, RoleName.STAFF, branch_id)
    return member.id


def main(arguments: list[str]) -> str:
    """Open the desk of the settings; answers a line for each of the staff: name, and a link good for 15 minutes."""
    (file,) = arguments
    settings = read_settings()
    check_for_serving(settings)
    plan = Organisation.model_validate(_read(Path(file)))
    scheme, now = load_scheme(settings.scheme), datetime.now(UTC)
    engine = open_database(settings.database_url)
    seated = in_unit(uow_factory(engine, zone=scheme.tz), lambda uow: opened(uow, plan, scheme, now))
    secret = settings.secret_key.get_secret_value() if settings.secret_key else ""
    return "\n".join(f"{name} {settings.public_url}{desk_link(Signer(secret), each)}" for name, each in seated.items())


def _read(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        sys.stdout.write(main(sys.argv[1:]) + "\n")
    except (SettingsError, ValidationError, ValueError, OSError) as error:
        sys.exit(f"organisation: {error}")
