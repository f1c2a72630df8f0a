"""The menu fits WeChat's limits and says only what the dialogue knows."""

from __future__ import annotations

from pathlib import Path

import yaml

from bot.catalogue import read_entries
from bot.channels.wechat_api import menu_buttons
from bot.channels.wechat_menu import MENU, menu

HOUSE = Path(__file__).resolve().parents[3]


def label(name: str) -> str:
    return read_entries()[f"wechat_menu.{name}"].text


def test_the_menu_is_one_that_wechat_takes() -> None:
    buttons = menu_buttons(menu(label))
    assert len(buttons) == 3
    assert all(len(button["sub_button"]) <= 5 for button in buttons)


def test_every_key_says_an_intent_of_the_dialogue() -> None:
    domains = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in (HOUSE / "domain").glob("*.yml")]
    intents = {
        name if isinstance(name, str) else next(iter(name))
        for domain in domains
        for name in (domain or {}).get("intents", [])
    }
    assert len(intents) > 50
    for _, keys in MENU:
        for _, payload in keys:
            assert payload.removeprefix("/") in intents
