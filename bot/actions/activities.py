"""Activities are not in the desk's books yet: it says so and offers a person."""

from __future__ import annotations

from bot.actions.base import DeskAction
from bot.actions.coins import NotYetHere
from bot.desk import Desk


def actions(desk: Desk) -> list[DeskAction]:
    return [
        NotYetHere(desk, "action_list_activities", "not_yet.activities"),
        NotYetHere(desk, "action_join_activity", "not_yet.join_activity"),
        NotYetHere(desk, "action_leave_activity", "not_yet.leave_activity"),
    ]
