"""A house with people, an order on its way, and talks with the real actions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bank.doing import Doing
from bank.members import RoleName
from bank.usecases import approval, grants, jobs, requests
from bank.usecases.requests import Wish
from tests.bot.actions.talking import House, Person


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.close()


class Street:
    """The people of a street and what they can bring about without talking."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.resident = house.person("王秀英")
        self.volunteer = house.person("李明", RoleName.VOLUNTEER)
        self.staff = house.person("陈建平", RoleName.STAFF)
        self.head = house.person("张国庆", RoleName.STAFF, branch=house.head)
        self._keys = 0

    def doing(self, person: Person) -> Doing:
        self._keys += 1
        return Doing(now=self.house.clock.now(), key=f"set-up:{self._keys}", actor_id=person.member_id)

    def gets_coins(self, person: Person, minutes: int) -> None:
        with self.house.look() as uow:
            grants.grant_coins(uow, self.house.scheme, self.doing(self.head), person.member_id, minutes, reason="低保")
            uow.commit()

    def wishes(self, when: datetime, minutes: int = 120, service: str = "hospital_visit") -> int:
        wish = Wish(service=service, words="陪我去医院", starts_at=when, minutes=minutes, place="仙霞路100弄")
        with self.house.look() as uow:
            receipt = requests.submit_request(uow, self.house.scheme, self.doing(self.resident), wish)
            uow.commit()
        return int(receipt.facts["number"])

    def published(self, when: datetime, minutes: int = 120, service: str = "hospital_visit") -> int:
        """An order that both levels have let through."""
        number = self.wishes(when, minutes, service)
        for staff in (self.staff, self.head):
            with self.house.look() as uow:
                approval.approve(uow, self.house.scheme, self.doing(staff), number)
                uow.commit()
        return number

    def accepted(self, when: datetime, minutes: int = 120) -> int:
        number = self.published(when, minutes)
        with self.house.look() as uow:
            jobs.accept(uow, self.house.scheme, self.doing(self.volunteer), number)
            uow.commit()
        return number


@pytest.fixture
def street(house: House) -> Street:
    made = Street(house)
    made.gets_coins(made.resident, 600)
    return made
