"""Loads a speech model once and ends: `python -m bot.voice.trial FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.voice.models import find_model
from bot.voice.recogniser import SherpaRecogniser

if __name__ == "__main__":
    SherpaRecogniser(find_model(Path(sys.argv[1])))
