"""One file into the books: every row is tried, and unless all are good, none is kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bank.doing import Doing
from bank.errors import NotAllowed, RuleRefused
from bank.permissions import check_is_staff
from bank.scheme import Scheme
from bot.importing.kinds import KINDS, Importing, Row
from bot.importing.sheets import read_lines
from storage.unit_of_work import UnitFactory


@dataclass(slots=True)
class Report:
    """What happened: rows by outcome, and (row, column, reason) for each thing to mend. Imported only if none."""

    kind: str
    rows: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    problems: list[tuple[int, str, str]] = field(default_factory=list)
    imported: bool = False

    def as_json(self) -> dict[str, Any]:
        problems = [{"row": row, "column": column, "reason": reason} for row, column, reason in self.problems]
        return {
            "kind": self.kind,
            "rows": self.rows,
            "outcomes": self.outcomes,
            "imported": self.imported,
            "problems": problems,
        }


def import_file(
    units: UnitFactory, scheme: Scheme, kind: str, path: Path, *, by_id: int, now: datetime, dry_run: bool = False
) -> Report:
    """Bring a file in as staff member `by_id`. The same file again changes nothing: its rows bear the same keys.

    `dry_run` only reports. Raises FileRefused, NotAllowed("not_staff"), KeyError for a kind that is not in `KINDS`.
    """
    rules = KINDS[kind]
    lines = read_lines(path, rules.columns, rules.needed)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    report = Report(kind, rows=len(lines))
    with units() as uow:
        branches = check_is_staff(uow, by_id)
        own = uow.members.get(by_id).branch_id
        doing = Doing(now=now, key=f"import:{kind}:{digest}", actor_id=by_id)
        work = Importing(uow, scheme, doing, own if own in branches else branches[0])
        for line in lines:
            row = Row(line.cells)
            try:
                outcome = rules.bring(work, row, str(line.number))
            except (RuleRefused, NotAllowed) as refusal:
                outcome = None
                facts = ", ".join(f"{name} {value}" for name, value in refusal.facts.items())
                row.problems.append(("", f"{refusal.rule}{f' ({facts})' if facts else ''}"))
            report.problems += [(line.number, column, reason) for column, reason in row.problems]
            if outcome is not None:
                report.outcomes[outcome] = report.outcomes.get(outcome, 0) + 1
        if lines and not report.problems and not dry_run:
            uow.commit()
            report.imported = True
    return report
