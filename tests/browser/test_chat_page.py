"""The chat page in a real browser, over a desk of paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from bot.messages import Choice, Reply
from bot.web.chat import chat_link
from tests.browser.measure import check_for_elders, measure
from tests.doubles.web import PaperChat

pytestmark = pytest.mark.browser
NewPage = Callable[..., Page]


def open_chat(page: Page, chat: PaperChat, address: str, sender: str = "w1") -> Page:
    page.goto(address + chat_link(chat.signer, sender))
    return page


def say(page: Page, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.get_by_role("button", name="发送").click()


def said(page: Page) -> list[str]:
    return page.locator(".said .bubble").all_inner_texts()


def test_words_go_there_and_an_answer_comes_back(new_page: NewPage, chat: PaperChat, address: str, shots: Path) -> None:
    page = open_chat(new_page(), chat, address)
    say(page, "明天上午陪我去医院")
    expect(page.get_by_text("您说的是：明天上午陪我去医院")).to_be_visible()
    page.get_by_role("button", name="菜单").click()
    page.get_by_role("button", name="2 我的时间币").click()
    expect(page.get_by_text("您说的是：2")).to_be_visible()
    assert said(page)[-2:] == ["2 我的时间币", "您说的是：2"]
    page.get_by_role("button", name="人工").click()
    expect(page.get_by_text("您说的是：人工")).to_be_visible()
    page.screenshot(path=shots / "chat.png")


def test_old_choices_are_no_buttons(new_page: NewPage, chat: PaperChat, address: str) -> None:
    page = open_chat(new_page(), chat, address)
    page.get_by_role("button", name="菜单").click()
    button = page.get_by_role("button", name="1 找人帮忙")
    expect(button).to_be_visible()
    chat.talk.notice("w1", Reply(text="明天去吗？", choices=(Choice(label="去", payload="/affirm"),)), "o1")
    expect(page.get_by_role("button", name="1 去", exact=True)).to_be_visible()
    expect(button).to_have_count(0)
    expect(page.get_by_text("1 找人帮忙")).to_be_visible()


def test_a_message_whose_answer_was_lost_is_sent_again_and_counts_once(
    new_page: NewPage, chat: PaperChat, address: str, shots: Path
) -> None:
    page = new_page()

    def lose_the_answer(route: Route) -> None:
        route.fetch()  # the desk has it, the page never hears so
        route.abort()

    page.route("**/messages?**", lambda route: route.abort())  # from the start: a look under way would still hear it
    page.route("**/messages", lose_the_answer)
    open_chat(page, chat, address)
    say(page, "我要取消")
    again = page.get_by_role("button", name="没送到，点这里再发")
    expect(again).to_be_visible()
    page.screenshot(path=shots / "not-sent.png")
    page.unroute("**/messages")
    again.click()
    expect(again).to_have_count(0)
    page.unroute("**/messages?**")
    expect(page.get_by_text("您说的是：我要取消")).to_be_visible(timeout=30_000)  # the page looks ever more seldom
    assert said(page) == ["我要取消", "您说的是：我要取消"]
    assert len(chat.talk.stored) == 1


def test_what_was_not_sent_outlives_a_closed_page(new_page: NewPage, chat: PaperChat, address: str) -> None:
    page = open_chat(new_page(), chat, address)
    page.route("**/messages", lambda route: route.abort())
    say(page, "第一句")
    expect(page.get_by_role("button", name="没送到，点这里再发")).to_be_visible()
    say(page, "第二句")
    page.unroute("**/messages")
    page.reload()
    expect(page.get_by_text("您说的是：第二句")).to_be_visible()
    assert [message.text for message in chat.talk.stored.values()] == ["第一句", "第二句"]


def test_broken_books_are_a_message_to_send_again(new_page: NewPage, chat: PaperChat, address: str) -> None:
    page = open_chat(new_page(), chat, address)
    chat.talk.broken = True
    say(page, "你好")
    again = page.get_by_role("button", name="没送到，点这里再发")
    expect(again).to_be_visible()
    chat.talk.broken = False
    again.click()
    expect(page.get_by_text("您说的是：你好")).to_be_visible()


def test_too_long_words_come_back_to_be_made_shorter(new_page: NewPage, chat: PaperChat, address: str) -> None:
    page = open_chat(new_page(), chat, address)
    say(page, "长" * 20_000)
    expect(page.get_by_text("请分成几段说")).to_be_visible()
    page.get_by_role("button", name="点这里改一改").click()
    assert len(page.get_by_role("textbox").input_value()) == 20_000
    assert said(page) == []
    assert not chat.talk.stored


def test_words_are_shown_never_run(new_page: NewPage, chat: PaperChat, address: str) -> None:
    page = open_chat(new_page(), chat, address)
    say(page, "<img src=x onerror=alert(1)><b>粗</b>")
    expect(page.get_by_text("您说的是：<img src=x onerror=alert(1)><b>粗</b>")).to_be_visible()
    assert page.locator(".bubble img, .bubble b").count() == 0


def test_a_keyboard_is_enough(new_page: NewPage, chat: PaperChat, address: str) -> None:
    page = open_chat(new_page(), chat, address)
    page.get_by_role("textbox").focus()
    page.keyboard.type("第一行")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("第二行")
    page.keyboard.press("Enter")
    expect(page.get_by_text("您说的是：第一行")).to_be_visible()
    names = []
    for _ in range(8):
        page.keyboard.press("Tab")
        name, outline = page.evaluate(
            "() => { const at = document.activeElement; return at === document.body ? ['', ''] :"
            " [at.ariaLabel || at.innerText || at.tagName, getComputedStyle(at).outlineWidth]; }"
        )
        names.append(name)
        if name:
            assert outline == "4px", f"{name}: focus can't be seen"
    assert {"发送", "菜单", "人工", "字大一点"} <= set(names)


def test_letters_grow_and_stay_grown(new_page: NewPage, chat: PaperChat, address: str) -> None:
    page = open_chat(new_page(), chat, address)

    def size() -> float:
        return float(page.evaluate("() => parseFloat(getComputedStyle(document.getElementById('words')).fontSize)"))

    for _ in range(9):
        page.get_by_role("button", name="字大一点").click()
    assert size() == 30
    page.reload()
    assert size() == 30
    for _ in range(9):
        page.get_by_role("button", name="字小一点").click()
    assert size() == 18


@pytest.mark.parametrize(("width", "letters"), [(360, 18), (360, 20), (360, 30), (1280, 20)])
def test_older_people_can_read_and_tap_everything(
    new_page: NewPage, chat: PaperChat, address: str, shots: Path, width: int, letters: int
) -> None:
    page = new_page(width, 740)
    page.goto(address)  # 404, but the right origin
    page.evaluate(f"() => localStorage.setItem('letters', '{letters}')")
    open_chat(page, chat, address)
    say(page, "菜单")
    expect(page.get_by_role("button", name="1 找人帮忙")).to_be_visible()
    page.route("**/messages", lambda route: route.abort())
    say(page, "这一句送不到")
    expect(page.get_by_role("button", name="没送到，点这里再发")).to_be_visible()
    page.screenshot(path=shots / f"chat-{width}-{letters}.png")
    check_for_elders(page)
    assert min(text["size"] for text in measure(page)["texts"]) == letters


def test_a_forged_link_leads_to_a_readable_page(new_page: NewPage, chat: PaperChat, address: str, shots: Path) -> None:
    page = new_page(360, 740)
    page.goto(f"{address}/chat?k=forged")
    expect(page.get_by_role("link", name="打电话问：22850770")).to_be_visible()
    page.screenshot(path=shots / "no-entry.png")
    check_for_elders(page)
    page.get_by_role("link", name="不用链接，先和服务台说说").click()
    say(page, "你好")
    expect(page.get_by_text("您说的是：你好")).to_be_visible()


def test_new_lines_are_told_to_a_screen_reader(new_page: NewPage, chat: PaperChat, address: str) -> None:
    page = open_chat(new_page(), chat, address)
    log = page.get_by_role("log")
    assert log.get_attribute("aria-live") == "polite"
    chat.talk.notice("w1", Reply(text="李明接了您的单子"), "o1")
    expect(log).to_contain_text("李明接了您的单子")
    assert page.locator("html").get_attribute("lang") == "zh-Hans"


def test_reading_back_is_not_disturbed_by_news(new_page: NewPage, chat: PaperChat, address: str) -> None:
    for number in range(30):
        chat.talk.notice("w1", Reply(text=f"旧话{number}"), f"o{number}")
    page = open_chat(new_page(), chat, address)
    expect(page.get_by_text("旧话29", exact=True)).to_be_in_viewport()
    page.locator("#talk").evaluate("node => { node.scrollTop = 0; }")
    chat.talk.notice("w1", Reply(text="新的话"), "o30")
    newest = page.get_by_role("button", name="↓ 有新消息")
    expect(newest).to_be_visible()
    assert page.locator("#talk").evaluate("node => node.scrollTop") == 0
    newest.click()
    expect(page.get_by_text("新的话")).to_be_in_viewport()
