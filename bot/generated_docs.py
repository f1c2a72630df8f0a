"""The pages under docs/ that are made from the code, so that they cannot say what the code does not do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from bank.diagrams import LIFECYCLES, lifecycle_mermaid
from bank.words_needed import REFUSALS
from bot.catalogue import read_entries
from bot.rasa_process import HOUSE
from bot.rulebook import scheme_page
from bot.settings import Settings
from storage.scheme_files import load_scheme, scheme_names

NOTE = "<!-- Made by `./timebank docs` from the code. Change the code, then run it again. -->\n\n"
Verbs = Mapping[str, Any]  # the commands of the command line by name, as click keeps them


def lifecycles() -> str:
    """Every lifecycle as a diagram."""
    parts = ["# Lifecycles\n\nEach arrow bears the verb and who may make the move.\n"]
    for life in LIFECYCLES:
        parts.append(f"\n## {life.what}\n\n```mermaid\n{lifecycle_mermaid(life)}```\n")
    return "".join(parts)


def settings() -> str:
    """Every setting with its default."""
    lines = [
        "# Settings\n\nFrom the environment, or by the same names in lower case from `timebank.toml`.\n\n",
        "| setting | default | what it is |\n|---|---|---|\n",
    ]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        lines.append(f"| `TIMEBANK_{name.upper()}` | {default} | {field.description} |\n")
    return "".join(lines)


def command_line(verbs: Verbs) -> str:
    """Every verb with its options."""
    lines = ["# The command line\n\n`./timebank VERB`\n"]
    for name, command in sorted(verbs.items()):
        if command.hidden:
            continue
        lines.append(f"\n## `{name}`\n\n{command.help}\n\n")
        for option in command.params:
            names = ", ".join(f"`{opt}`" for opt in option.opts)
            lines.append(f"- {names}: {getattr(option, 'help', None) or ''}\n")
    return "".join(lines)


def refusals() -> str:
    """Every rule that can refuse, with the words people meet."""
    entries = read_entries()
    lines = [
        "# Refusals\n\nEvery refusal names its rule. `{{ … }}` are filled with the case's own facts.\n\n",
        "| rule | words |\n|---|---|\n",
    ]
    for rule in sorted(REFUSALS):
        text = " ".join(entries[f"refused.{rule}"].text.split())
        lines.append(f"| `{rule}` | {text.replace('|', '&#124;')} |\n")
    return "".join(lines)


def intents() -> str:
    """Every intent with what the rules do with it."""
    lines = [
        "# Intents\n\nWhat is understood, and what each begins.\n\n",
        "| topic | intent | begins |\n|---|---|---|\n",
    ]
    for file in sorted((HOUSE / "stories").glob("*.yml")):
        rules = (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).get("rules") or []
        for rule in rules:
            steps = rule["steps"]
            for step, after in pairwise(steps):
                if "intent" in step and "action" in after:
                    lines.append(f"| {file.stem} | `{step['intent']}` | `{after['action']}` |\n")
    return "".join(dict.fromkeys(lines))


def pages(verbs: Verbs) -> dict[Path, Callable[[], str]]:
    """Every generated page with its maker."""
    docs = HOUSE / "docs"
    made: dict[Path, Callable[[], str]] = {
        docs / "lifecycles.md": lifecycles,
        docs / "settings.md": settings,
        docs / "command-line.md": lambda: command_line(verbs),
        docs / "refusals.md": refusals,
        docs / "intents.md": intents,
    }
    for name in scheme_names():
        made[docs / "schemes" / f"{name}.md"] = lambda name=name: scheme_page(load_scheme(name))  # type: ignore[misc]  # bound now
    return made


def write_pages(verbs: Verbs) -> list[str]:
    """Write all pages; their names."""
    written = []
    for path, make in pages(verbs).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(NOTE + make(), encoding="utf-8")
        written.append(str(path.relative_to(HOUSE)))
    return written


def old_pages(verbs: Verbs) -> list[str]:
    """Pages that do not say what the code says now."""
    return [
        str(path.relative_to(HOUSE))
        for path, make in pages(verbs).items()
        if not path.exists() or path.read_text(encoding="utf-8") != NOTE + make()
    ]
