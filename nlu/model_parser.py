"""A trained model loaded once, to parse many lines without a server."""

from __future__ import annotations

import asyncio
import logging
import os
import warnings
from pathlib import Path
from typing import Any

from serve import QUIET


class Parser:
    """Rasa's own parse of a text, in this process."""

    def __init__(self, model: Path) -> None:
        """Loads an archive, or the newest of a folder. Raises FileNotFoundError when there is none."""
        for name, value in QUIET.items():
            os.environ.setdefault(name, value)
        warnings.simplefilter("ignore")
        from rasa.core.agent import Agent  # noqa: PLC0415  (TensorFlow reads the environment at import)
        from rasa.model import get_local_model  # noqa: PLC0415  (TensorFlow reads the environment at import)
        from rasa.utils.log_utils import configure_structlog  # noqa: PLC0415  (TensorFlow reads the environment at import)

        configure_structlog(logging.ERROR)  # else every parse is printed
        self._agent = Agent.load(get_local_model(str(model)))
        self._loop = asyncio.new_event_loop()

    def __call__(self, text: str) -> dict[str, Any]:
        """What `/model/parse` would answer."""
        result: dict[str, Any] = self._loop.run_until_complete(self._agent.parse_message(text))
        return result
