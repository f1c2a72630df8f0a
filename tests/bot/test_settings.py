"""Settings: the example names every one with its true default; a wrong or missing one is named, never guessed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bank.permissions import staff_at
from bot.rasa_process import HOUSE
from bot.serving import shared_talks
from bot.settings import Settings, SettingsError, check_for_serving, read_settings
from storage.engine import make_engine
from storage.unit_of_work import uow_factory

EXAMPLE = HOUSE / "deploy" / "timebank.toml.example"
SECRET = "0123456789abcdef0123456789abcdef"
AES_KEY = "a" * 43
NO_DEFAULT = "…"
WECHAT = {"wechat_app_id": "wx1", "wechat_secret": "s", "wechat_token": "t", "wechat_aes_key": AES_KEY}


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting from this machine: an empty folder, no TIMEBANK_*."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("TIMEBANK_"):
            monkeypatch.delenv(name)


def uncommented() -> dict[str, Any]:
    """The example's settings, each as its first line has it."""
    found: dict[str, Any] = {}
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        if re.match(r"# [a-z_]+ = ", line):
            for name, value in tomllib.loads(line.removeprefix("# ")).items():
                found.setdefault(name, value)
    return found


def test_the_example_as_it_stands_is_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "timebank.toml").write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    assert read_settings() == Settings.model_construct()


def test_the_example_names_every_setting_and_no_other() -> None:
    assert uncommented().keys() == Settings.model_fields.keys()


def test_the_example_shows_the_true_defaults() -> None:
    for name, value in uncommented().items():
        default = Settings.model_fields[name].default
        if default is None:
            continue  # what stands there is an example
        assert value == (str(default) if isinstance(default, Path) else default), name
        assert value != NO_DEFAULT


def test_a_filled_example_is_read_whole(tmp_path: Path) -> None:
    given = uncommented() | WECHAT | {"secret_key": SECRET, "telegram_token": "1:a", "telegram_secret": "hook"}
    lines = [f"{name} = {_toml(value)}" for name, value in given.items()]
    (tmp_path / "timebank.toml").write_text("\n".join(lines), encoding="utf-8")
    settings = read_settings()
    assert settings.wechat_on
    assert settings.telegram_on
    for name, value in given.items():
        read = getattr(settings, name)
        read = read.get_secret_value() if isinstance(read, SecretStr) else read
        assert str(read) == str(value), name


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "timebank.toml").write_text("port = 8100\nscheme = 'fuyuan'")
    monkeypatch.setenv("TIMEBANK_PORT", "8200")
    settings = read_settings()
    assert (settings.port, settings.scheme) == (8200, "fuyuan")


def test_an_empty_variable_is_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIMEBANK_WECHAT_APP_ID", "")
    assert not read_settings().wechat_on


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "http"),
        ("port", "0"),
        ("port", "70000"),
        ("rasa_timeout", "0"),
        ("rasa_timeout", "three"),
        ("wechat_reply_within", "5"),
        ("wechat_reply_within", "-1"),
        ("wechat_plain", "perhaps"),
        ("development", "2"),
    ],
)
def test_a_wrong_value_names_its_setting(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"TIMEBANK_{name.upper()}", value)
    with pytest.raises(SettingsError, match=f"^TIMEBANK_{name.upper()}: ") as raised:
        read_settings()
    assert len(str(raised.value).splitlines()) == 1


def test_every_wrong_setting_has_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIMEBANK_PORT", "x")
    monkeypatch.setenv("TIMEBANK_RASA_TIMEOUT", "y")
    with pytest.raises(SettingsError) as raised:
        read_settings()
    assert sorted(line.split(":")[0] for line in str(raised.value).splitlines()) == [
        "TIMEBANK_PORT",
        "TIMEBANK_RASA_TIMEOUT",
    ]


def test_a_misspelt_name_in_the_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "timebank.toml").write_text("wechat_appid = 'wx1'")
    with pytest.raises(SettingsError, match="TIMEBANK_WECHAT_APPID"):
        read_settings()


def test_a_file_that_is_no_toml_is_said(tmp_path: Path) -> None:
    (tmp_path / "timebank.toml").write_text("port 8000")
    with pytest.raises(SettingsError, match=r"timebank\.toml"):
        read_settings()


def test_a_wrong_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIMEBANK_SECRET_KEY", "short-but-mine")
    settings = read_settings()
    with pytest.raises(SettingsError) as raised:
        check_for_serving(settings)
    assert "short-but-mine" not in str(raised.value)
    assert "short-but-mine" not in repr(settings)


def test_what_serving_needs_is_enough() -> None:
    check_for_serving(read_settings(secret_key=SECRET))
    check_for_serving(read_settings(secret_key=SECRET, **WECHAT))
    check_for_serving(read_settings(secret_key=SECRET, rasa_url="http://127.0.0.1:5005", actions_token="a"))
    shared = {"redis_url": "redis://127.0.0.1", "database_url": "postgresql+psycopg://a@127.0.0.1/b"}
    check_for_serving(read_settings(secret_key=SECRET, **shared))


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"secret_key": None}, "SECRET_KEY"),
        ({"secret_key": "x" * 31}, "SECRET_KEY"),
        (WECHAT | {"wechat_secret": None}, "WECHAT_SECRET"),
        (WECHAT | {"wechat_secret": ""}, "WECHAT_SECRET"),
        (WECHAT | {"wechat_token": None}, "WECHAT_TOKEN"),
        (WECHAT | {"wechat_aes_key": None}, "WECHAT_AES_KEY"),
        (WECHAT | {"wechat_aes_key": "a" * 42}, "WECHAT_AES_KEY"),
        (WECHAT | {"wechat_plain": True}, "WECHAT_PLAIN"),
        ({"telegram_token": "1:a", "telegram_secret": "no spaces allowed"}, "TELEGRAM_SECRET"),
        ({"telegram_token": "1:a", "telegram_secret": "s", "public_url": "http://a.example"}, "PUBLIC_URL"),
        ({"rasa_url": "http://127.0.0.1:5005"}, "ACTIONS_TOKEN"),
        ({"rasa_url": "http://127.0.0.1:5005", "actions_token": ""}, "ACTIONS_TOKEN"),
        ({"database_url": "mysql://a/b"}, "DATABASE_URL"),
        ({"database_url": "timebank.db"}, "DATABASE_URL"),
        ({"scheme": "atlantis"}, "SCHEME"),
        ({"redis_url": "127.0.0.1:6379"}, "REDIS_URL"),
        ({"redis_url": "redis://127.0.0.1"}, "REDIS_URL"),
    ],
)
def test_what_serving_cannot_do_with_is_named(given: dict[str, Any], named: str) -> None:
    settings = read_settings(**({"secret_key": SECRET} | given))
    with pytest.raises(SettingsError, match=f"(?m)^TIMEBANK_{named}: "):
        check_for_serving(settings)


def test_rasas_beside_each_other_share_talks_and_locks() -> None:
    assert shared_talks(read_settings()) == {}
    settings = read_settings(
        redis_url="redis://:secret@10.0.0.5:6380", database_url="postgresql+psycopg://desk:p%40ss@10.0.0.6/timebank"
    )
    assert shared_talks(settings) == {
        "RASA_TRACKER_URL": "postgresql://desk:p%40ss@10.0.0.6/timebank",
        "RASA_LOCK_STORE": "redis",
        "RASA_REDIS_HOST": "10.0.0.5",
        "RASA_REDIS_PORT": "6380",
        "RASA_REDIS_PASSWORD": "secret",
    }


def test_serve_names_what_is_wrong_with_a_scheme_in_a_line_each(tmp_path: Path) -> None:
    wrong = (HOUSE / "tests" / "bank" / "sixth.yml").read_text(encoding="utf-8")
    path = tmp_path / "mytown.yml"
    path.write_text(wrong.replace("undo_minutes: 5", "undo_minutes: five\ncolour: red"), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TIMEBANK_")}
    environment |= {"TIMEBANK_SCHEME": str(path), "TIMEBANK_SECRET_KEY": SECRET, "PYTHONPATH": str(HOUSE)}
    command = [sys.executable, "-m", "bot.cli", "serve"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert any("mytown.yml: undo_minutes: " in line and "integer" in line for line in lines), lines
    assert any("mytown.yml: colour: " in line for line in lines), lines


def test_serve_refuses_and_names_the_setting(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TIMEBANK_")}
    command = [sys.executable, "-m", "bot.cli", "serve"]
    environment |= {"TIMEBANK_WECHAT_APP_ID": "wx1", "PYTHONPATH": str(HOUSE)}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 2
    for name in ("SECRET_KEY", "WECHAT_SECRET", "WECHAT_TOKEN", "WECHAT_AES_KEY"):
        assert f"TIMEBANK_{name}: " in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir()), "nothing was made"


def test_a_desk_is_opened_from_the_example_and_again(tmp_path: Path) -> None:
    (tmp_path / "timebank.toml").write_text(f'secret_key = "{SECRET}"')
    command = [sys.executable, str(HOUSE / "deploy" / "organisation.py"), f"{HOUSE}/deploy/organisation.toml.example"]
    environment = os.environ | {"PYTHONPATH": str(HOUSE)}
    for _ in range(2):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        assert [line.split()[0] for line in done.stdout.splitlines()] == ["何主任", "孙丽"]
    with uow_factory(make_engine(f"sqlite:///{tmp_path}/var/timebank.db"), reading=True)() as uow:
        head, branch = sorted(uow.branches.find(), key=lambda each: each.tier)
        assert branch.parent_id == head.id
        assert [len(staff_at(uow, each.id)) for each in (head, branch)] == [1, 1]


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else f'"{value}"'
