"""The demo and the staff's desk in a real browser, over the real house without understanding."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from bot.web.desk import desk_link
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
    yield house
    house.engine.dispose()


@pytest.fixture
def demo(sample: SampleHouse) -> Iterator[str]:
    with serve(sample.app) as base:
        yield base
        sample.bells.close()


def pane(page: Page, kind: str) -> FrameLocator:
    return page.frame_locator(f'.pane[data-kind="{kind}"] iframe')


def test_three_people_sit_side_by_side(new_page: NewPage, demo: str, shots: Path) -> None:
    page = new_page(1440, 900)
    page.goto(f"{demo}/demo")
    for kind in ("resident", "volunteer", "staff"):
        expect(pane(page, kind).get_by_role("textbox")).to_be_visible()
        expect(pane(page, kind).locator(".said").first).to_be_visible()
    check_for_elders(page)
    page.screenshot(path=shots / "demo.png")
    page.get_by_text("试试这五件事").click()
    check_for_elders(page)
    page.screenshot(path=shots / "demo-tries.png")


def test_one_person_is_exchanged_for_another_and_talks_stay_apart(new_page: NewPage, demo: str) -> None:
    page = new_page(1440, 900)
    page.goto(f"{demo}/demo")
    resident = pane(page, "resident")
    resident.get_by_role("textbox").fill("菜单")
    resident.get_by_role("button", name="发送").click()
    expect(resident.locator(".said.mine").last).to_contain_text("菜单")
    page.get_by_label("居民").select_option("zhang")
    expect(resident.get_by_text("教我用手机挂号").or_(resident.get_by_text("手机")).first).to_be_visible()
    expect(resident.locator(".said.mine")).to_have_count(0)
    expect(pane(page, "volunteer").locator(".said.mine")).to_have_count(0)


def test_a_thing_to_try_is_written_for_the_visitor(new_page: NewPage, demo: str) -> None:
    page = new_page(1440, 900)
    page.goto(f"{demo}/demo")
    page.get_by_text("试试这五件事").click()
    page.get_by_role("button", name="替我写好").first.click()
    expect(pane(page, "resident").get_by_role("textbox")).to_have_value("后天上午十点陪我去华山医院看眼睛，两个小时")


def test_the_clock_brings_reminders(new_page: NewPage, demo: str, shots: Path) -> None:
    page = new_page(1440, 900)
    page.goto(f"{demo}/demo")
    page.get_by_label("志愿者", exact=True).select_option("zhou")
    volunteer = pane(page, "volunteer")
    expect(volunteer.locator(".said").first).to_be_visible()
    before = volunteer.locator(".said").count()
    clock = page.locator("#clock")
    was = clock.inner_text()
    page.get_by_role("button", name="+1天").click()
    expect(clock).not_to_have_text(was)
    expect(volunteer.locator(".said").nth(before)).to_be_visible()
    page.screenshot(path=shots / "demo-clock.png")


def test_on_a_phone_the_panes_are_tabs(new_page: NewPage, demo: str, shots: Path) -> None:
    page = new_page(400, 800)
    page.goto(f"{demo}/demo")
    expect(page.locator('.pane[data-kind="resident"]')).to_be_visible()
    expect(page.locator('.pane[data-kind="staff"]')).to_be_hidden()
    page.get_by_role("tab", name="工作人员").click()
    expect(page.locator('.pane[data-kind="staff"]')).to_be_visible()
    expect(page.locator('.pane[data-kind="resident"]')).to_be_hidden()
    check_for_elders(page)
    page.screenshot(path=shots / "demo-phone.png")


@pytest.mark.parametrize("width", [1200, 390])
def test_staff_work_through_their_page(
    new_page: NewPage, demo: str, sample: SampleHouse, shots: Path, width: int
) -> None:
    page = new_page(width, 900)
    page.goto(demo + desk_link(sample.signer, sample.person("sun").member_id))
    check_for_elders(page, target=44)
    page.screenshot(path=shots / f"desk-{width}.png", full_page=True)
    before = page.locator("#waiting article").count()
    page.locator("#waiting").get_by_role("button", name="同意", exact=True).first.click()
    expect(page.get_by_text("已办：同意")).to_be_visible()
    expect(page.locator("#waiting article")).to_have_count(before - 1)
    page.locator("#cases").get_by_role("link", name="打开").first.click()
    page.get_by_label("回答对方").fill("我们来想办法")
    page.get_by_role("button", name="回答").click()
    expect(page.get_by_text("我们来想办法")).to_be_visible()
    check_for_elders(page, target=44)
    page.screenshot(path=shots / f"case-{width}.png", full_page=True)


def test_the_door_of_the_desk_is_readable(new_page: NewPage, demo: str, shots: Path) -> None:
    page = new_page(390, 800)
    page.goto(f"{demo}/desk")
    check_for_elders(page)
    page.screenshot(path=shots / "desk-door.png")
