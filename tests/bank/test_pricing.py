"""Settlement arithmetic: tables of cases, and properties that hold for any service."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bank.pricing import billed, priced, seat_cost, settled
from bank.schemes import NAMES
from storage.scheme_files import load_scheme

ZONE = ZoneInfo("Asia/Shanghai")
SCHEMES = {name: load_scheme(name) for name in NAMES}

# scheme | minutes served | minutes billed (SCHEMES: "billing step")
BILLED = """
changning   |   0 |   0
changning   |  29 |   0
changning   |  30 |  60
changning   |  60 |  60
changning   |  89 |  60
changning   |  90 | 120
changning   | 125 | 120
fuyuan      |  14 |   0
fuyuan      |  15 |  30
fuyuan      |  44 |  30
fuyuan      |  45 |  60
taierzhuang |   7 |   7
beijing     |  61 |  61
"""


@pytest.mark.parametrize("row", BILLED.strip().splitlines())
def test_billing_step(row: str) -> None:
    name, minutes, expected = (cell.strip() for cell in row.split("|"))
    assert billed(int(minutes), SCHEMES[name].billing) == int(expected)


def test_no_service_of_negative_length() -> None:
    with pytest.raises(ValueError, match="-1 minutes"):
        billed(-1, SCHEMES["changning"].billing)


# scheme | start | minutes | multiplier % | worth by day
PRICED = """
changning   | 09:00 | 120 | 100 | 120
changning   | 22:00 | 240 | 100 | 120 120
changning   | 23:30 |  60 | 100 | 60 0
changning   | 23:00 | 150 | 100 | 60 120
taierzhuang | 09:00 |  50 | 200 | 100
taierzhuang | 09:00 |  50 | 300 | 150
taierzhuang | 23:59 |   2 | 300 | 3 3
fuyuan      | 09:00 |  60 |   0 | 0
beijing     | 09:00 |  45 | 150 | 67
"""


@pytest.mark.parametrize("row", PRICED.strip().splitlines())
def test_priced(row: str) -> None:
    name, clock, minutes, multiplier, worth = (cell.strip() for cell in row.split("|"))
    start = datetime.fromisoformat(f"2024-03-06T{clock}").replace(tzinfo=ZONE)
    days = priced(SCHEMES[name], start, int(minutes), int(multiplier))
    assert [day.worth for day in days] == [int(part) for part in worth.split()]


# worth | funds | earned before | daily cap | room | credited | honour
SETTLED = """
120 | 120  | 0   | 120  | none | 120 | 0
180 | 180  | 0   | 120  | none | 120 | 60
120 | 60   | 0   | 120  | none | 60  | 60
120 | 120  | 90  | 120  | none | 30  | 90
120 | 120  | 120 | 120  | none | 0   | 120
120 | 120  | 150 | 120  | none | 0   | 120
120 | 120  | 0   | none | 60   | 60  | 60
120 | none | 0   | none | none | 120 | 0
120 | 0    | 0   | none | none | 0   | 120
"""


@pytest.mark.parametrize("row", SETTLED.strip().splitlines())
def test_what_a_day_gives(row: str) -> None:
    cells = [cell.strip() for cell in row.split("|")]
    worth, funds, earned, cap, room, credited, honour = (None if cell == "none" else int(cell) for cell in cells)
    start = datetime(2024, 3, 6, 9, tzinfo=ZONE)
    prices = priced(SCHEMES["changning"], start, worth or 0, 100)
    (day,) = settled(prices, funds=funds, earned={start.date(): earned or 0}, daily_cap=cap, room=room)
    assert (day.credited, day.honour) == (credited, honour)


def test_where_nothing_is_earned_the_hours_still_count() -> None:
    prices = priced(SCHEMES["fuyuan"], datetime(2024, 3, 6, 9, tzinfo=ZONE), 60, 0)
    (day,) = settled(prices, funds=0, earned={}, daily_cap=None, room=None)
    assert (day.credited, day.honour, day.served) == (0, 60, 60)


starts = st.datetimes(datetime(2024, 1, 1), datetime(2026, 1, 1), timezones=st.just(ZONE))  # noqa: DTZ001  bounds
lengths = st.integers(0, 12 * 60)
limits = st.one_of(st.none(), st.integers(0, 1000))
multipliers = st.sampled_from([0, 100, 150, 200, 300])


@given(st.sampled_from(NAMES), starts, lengths, multipliers)
def test_midnight_never_changes_the_whole(name: str, start: datetime, minutes: int, multiplier: int) -> None:
    scheme = SCHEMES[name]
    days = priced(scheme, start, minutes, multiplier)
    whole = billed(minutes, scheme.billing)
    assert sum(day.served for day in days) == whole
    assert sum(day.worth for day in days) == whole * multiplier // 100
    assert all(day.served >= 0 and day.worth >= 0 for day in days)
    assert len({day.day for day in days}) == len(days)


@given(st.sampled_from(NAMES), starts, lengths, multipliers, limits, limits, limits, st.integers(0, 300))
def test_no_limit_is_passed_and_nothing_vanishes(
    name: str,
    start: datetime,
    minutes: int,
    multiplier: int,
    funds: int | None,
    cap: int | None,
    room: int | None,
    before: int,
) -> None:
    prices = priced(SCHEMES[name], start, minutes, multiplier)
    earned = {price.day: before for price in prices}
    days = settled(prices, funds=funds, earned=earned, daily_cap=cap, room=room)
    for price, day in zip(prices, days, strict=True):
        assert 0 <= day.credited <= price.worth
        assert day.credited + day.honour == (price.worth or price.served)
        assert cap is None or day.credited == 0 or before + day.credited <= cap
    total = sum(day.credited for day in days)
    assert funds is None or total <= funds
    assert room is None or total <= room


@given(st.sampled_from(NAMES), starts, lengths, multipliers, limits)
def test_what_is_reserved_is_always_enough_for_what_was_agreed(
    name: str, start: datetime, minutes: int, multiplier: int, room: int | None
) -> None:
    scheme = SCHEMES[name]
    cost = seat_cost(scheme, start, minutes, multiplier)
    prices = priced(scheme, start, minutes, multiplier)
    free = settled(prices, funds=None, earned={}, daily_cap=scheme.caps.earned_per_day, room=room)
    assert sum(day.credited for day in free) <= cost


@given(st.sampled_from(NAMES), starts, lengths, lengths)
def test_longer_never_pays_less(name: str, start: datetime, one: int, other: int) -> None:
    scheme = SCHEMES[name]
    short, long = sorted((one, other))
    assert seat_cost(scheme, start, short, 100) <= seat_cost(scheme, start, long, 100)
