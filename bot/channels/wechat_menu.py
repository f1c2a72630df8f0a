"""The account's menu: three keys with what people ask for most; each key says a payload of the dialogue."""

from __future__ import annotations

from collections.abc import Callable

from bot.channels.wechat_api import MenuKey

MENU: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("help", (("ask", "/request_help"), ("orders", "/check_order"), ("done", "/confirm_done"))),
    ("serve", (("jobs", "/list_jobs"), ("schedule", "/view_schedule"), ("join", "/join_volunteer"))),
    ("mine", (("balance", "/check_balance"), ("rules", "/ask_rules"), ("person", "/talk_to_person"))),
)


def menu(label: Callable[[str], str]) -> tuple[MenuKey, ...]:
    """The menu with its labels; `label` gives the words of a key (`wechat_menu.<name>`)."""
    return tuple(
        MenuKey(label=label(top), keys=tuple(MenuKey(label=label(name), payload=payload) for name, payload in keys))
        for top, keys in MENU
    )
