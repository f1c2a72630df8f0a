"""A recogniser that is told what to hear."""

from __future__ import annotations

import threading

from bot.voice.audio import Samples
from bot.voice.hearing import Heard


class Told:
    """Says `text` of every recording; with `gate`, only when that opens."""

    def __init__(self, text: str, confidence: float | None = None, *, gate: threading.Event | None = None) -> None:
        self._heard = Heard(text, confidence)
        self._gate = gate

    def recognise(self, samples: Samples) -> Heard:
        assert samples.size
        if self._gate is not None:
            self._gate.wait(30)
        return self._heard


class Failing:
    """A recogniser that breaks."""

    def recognise(self, samples: Samples) -> Heard:
        raise RuntimeError("out of memory")
