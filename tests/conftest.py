"""What every test may use: `--long`, and one Rasa for all tests that talk."""

from __future__ import annotations

import pytest

from bot.brain import BrainAddress, ensure_brain


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", default=False, help="run the long proofs whole")


@pytest.fixture(scope="session")
def long(pytestconfig: pytest.Config) -> bool:
    """Whether the long proofs run whole."""
    return bool(pytestconfig.getoption("--long"))


@pytest.fixture(scope="session")
def brain() -> BrainAddress:
    """The trained Rasa of this machine, started if none runs."""
    return ensure_brain()
