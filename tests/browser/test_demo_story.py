"""The whole story through the demo page in a real browser, on the real house with its real understanding."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import FrameLocator, Locator, Page, expect

from bot.brain import BrainAddress
from bot.demo import run as demo_run
from bot.rasa_client import RasaClient
from bot.rasa_process import free_port
from bot.serving import Server
from bot.settings import Settings
from storage.engine import make_engine
from storage.verify import verify
from tests.browser.measure import check_for_elders

pytestmark = [pytest.mark.browser, pytest.mark.brain]
NewPage = Callable[..., Page]
BEGINS = datetime.fromisoformat("2026-11-24T09:20+08:00")  # a Tuesday; the story's day is the Thursday after
RASA_WITHIN = 30.0  # seconds; a busy machine must not turn the talk into one without Rasa
ANSWERED = 40_000  # ms until an answer must be seen, for the same reason


class _Server(Server):
    """Says when it is up."""

    def __init__(self, app: FastAPI, settings: Settings) -> None:
        super().__init__(app, settings)
        self.up = threading.Event()

    async def startup(self, sockets: object = None) -> None:
        await super().startup()
        self.up.set()

    def end(self) -> None:
        self._wakeups.close()
        self.should_exit = True


@contextmanager
def served(app: FastAPI, settings: Settings) -> Iterator[None]:
    """The demo under its own web server, in a thread: the browser's driver keeps this one."""
    server = _Server(app, settings)
    thread = threading.Thread(target=uvicorn.Server.run, args=(server,), daemon=True)
    thread.start()
    try:
        assert server.up.wait(60), "the demo did not come up"
        yield
    finally:
        server.end()
        thread.join(30)
    assert not thread.is_alive(), "the demo did not end"


@pytest.fixture
def demo(brain: BrainAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """The demo as `./timebank demo` builds it, with the shared Rasa and a clock that begins at `BEGINS`."""
    monkeypatch.setattr(demo_run, "demo_start", lambda now, scheme: BEGINS)
    settings = demo_run.demo_settings(tmp_path, port=free_port(), scheme_name="changning")
    client = RasaClient(brain.rasa_url, brain.rasa_token, RASA_WITHIN)
    house, _, app = demo_run.build_demo(settings, client, brain.actions_token)
    with served(app, settings):
        yield settings
    house.engine.dispose()


class Person:
    """Who sits in one pane of the demo."""

    def __init__(self, page: Page, kind: str) -> None:
        self._page, self._kind = page, kind
        self._pane: FrameLocator = page.frame_locator(f'.pane[data-kind="{kind}"] iframe')

    def sits(self, key: str) -> None:
        """Another person takes the seat."""
        self._page.locator(f"#who-{self._kind}").select_option(key)
        expect(self.lines.first).to_be_visible()

    @property
    def lines(self) -> Locator:
        return self._pane.locator(".said")

    def says(self, words: str, *heard: str) -> str:
        """Write it, send it; answers the last line heard, which has all of `heard`."""
        before = self.lines.count()
        self._pane.get_by_role("textbox").fill(words)
        self._pane.get_by_role("button", name="发送").click()
        return self._new(before + 1, *heard)

    def taps(self, label: str, *heard: str) -> str:
        before = self.lines.count()
        self._pane.locator(".choices").get_by_role("button", name=re.compile(rf"^\d {label}")).click()
        return self._new(before + 1, *heard)

    def gets(self, *told: str) -> str:
        """A line with all of `told` stands in the talk, or comes."""
        line = self._with(self.lines, told)
        expect(line.last).to_be_visible(timeout=ANSWERED)
        return line.last.inner_text()

    def _new(self, after: int, *heard: str) -> str:
        line = self._with(self._pane.locator(f".said:nth-child(n+{after + 1}):not(.mine)"), heard)
        try:
            expect(line.first).to_be_visible(timeout=ANSWERED)
        except AssertionError as error:
            talk = "\n".join(self.lines.all_inner_texts()[-6:])
            raise AssertionError(f"{self._kind} should hear {heard}:\n{talk}") from error
        return line.last.inner_text()

    @staticmethod
    def _with(lines: Locator, fragments: tuple[str, ...]) -> Locator:
        for fragment in fragments:
            lines = lines.filter(has_text=fragment)
        return lines


def forward(page: Page, name: str, *, times: int = 1) -> str:
    """Press a button of the clock; answers what the clock shows then."""
    for _ in range(times):
        with page.expect_response(lambda answer: answer.url.endswith("/clock") and answer.request.method == "POST"):
            page.get_by_role("button", name=name).click()
    return page.locator("#clock").inner_text()


def test_a_wish_becomes_settled_coins(new_page: NewPage, demo: Settings, shots: Path) -> None:
    page = new_page(1440, 900)
    page.goto(f"{demo.public_url}/demo")
    resident, volunteer, staff = (Person(page, kind) for kind in ("resident", "volunteer", "staff"))
    for person in (resident, volunteer, staff):
        expect(person.lines.first).to_be_visible()
    page.screenshot(path=shots / "story-1-begins.png")

    wish = "我想后天上午十点去华山医院看眼睛，一个人不敢去，找个人陪陪我，大概两个小时"
    resident.says(wish, "后天（周四）上午10点", "陪诊", "2小时", "华山医院", "2币", "对吗")
    page.screenshot(path=shots / "story-2-read-back.png")
    number = re.search(r"(\d+)号单", resident.says("对", "等分行审核"))
    assert number is not None
    order = f"{number[1]}号单"

    staff.gets(f"{order}等分行审核", "王阿婆")
    staff.says(f"通过{number[1]}号", order, "通过吗")
    staff.taps("通过", f"{order}您这里通过了", "总行")
    page.screenshot(path=shots / "story-3-branch.png")
    staff.sits("he")
    staff.gets(f"{order}等总行审核", "王阿婆")
    staff.taps("通过", order, "通过吗")
    staff.says("1", f"{order}通过了", "已经发布")
    page.screenshot(path=shots / "story-4-head.png")

    resident.gets(f"{order}通过了", "先留着您2币")
    volunteer.gets(order, "陪诊2小时", "您能去吗")
    page.screenshot(path=shots / "story-5-offered.png")
    volunteer.taps("我去", order, "华山医院", "得2币", "您接吗")
    volunteer.says("好的", f"{order}您接下了", "王阿婆")
    resident.gets("李明接了您的", order)

    # the evening before, and an hour before
    forward(page, "到明早9点")
    assert "晚上7点" in forward(page, "+1小时", times=10)
    resident.gets("提醒您：明天（周四）上午10点", "李明", order)
    volunteer.gets("提醒您：明天（周四）上午10点", "王阿婆", order)
    page.screenshot(path=shots / "story-6-evening-before.png")
    assert "11月26日 今天（周四）上午9点" in forward(page, "到明早9点")
    resident.gets("上午10点，李明就来")
    volunteer.gets("上午10点", "王阿婆", "我到了")
    page.screenshot(path=shots / "story-7-hour-before.png")

    forward(page, "+1小时")
    volunteer.says("我到了", "记上了", "王阿婆", "陪诊")
    resident.gets("李明说已经到您这里")
    forward(page, "+1小时", times=2)
    volunteer.says("做完了 两个小时", "王阿婆家的陪诊", "您做了2小时", "对吗")
    volunteer.says("对", "记下了", "帮王阿婆2小时")
    resident.gets("李明说陪诊做完了", "2小时", "您付2币")
    page.screenshot(path=shots / "story-8-done.png")

    resident.says("做好了", "李明帮了您2小时", "您付2币", "还剩5币", "打几分")
    page.screenshot(path=shots / "story-9-confirm.png")
    resident.says("五分", "给李明5分")
    volunteer.gets("王阿婆确认了", "您帮了2小时", "得2币")
    volunteer.gets("打了5分")
    resident.says("我还有几个币", "能用的有5币")
    volunteer.says("余额", "能用的有4币")
    page.screenshot(path=shots / "story-10-settled.png")
    check_for_elders(page)
    report = verify(make_engine(demo.database_url))
    assert report.ok, report.as_json()
