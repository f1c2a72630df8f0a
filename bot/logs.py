"""Logging without personal data: what people wrote never reaches a log, not even inside an error's message."""

from __future__ import annotations

import logging
import traceback

from bot.masking import mask


def where(error: BaseException) -> str:
    """The places an error came through, without its message (which may quote what a person wrote)."""
    frames = traceback.extract_tb(error.__traceback__)
    return "\n".join(f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)


class MaskingFormatter(logging.Formatter):
    """The last guard, for what a library says by itself: numbers of people, addresses and plates are masked."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  the name that logging calls
        record.message = mask(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: object) -> str:  # noqa: N802  as above
        return mask(super().formatException(ei))  # type: ignore[arg-type]  # what logging itself passes on


def set_up_logging(level: int = logging.INFO) -> None:
    """One line a record on standard error; libraries that log whole requests are kept quiet."""
    handler = logging.StreamHandler()
    handler.setFormatter(MaskingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
    for chatty in ("httpx", "httpcore", "apscheduler", "rasa_sdk", "telegram", "uvicorn.access", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
