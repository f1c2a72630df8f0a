"""Which member the words of a staff member name, asking where several bear the name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bank.errors import NotFound
from bank.members import Member, RoleName
from bank.permissions import check_is_staff
from bot.actions.turn import Turn, payload
from bot.catalogue import MOST_CHOICES
from bot.understanding.people import resolve_person

Person = dict[str, Any]


def reach(turn: Turn) -> list[int]:
    """Ids of the branches that the speaker has staff rights over. Raises NotAllowed("not_staff")."""
    return check_is_staff(turn.uow, turn.me.id)


def volunteers(turn: Turn) -> list[Member]:
    """Active volunteers of those branches."""
    return turn.uow.members.holding(RoleName.VOLUNTEER, reach(turn))


def everybody(turn: Turn) -> list[Member]:
    """All members of those branches."""
    return turn.uow.members.find(branch_id=tuple(reach(turn)))


def named(turn: Turn, among: Sequence[Member], *, asked: bool) -> list[Member]:
    """Those of `among` whom the payload or the words name, by full name or call (小李, 王阿婆); empty for nobody.

    Raises NotFound for a name that nobody there bears, unless it was `asked` for: then that is said.
    """
    given = turn.given("member_number")
    if given is not None:
        return [member for member in among if member.id == int(given)]
    said = turn.words
    full = [member for member in among if member.name in said]
    if full:
        longest = max(len(member.name) for member in full)
        return [member for member in full if len(member.name) == longest]
    person = resolve_person(said, [member.name for member in among])
    if person is None:
        return []
    there = {member.id for member in among}
    found = [member for member in turn.uow.members.named(person.name, reach(turn)) if member.id in there]
    if not found:
        if not asked:
            raise NotFound("member", person.name)
        turn.say("not_found.member")
    return found


def ask_which(turn: Turn, ids: Sequence[int], intent: str) -> None:
    """Ask which of the people who bear one name is meant, up to three as choices."""
    people = [turn.uow.members.get(ident) for ident in ids]
    choices = [
        turn.choice(
            "label.member", payload(intent, member_number=member.id), name=member.name, phone=member.phone or ""
        )
        for member in people[:MOST_CHOICES]
    ]
    turn.say("which_member", choices=choices, count=len(people))


def kept(member: Member) -> Person:
    """A member as a slot keeps it."""
    return {"id": member.id, "name": member.name}
