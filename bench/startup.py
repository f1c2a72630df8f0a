"""Start-up seconds and memory of both processes, the desk and Rasa, empty and after some talk.

    uv run python bench/startup.py [--turns 100]

Start-up: from the process's start until it answers (`/healthz`; Rasa: the model is loaded). Memory: resident set of the
process and its children. Both start alone, one after the other. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.turn import WORDS, WeChat, fill
from bot.rasa_process import RasaProcess
from bot.training import ensure_model
from tests.proofs.served import ServedDesk

PEOPLE = 4
STARTS = 3


def resident_mb(pid: int) -> float:
    """MB that the process and all it started have in memory."""
    total = 0.0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _descends(int(entry.name), pid):
            lines = (entry / "status").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024
    return round(total, 1)


def _descends(pid: int, ancestor: int) -> bool:
    while pid > 1 and pid != ancestor:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return False  # it ended while we looked
        pid = int(stat.rpartition(")")[2].split()[1])
    return pid == ancestor


async def run(turns: int, folder: Path) -> dict[str, Any]:
    desk = ServedDesk(folder, None, rasa_timeout=30)
    rasa = RasaProcess(model=ensure_model(), actions_url=desk.actions_url, var=folder / "rasa")
    desk.rasa = (rasa.url, rasa.token, rasa.actions_token)
    fill(desk, PEOPLE)
    try:
        desk_starts = []
        for _ in range(STARTS):
            desk.stop()
            desk.start()
            desk_starts.append(desk.wait_up())
        rasa_starts = []
        for _ in range(STARTS):
            rasa.stop()
            began = time.monotonic()
            rasa.start()
            if not await rasa.wait_ready():
                raise SystemExit("Rasa did not come up")
            rasa_starts.append(time.monotonic() - began)
        assert desk.child is not None
        assert rasa.child is not None
        pids = {"desk": desk.child.pid, "rasa": rasa.child.pid}
        before = {name: resident_mb(pid) for name, pid in pids.items()}
        phones = WeChat(desk, PEOPLE)
        for number in range(turns):
            await phones.turn(number % PEOPLE, WORDS[number // PEOPLE % len(WORDS)])
        after = {name: resident_mb(pid) for name, pid in pids.items()}
    finally:
        desk.stop()
        rasa.stop()
    starts = {"desk": desk_starts, "rasa": rasa_starts}
    return {"bench": "startup", "cores": os.cpu_count(), "turns": turns} | {
        name: {
            "startup_s": round(statistics.median(starts[name]), 2),
            "resident_mb": before[name],
            "resident_mb_after_turns": after[name],
        }
        for name in pids
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Start-up and memory of both processes")
    parser.add_argument("--turns", type=int, default=100, help="messages before memory is measured again")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="timebank-bench-") as folder:
        print(json.dumps(asyncio.run(run(given.turns, Path(folder))), ensure_ascii=False))


if __name__ == "__main__":
    main()
