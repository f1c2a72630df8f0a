"""The one catalogue of words: `bot/words/<topic>.yml`, a key per message, filled with facts.

An entry has `text`, optionally `plain` (said after "再说一遍") and at most three `choices` (label, payload, means).
Facts are raw (minutes, aware or ISO moments, names, codes); the filters `coins`, `hours`, `when`, `day`, `clock`,
`service`, `category`, `case_kind`, `relation`, `worth` say them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from jinja2 import StrictUndefined, Template, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

from bank.coins import Unit
from bank.scheme import Scheme
from bot import phrases
from bot.messages import Choice, Reply

MOST_CHOICES = 3
_FULL_WIDTH = {",": "，", "?": "？", "!": "！", ";": "；", ":": "："}
_HALF_WIDTH = re.compile(r"(?<=[\u4e00-\u9fff])[,?!;:](?=[\u4e00-\u9fff“”‘’（）。]|$)")


class WordsError(Exception):
    """The catalogue is wrong: says file, key and reason."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One message's wording, still unfilled."""

    text: str
    plain: str | None
    choices: tuple[Choice, ...]
    origin: str


@cache
def read_entries() -> dict[str, Entry]:
    """All entries of all topics. Raises WordsError for a key that stands twice or an entry of a wrong shape."""
    entries: dict[str, Entry] = {}
    for file in sorted(files("bot").joinpath("words").iterdir(), key=lambda item: item.name):
        if not file.name.endswith(".yml"):
            continue
        raw = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        for key, body in raw.items():
            if key in entries:
                raise WordsError(f"{file.name}: {key}: stands already in {entries[key].origin}")
            entries[key] = _entry(file.name, key, body)
    return entries


def _entry(origin: str, key: str, body: Any) -> Entry:
    if isinstance(body, str):
        return Entry(body, None, (), origin)
    if not isinstance(body, dict) or "text" not in body or set(body) - {"text", "plain", "choices"}:
        raise WordsError(f"{origin}: {key}: needs text, may have plain and choices, nothing else")
    choices = tuple(Choice(**choice) for choice in body.get("choices", ()))
    if len(choices) > MOST_CHOICES:
        raise WordsError(f"{origin}: {key}: {len(choices)} choices, {MOST_CHOICES} is the most")
    return Entry(body["text"], body.get("plain"), choices, origin)


class Catalogue:
    """Fills entries with facts, in the coin names and zone of one scheme. A template is compiled when first said."""

    def __init__(self, scheme: Scheme) -> None:
        self._entries = read_entries()
        self._environment = _environment(scheme, self._entries)
        self._compiled: dict[str, _Compiled] = {}

    def keys(self) -> frozenset[str]:
        return frozenset(self._entries)

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def say(self, key: str, now: datetime, **facts: Any) -> Reply:
        """The message of that key. Raises WordsError for an unknown key, UndefinedError for a lacking fact."""
        entry = self._compiled.get(key) or self._compile(key)
        facts["now"] = now
        return Reply(
            text=full_width(entry.text.render(facts).strip()),
            plain=entry.plain.render(facts).strip() if entry.plain else None,
            choices=tuple(
                Choice(label=label.render(facts), payload=payload.render(facts), means=means)
                for label, payload, means in entry.choices
            ),
        )

    def refusal(self, rule: str, now: datetime, **facts: Any) -> Reply:
        """Why a rule refused, in words that name the rule."""
        return self.say(f"refused.{rule}", now, **facts)

    def _compile(self, key: str) -> _Compiled:
        entry = self._entries.get(key)
        if entry is None:
            raise WordsError(f"no words for {key!r}")
        template = self._environment.from_string
        self._compiled[key] = compiled = _Compiled(
            template(entry.text),
            template(entry.plain) if entry.plain else None,
            tuple((template(choice.label), template(choice.payload), choice.means) for choice in entry.choices),
        )
        return compiled


def full_width(text: str) -> str:
    """Chinese punctuation between Chinese words: what people wrote has passed the understanding in half width."""
    return _HALF_WIDTH.sub(lambda sign: _FULL_WIDTH[sign[0]], text)


@dataclass(frozen=True, slots=True)
class _Compiled:
    text: Template
    plain: Template | None
    choices: tuple[tuple[Template, Template, str | None], ...]


def _environment(scheme: Scheme, entries: Mapping[str, Entry]) -> SandboxedEnvironment:
    zone = scheme.tz
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False, trim_blocks=True)
    environment.globals |= {"scheme": scheme, "bank_name": scheme.bank_name, "coin_name": scheme.coin_name}

    def moment(value: datetime | str) -> datetime:
        return datetime.fromisoformat(value) if isinstance(value, str) else value

    def coins(minutes: int) -> str:
        return phrases.coins(minutes, scheme.minutes_per_coin, scheme.coin_classifier)

    @pass_context
    def when(context: Context, value: datetime | str) -> str:
        return phrases.when(moment(value), context["now"], zone)

    @pass_context
    def day(context: Context, value: datetime | str) -> str:
        return phrases.day(moment(value), context["now"], zone)

    def clock(value: datetime | str) -> str:
        return phrases.clock(moment(value).astimezone(zone))

    def named(kind: str) -> Callable[[str], str]:
        """The name of a code, `<kind>.<code>` in the catalogue; a code without a name is said as it is."""

        def name(code: str) -> str:
            entry = entries.get(f"{kind}.{code}")
            return entry.text if entry else code

        return name

    def category(code: str) -> str:
        return next((one.name for one in scheme.categories if one.code == code), code)

    def worth(value: int, unit: str) -> str:
        """What goods cost, by the unit of their price: coins, minutes of the goods account, green points."""
        if unit == Unit.GREEN:
            return f"{value}{scheme.green.name if scheme.green else ''}"
        return coins(value) if unit == Unit.COIN else phrases.hours(value)

    environment.filters |= {"worth": worth}

    def group(code: str) -> str:
        """A special group: as the scheme calls it, else by the common name."""
        return next((one.name for one in scheme.receiving.groups if one.code == code), named("group")(code))

    environment.filters |= {"group": group}
    environment.filters |= {"coins": coins, "hours": phrases.hours, "when": when, "day": day, "clock": clock}
    environment.filters |= {kind: named(kind) for kind in ("service", "case_kind", "relation")} | {"category": category}
    return environment
