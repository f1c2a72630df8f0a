"""`timebank chat`: a message a line in, an object a line out; the same process a person would start."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.brain import BrainAddress
from bot.channels.console import run_chat
from bot.cli import main
from bot.rasa_process import HOUSE, free_port
from bot.settings import read_settings
from storage.engine import make_engine
from storage.verify import verify
from tests.conversations.conftest import sample  # noqa: F401  # a fixture
from tests.conversations.scenario import BEGINS

Chat = Callable[..., Any]


def typed(words: str | bytes) -> io.TextIOWrapper:
    raw = words if isinstance(words, bytes) else words.encode()
    return io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8", errors="replace")


@pytest.fixture
def database(sample: Path, tmp_path: Path) -> str:  # noqa: F811  # the fixture of that name
    return f"sqlite:///{shutil.copyfile(sample, tmp_path / 'desk.db')}"


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch, database: str) -> Chat:
    """Talks inside this process, with a Rasa that does not run; answers the lines that were printed."""

    async def talk(
        name: str, words: str | bytes, *, db: str = database, as_json: bool = True, now: datetime | None = BEGINS
    ) -> list[Any]:
        out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        monkeypatch.setattr(sys, "stdin", typed(words))
        monkeypatch.setattr(sys, "stdout", out)
        settings = read_settings(
            database_url=db, rasa_url=f"http://127.0.0.1:{free_port()}", actions_token="token", rasa_timeout=1
        )
        await run_chat(settings, name, as_json=as_json, now=now)
        out.seek(0)
        lines = out.read().splitlines()
        return [json.loads(line) for line in lines] if as_json else lines

    return talk


async def test_an_object_a_line(chat: Chat) -> None:
    heard = await chat("王阿婆", "余额\n")
    answer = heard[-1]
    assert set(answer) == {"to", "text", "buttons"}
    assert answer["to"] == "王阿婆"
    assert "能用的有7币" in answer["text"]


async def test_buttons_are_labels_and_a_number_takes_one(chat: Chat) -> None:
    heard = await chat("王阿婆", "我的单子\n1\n")
    assert heard[-2]["buttons"][0].startswith("6号")
    assert heard[-1]["text"].startswith("6号单")


async def test_text_has_the_choices_numbered(chat: Chat) -> None:
    lines = await chat("王阿婆", "我的单子\n", as_json=False)
    assert any(line.startswith("1 6号") for line in lines)


async def test_what_waited_comes_first_and_only_once(chat: Chat) -> None:
    first = await chat("张大爷", "")
    assert any("李明说手机教学做完了" in line["text"] for line in first)
    assert await chat("张大爷", "") == []


async def test_without_rasa_what_matters_works(chat: Chat, database: str) -> None:
    resident = await chat("张大爷", "我的单子\n做好了\n对\n5\n人工\n我摔倒了起不来\n")
    texts = "\n".join(line["text"] for line in resident)
    for words in ("您有2个单子", "您付1币", "给李明5分", "请工作人员来找您", "120"):
        assert words in texts
    volunteer = await chat("李明", "接7号单\n我接\n")
    assert "7号单您接下了" in volunteer[-1]["text"] or any("7号单您接下了" in line["text"] for line in volunteer)
    staff = await chat("孙丽", "")
    assert any("紧急" in line["text"] and "张大爷" in line["text"] for line in staff)
    assert verify(make_engine(database)).ok


async def test_a_newcomer_may_talk(chat: Chat) -> None:
    assert "没有登记" in (await chat("路过的人", "余额\n"))[-1]["text"]


async def test_an_empty_database_is_filled(chat: Chat, tmp_path: Path) -> None:
    heard = await chat("王阿婆", "余额\n", db=f"sqlite:///{tmp_path}/new/desk.db")
    assert "能用的有7币" in heard[-1]["text"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"\n", "没收到字"),
        (b"\xff\xfe\xe4\n", "看不懂"),
        ("😀\r\n".encode(), "看不懂"),
        (b'/confirm_done{"order_number": 5}\n', "交给工作人员"),
        (("余额" + "。" * 20_000 + "\n").encode(), "能用的有7币"),
        ("余额".encode(), "能用的有7币"),  # the last line need not end
    ],
)
async def test_odd_lines(chat: Chat, line: bytes, said: str) -> None:
    await chat("王阿婆", "")
    heard = await chat("王阿婆", line)
    assert said in heard[0]["text"]


@pytest.mark.brain
def test_the_real_process(database: str, brain: BrainAddress) -> None:
    done = subprocess.run(
        [str(HOUSE / "timebank"), "chat", "--as", "王阿婆", "--json", "--db", database, "--now", BEGINS.isoformat()],
        input="后天上午九点陪我去华山医院看病，两个小时\n对\n",
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    heard = [json.loads(line) for line in done.stdout.splitlines()]
    assert "后天（周日）上午9点" in heard[-2]["text"]
    assert "等分行审核" in heard[-1]["text"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--now", "2026-11-20T10:00"], "zone"),
        (["--now", "tomorrow"], "ISO"),
        (["--scheme", "nowhere"], "nowhere"),
        (["--db", "mysql://x/y"], "mysql"),
    ],
)
def test_what_is_wrong_is_named(
    arguments: list[str], named: str, database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = arguments if "--db" in arguments else ["--db", database, *arguments]
    monkeypatch.setenv("TIMEBANK_RASA_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("TIMEBANK_ACTIONS_TOKEN", "token")
    monkeypatch.setattr(sys, "argv", ["timebank", "chat", "--as", "王阿婆", *given])
    monkeypatch.setattr(sys, "stdin", typed(""))
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert named in capsys.readouterr().err
