"""All actions of the dialogue, by topic."""

from __future__ import annotations

from bot.actions import (
    activities,
    approval,
    care,
    coins,
    goods,
    jobs,
    membership,
    notices,
    reports,
    requests,
    rules,
    settling,
    stations,
    talk,
)
from bot.actions.base import DeskAction
from bot.desk import Desk

TOPICS = (
    talk,
    care,
    notices,
    membership,
    requests,
    settling,
    coins,
    goods,
    rules,
    stations,
    activities,
    jobs,
    approval,
    reports,
)


def all_actions(desk: Desk) -> list[DeskAction]:
    """Every action that `domain/` names, once."""
    return [action for topic in TOPICS for action in topic.actions(desk)]
