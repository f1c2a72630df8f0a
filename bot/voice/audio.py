"""A recording as it came (amr, ogg, webm, mp4 …) to 16 kHz mono samples, within limits."""

from __future__ import annotations

import io
from typing import TypeAlias

import av
import numpy as np
from numpy.typing import NDArray

Samples: TypeAlias = NDArray[np.float32]

RATE = 16_000  # samples a second, what the recognisers were trained on
MOST_SECONDS = 60
GRACE = 1.0  # seconds: a recording of "one minute" is a little over it
MOST_BYTES = 2 * 1024 * 1024
SILENCE = 0.002  # root mean square below which nobody speaks (speech from a phone has 0.02 and more)

# The first bytes say what it is, and only these are opened: ffmpeg knows formats that fetch other files.
MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"#!AMR", "amr"),
    (0, b"OggS", "ogg"),
    (0, b"\x1a\x45\xdf\xa3", "matroska"),  # webm
    (4, b"ftyp", "mp4"),
    (0, b"RIFF", "wav"),
    (0, b"ID3", "mp3"),
    (0, b"\xff\xfb", "mp3"),
)


class Unhearable(Exception):
    """A recording that cannot be listened to. `why`: empty, too_big, too_long, unknown_format, broken, silent."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def decode(content: bytes) -> Samples:
    """The samples of a recording, between -1 and 1. Raises Unhearable."""
    if not content:
        raise Unhearable("empty")
    if len(content) > MOST_BYTES:
        raise Unhearable("too_big")
    try:
        samples = _samples(content, _format_of(content))
    except (av.FFmpegError, ValueError) as error:
        raise Unhearable("broken") from error
    if not samples.size:
        raise Unhearable("empty")
    if float(np.sqrt(np.mean(np.square(samples)))) < SILENCE:
        raise Unhearable("silent")
    return samples


def seconds_of(samples: Samples) -> float:
    return len(samples) / RATE


def _format_of(content: bytes) -> str:
    for at, mark, name in MAGIC:
        if content[at : at + len(mark)] == mark:
            return name
    raise Unhearable("unknown_format")  # silk and bare speex among them: no well-kept decoder brings them


def _samples(content: bytes, form: str) -> Samples:
    """Decoded piece by piece, so that a small file that unpacks to hours is left in time."""
    most = int((MOST_SECONDS + GRACE) * RATE)
    parts: list[Samples] = []
    count = 0
    with av.open(io.BytesIO(content), mode="r", format=form) as container:
        if not container.streams.audio:
            raise Unhearable("broken")
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        for frame in container.decode(container.streams.audio[0]):
            for piece in resampler.resample(frame):
                parts.append(_flat(piece))
                count += len(parts[-1])
            if count > most:
                raise Unhearable("too_long")
        parts += [_flat(piece) for piece in resampler.resample(None)]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)


def _flat(frame: av.AudioFrame) -> Samples:
    return np.asarray(frame.to_ndarray(), dtype=np.float32).reshape(-1)
