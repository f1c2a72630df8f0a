"""Labelled lines as files: for another desk, for staff to keep, and for training. Each line bears who labelled it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bank.learning import LineState
from bot.learning.intents import known_intents
from bot.masking import mask
from storage.unit_of_work import SqlUnitOfWork

LONGEST = 300  # characters; the understanding cuts longer ones
_SIGNS = re.compile(r"[\W_]+")


class LearnedWrong(Exception):
    """Labelled lines that cannot be used: names each of them, with who labelled it."""


class Lesson(BaseModel):
    """One labelled line as a file has it."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    text: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    intent: str
    labelled_by: Annotated[str, Field(min_length=1, max_length=60)]
    day: date
    kept_out: bool = False

    @property
    def same(self) -> str:
        """What two writings of the same words have in common."""
        return _SIGNS.sub("", unicodedata.normalize("NFKC", self.text)).casefold()

    @property
    def key(self) -> str:
        """The key under which the line is taken in, so that a file may be taken in twice."""
        return f"taken:{hashlib.sha256(f'{self.same}|{self.intent}'.encode()).hexdigest()[:32]}"


class LessonFile(BaseModel):
    """A file of labelled lines."""

    model_config = ConfigDict(extra="forbid")

    version: Literal[1] = 1
    lines: list[Lesson]


def labelled_lines(uow: SqlUnitOfWork) -> list[Lesson]:
    """All labelled lines of the books, oldest first."""
    return [
        Lesson(
            text=line.text[:LONGEST],
            intent=line.label or "",
            labelled_by=line.labeller or "?",
            day=line.day,
            kept_out=line.kept_out,
        )
        for line in uow.learning.find(state=LineState.LABELLED)
    ]


def as_yaml(lessons: Iterable[Lesson]) -> str:
    """The file of these lines, one after the other as they are given."""
    rows = [lesson.model_dump(mode="json") for lesson in lessons]
    return yaml.safe_dump({"version": 1, "lines": rows}, allow_unicode=True, sort_keys=False, width=1000)


def read_lessons(path: Path) -> list[Lesson]:
    """The lines of a file, masked once more. Raises LearnedWrong naming each wrong row."""
    try:
        raw: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        read = LessonFile.model_validate(raw)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise LearnedWrong(f"{path}: {error}") from error
    except ValidationError as error:
        rows = [f"{path}: {'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors()]
        raise LearnedWrong("\n".join(rows)) from error
    lessons = [lesson.model_copy(update={"text": mask(lesson.text)}) for lesson in read.lines]
    check_lessons(lessons)
    return lessons


def check_lessons(lessons: Sequence[Lesson], taught: Iterable[tuple[str, str]] = ()) -> None:
    """Known intents only, and the same words with one meaning, also against what the model is `taught` already (text,
    intent). Raises LearnedWrong with a line per problem."""
    problems = [
        f"{_shown(lesson)}: there is no such intent" for lesson in lessons if lesson.intent not in known_intents()
    ]
    meant: dict[str, Lesson] = {}
    for lesson in lessons:
        before = meant.setdefault(lesson.same, lesson)
        if before.intent != lesson.intent:
            problems.append(f"{_shown(before)} and {_shown(lesson)}: the same words, two meanings")
    for text, intent in taught:
        lesson_too = meant.get(Lesson(text=text[:LONGEST] or "-", intent=intent, labelled_by="-", day=date.min).same)
        if lesson_too is not None and lesson_too.intent != intent:
            problems.append(f"{_shown(lesson_too)}: the training data says {intent}")
    if problems:
        raise LearnedWrong("\n".join(problems))


def _shown(lesson: Lesson) -> str:
    return f"“{lesson.text}” = {lesson.intent} ({lesson.labelled_by}, {lesson.day})"
