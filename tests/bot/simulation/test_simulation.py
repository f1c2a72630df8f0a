"""The made-up community: its books are proven under faults, and a seed says everything."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from typer.testing import CliRunner

from bank.doing import Doing, Receipt
from bank.scheme import Scheme
from bot.cli import app
from bot.simulation.run import START, simulate
from bot.simulation.world import GuaranteeBroken, World
from storage.scheme_files import load_scheme
from storage.unit_of_work import SqlUnitOfWork

SCHEMES = ("changning", "fuyuan", "taierzhuang", "beijing")


@pytest.fixture
def whole(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--long"))


@pytest.mark.proof
@pytest.mark.parametrize("name", SCHEMES)
def test_a_community_lives_with_faults_and_its_books_hold(name: str, whole: bool) -> None:
    members, days = (2000, 300) if whole else (120, 15)
    if whole and name == "fuyuan":
        members = 1876
    result = simulate(load_scheme(name), members=members, days=days, seed=1, faults=True)
    assert result["books"]["ok"]
    assert result["minted"] == result["held"]
    assert result["settled"] > 0
    assert result["happened"]["tapped twice"] > 0
    assert result["happened"]["cut off"] > 0
    if whole and name == "fuyuan":
        assert abs(result["orders"] - 16430) < 16430 * 0.05  # its own report: 16,430 in ten months


def test_the_same_seed_says_the_same_and_another_does_not() -> None:
    scheme = load_scheme("changning")
    one, same, other = (simulate(scheme, members=50, days=6, seed=seed) for seed in (7, 7, 8))
    assert json.dumps(one) == json.dumps(same)
    assert one["orders"] > 0
    assert one["weeks"] != other["weeks"]


def test_a_second_effect_of_one_tap_would_be_seen() -> None:
    world = World(load_scheme("changning"), 1, START, faults=True)

    def careless(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
        return Receipt(outcome="done")

    with pytest.raises(GuaranteeBroken, match="twice"):
        for _ in range(500):
            world.do(careless, 1)
    world.engine.dispose()


def test_events_come_in_their_order_and_none_before_its_time() -> None:
    world = World(load_scheme("changning"), 1, START, faults=False)
    seen: list[tuple[str, datetime]] = []
    world.after(2, 2, lambda: seen.append(("late", world.now)))
    world.after(1, 1, lambda: seen.append(("early", world.now)))
    world.run(START.replace(hour=12))
    assert [name for name, _ in seen] == ["early", "late"]
    assert (seen[1][1] - seen[0][1]).total_seconds() == 3600
    world.engine.dispose()


def test_the_verb_prints_and_draws(tmp_path: object) -> None:
    picture = f"{tmp_path}/drawing.png"
    small = ["simulate", "--scheme", "fuyuan", "--members", "30", "--days", "3", "--picture", picture]
    told = CliRunner().invoke(app, small)
    assert told.exit_code == 0, told.output
    assert "coins minted" in told.output
    with open(picture, "rb") as drawn:
        assert drawn.read(8) == b"\x89PNG\r\n\x1a\n"
    found = CliRunner().invoke(app, [*small, "--json"])
    line = next(line for line in found.output.splitlines() if line.startswith("{"))
    assert json.loads(line)["scheme"] == "fuyuan"
