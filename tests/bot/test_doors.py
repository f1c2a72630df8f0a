"""Fixed words that open another door: binding codes, links to the pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bank.members import RoleName
from bot.doors import Doors
from bot.speaker import Speaker
from bot.talk import Talk
from storage.unit_of_work import in_unit
from tests.bot.actions.talking import House

SECRET = "s" * 40


class Street(House):
    """The small bank with one of each."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.resident = self.person("王阿婆", RoleName.RESIDENT).member_id
        self.volunteer = self.person("李明", RoleName.VOLUNTEER).member_id
        self.staff = self.person("孙丽", RoleName.STAFF).member_id


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Street]:
    street = Street(tmp_path)
    yield street
    street.close()


@pytest.fixture
def doors(house: Street) -> Doors:
    return Doors(house.desk, secret=SECRET, public_url="https://bank.example/")


def speaker(house: Street, sender: str, member_id: int | None) -> Speaker:
    now = house.clock.now()

    def identity(uow):
        made = uow.desk.identities.get_or_create("telegram", "main", sender, now)
        if member_id is not None:
            uow.desk.identities.bind(made.id, member_id, now)
        return made.id

    ident = in_unit(house.desk.units, identity)
    return Speaker(key="inbox:1", identity_id=ident, member_id=member_id, sender=f"telegram:main:{sender}", now=now)


def bound_to(house: Street, who: Speaker) -> int | None:
    return in_unit(house.desk.units, lambda uow: uow.desk.identities.get(who.identity_id).member_id)


def code_of(doors: Doors, who: Speaker) -> str:
    opened = doors.open("绑定码", who, Talk(identity_id=who.identity_id))
    assert opened is not None
    return opened.reply.text.split("绑定码是 ")[1].split("，")[0]


def test_a_code_binds_a_second_channel_once(house: Street, doors: Doors) -> None:
    old, new, third = (speaker(house, "old", house.resident), speaker(house, "new", None), speaker(house, "x", None))
    code = code_of(doors, old)
    opened = doors.open(f"绑定 {code}", new, Talk(identity_id=new.identity_id))
    assert opened is not None and "认得您了" in opened.reply.text
    assert bound_to(house, new) == house.resident
    again = doors.open(f"绑定{code}", third, Talk(identity_id=third.identity_id))
    assert again is not None and again.wrong_codes == 1
    assert bound_to(house, third) is None


def test_a_code_ends_after_a_quarter_of_an_hour(house: Street, doors: Doors) -> None:
    code = code_of(doors, speaker(house, "old", house.resident))
    house.clock.forward(timedelta(minutes=16))
    late = speaker(house, "new", None)
    doors.open(f"绑定 {code}", late, Talk(identity_id=late.identity_id))
    assert bound_to(house, late) is None


def test_guessing_is_stopped(house: Street, doors: Doors) -> None:
    code = code_of(doors, speaker(house, "old", house.resident))
    guesser = speaker(house, "guesser", None)
    opened = doors.open(f"绑定 {code}", guesser, Talk(identity_id=guesser.identity_id, wrong_codes=5))
    assert opened is not None and opened.reply.choices
    assert bound_to(house, guesser) is None


def test_somebody_elses_channel_is_not_taken_over(house: Street, doors: Doors) -> None:
    code = code_of(doors, speaker(house, "old", house.resident))
    other = speaker(house, "other", house.volunteer)
    doors.open(f"绑定 {code}", other, Talk(identity_id=other.identity_id))
    assert bound_to(house, other) == house.volunteer


@pytest.mark.parametrize(
    ("words", "who", "opens"),
    [
        ("大字网页", "resident", "/chat?k="),
        ("工作台", "staff", "/desk?k="),
        ("工作台", "resident", None),
        ("绑定我女儿", "resident", None),
        ("绑定码", None, None),
        ("陪我去医院", "resident", None),
    ],
)
def test_which_words_open_which_door(
    house: Street, doors: Doors, words: str, who: str | None, opens: str | None
) -> None:
    member_id = None if who is None else getattr(house, who)
    here = speaker(house, "somebody", member_id)
    opened = doors.open(words, here, Talk(identity_id=here.identity_id))
    assert (opened is None) if opens is None else opened is not None and opens in opened.reply.text
