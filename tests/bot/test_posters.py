"""A branch's poster: an A4 picture with the branch's own words, and a code that says where it leads."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime

import numpy
import pytest
import segno
from PIL import Image

from bank.coins import Audit
from bank.errors import NotFound
from bank.organisation import Branch
from bot.catalogue import Catalogue
from bot.clock import MovableClock
from bot.desk import Desk
from bot.pictures.poster import CODE, SIZE
from bot.posters import draw_for, web_address
from storage.engine import make_engine
from storage.schema import create_schema
from storage.scheme_files import load_scheme
from storage.unit_of_work import uow_factory

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture
def desk() -> Iterator[Desk]:
    scheme = load_scheme("changning")
    engine = make_engine("sqlite://")
    create_schema(engine)
    units = uow_factory(engine, zone=scheme.tz)
    with units() as uow:
        branch = Branch(
            name="虹桥街道时间银行分行", tier=1, address="中山西路1030弄8号", phone="22850770", scene="hongqiao"
        )
        uow.branches.add(branch, Audit(at=NOW, verb="test", actor_id=None))
        uow.commit()
    yield Desk(scheme=scheme, words=Catalogue(scheme), clock=MovableClock(NOW), units=units)
    engine.dispose()


def modules(picture: bytes, count: int) -> list[list[bool]]:
    """The dark fields of the code as printed, `count` a side, quiet zone left out."""
    sheet = Image.open(io.BytesIO(picture)).convert("L")
    left, top = (SIZE[0] - CODE) // 2, 460
    code = numpy.asarray(sheet.crop((left, top, left + CODE, top + CODE)))
    step = CODE / (count + 8)
    return [
        [bool(code[int((row + 4.5) * step), int((column + 4.5) * step)] < 128) for column in range(count)]
        for row in range(count)
    ]


def test_the_code_on_paper_is_the_code_of_the_address(desk: Desk) -> None:
    address = web_address("https://bank.example/", "hongqiao")
    assert address == "https://bank.example/chat?scene=hongqiao"
    picture = draw_for(desk, "hongqiao", address)
    wanted = [[bool(field) for field in row] for row in segno.make(address, error="m").matrix]
    assert modules(picture, len(wanted)) == wanted
    assert Image.open(io.BytesIO(picture)).size == SIZE


def test_another_branch_another_picture_and_the_same_the_same(desk: Desk) -> None:
    one = draw_for(desk, "hongqiao", "https://a.example")
    assert one == draw_for(desk, "hongqiao", "https://a.example")
    assert one != draw_for(desk, "hongqiao", "https://b.example")


def test_a_scene_that_is_no_branchs_is_refused(desk: Desk) -> None:
    with pytest.raises(NotFound):
        draw_for(desk, "mars", "https://a.example")
