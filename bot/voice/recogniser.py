"""Samples to words with sherpa-onnx: offline, on the processor, one recording at a time."""

from __future__ import annotations

import math
import threading
from typing import Any

import numpy as np
import sherpa_onnx

from bot.voice.audio import RATE, Samples
from bot.voice.hearing import Heard
from bot.voice.models import ModelFiles

THREADS = 2
WARM_UP = 0.5  # seconds of hiss: the first recording takes several times as long as all others


class SherpaRecogniser:
    """One loaded model. Recordings wait for each other: two at once would only take each other's processor."""

    def __init__(self, files: ModelFiles) -> None:
        """Loads and warms up. A broken model may end the process (see bot.voice.models.check_model)."""
        self.kind = files.kind
        self._one = threading.Lock()
        self._recogniser = _load(files)
        hiss = np.random.default_rng(0).normal(0, 0.01, int(WARM_UP * RATE)).astype(np.float32)
        self.recognise(hiss)

    def recognise(self, samples: Samples) -> Heard:
        with self._one:
            stream = self._recogniser.create_stream()
            stream.accept_waveform(RATE, samples)
            self._recogniser.decode_stream(stream)
            result = stream.result
        scores = list(result.ys_log_probs)
        confidence = math.exp(sum(scores) / len(scores)) if scores else None
        return Heard(str(result.text).strip(), confidence)


def _load(files: ModelFiles) -> Any:
    given = {"tokens": str(files.tokens), "num_threads": THREADS}
    maker = sherpa_onnx.OfflineRecognizer
    networks = [str(path) for path in files.networks]
    match files.kind:
        case "sense_voice":
            return maker.from_sense_voice(model=networks[0], use_itn=True, **given)
        case "paraformer":
            return maker.from_paraformer(paraformer=networks[0], **given)
        case "transducer":
            encoder, decoder, joiner = networks
            return maker.from_transducer(encoder=encoder, decoder=decoder, joiner=joiner, **given)
