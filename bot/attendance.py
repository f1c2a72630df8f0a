"""签到 at an activity by its staff: "签到" lists who has not come yet, "签到 王阿婆 张大爷" notes who has."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from bank.doing import Doing
from bank.errors import BankError
from bank.members import Member, RoleName
from bank.usecases import activity_desk
from bot.actions.activity_naming import titled
from bot.actions.base import words_of
from bot.desk import Desk
from bot.messages import Reply
from bot.speaker import Speaker
from storage.unit_of_work import SqlUnitOfWork

ASK = re.compile(r"(?:活动|现场)?(?:签到|点名)[\s:,，、]*(?P<who>.*)")
AFTERWARDS = timedelta(hours=12)
Row = dict[str, Any]


def take_attendance(desk: Desk, words: str, speaker: Speaker) -> Reply | None:
    """The reply to a member of staff who takes attendance now; None for other words, other people, no activity.

    Blocking.
    """
    match = ASK.fullmatch(words.strip())
    if match is None or speaker.member_id is None:
        return None
    try:
        with desk.units() as uow:
            if not any(grant.role is RoleName.STAFF for grant in uow.members.roles(speaker.member_id)):
                return None
            now_on = _now_on(uow, desk, speaker)
            meant = titled(match["who"], now_on) or now_on
            if not meant:
                return None
            reply = _note(uow, desk, speaker, meant, match["who"])
            uow.commit()
    except BankError as error:
        return words_of(desk, speaker.now, error)
    return reply


def _doing(speaker: Speaker, step: str) -> Doing:
    return Doing(now=speaker.now, key=f"{speaker.key}:{step}", actor_id=speaker.member_id or 0, device=speaker.sender)


def _now_on(uow: SqlUnitOfWork, desk: Desk, speaker: Speaker) -> list[Row]:
    """The open activities of one's branches about now, the nearest in time first."""
    rows = activity_desk.staff_activities(uow, desk.scheme, _doing(speaker, "activities")).facts["activities"]
    early = timedelta(minutes=desk.scheme.early_start)

    def fits(row: Row) -> bool:
        start = datetime.fromisoformat(row["starts_at"])
        end = start + timedelta(minutes=row["minutes"])
        return bool(row["status"] == "open" and start - early <= speaker.now <= end + AFTERWARDS)

    return sorted(
        (row for row in rows if fits(row)),
        key=lambda row: abs(datetime.fromisoformat(row["starts_at"]) - speaker.now),
    )


def _note(uow: SqlUnitOfWork, desk: Desk, speaker: Speaker, meant: list[Row], who: str) -> Reply:
    """Note the people who are named in the first of the activities that has them; say who is still missing."""
    came: list[str] = []
    activity = meant[0]
    for row in meant:
        people = _people(uow, desk, speaker, row)
        named = [person for person in people if person["name"] in who and person["status"] in ("signed", "waiting")]
        if named:
            activity = row
            came = [_attend(uow, desk, speaker, row, person["member_id"]) for person in named]
            break
    if not came:
        came = [_attend(uow, desk, speaker, activity, one.id) for one in _others(uow, desk, speaker, activity, who)]
    left = [one["name"] for one in _people(uow, desk, speaker, activity) if one["status"] == "signed"]
    key = "attendance.noted" if came else "attendance.list"
    return desk.words.say(key, speaker.now, title=activity["title"], came=came, left=left)


def _attend(uow: SqlUnitOfWork, desk: Desk, speaker: Speaker, row: Row, member_id: int) -> str:
    doing = _doing(speaker, f"attend:{member_id}")
    return str(activity_desk.attend(uow, desk.scheme, doing, row["activity"], member_id).facts["person"])


def _people(uow: SqlUnitOfWork, desk: Desk, speaker: Speaker, row: Row) -> list[Row]:
    doing = _doing(speaker, "attendance")
    people: list[Row] = activity_desk.attendance(uow, desk.scheme, doing, row["activity"]).facts["people"]
    return people


def _others(uow: SqlUnitOfWork, desk: Desk, speaker: Speaker, row: Row, who: str) -> list[Member]:
    """Members of the activity's branch who are named in full and are not on its list: they simply came."""
    known = {person["member_id"] for person in _people(uow, desk, speaker, row) if person["status"] == "attended"}
    branches = uow.branches.below(row["branch_id"])
    found = []
    for name in uow.members.names_in(who):
        bearers = [one for one in uow.members.find(name=name) if one.branch_id in branches and one.id not in known]
        if len(bearers) == 1:
            found.append(bearers[0])
    return found
