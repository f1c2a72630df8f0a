"""Cutting long texts into messages a channel takes, at the best seam, never inside a character."""

from __future__ import annotations

from collections.abc import Callable

SEAMS = ("\n", "。！？!?；;", "，、,： ")  # best first: line, sentence, clause


def utf8_size(text: str) -> int:
    """Length as WeChat counts it: bytes."""
    return len(text.encode("utf-8"))


def utf16_size(text: str) -> int:
    """Length as Telegram counts it: UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def split_text(text: str, limit: int, size: Callable[[str], int] = utf8_size) -> list[str]:
    """`text` in parts of at most `limit` by `size`; at least one part. Raises ValueError when `limit` is below 4.

    Nothing is lost but white space at the seams; a part that would be white space only is dropped.
    """
    if limit < 4:
        raise ValueError("no character is sure to fit")
    parts: list[str] = []
    left = text.strip()
    while size(left) > limit:
        cut = _best_seam(left[: _longest_fit(left, limit, size)])
        parts.append(left[:cut].rstrip())
        left = left[cut:].lstrip()
    if left or not parts:
        parts.append(left)
    return [part for part in parts if part] or [""]


def _longest_fit(text: str, limit: int, size: Callable[[str], int]) -> int:
    """How many characters from the start fit (at least 1)."""
    low, high = 1, min(len(text), limit)
    while low < high:
        middle = (low + high + 1) // 2
        if size(text[:middle]) <= limit:
            low = middle
        else:
            high = middle - 1
    return low


def _best_seam(head: str) -> int:
    """Where to cut `head`: behind the last good seam in its second half, else at its end."""
    for seam in SEAMS:
        cut = max(head.rfind(mark) for mark in seam) + 1
        if cut > len(head) // 2:
            return cut
    return len(head)
