"""What a browser may post as a message: checked, cleaned, never an intent."""

from __future__ import annotations

import unicodedata
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

LONGEST_TEXT = 2000  # characters; a person says less, and it can be said in parts
LONGEST_BODY = 32 * 1024  # bytes of the whole post


class Posted(BaseModel):
    """A message as the page sends it. `id` was made and kept by the page, so that sending it again does nothing twice.

    Either words, or `pick` (a number from 1) of the choices of the line `of`.
    """

    model_config = ConfigDict(extra="forbid")

    id: UUID
    text: str = ""
    pick: Annotated[int, Field(ge=1, le=9)] | None = None
    of: Annotated[str, Field(max_length=80)] | None = None


def cleaned(text: str) -> str:
    """The words without control and zero-width characters and lone surrogates (databases refuse some of them)."""
    kept = (" " if char in "\t\r" else char for char in text if char in "\n\t\r" or unicodedata.category(char) != "Cc")
    return "".join(char for char in kept if unicodedata.category(char) not in ("Cs", "Cf")).strip()
