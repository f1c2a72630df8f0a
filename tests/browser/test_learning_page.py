"""Labelling in a real browser: by keyboard alone, and large enough for anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.web.desk import desk_link
from tests.bot.web.test_learning import WORDS, fill, lines
from tests.browser.measure import check_for_elders
from tests.doubles.sample import SampleHouse, sample_books, sample_house
from tests.doubles.serving import serve

pytestmark = pytest.mark.browser
NewPage = Callable[..., Page]


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_books(tmp_path_factory.mktemp("sample"))


@pytest.fixture
def sample(books: Path, tmp_path: Path) -> Iterator[SampleHouse]:
    house = sample_house(books, tmp_path)
    fill(house)
    yield house
    house.engine.dispose()


@pytest.fixture
def page(new_page: NewPage, sample: SampleHouse) -> Iterator[Page]:
    """The desk's page for labelling, with a member of staff in front of it."""
    with serve(sample.app) as base:
        page = new_page(1200, 900)
        page.goto(base + desk_link(sample.signer, sample.person("sun").member_id))
        page.get_by_role("link", name="教它听懂").click()
        expect(page.locator(".lesson")).to_have_count(len(WORDS))
        yield page
        sample.bells.close()


def test_the_page_is_large_and_plain(page: Page, shots: Path) -> None:
    check_for_elders(page, target=48)
    page.screenshot(path=shots / "learning.png", full_page=True)


def test_lines_are_labelled_by_keyboard_alone(page: Page, sample: SampleHouse) -> None:
    expect(page.locator(".lesson").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".lesson").nth(1)).to_be_focused()
    page.keyboard.press("2")  # the second guess of the second line
    expect(page.get_by_role("status")).to_contain_text("已办")
    assert [line.label for line in lines(sample)] == [None, "redeem_goods", None]
    page.keyboard.press("x")  # the first line cannot be used
    expect(page.locator(".lesson")).to_have_count(1)
    page.keyboard.press("4")
    page.keyboard.type("余")  # typing in the list is typing, no command
    page.get_by_label("是哪件事").select_option("ask_meals")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("现在没有。")).to_be_visible()
    assert [(line.state.value, line.label) for line in lines(sample)] == [
        ("unusable", None),
        ("labelled", "redeem_goods"),
        ("labelled", "ask_meals"),
    ]


def test_a_picked_label_says_what_the_person_chose_first(page: Page) -> None:
    third = page.locator(".lesson").nth(2)
    expect(third.locator(".guess button").first).to_have_text("请人帮忙")
