"""The words and patterns by which an emergency is known, by kind and level, ready to be searched for."""

import re

from .alarm_body import BODY
from .alarm_harm import HARM
from .alarm_kinds import Kind, Level
from .alarm_people import OUTSIDE, PEOPLE
from .alarm_world import WORLD

COMPILED: tuple[tuple[Kind, Level, re.Pattern[str]], ...] = tuple(
    (kind, level, re.compile(pattern, re.IGNORECASE)) for kind, level, pattern in BODY + WORLD + HARM + PEOPLE + OUTSIDE
)
"""Dangers to the body first, then those around, plain calls for help last: the first sure match names the alarm."""
