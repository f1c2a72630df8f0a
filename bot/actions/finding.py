"""Which member somebody means who is no staff: a relative, a name, the last four figures of a telephone number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bank import kinship
from bank.members import KinStatus, Member, MemberStatus
from bot.actions.turn import Turn, payload
from bot.catalogue import MOST_CHOICES
from bot.understanding.people import resolve_person
from bot.understanding.text import clean

MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
LAST_FOUR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
BARE_NAME = re.compile(r"(?:[她他]?(?:的名字)?(?:叫|是|名叫|姓名是?))?([一-龥·]{2,4}?)(?:[啊呀吧呢哦。,，]*)")
TAIL = 4


def relatives(turn: Turn, said: str) -> list[Member]:
    """The speaker's bound relatives whom they would call so, older or younger, whether or not they may act."""
    me = turn.me.id
    find, get = turn.uow.kin.find, turn.uow.members.get
    younger = [kin for kin in find(member_id=me, status=KinStatus.AGREED) if kinship.alike(said, kin.relation)]
    older = [kin for kin in find(relative_id=me, status=KinStatus.AGREED) if kinship.mirrors(said, kin.relation)]
    return [*(get(kin.relative_id) for kin in younger), *(get(kin.member_id) for kin in older)]


def members_named(turn: Turn, *, asked: bool, before: str = "") -> list[Member]:
    """Members of the whole bank whom the payload or the words name; the speaker only where nobody else is.

    Asked for a name, the bare answer is one; figures narrow what was said `before` (a name, if any).
    """
    given = turn.given("member_number")
    if given is not None:
        return [turn.uow.members.get(int(given))]
    said = turn.words
    if not said:
        return []
    phone = MOBILE.search(said.replace("-", "").replace(" ", ""))
    if phone:
        return _likely(turn, turn.uow.members.find(phone=phone[0]))
    tail = LAST_FOUR.search(said) if asked else None
    if tail:
        return _likely(turn, _by_tail(turn, tail[1], before))
    names = turn.uow.members.names_in(said)
    if names:
        longest = max(map(len, names))
        return _likely(turn, turn.uow.members.find(name=tuple(name for name in names if len(name) == longest)))
    called = name_said(turn, asked=asked)
    return _likely(turn, turn.uow.members.named(called)) if called else []


def name_said(turn: Turn, *, asked: bool) -> str:
    """The name or way to address that the words carry, else nothing."""
    value = resolve_person(turn.words, turn.roster)
    if value is not None:
        return value.name
    bare = BARE_NAME.fullmatch(turn.words) if asked and turn.values.relation is None else None
    return bare[1] if bare else ""


def _by_tail(turn: Turn, tail: str, before: str) -> list[Member]:
    """Whose number ends so; a name that was said before must begin alike."""
    ending = turn.uow.members.phone_ends(tail)
    surname = clean(before).removeprefix("小").removeprefix("老")[:1]
    return [member for member in ending if not surname or member.name.startswith(surname)]


def _likely(turn: Turn, found: Sequence[Member]) -> list[Member]:
    """Active members before others, others before the speaker: who can't receive is told so by the rules."""
    others = [member for member in found if member.id != turn.me.id]
    return [member for member in others if member.status is MemberStatus.ACTIVE] or others or list(found)


def ask_which_member(turn: Turn, ids: Sequence[int], intent: str) -> None:
    """Several bear the name: up to three as choices, told apart by their number's last figures; more: ask for those."""
    found = [turn.uow.members.get(ident) for ident in ids]
    if len(found) > MOST_CHOICES:
        turn.say("which_of_many", count=len(found))
        return
    turn.say(
        "which_member",
        count=len(found),
        choices=[
            turn.choice(
                "label.namesake",
                payload(intent, member_number=member.id),
                name=member.name,
                tail=(member.phone or "")[-TAIL:],
            )
            for member in found
        ],
    )
