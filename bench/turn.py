"""A WeChat turn beside a bare Rasa turn: the same messages, the same run, one after the other in turns.

    uv run python bench/turn.py [--rounds 12] [--people 8]

WeChat turn: a signed and encrypted post to the real `serve` process until its passive reply is read. Bare turn: the
same words to Rasa's own REST channel, which calls back the same actions. Both sides change their Rasa conversation by
the same rule, so that trackers grow alike. Prints one JSON object.
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
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.clock import SystemClock
from bot.conversation import TURNS_PER_SESSION
from bot.rasa_process import RasaProcess
from bot.training import ensure_model
from storage.engine import make_engine
from storage.migrate import migrate
from tests.doubles.wechat_phone import WeChatPhone
from tests.proofs.community import Community
from tests.proofs.served import SIDE, ServedDesk

WORDS = (
    "你好", "我还有多少币", "我的单子", "明天下午三点陪我去医院两个小时", "在我家里", "我还有几个币", "不办了",
    "几点开门", "每天最多挣几个币", "这个月的账给我看看", "有什么活可以接", "再说一遍", "你是机器人吗", "谢谢", "菜单",
)  # fmt: skip
GOALS = {"p50_ratio": 1.5, "throughput_ratio": 0.7}
CLOCK = SystemClock()


@dataclass
class Side:
    """One way to take a turn, and how long its turns took (seconds)."""

    turn: Callable[[int, str], Awaitable[str]]
    took: list[float] = field(default_factory=list)
    many: list[tuple[int, float]] = field(default_factory=list)  # (turns, seconds) of each crowded block

    def figures(self) -> dict[str, float]:
        cuts = statistics.quantiles(self.took, n=100, method="inclusive")
        turns, seconds = (sum(part) for part in zip(*self.many, strict=True))
        return {
            "turns": len(self.took),
            "p50_ms": round(cuts[49] * 1000, 2),
            "p99_ms": round(cuts[98] * 1000, 2),
            "throughput_per_s": round(turns / seconds, 2),
        }


class BareRasa:
    """Rasa's REST channel with the metadata that the gateway would send."""

    def __init__(self, rasa: RasaProcess, desk: ServedDesk, people: list[tuple[int, int]]) -> None:
        self._rasa, self._desk, self._people = rasa, desk, people
        self._http = httpx.AsyncClient(base_url=rasa.url, timeout=30, trust_env=False)
        self._session = [1] * len(people)
        self._turns = [0] * len(people)
        self._serial = 0

    async def turn(self, person: int, words: str) -> str:
        self._serial += 1
        identity, member = self._people[person]
        body = {
            "sender": f"bare-{identity}-{self._session[person]}",
            "message": words,
            "metadata": {
                "key": f"bare:{self._serial}",
                "identity_id": identity,
                "member_id": member,
                "sender": f"bare:main:openid{person}",
                "now": CLOCK.now().isoformat(),
                "said": words,
                "actions_url": self._desk.actions_url,
            },
        }
        answer = await self._http.post("/webhooks/rest/webhook", json=body, params={"token": self._rasa.token})
        said = answer.json()
        self._turns[person] += 1
        if any((part.get("custom") or {}).get("finished") for part in said) or self._turns[person] > TURNS_PER_SESSION:
            self._session[person] += 1
            self._turns[person] = 0
        return "\n".join(part["custom"]["reply"]["text"] for part in said)


class WeChat:
    """WeChat's servers in front of the desk; encrypting and reading what comes back is counted too."""

    def __init__(self, desk: ServedDesk, people: int) -> None:
        self._http = httpx.AsyncClient(base_url=desk.url, timeout=30, trust_env=False)
        self._phones = [WeChatPhone(SIDE, f"openid{number}", CLOCK) for number in range(people)]

    async def turn(self, person: int, words: str) -> str:
        phone = self._phones[person]
        post = phone.post(phone.text(words))
        answer = await self._http.post("/wechat/main", params=post.params, content=post.body)
        answer.raise_for_status()
        said = phone.reply_in(answer.text)
        if not said:
            raise SystemExit(f"no passive reply to {words!r}")
        return said


async def measure(sides: dict[str, Side], rounds: int, people: int) -> None:
    """Turn by turn in alternating order, then everybody at once in alternating blocks."""
    names = list(sides)
    for number in range(-1, rounds):  # the first round warms everything up
        for step, words in enumerate(WORDS):
            order = names if (number + step) % 2 else names[::-1]
            for name in order:
                took, _ = await timed(sides[name].turn(number % people, words))
                if number >= 0:
                    sides[name].took.append(took)
    for number in range(4):
        for name in names if number % 2 else names[::-1]:
            sides[name].many.append(await crowd(sides[name], people))


async def crowd(side: Side, people: int) -> tuple[int, float]:
    """Everybody talks at the same time, each one message after the other."""

    async def talk(person: int) -> None:
        for words in WORDS:
            await side.turn(person, words)

    took, _ = await timed(asyncio.gather(*(talk(person) for person in range(people))))
    return people * len(WORDS), took


async def timed(work: Awaitable[Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = await work
    return time.perf_counter() - began, result


def check_rasa_answered(desk: ServedDesk) -> None:
    """A turn that went past Rasa would be no turn."""
    shown = httpx.get(f"{desk.url}/metrics", trust_env=False).text
    counts = [line for line in shown.splitlines() if "without_rasa" in line and not line.startswith("#")]
    if not counts or any("_total" in line and float(line.split()[-1]) for line in counts):
        raise SystemExit(f"some turns went past Rasa: {counts}")


def fill(desk: ServedDesk, people: int) -> list[tuple[int, int]]:
    """A community whose residents are on WeChat; (identity, member) of each."""
    engine = make_engine(desk.database_url)
    migrate(engine)
    community = Community(engine, CLOCK.now()).found(residents=people, volunteers=4, coins_each=3_000)
    found = []
    with community.units() as uow:
        for number, member in enumerate(community.residents):
            identity = uow.desk.identities.get_or_create("wechat", "main", f"openid{number}", CLOCK.now())
            uow.desk.identities.bind(identity.id, member, CLOCK.now())
            community.published(uow, member, CLOCK.now() + timedelta(days=2, hours=number))
            found.append((identity.id, member))
        uow.commit()
    engine.dispose()
    return found


async def run(rounds: int, people: int, folder: Path) -> dict[str, Any]:
    desk = ServedDesk(folder, None, rasa_timeout=30)
    rasa = RasaProcess(model=ensure_model(), actions_url=desk.actions_url, var=folder / "rasa")
    desk.rasa = (rasa.url, rasa.token, rasa.actions_token)
    known = fill(desk, people)
    rasa.start()
    try:
        desk.start()
        desk.wait_up()
        if not await rasa.wait_ready():
            raise SystemExit("Rasa did not come up")
        sides = {
            "rasa": Side(BareRasa(rasa, desk, known).turn),
            "wechat": Side(WeChat(desk, people).turn),
        }
        await measure(sides, rounds, people)
        check_rasa_answered(desk)
    finally:
        desk.stop()
        rasa.stop()
    bare, ours = sides["rasa"].figures(), sides["wechat"].figures()
    ratios = {
        "p50_ratio": round(ours["p50_ms"] / bare["p50_ms"], 3),
        "p99_ratio": round(ours["p99_ms"] / bare["p99_ms"], 3),
        "throughput_ratio": round(ours["throughput_per_s"] / bare["throughput_per_s"], 3),
    }
    met = ratios["p50_ratio"] <= GOALS["p50_ratio"] and ratios["throughput_ratio"] >= GOALS["throughput_ratio"]
    return {
        "bench": "turn",
        "cores": os.cpu_count(),
        "people_at_once": people,
        "rasa": bare,
        "wechat": ours,
        **ratios,
        "goals": GOALS,
        "met": met,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="WeChat turns beside bare Rasa turns")
    parser.add_argument("--rounds", type=int, default=12, help=f"of {len(WORDS)} messages each")
    parser.add_argument("--people", type=int, default=8, help="how many talk at once")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="timebank-bench-") as folder:
        print(json.dumps(asyncio.run(run(given.rounds, given.people, Path(folder))), ensure_ascii=False))


if __name__ == "__main__":
    main()
