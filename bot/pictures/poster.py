"""A branch's poster: who scans the code joins at this branch. A4 upright, readable from two metres."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache

import segno
from PIL import Image, ImageDraw, ImageFont

from bot.pictures.charts import font_path

SIZE = (1240, 1754)  # A4 at 150 dots an inch
GREEN, INK, PAPER, SOFT = "#0b5d4a", "#1f2a30", "#fffdf6", "#e5efe9"
CODE = 720
"""Side of the code with its quiet zone, dots: 12 cm on paper."""


@dataclass(frozen=True, slots=True)
class Poster:
    """What stands on it. `code` is what the code says: an address that opens the chat at this branch."""

    title: str
    call: str
    steps: tuple[str, ...]
    branch: str
    address: str
    phone: str
    hours: str
    code: str


@lru_cache(maxsize=16)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_path(), size)


def draw_poster(poster: Poster) -> bytes:
    """The poster as PNG. Raises segno's DataOverflowError for a code text that no QR code holds."""
    sheet = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((0, 0, SIZE[0], 300), fill=GREEN)
    _centred(draw, poster.title, 70, 96, PAPER)
    _centred(draw, poster.branch, 200, 52, SOFT)
    _centred(draw, poster.call, 350, 66, INK)
    sheet.paste(_code(poster.code), ((SIZE[0] - CODE) // 2, 460))
    at = 460 + CODE + 30
    for number, step in enumerate(poster.steps, start=1):
        _centred(draw, f"{number}. {step}", at, 46, INK)
        at += 74
    lines = [line for line in (poster.address, _joined(poster.phone, poster.hours)) if line]
    draw.rectangle((0, SIZE[1] - 90 - 66 * len(lines), SIZE[0], SIZE[1]), fill=SOFT)
    for number, line in enumerate(lines):
        _centred(draw, line, SIZE[1] - 50 - 66 * (len(lines) - number), 44, GREEN)
    out = io.BytesIO()
    sheet.save(out, format="PNG", optimize=True)
    return out.getvalue()


def _joined(*parts: str) -> str:
    return "　".join(part for part in parts if part)


def _centred(draw: ImageDraw.ImageDraw, words: str, top: int, size: int, colour: str) -> None:
    """One line in the middle, smaller where it would not fit."""
    while size > 24 and draw.textlength(words, font=_font(size)) > SIZE[0] - 120:
        size -= 2
    draw.text((SIZE[0] / 2, top), words, font=_font(size), fill=colour, anchor="ma")


def _code(words: str) -> Image.Image:
    raw = io.BytesIO()
    segno.make(words, error="m").save(raw, kind="png", scale=12, border=4, dark=INK)
    raw.seek(0)
    return Image.open(raw).convert("RGB").resize((CODE, CODE), Image.Resampling.NEAREST)
