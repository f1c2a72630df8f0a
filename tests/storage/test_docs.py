"""docs/ledger.md says nothing that no test proves."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def rows_of_guarantees() -> list[list[str]]:
    page = (ROOT / "docs" / "ledger.md").read_text(encoding="utf-8")
    lines = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| name")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_guarantee_names_tests_that_exist() -> None:
    written = "\n".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    found = set(re.findall(r"^def (test_\w+)", written, re.MULTILINE))
    guarantees = rows_of_guarantees()
    assert len(guarantees) >= 14
    for name, guarantee, why, proofs in guarantees:
        named = re.findall(r"`(test_\w+)`", proofs)
        assert guarantee, name
        assert why, name
        assert named, f"{name} names no test"
        assert set(named) <= found, f"{name}: {set(named) - found} do not exist"


def test_every_guarantee_that_the_code_names_is_on_the_page() -> None:
    names = {row[0].strip("`") for row in rows_of_guarantees()}
    for path in (ROOT / "storage").glob("*.py"):
        for raised in re.findall(r"LedgerError\(\s*\"(\w+)\"", path.read_text(encoding="utf-8")):
            assert raised in names, f"{path.name} raises {raised}, which docs/ledger.md does not explain"
