"""Recordings as the channels bring them, made here: really encoded, of a sound that is no words."""

from __future__ import annotations

import io

import av
import numpy as np

FORMS = {  # name: container, codec, samples a second
    "amr": ("amr", "libopencore_amrnb", 8_000),  # WeChat
    "ogg": ("ogg", "libopus", 48_000),  # Telegram
    "webm": ("webm", "libopus", 48_000),  # browsers
    "mp4": ("mp4", "aac", 16_000),  # Safari
    "wav": ("wav", "pcm_s16le", 16_000),
}


def recording(form: str, seconds: float, *, loudness: float = 0.2) -> bytes:
    """A warble of that length; `loudness` 0 is silence."""
    container_name, codec, rate = FORMS[form]
    at = np.arange(int(seconds * rate)) / rate
    wave = loudness * np.sin(2 * np.pi * (300 + 100 * np.sin(2 * np.pi * 3 * at)) * at)
    samples = (wave * 32_000).astype(np.int16).reshape(1, -1)
    target = io.BytesIO()
    with av.open(target, mode="w", format=container_name) as container:
        stream = container.add_stream(codec, rate=rate)
        stream.layout = "mono"
        fitted = av.AudioResampler(
            format=stream.codec_context.format or "s16", layout="mono", rate=rate, frame_size=stream.frame_size or 960
        )
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate = rate
        for piece in [*fitted.resample(frame), *fitted.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return target.getvalue()
