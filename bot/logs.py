"""Logging without personal data: what people wrote never reaches a log, not even inside an error's message."""

from __future__ import annotations

import logging
import traceback


def where(error: BaseException) -> str:
    """The places an error came through, without its message (which may quote what a person wrote)."""
    frames = traceback.extract_tb(error.__traceback__)
    return "\n".join(f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)


def set_up_logging(level: int = logging.INFO) -> None:
    """One line a record on standard error; libraries that log whole requests are kept quiet."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for chatty in ("httpx", "httpcore", "apscheduler", "rasa_sdk", "telegram", "uvicorn.access", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
