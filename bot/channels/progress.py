"""How far a message in several parts has come, so that a second try doesn't repeat the first parts.

Kept in memory: after a restart the parts are sent again, which costs a repeat and never loses anything.
"""

from __future__ import annotations

from collections import OrderedDict


class Progress:
    """Parts sent by key, for the last `room` unfinished messages."""

    def __init__(self, room: int = 10_000) -> None:
        self._done: OrderedDict[str, int] = OrderedDict()
        self._room = room

    def done(self, key: str) -> int:
        return self._done.get(key, 0)

    def reached(self, key: str, parts: int) -> None:
        self._done[key] = parts
        self._done.move_to_end(key)
        if len(self._done) > self._room:
            self._done.popitem(last=False)

    def forget(self, key: str) -> None:
        self._done.pop(key, None)
