"""Buttons under a message: what their 64 bytes of `callback_data` carry, and how a tap is read back.

A payload that fits is carried as it is: then a button on an older message (a job offered in the morning) still means
what it says. A longer one is carried as `k:<number>:<mark>`: the number on the keypad and a hash of the payload, so
that the tap can be matched with the choices that were really offered and never with those of a later question.
Whoever forges a tap can say no more than by typing: rights and state are checked again on every tap.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.messages import Choice, payload_mark

DATA_LIMIT = 64
_NUMBERED = re.compile(r"k:([1-9]):([0-9a-f]{16})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Tap:
    """A tapped button: `text` is a payload `/intent{…}`, or a keypad number when `mark` is set."""

    text: str
    mark: str = ""


def callback_data(number: int, payload: str) -> str:
    """What the button with this keypad number carries, at most 64 bytes."""
    if payload.startswith("/") and len(payload.encode("utf-8")) <= DATA_LIMIT:
        return payload
    return f"k:{number}:{payload_mark(payload)}"


def read_tap(data: str) -> Tap | None:
    """The tap behind `callback_data`; None when no button of ours carries that."""
    if len(data.encode("utf-8", "replace")) > DATA_LIMIT:
        return None
    if data.startswith("/"):
        return Tap(data)
    numbered = _NUMBERED.fullmatch(data)
    return Tap(numbered[1], numbered[2]) if numbered else None


def keyboard(choices: Iterable[Choice]) -> InlineKeyboardMarkup | None:
    """One wide button a line, numbered as everywhere else."""
    rows = [
        [InlineKeyboardButton(f"{number} {choice.label}", callback_data=callback_data(number, choice.payload))]
        for number, choice in enumerate(choices, start=1)
    ]
    return InlineKeyboardMarkup(rows) if rows else None
