"""What a service is worth: pure arithmetic in whole minutes, from claimed minutes to coins and honour minutes.

Order of the steps: billing step over the whole service -> local days (SCHEMES: "Day") -> multiplier -> what the payer
has left -> what the day's cap leaves -> what the balance cap leaves. What a cap cuts off becomes honour minutes
(SCHEMES: "Overflow never vanishes").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bank.moments import split_at_midnight
from bank.scheme import Rounding, Scheme
from bank.scheme_parts import Billing


@dataclass(frozen=True, slots=True)
class DayPrice:
    """The share of one local day: `served` minutes billed there, `worth` minutes of coins they cost."""

    day: date
    served: int
    worth: int


@dataclass(frozen=True, slots=True)
class DaySettled:
    """What one local day of a service gives: `credited` as coins, `honour` over the caps, of `served` minutes."""

    day: date
    served: int
    credited: int
    honour: int


def billed(minutes: int, billing: Billing) -> int:
    """`minutes` of service in whole billing steps (SCHEMES: "billing step"). Raises ValueError below zero."""
    if minutes < 0:
        raise ValueError(f"a service cannot last {minutes} minutes")
    whole, begun = divmod(minutes, billing.step)
    if billing.rounding is Rounding.UP:
        counts = begun > 0
    elif billing.rounding is Rounding.HALF_UP:
        counts = 2 * begun >= billing.step and begun > 0
    else:
        counts = False
    return (whole + counts) * billing.step


def priced(scheme: Scheme, start: datetime, minutes: int, multiplier_pct: int) -> list[DayPrice]:
    """The local days of a service with their worth; a multiplier of 0 means that the category earns nothing.

    The billing step is applied to the running total, so that splitting at midnight never makes a service longer:
    half an hour on each side of midnight is one whole hour, not two.
    """
    days: list[DayPrice] = []
    run = run_billed = run_worth = 0
    for part in split_at_midnight(start, minutes, scheme.tz):
        run += part.minutes
        total = billed(run, scheme.billing)
        worth = total * multiplier_pct // 100
        days.append(DayPrice(part.day, total - run_billed, worth - run_worth))
        run_billed, run_worth = total, worth
    return days


def settled(
    prices: list[DayPrice],
    *,
    funds: int | None,
    earned: Mapping[date, int],
    daily_cap: int | None,
    room: int | None,
) -> list[DaySettled]:
    """What each day gives: coins as far as `funds`, the daily cap (less `earned` that day) and `room` reach.

    `funds` is what the payer has for it (None: minted), `room` what the balance cap leaves (None: no cap). Where the
    category earns nothing (`worth` 0), the minutes served are honour minutes.
    """
    result: list[DaySettled] = []
    for price in prices:
        limits = [price.worth]
        if funds is not None:
            limits.append(funds)
        if daily_cap is not None:
            limits.append(daily_cap - earned.get(price.day, 0))
        if room is not None:
            limits.append(room)
        credited = max(0, min(limits))
        rest = price.worth - credited if price.worth else price.served
        result.append(DaySettled(price.day, price.served, credited, rest))
        funds = None if funds is None else funds - credited
        room = None if room is None else room - credited
    return result


def seat_cost(scheme: Scheme, start: datetime, minutes: int, multiplier_pct: int) -> int:
    """Minutes of coins that one volunteer's seat can cost at most: what is reserved for it.

    Never more than the daily cap lets anyone earn, since the payer pays only what is credited.
    """
    cap = scheme.caps.earned_per_day
    return sum(
        price.worth if cap is None else min(price.worth, cap)
        for price in priced(scheme, start, minutes, multiplier_pct)
    )
