"""The listener of the settings: none without a model, so that the base installation needs no speech libraries."""

from __future__ import annotations

from collections.abc import Callable

from bot.media import MediaKeeper
from bot.settings import Settings
from bot.voice.hearing import Listener
from bot.voice.models import find_model

ListenerMaker = Callable[[MediaKeeper], Listener]


def listener_for(settings: Settings) -> ListenerMaker | None:
    """Loads and warms the model of the settings, which `check_for_serving` has tried (a few seconds)."""
    if settings.voice_model is None:
        return None
    from bot.voice.listener import VoiceListener  # noqa: PLC0415  the optional dependencies are there: just checked
    from bot.voice.recogniser import SherpaRecogniser  # noqa: PLC0415  as above

    recogniser = SherpaRecogniser(find_model(settings.voice_model))
    return lambda media: VoiceListener(media, recogniser, settings.voice_within)
