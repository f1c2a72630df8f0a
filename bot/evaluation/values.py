"""Times, lengths, kinds of help, alarms and swindles on another writer's lists, by the code that the desk runs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from bot.brain import ensure_brain
from bot.rasa_client import RasaClient
from bot.reading import read
from bot.understanding.durations import resolve_duration
from bot.understanding.services import resolve_service
from bot.understanding.text import clean
from bot.understanding.times import resolve_time
from storage.scheme_files import load_scheme

SCHEME = "changning"


def rows(path: Path) -> list[list[str]]:
    """The tab-parted columns of a list. Raises ValueError for an empty one: it would measure nothing."""
    found = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    if not found:
        raise ValueError(f"{path}: nothing to measure")
    return found


def measure_values(folder: Path) -> dict[str, dict[str, int]]:
    """Right, silently wrong and unsure answers of times, durations and services."""
    return {
        "times": _times(rows(folder / "times.txt")),
        "durations": _durations(rows(folder / "durations.txt")),
        "services": _services(rows(folder / "services.txt")),
    }


def _tally(right: int, wrong: int, lines: int) -> dict[str, int]:
    return {"lines": lines, "right": right, "silently_wrong": wrong, "unsure": lines - right - wrong}


def _times(lines: list[list[str]]) -> dict[str, int]:
    right = wrong = 0
    for now, text, start, *_ in lines:
        value = resolve_time(clean(text), datetime.fromisoformat(now))
        got = value.start if value is not None and not value.unsure else None
        meant = None if start == "-" else datetime.fromisoformat(start)
        right += got == meant
        wrong += got is not None and got != meant
    return _tally(right, wrong, len(lines))


def _durations(lines: list[list[str]]) -> dict[str, int]:
    right = wrong = 0
    for text, meant, *_ in lines:
        value = resolve_duration(clean(text))
        got = "?" if value is None or value.unsure else str(value.minutes)
        right += got == meant
        wrong += got not in ("?", meant)
    return _tally(right, wrong, len(lines))


def _services(lines: list[list[str]]) -> dict[str, int]:
    right = wrong = 0
    for text, meant, *_ in lines:
        value = resolve_service(clean(text))
        got = value.category if value is not None else None
        right += got == meant
        wrong += got is not None and got != meant
    return _tally(right, wrong, len(lines))


async def measure_alarms(folder: Path) -> dict[str, dict[str, int]]:
    """Emergencies and swindles caught, and false alarms on near misses and unrelated messages, as the desk decides."""
    scheme, now = load_scheme(SCHEME), datetime.fromisoformat("2026-11-20T10:00+08:00")
    address = ensure_brain()
    client = RasaClient(address.rasa_url, address.rasa_token, timeout=30)

    async def seen(text: str) -> tuple[bool, bool]:
        answer: dict[str, Any] = await read(client, scheme, text, now, "resident")
        emergency = bool(answer["emergency"]) or answer["intent"]["name"] == "report_emergency"
        return emergency, answer["intent"]["name"] == "suspect_scam"

    try:
        found = {}
        for name, which in (("emergencies", 0), ("scams", 1)):
            lines = rows(folder / "values" / f"{name}.txt")
            hits = [(kind == "yes", (await seen(text))[which]) for kind, text, *_ in lines]
            found[name] = {
                "meant": sum(meant for meant, _ in hits),
                "caught": sum(meant and hit for meant, hit in hits),
                "near_misses": sum(not meant for meant, _ in hits),
                "false_alarms": sum(hit and not meant for meant, hit in hits),
            }
        strange = [
            line for line in (folder / "test" / "unrelated_messages.txt").read_text("utf-8").splitlines() if line
        ]
        stirred = [await seen(text) for text in strange]
        found["unrelated"] = {
            "messages": len(strange),
            "emergencies": sum(emergency for emergency, _ in stirred),
            "scams": sum(scam for _, scam in stirred),
        }
        return found
    finally:
        await client.close()
