"""The rule book of a scheme in words: what the bot answers about a rule and what the scheme's page says are one text.

Every rule of `bank.usecases.rules.RULES` is told by one topic or more; a topic is an entry `rules.<topic>` of the
catalogue, with its English in `rules.en.<topic>`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from bank.scheme import Scheme
from bank.usecases.rules import RULES, SECTIONS, Rule, rule_facts
from bot.catalogue import Catalogue

TOLD_BY: dict[str, tuple[str, ...]] = {
    # the rule table
    "organisation": ("organisation", "moving"),
    "who_may_serve": ("serving", "training"),
    "who_may_receive": ("receiving", "priority"),
    "account_holder": ("household", "both"),
    "price": ("price",),
    "billing_step": ("rounding",),
    "earned_per_day": ("daily_cap",),
    "balance": ("balance_cap",),
    "who_pays": ("payer",),
    "approval": ("approval",),
    "categories": ("categories",),
    "which_earn": ("demand",),
    "gifts": ("gifts", "charity"),
    "own_use": ("own_use",),
    "goods": ("goods", "settlement", "other_points"),
    "grants": ("grants",),
    "honours": ("honours", "care_home"),
    "safety": ("safety", "insurance", "photo", "callback", "cheating"),
    "proof": ("proof",),
    # common to all
    "unit": ("unit",),
    "day": ("day",),
    "names": ("what", "money"),
    "record": ("record",),
    "overflow": ("honour",),
    "funds": ("reserve",),
    "no_coins": ("no_coins",),
    "rating": ("rating",),
    "acting": ("acting",),
    "undo": ("undo",),
    # alerts
    "overlap": ("overlap",),
    "both_ways": ("both_ways",),
    "night": ("night",),
    "often_gifts": ("often_gifts",),
    "quick_confirm": ("quick_confirm",),
    "never_rated": ("never_rated",),
    "alerts": ("alerts",),
    # the way of an order
    "way": ("way",),
    "rejected": ("rejected",),
    "cancelled": ("cancel",),
    "expired": ("nobody_takes",),
    "withdrawn": ("withdrawn",),
    "no_show": ("no_show",),
    "disputed": ("dispute",),
    "confirming": ("confirm",),
    "reminders": ("reminders",),
    "quiet": ("quiet",),
    "capacity": ("several",),
    # stations
    "stations": ("stations",),
    "meals": ("meals",),
    "activities": ("activities",),
    "green": ("green",),
    "survey": ("survey",),
}
BESIDES = ("times", "limits", "choose", "fees", "documents", "expiry", "leaving", "privacy")
"""What people also ask, which is no row of its own."""
_NOW = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)  # the rules speak of no moment


@dataclass(frozen=True, slots=True)
class Told:
    """One rule as it is here: in Chinese, in English, and the values of the scheme behind it by key."""

    rule: Rule
    zh: str
    en: str
    values: dict[str, object]


class RuleBook:
    """The rules of one scheme, said."""

    def __init__(self, scheme: Scheme, words: Catalogue | None = None) -> None:
        self.scheme = scheme
        self._words = words or Catalogue(scheme)

    def topic(self, topic: str) -> str:
        """What ask_rules answers on a topic. Raises WordsError for an unknown one."""
        return self._words.say(f"rules.{topic}", _NOW).text

    def topic_in_english(self, topic: str) -> str:
        """The same in English. Raises WordsError for an unknown one."""
        return self._words.say(f"rules.en.{topic}", _NOW).text

    def rules(self) -> list[Told]:
        """Every rule in the order of the book."""
        facts = rule_facts(self.scheme)
        return [
            Told(
                rule,
                zh="".join(self.topic(topic) for topic in TOLD_BY[rule.code]),
                en=" ".join(self.topic_in_english(topic) for topic in TOLD_BY[rule.code]),
                values=facts[rule.code],
            )
            for rule in RULES
        ]


def scheme_page(scheme: Scheme) -> str:
    """The page of one scheme (Markdown): a table per section, a row per rule, then what else is asked."""
    book = RuleBook(scheme)
    lines = [
        f"# {scheme.title}\n\n",
        f"{scheme.title_en}. Version {scheme.version}. Source: `{scheme.source}`.\n\n",
        f"每条规矩这里怎么定，和{scheme.bank_name}在聊天里回答的一字不差；数字都从章程文件里来。\n",
    ]
    told = book.rules()
    for section, (zh, en) in SECTIONS.items():
        lines.append(f"\n## {zh} / {en}\n\n| 规则 | 这里怎么定 | Here | 章程里的值 |\n|---|---|---|---|\n")
        for each in told:
            if each.rule.section == section:
                name = f"**{each.rule.zh}**<br>{each.rule.en}<br>`{each.rule.code}`"
                lines.append(f"| {name} | {_cell(each.zh)} | {_cell(each.en)} | {_values(each.values.items())} |\n")
    lines.append("\n## 还常问的 / Also asked\n\n| 问的 | 这里怎么定 | Here |\n|---|---|---|\n")
    for topic in BESIDES:
        lines.append(f"| `{topic}` | {_cell(book.topic(topic))} | {_cell(book.topic_in_english(topic))} |\n")
    return "".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "&#124;").replace("\n", "<br>")


def _values(values: Iterable[tuple[str, object]]) -> str:
    """Keys with their values; a long value is in the file, only its key stands here."""
    said = []
    for key, value in values:
        text = json.dumps(value, ensure_ascii=False)
        said.append(f"`{key}`: `{text}`" if len(text) <= 40 else f"`{key}`")
    return "<br>".join(said) or "–"
