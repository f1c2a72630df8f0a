"""The house itself: arrows point inward, rooms bear the same names, pages lead somewhere."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parent.parent
ROOMS = {"bank": set(), "storage": {"bank"}, "bot": {"bank", "storage"}}
AT_LEAST = {"bank": 30, "storage": 20, "bot": 80}  # files; a check that found none would pass for ever
PURE = set(sys.stdlib_module_names) - {
    *("asyncio", "concurrent", "http", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets"),
    *("select", "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "sys", "tempfile", "threading", "time"),
    *("urllib", "uuid"),
}
BANK_MAY_USE = PURE | {"pydantic", "pydantic_core", "yaml", "bank"}
TOPICS = {
    *("talk", "care", "notices", "membership", "requests", "settling", "coins"),
    *("rules", "stations", "activities", "jobs", "approval", "reports"),
}


def files_of(room: str) -> list[Path]:
    found = sorted((HOUSE / room).rglob("*.py"))
    assert len(found) >= AT_LEAST[room], f"only {len(found)} files in {room}/"
    return found


def imports_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("room", ROOMS)
def test_arrows_point_inward(room: str) -> None:
    strangers = set(ROOMS) - ROOMS[room] - {room}
    for path in files_of(room):
        assert not imports_of(path) & strangers, path


def test_the_bank_does_no_io() -> None:
    for path in files_of("bank"):
        beyond = imports_of(path) - BANK_MAY_USE
        assert not beyond, f"{path.name} imports {beyond}"


def test_the_understanding_imports_nothing_of_the_house() -> None:
    found = [path for path in (HOUSE / "nlu").rglob("*.py") if ".venv" not in path.parts]
    assert len(found) >= 8
    for path in found:
        assert not imports_of(path) & set(ROOMS), path


def test_topics_bear_the_same_names_everywhere() -> None:
    for room in ("nlu/data", "domain", "stories"):
        names = {path.stem for path in (HOUSE / room).glob("*.yml")} - {"_shared"}
        assert names == TOPICS, room
    assert {path.stem for path in (HOUSE / "bot/actions").glob("*.py")} >= TOPICS


@pytest.mark.parametrize("page", ["README.md", *sorted(f"docs/{path.name}" for path in (HOUSE / "docs").glob("*.md"))])
def test_links_lead_somewhere(page: str) -> None:
    path = HOUSE / page
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        assert target.startswith("http") or (path.parent / target).exists(), target


def test_the_top_level_is_as_agreed() -> None:
    for name in (
        "bot",
        "nlu",
        "domain",
        "stories",
        "storage",
        "tests",
        "pyproject.toml",
        "bank",
        "timebank",
        ".ci/run",
    ):
        assert (HOUSE / name).exists(), name
