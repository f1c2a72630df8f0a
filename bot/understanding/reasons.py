"""Why: the reason that comes with a refusal, a withdrawal or a cancellation."""

import re
from dataclasses import dataclass

from .text import clean


@dataclass(frozen=True)
class ReasonValue:
    """The reason in the speaker's words; `span` is of the cleaned text."""

    words: str
    span: tuple[int, int]


_TOLD = re.compile(
    r"(?:因为|由于|原因(?:是|:)?|理由(?:是|:)?|because)\s?(?P<why>[^。!?]{2,60}?)(?=,?(?:所以|就不|不通过|驳回)|[。!?]|$)"
)
_BEHIND = re.compile(
    r"(?:不通过|不予通过|驳回|拒绝|退回|不批|不同意|取消(?:了|吧|掉)?|退掉|去不了(?:了)?|来不了(?:了)?|不去了|不来了|不用来了)"
    r"(?:\d+号)?(?:单子?)?[,:。 ]+(?P<why>[^。!?]{2,60})"
)


def resolve_reason(text: str) -> ReasonValue | None:
    """The reason that a text gives: what follows 因为 or 理由, else what stands behind a refusal (不通过，不在范围)."""
    said = clean(text)
    match = _TOLD.search(said) or _BEHIND.search(said)
    if match is None:
        return None
    words = match["why"].strip(", ")
    start = match.start("why") + match["why"].index(words)
    return ReasonValue(words, (start, start + len(words))) if words else None
