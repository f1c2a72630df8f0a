"""What listening gives, and what listens: the shapes, without the libraries that only a desk with a model has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from bot.messages import Incoming

if TYPE_CHECKING:  # numpy is there only with the optional dependencies "voice"
    from bot.voice.audio import Samples


SAID = {
    "empty": "voice_silent",
    "silent": "voice_silent",
    "too_long": "voice_too_long",
    "too_big": "voice_too_long",
}
"""What is said of a recording that was not understood, by why; of all others `voice_unclear`."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a recogniser made out. `confidence` from 0 to 1; None where the model says nothing of it."""

    text: str
    confidence: float | None = None


class Recogniser(Protocol):
    """Anything that makes words of samples. Blocking; called from any thread."""

    def recognise(self, samples: Samples) -> Heard: ...


@dataclass(frozen=True, slots=True)
class Hearing:
    """`words`, or else `why` not (no_file, empty, too_big, too_long, unknown_format, broken, silent, unclear, late)
    and the `evidence` for staff."""

    words: str = ""
    why: str = ""
    evidence: dict[str, Any] = field(default_factory=dict)


class Listener(Protocol):
    """Turns a recording into words."""

    async def hear(self, incoming: Incoming) -> Hearing: ...
