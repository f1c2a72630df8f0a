"""Whole sentences as people say them, some 1,400, with a floor per kind of value: what is kept is not to be lost."""

import pytest

from .reading import SCHEMES, Verdict, judge

FLOORS = {  # kind: least share right, most share wrong without asking
    "times": (0.96, 0.02),
    "durations": (0.97, 0.01),
    "amounts": (0.97, 0.01),
    "orders": (0.97, 0.01),
    "ratings": (0.97, 0.02),
    "people": (0.97, 0.02),
    "places": (0.97, 0.02),
    "services": (0.97, 0.03),
}


def _hold(verdicts: list[Verdict], right: float, silent: float) -> None:
    wrong = [one for one in verdicts if not one.right]
    told = "\n".join(f"{one.text} -> {one.got}{' (not asked)' if one.sure else ''}" for one in wrong)
    assert 1 - len(wrong) / len(verdicts) >= right, told
    assert sum(one.sure for one in wrong) / len(verdicts) <= silent, told


@pytest.mark.parametrize("kind", FLOORS)
def test_lines_are_read_as_they_are_meant(kind: str) -> None:
    _hold(judge(kind), *FLOORS[kind])


@pytest.mark.parametrize("scheme", SCHEMES[1:])
def test_services_fall_under_the_categories_of_each_scheme(scheme: str) -> None:
    verdicts = judge("services", SCHEMES.index(scheme))
    assert len(verdicts) > 150
    _hold(verdicts, 0.97, 0.03)
