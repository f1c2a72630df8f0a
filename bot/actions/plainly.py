"""Saying the same thing so that it is grasped: the plainer wording where there is one, else the question alone."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.actions.turn import Turn
from bot.messages import Reply

NOT_GRASPED = re.compile(r"[不没](?:太|大|怎么|有)?[听看弄搞]?(?:懂|明白)|什么意思|啥意思|简单|太长|太多|绕")
"""Says that hearing it once more will not help."""
_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]?")
TWICE = 2


def wants_it_plainer(turn: Turn) -> bool:
    """The second time it is asked for again, or when the words were heard but not grasped."""
    return int(turn.slot("repeats") or 0) >= TWICE or bool(NOT_GRASPED.search(turn.words))


def plainer(reply: Reply) -> Reply:
    return replace(reply, text=reply.plain or shorter(reply.text))


def shorter(text: str) -> str:
    """The question of a text, else its first sentence."""
    sentences: list[str] = [found.strip() for found in _SENTENCE.findall(text) if found.strip()]
    questions = [sentence for sentence in sentences if sentence.endswith(("？", "?"))]
    if questions:
        return questions[-1]
    return sentences[0] if sentences else text
