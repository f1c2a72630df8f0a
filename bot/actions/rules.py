"""How the time bank works: the question's words choose a topic, the scheme gives the figures."""

from __future__ import annotations

import re
from importlib.resources import files

import yaml

from bot.actions.base import DeskAction
from bot.actions.turn import Turn
from bot.desk import Desk
from bot.understanding.text import clean

TOPICS: dict[str, list[str]] = yaml.safe_load(
    files("bot").joinpath("understanding", "rule_topics.yml").read_text(encoding="utf-8")
)
_PATTERNS = tuple((topic, re.compile("|".join(patterns), re.IGNORECASE)) for topic, patterns in TOPICS.items())


def topic_of(words: str) -> str:
    """The topic of a question, `overview` when none fits."""
    said = clean(words)
    return next((topic for topic, pattern in _PATTERNS if pattern.search(said)), "overview")


class AskRules(DeskAction):
    action_name = "action_ask_rules"
    strangers_too = True

    def work(self, turn: Turn) -> None:
        topic = str(turn.given("topic") or topic_of(turn.words))
        key = f"rules.{topic}"
        turn.say(key if key in turn.desk.words else "rules.overview")


def actions(desk: Desk) -> list[DeskAction]:
    return [AskRules(desk)]
