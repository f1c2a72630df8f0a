"""People who write to a served desk while it is being killed: they send again until acknowledged, and go on talking."""

from __future__ import annotations

import json
import random
import sqlite3
import threading
import time
import uuid
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from bot.clock import SystemClock
from tests.doubles.wechat_api import WeChatDouble
from tests.doubles.wechat_phone import WeChatPhone
from tests.proofs.served import SIDE, web_cookie

ANSWER_WITHIN = 120.0  # seconds; a kill costs a lease and a start
TRY_AGAIN = 0.25


@dataclass(frozen=True, slots=True)
class Sent:
    """One message that was acknowledged: `mark` is how its id ends in the inbox."""

    channel: str
    mark: str
    words: str


class Books:
    """The desk's database, read from outside. One connection per thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._own = threading.local()

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        connection = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._own.connection = sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=30)
        found: list[tuple[Any, ...]] = connection.execute(sql, values).fetchall()
        return found

    def close(self) -> None:
        """End this thread's connection."""
        connection = getattr(self._own, "connection", None)
        if connection is not None:
            connection.close()
            self._own.connection = None

    def one(self, sql: str, *values: Any) -> Any:
        return self.rows(sql, *values)[0][0]


@dataclass
class Crowd:
    """What all clients share: where the desk is, its books, when to stop, and what went wrong."""

    url: str
    books: Books
    wechat: WeChatDouble
    stop: threading.Event = field(default_factory=threading.Event)
    sent: list[Sent] = field(default_factory=list)
    passive: dict[str, set[str]] = field(default_factory=dict)  # WeChat: mark -> words that came back at once
    troubles: list[str] = field(default_factory=list)
    again: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Client(ABC):
    """One person with one channel. `deeds` is run by a thread of its own till the crowd stops."""

    channel: str

    def __init__(self, crowd: Crowd, member: int, sender: str) -> None:
        self.crowd, self.member, self.sender = crowd, member, sender
        self.random = random.Random(sender)
        self.http = httpx.Client(base_url=crowd.url, timeout=8, trust_env=False)

    @abstractmethod
    def post(self, words: str, serial: str) -> bool:
        """Send once; whether it was acknowledged."""

    def prepare(self, words: str) -> str:
        """The serial under which this message is sent, every time."""
        return str(uuid.uuid4())

    def mark(self, serial: str) -> str:
        return serial

    def say(self, words: str) -> dict[str, Any] | None:
        """Send till acknowledged, then wait for the stored reply. None when the crowd was stopped before."""
        serial = self.prepare(words)
        until = time.monotonic() + ANSWER_WITHIN
        while not self._acknowledged(words, serial):
            with self.crowd.lock:
                self.crowd.again += 1
            if time.monotonic() > until:
                self.crowd.troubles.append(f"{self.sender}: {words!r} was never acknowledged")
                return None
            time.sleep(TRY_AGAIN)
        mark = self.mark(serial)
        with self.crowd.lock:
            self.crowd.sent.append(Sent(self.channel, mark, words))
        if self.random.random() < 0.15:
            self._acknowledged(words, serial)  # the acknowledgement got lost: once more
        while time.monotonic() < until + ANSWER_WITHIN:
            found = self.crowd.books.rows("SELECT reply FROM inbox WHERE message_id LIKE ?", f"%{mark}%")
            if found and found[0][0] is not None:
                reply: dict[str, Any] = json.loads(found[0][0])
                return reply
            time.sleep(0.05)
        self.crowd.troubles.append(f"{self.sender}: {words!r} was never answered")
        return None

    def _acknowledged(self, words: str, serial: str) -> bool:
        try:
            return self.post(words, serial)
        except httpx.TransportError:
            return False

    def talk(self) -> None:
        try:
            while not self.crowd.stop.is_set():
                self.deed()
        except Exception as error:  # a client that dies silently would make the proof too easy
            self.crowd.troubles.append(f"{self.sender}: {type(error).__name__}: {error}")
        finally:
            self.http.close()
            self.crowd.books.close()

    def deed(self) -> None:
        """Confirm what waits for a yes, take what is open, else ask something."""
        waiting = self.crowd.books.rows(
            "SELECT id FROM orders WHERE resident_id = ? AND status = 'finished' ORDER BY id", self.member
        )
        open_ = self.crowd.books.rows("SELECT id FROM orders WHERE status = 'published' ORDER BY id LIMIT 3")
        if waiting:
            self.agree(f"{waiting[0][0]}号单确认完成")
        elif open_ and self.is_volunteer:
            self.agree(f"我接{self.random.choice(open_)[0]}号单")
        else:
            self.say(self.random.choice(("我还有多少币", "我的单子", "你好", "几点开门")))

    is_volunteer = False

    def agree(self, words: str) -> None:
        """Say it, yes to the read-back, and the mark that is asked for then."""
        reply = self.say(words)
        if reply and any(choice["means"] == "yes" for choice in reply["choices"]):
            reply = self.say(self.random.choice(("1", "对")))
        if reply and "打几分" in reply["text"]:
            self.say("5分")


class WebClient(Client):
    """The page: its message ids are its own, kept until the desk says "stored"."""

    channel = "web"

    def __init__(self, crowd: Crowd, member: int, sender: str) -> None:
        super().__init__(crowd, member, sender)
        self.pane, cookies = web_cookie(sender)
        self.http.cookies.update(cookies)

    def post(self, words: str, serial: str) -> bool:
        answer = self.http.post(f"/chat/{self.pane}/messages", json={"id": serial, "text": words}, timeout=25)
        if answer.status_code not in (200, 503):
            raise AssertionError(f"{answer.status_code} {answer.text}")
        return answer.status_code == 200


class WeChatClient(Client):
    """WeChat's servers: signed anew for every try, at times the very same bytes again."""

    channel = "wechat"

    def __init__(self, crowd: Crowd, member: int, sender: str) -> None:
        super().__init__(crowd, member, sender)
        self.phone = WeChatPhone(SIDE, sender, SystemClock())
        self._xml = ""
        self._post = self.phone.post("<xml></xml>")

    def prepare(self, words: str) -> str:
        self._xml = self.phone.text(words)
        self._post = self.phone.post(self._xml)
        return self._xml.split("<MsgId>")[1].split("<")[0]

    def mark(self, serial: str) -> str:
        return f"m:{serial}:"

    def post(self, words: str, serial: str) -> bool:
        self.crowd.wechat.wrote(self.sender)
        post = self._post
        if self.random.random() < 0.7:
            self._post = self.phone.post(self._xml)
        answer = self.http.post("/wechat/main", params=post.params, content=post.body)
        if answer.status_code != 200:
            if answer.status_code < 500:
                raise AssertionError(f"{answer.status_code} {answer.text}")
            return False
        said = self.phone.reply_in(answer.text)
        if said is not None:
            with self.crowd.lock:
                self.crowd.passive.setdefault(self.mark(serial), set()).add(said)
        return True
