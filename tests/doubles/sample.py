"""A desk with the sample community in an SQLite file, for page tests on the real books."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy import Engine

from bot.clock import FixedClock, MovableClock
from bot.demo.community import SampleCommunity, SamplePerson, fill_sample
from bot.house import House, build_house
from bot.settings import Settings
from bot.web.mounting import mount_pages
from bot.web.tokens import Signer
from bot.web.wakeups import Wakeups
from storage.engine import make_engine
from storage.migrate import migrate
from tests.doubles.web import SECRET, START, scheme_named


@dataclass(frozen=True, kw_only=True)
class SampleHouse:
    """The real house without understanding; its clock stands at START until it is moved."""

    engine: Engine
    house: House
    community: SampleCommunity
    clock: MovableClock
    app: FastAPI
    signer: Signer
    bells: Wakeups

    def person(self, name: str) -> SamplePerson:
        return self.community.named(name)


def sample_books(folder: Path, scheme_name: str = "changning") -> Path:
    """An SQLite file with the sample community, to be copied: filling takes a second."""
    path = folder / f"{scheme_name}.db"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    fill_sample(engine, scheme_named(scheme_name), START)
    engine.dispose()
    return path


def sample_house(books: Path, folder: Path, scheme_name: str = "changning") -> SampleHouse:
    """Everything but Rasa, the dispatcher and the tick, which tests call themselves. `books` are copied."""
    engine = make_engine(f"sqlite:///{shutil.copy(books, folder / 'sample.db')}")
    scheme = scheme_named(scheme_name)
    community = fill_sample(engine, scheme, START)
    clock = MovableClock(base=FixedClock(START))
    house = build_house(engine=engine, scheme=scheme, clock=clock, rasa=None)
    app = FastAPI(openapi_url=None)
    settings = Settings(secret_key=SECRET)  # type: ignore[arg-type]  # pydantic makes a secret of it
    bells = mount_pages(app, house, settings, demo=community, clock=clock)
    return SampleHouse(
        engine=engine, house=house, community=community, clock=clock, app=app, signer=Signer(SECRET), bells=bells
    )
