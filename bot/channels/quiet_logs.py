"""Keeps credentials out of the log."""

from __future__ import annotations

import logging


def keep_addresses_out_of_logs() -> None:
    """httpx logs every address at INFO, and Telegram's and WeChat's addresses hold the token."""
    for name in ("httpx", "httpcore"):
        logger = logging.getLogger(name)
        if logger.level < logging.WARNING:
            logger.setLevel(logging.WARNING)
