"""The chat's doors: who may enter, what may be posted, what comes back."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from bot.messages import Choice, Kind, Reply
from bot.web.chat import chat_link
from bot.web.incoming import LONGEST_TEXT
from bot.web.tokens import Purpose
from tests.doubles.web import PaperChat, browser


@pytest.fixture
def chat() -> PaperChat:
    return PaperChat()


@pytest.fixture
async def client(chat: PaperChat) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(chat.app()) as client:
        yield client


async def enter(client: httpx.AsyncClient, chat: PaperChat, sender: str = "w1") -> str:
    """The address of the sender's messages."""
    page = await client.get(chat_link(chat.signer, sender))
    assert page.status_code == 200
    return f"{page.url.path}/messages"


def body(text: str = "你好", **given: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "text": text, **given}


async def look(client: httpx.AsyncClient, address: str, after: str = "", wait: float = 0) -> dict[str, Any]:
    answer = await client.get(address, params={"after": after, "wait": wait})
    assert answer.status_code == 200
    seen: dict[str, Any] = answer.json()
    return seen


async def test_a_signed_link_opens_the_persons_own_talk(client: httpx.AsyncClient, chat: PaperChat) -> None:
    address = await enter(client, chat)
    assert (await client.post(address, json=body())).json() == {"stored": True}
    assert [message.sender for message in chat.talk.stored.values()] == ["w1"]
    assert [line["text"] for line in (await look(client, address))["lines"]] == ["你好", "您说的是：你好"]


async def test_the_link_leaves_the_address_and_no_name_is_in_it(client: httpx.AsyncClient, chat: PaperChat) -> None:
    answer = await client.get(chat_link(chat.signer, "w1"), follow_redirects=False)
    assert answer.status_code == 303
    assert "k=" not in answer.headers["location"]
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert f"Path={answer.headers['location']}" in cookie


async def test_several_people_talk_in_one_browser(client: httpx.AsyncClient, chat: PaperChat) -> None:
    first, second = await enter(client, chat, "w1"), await enter(client, chat, "w2")
    await client.post(first, json=body("一号"))
    await client.post(second, json=body("二号"))
    assert {message.sender: message.text for message in chat.talk.stored.values()} == {"w1": "一号", "w2": "二号"}
    assert len((await look(client, first))["lines"]) == 2


@pytest.mark.parametrize("token", ["", "forged", "a.b.c"])
async def test_a_forged_link_gets_words_and_the_phone(client: httpx.AsyncClient, token: str) -> None:
    page = await client.get("/chat", params={"k": token})
    assert page.status_code == 403
    assert "22850770" in page.text
    assert "这个链接不对" in page.text


async def test_a_pane_without_its_cookie_is_closed(client: httpx.AsyncClient, chat: PaperChat) -> None:
    address = await enter(client, chat)
    client.cookies.clear()
    assert (await client.get(address.removesuffix("/messages"))).status_code == 403
    assert (await client.post(address, json=body())).status_code == 403
    assert (await client.get(address)).json()["error"] == "session_over"
    assert not chat.talk.stored


async def test_the_cookie_of_one_pane_opens_no_other(client: httpx.AsyncClient, chat: PaperChat) -> None:
    mine, other = await enter(client, chat, "w1"), await enter(client, chat, "w2")
    token = chat.signer.make(Purpose.CHAT_SESSION, "w1")
    client.cookies.clear()
    pane = other.split("/")[2]
    assert (await client.get(other, headers={"Cookie": f"tb_{pane}={token}"})).status_code == 403
    assert mine != other


async def test_a_stranger_gets_a_talk_of_their_own_and_finds_it_again(
    client: httpx.AsyncClient, chat: PaperChat
) -> None:
    first = await client.get("/chat")
    assert first.status_code == 200
    assert (await client.get("/chat")).url.path == first.url.path
    await client.post(f"{first.url.path}/messages", json=body("我想入会"))
    (message,) = chat.talk.stored.values()
    assert message.sender.startswith("w")
    client.cookies.clear()
    assert (await client.get("/chat")).url.path != first.url.path


async def test_the_same_message_sent_again_is_taken_once(client: httpx.AsyncClient, chat: PaperChat) -> None:
    address, message = await enter(client, chat), body()
    for _ in range(3):
        assert (await client.post(address, json=message)).status_code == 200
    assert len(chat.talk.stored) == 1
    assert len((await look(client, address))["lines"]) == 2


async def test_one_persons_message_id_says_nothing_of_anothers(client: httpx.AsyncClient, chat: PaperChat) -> None:
    message = body("秘密")
    await client.post(await enter(client, chat, "w1"), json=message)
    other = await enter(client, chat, "w2")
    await client.post(other, json=message)
    assert len(chat.talk.stored) == 2


@pytest.mark.parametrize(
    ("raw", "status", "error"),
    [
        (b"", 422, "not_readable"),
        (b"[]", 422, "not_readable"),
        (b"{", 422, "not_readable"),
        (b"\xff\xfe", 422, "not_readable"),
        (json.dumps({"id": "no uuid", "text": "x"}).encode(), 422, "not_readable"),
        (json.dumps(body(more=1)).encode(), 422, "not_readable"),
        (json.dumps(body(" \n\t ")).encode(), 422, "empty"),
        (json.dumps(body("\x00\x07\u200b")).encode(), 422, "empty"),
        (json.dumps(body("字" * (LONGEST_TEXT + 1)), ensure_ascii=False).encode(), 413, "too_long"),
        (b"x" * 100_000, 413, "too_long"),
        (json.dumps(body(pick=2, of="r1")).encode(), 409, "choice_is_over"),
        (json.dumps(body(pick=0)).encode(), 422, "not_readable"),
    ],
    ids=range(12),
)
async def test_bad_posts_are_refused_in_words(
    client: httpx.AsyncClient, chat: PaperChat, raw: bytes, status: int, error: str
) -> None:
    answer = await client.post(await enter(client, chat), content=raw)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["words"]
    assert not chat.talk.stored


async def test_control_characters_are_taken_out(client: httpx.AsyncClient, chat: PaperChat) -> None:
    raw = b'{"id": "%s", "text": "a\\u0000b\\ud800c\\u202ed\\ne"}' % str(uuid4()).encode()
    assert (await client.post(await enter(client, chat), content=raw)).status_code in (200, 422)
    assert [message.text for message in chat.talk.stored.values()] in ([], ["abcd\ne"])


async def test_what_looks_like_an_intent_is_only_text(client: httpx.AsyncClient, chat: PaperChat) -> None:
    await client.post(await enter(client, chat), json=body("/confirm_done{}"))
    (message,) = chat.talk.stored.values()
    assert (message.kind, message.text) == ("text", "/confirm_done{}")


async def test_a_choice_is_picked_by_its_number_and_shown_with_its_words(
    client: httpx.AsyncClient, chat: PaperChat
) -> None:
    address = await enter(client, chat)
    await client.post(address, json=body("菜单"))
    (line,) = [line for line in (await look(client, address))["lines"] if line["choices"]]
    message = body(pick=2, of=line["id"])
    assert (await client.post(address, json=message)).status_code == 200
    assert (await client.post(address, json=message)).status_code == 200, "a resend is no second pick"
    assert [stored.text for stored in chat.talk.stored.values()] == ["菜单", "2"]
    assert "2 我的时间币" in [line["text"] for line in (await look(client, address))["lines"]]


async def test_an_old_choice_can_not_be_picked(client: httpx.AsyncClient, chat: PaperChat) -> None:
    address = await enter(client, chat)
    await client.post(address, json=body("菜单"))
    old = next(line for line in (await look(client, address))["lines"] if line["choices"])
    chat.talk.notice("w1", Reply(text="去吗？", choices=(Choice(label="去", payload="/affirm"),)), "o1")
    answer = await client.post(address, json=body(pick=1, of=old["id"]))
    assert (answer.status_code, answer.json()["error"]) == (409, "choice_is_over")
    assert (await client.post(address, json=body(pick=2, of="o1"))).status_code == 409


async def test_broken_books_leave_the_message_with_the_page(
    client: httpx.AsyncClient, chat: PaperChat, caplog: pytest.LogCaptureFixture
) -> None:
    address, message = await enter(client, chat), body("我要找人")
    chat.talk.broken = True
    assert (await client.post(address, json=message)).status_code == 503
    assert "我要找人" not in caplog.text
    chat.talk.broken = False
    assert (await client.post(address, json=message)).status_code == 200
    assert len(chat.talk.stored) == 1


async def test_looking_waits_until_something_is_new(client: httpx.AsyncClient, chat: PaperChat) -> None:
    address = await enter(client, chat)
    state = (await look(client, address))["state"]
    assert (await look(client, address, state, 0.01))["state"] == state
    chat.talk.notice("w1", Reply(text="李明接了您的单子"), "o1")
    assert (await look(client, address, state, 25))["lines"][0]["text"] == "李明接了您的单子"


@pytest.mark.parametrize("query", ["wait=-1", "wait=26", "wait=x", "after=" + "x" * 100])
async def test_bad_looks_are_refused(client: httpx.AsyncClient, chat: PaperChat, query: str) -> None:
    assert (await client.get(f"{await enter(client, chat)}?{query}")).status_code == 422


async def test_pages_forbid_foreign_parts(client: httpx.AsyncClient, chat: PaperChat) -> None:
    page = await client.get(chat_link(chat.signer, "w1"))
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert page.headers["referrer-policy"] == "no-referrer"
    assert 'lang="zh-Hans"' in page.text


async def test_a_reply_without_choices_ends_the_earlier_ones(client: httpx.AsyncClient, chat: PaperChat) -> None:
    address = await enter(client, chat)
    await client.post(address, json=body("菜单"))
    seen = await look(client, address)
    assert seen["live"] == seen["lines"][-1]["id"]
    chat.talk.notice("w1", Reply(text="明天有雨"), "o1")
    assert (await look(client, address))["live"] == seen["live"], "a notice without choices takes none away"
    await client.post(address, json=body("你好"))
    assert (await look(client, address))["live"] is None
    assert (await client.post(address, json=body(pick=1, of=seen["live"]))).status_code == 409


async def test_a_scanned_code_begins_the_talk_at_its_branch_once(client: httpx.AsyncClient, chat: PaperChat) -> None:
    for _ in range(2):
        assert (await client.get("/chat?scene=hongqiao")).status_code == 200
    (scan,) = chat.talk.stored.values()
    assert (scan.kind, scan.text) == (Kind.FOLLOW, "hongqiao")
    assert (await client.get(f"/chat?scene={'x' * 65}")).status_code == 422
