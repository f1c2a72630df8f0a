"""Recordings as the channels bring them become samples; what is none is refused by name."""

from __future__ import annotations

import numpy as np
import pytest

from bot.voice.audio import MOST_BYTES, Unhearable, decode, seconds_of
from tests.bot.voice.recordings import FORMS, recording


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_the_channels_is_decoded(form: str) -> None:
    samples = decode(recording(form, 2.0))
    assert samples.dtype == np.float32
    assert seconds_of(samples) == pytest.approx(2.0, abs=0.15)
    assert 0.05 < float(np.sqrt(np.mean(samples**2))) < 0.5


def test_a_minute_is_heard_and_more_is_not() -> None:
    assert seconds_of(decode(recording("amr", 60.0))) == pytest.approx(60, abs=0.1)
    with pytest.raises(Unhearable, match="too_long"):
        decode(recording("amr", 62.0))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"#!AMR\n", "empty"),
        (b"#!AMR\n" + bytes(MOST_BYTES), "too_big"),
        (b"\x02#!SILK_V3" + bytes(200), "unknown_format"),
        (b"#EXTM3U\nhttp://example.org/a.ts", "unknown_format"),
        (b"hello, I am no recording", "unknown_format"),
        (b"OggS" + b"\x07" * 400, "broken"),
        (b"\x1a\x45\xdf\xa3" + b"\x00" * 400, "broken"),
        (b"\x00\x00\x00\x20ftypisom" + b"\xff" * 400, "broken"),
        (b"RIFF\x00\x00\x00\x00WAVEnothing", "broken"),
    ],
)
def test_what_is_no_recording_is_named(content: bytes, why: str) -> None:
    with pytest.raises(Unhearable) as refused:
        decode(content)
    assert refused.value.why == why


@pytest.mark.parametrize("form", ["ogg", "webm", "mp4"])
def test_a_recording_that_was_cut_off_never_breaks_the_desk(form: str) -> None:
    whole = recording(form, 2.0)
    for part in (0.02, 0.1, 0.5, 0.9):
        try:
            assert seconds_of(decode(whole[: int(len(whole) * part)])) < 2.2
        except Unhearable as refused:
            assert refused.why in {"broken", "empty", "silent"}


def test_silence_is_named() -> None:
    with pytest.raises(Unhearable, match="silent"):
        decode(recording("ogg", 2.0, loudness=0.0))
