"""The labelled lines of the books, for the command line: read, and taken in from another desk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Engine

from bank.doing import Doing
from bank.usecases.learning import TakenLine, take_lines
from bot.clock import SystemClock
from bot.learning.files import LearnedWrong, Lesson, check_lessons, labelled_lines
from bot.settings import read_settings
from storage.engine import make_engine
from storage.migrate import current_version, migrate, newest_version
from storage.scheme_files import load_scheme
from storage.unit_of_work import SqlUnitOfWork, in_unit, uow_factory


def lessons_of(url: str | None) -> list[Lesson] | None:
    """The labelled lines of the books at `url` (None: of the settings); None where there are no books, or older ones
    than this program's, so that a fresh clone trains too."""
    engine = _books(url)
    if engine is None:
        return None
    try:
        if current_version(engine) != newest_version():
            return None
        with uow_factory(engine, reading=True)() as uow:
            return labelled_lines(uow)
    finally:
        engine.dispose()


def take_in(url: str | None, lessons: Sequence[Lesson]) -> int:
    """Take lines in, all or none; how many were new. Raises LearnedWrong: no books, or lines that contradict them."""
    engine = _books(url)
    if engine is None:
        raise LearnedWrong("there are no books yet: ./timebank init-db")
    migrate(engine)
    scheme, now = load_scheme(read_settings().scheme), SystemClock().now()

    def take(uow: SqlUnitOfWork) -> int:
        check_lessons([*labelled_lines(uow), *lessons])
        sides = {lesson.same: lesson.kept_out for lesson in labelled_lines(uow)}
        lines = [
            TakenLine(
                key=lesson.key,
                text=lesson.text,
                label=lesson.intent,
                labeller=lesson.labelled_by,
                day=lesson.day,
                kept_out=sides.get(lesson.same, lesson.kept_out),
            )
            for lesson in lessons
        ]
        receipt = take_lines(uow, scheme, Doing(now=now, key="learned", actor_id=0), lines)
        return int(receipt.facts["taken"])

    try:
        return in_unit(uow_factory(engine, zone=scheme.tz), take)
    except LookupError as error:
        raise LearnedWrong(f"{error}: open the desk first (docs/operations.md)") from error
    finally:
        engine.dispose()


def _books(url: str | None) -> Engine | None:
    url = url or read_settings().database_url
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return None
    return make_engine(url)
