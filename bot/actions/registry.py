"""All actions of the dialogue, by topic."""

from __future__ import annotations

from bot.actions import care, membership, requests, settling, talk
from bot.actions.base import DeskAction
from bot.desk import Desk

TOPICS = (talk, care, membership, requests, settling)


def all_actions(desk: Desk) -> list[DeskAction]:
    """Every action that `domain/` names, once."""
    return [action for topic in TOPICS for action in topic.actions(desk)]
