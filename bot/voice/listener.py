"""From a voice message to words, or to the reason why there are none; never to an error."""

from __future__ import annotations

import logging
import re

from anyio import move_on_after, to_thread

from bot.logs import where
from bot.media import MediaKeeper
from bot.messages import Incoming
from bot.voice.audio import Samples, Unhearable, decode, seconds_of
from bot.voice.hearing import Heard, Hearing, Recogniser

log = logging.getLogger(__name__)
LEAST_CONFIDENCE = 0.5
MOST_SIGNS_A_SECOND = 12.0  # nobody speaks faster; a model that hears more than that makes it up
SAYS_SOMETHING = re.compile(r"[\u4e00-\u9fff0-9]|[A-Za-z]{2}")


class VoiceListener:
    """`bot.conversation.Listener` with a recogniser. `within` is in seconds, the waiting for others included."""

    def __init__(self, media: MediaKeeper, recogniser: Recogniser, within: float) -> None:
        self._media = media
        self._recogniser = recogniser
        self._within = within

    async def hear(self, incoming: Incoming) -> Hearing:
        """Raises nothing that a recording could cause. What was understood is not kept; the rest is, for staff."""
        fetched, lost = await self._media.fetch(incoming)
        if fetched is None:
            return Hearing(why="no_file", evidence=lost)
        words, why = "", "late"
        with move_on_after(self._within):
            words, why = await to_thread.run_sync(self._listen, fetched.content, abandon_on_cancel=True)
        if words:
            return Hearing(words=words)
        log.info("a recording from %s was not understood: %s", incoming.channel, why)
        return Hearing(why=why, evidence=await self._media.store(fetched))

    def _listen(self, content: bytes) -> tuple[str, str]:
        try:
            samples = decode(content)
        except Unhearable as error:
            return "", error.why
        try:
            heard = self._recogniser.recognise(samples)
        except Exception as error:  # a native library: whatever it throws must not lose the message
            log.error("the recogniser failed: %s\n%s", type(error).__name__, where(error))
            return "", "unclear"
        return (heard.text, "") if is_clear(heard, samples) else ("", "unclear")


def is_clear(heard: Heard, samples: Samples) -> bool:
    """Whether words were made out that somebody may have said."""
    if not SAYS_SOMETHING.search(heard.text):
        return False
    if heard.confidence is not None and heard.confidence < LEAST_CONFIDENCE:
        return False
    return len(heard.text) <= MOST_SIGNS_A_SECOND * max(seconds_of(samples), 1.0)
