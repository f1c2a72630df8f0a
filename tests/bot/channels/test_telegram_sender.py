"""Telegram's way out against the stand-in: buttons, parts, pacing, every error."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, NetworkError, TelegramError, TimedOut

from bot.channels.telegram_errors import TooLong, error_for
from bot.channels.telegram_keys import callback_data, read_tap
from bot.channels.telegram_media import TelegramMedia
from bot.channels.telegram_pacer import Pacer
from bot.channels.telegram_sender import TelegramSender
from bot.channels.telegram_service import App
from bot.clock import MovableClock
from bot.messages import Choice, Incoming, Kind, Reply, choice_for, payload_mark
from bot.sending import Address, MaybeSent, Misconfigured, SendError, TryLater, Unreachable, WayClosed
from tests.doubles.telegram_api import TelegramDouble

LONG_PAYLOAD = "/request_help" + '{"service": "' + "陪" * 30 + '"}'


class Line:
    """Sends to chats, its pacer on the test's clock: waiting moves the clock."""

    def __init__(self, bot: Bot, clock: MovableClock) -> None:
        self.clock = clock
        self.pacer = Pacer(clock=lambda: clock.now().timestamp(), sleep=self._wait)
        self.sender = TelegramSender({"main": bot}, pacers={"main": self.pacer})

    async def _wait(self, seconds: float) -> None:
        self.clock.forward(timedelta(seconds=seconds))

    async def send(self, chat: int | str, reply: Reply, key: str = "k") -> str | None:
        address = Address(channel="telegram", account="main", sender=str(chat))
        return await self.sender.send(address, reply, key=key, purpose="reply", now=self.clock.now())


@pytest.fixture
def line(application: App, clock: MovableClock) -> Line:
    return Line(application.bot, clock)


async def test_buttons(line: Line, telegram: TelegramDouble) -> None:
    choices = (Choice(label="好的", payload="/affirm"), Choice(label="换个时间", payload=LONG_PAYLOAD))
    sent = await line.send(5, Reply(text="明天九点，对吗？", choices=choices))
    [message] = telegram.sent
    assert sent == str(message.message_id)
    assert message.text == "明天九点，对吗？"
    assert message.buttons == (("1 好的", "/affirm"), ("2 换个时间", f"k:2:{payload_mark(LONG_PAYLOAD)}"))


def test_what_buttons_carry() -> None:
    assert callback_data(1, "/affirm") == "/affirm"
    for payload in (LONG_PAYLOAD, "no slash", "/" + "x" * 64):
        data = callback_data(3, payload)
        assert len(data.encode()) <= 64
        tap = read_tap(data)
        assert tap is not None and tap.text == "3" and tap.mark == payload_mark(payload)
        offered = (Choice(label="a", payload="/affirm"), Choice(label="b", payload=payload))
        assert choice_for(tap.mark, offered) == offered[1]
        assert choice_for(tap.mark, offered[:1]) is None
    assert read_tap("/" + "x" * 63) is not None
    for rubbish in ("", "k:0:0123456789abcdef", "k:1:xyz", "k:1", "5", "/" + "x" * 64):
        assert read_tap(rubbish) is None


async def test_long_words_in_parts_with_the_buttons_last(line: Line, telegram: TelegramDouble) -> None:
    words = "一句话，😀。" * 1500
    await line.send(5, Reply(text=words, choices=(Choice(label="好", payload="/affirm"),)))
    assert "".join(telegram.texts(5)) == words
    assert [bool(sent.buttons) for sent in telegram.sent] == [False, False, True]


async def test_a_repeat_goes_on_where_it_ended(line: Line, telegram: TelegramDouble) -> None:
    words = "一句话。" * 1500
    await line.send(5, Reply(text="好"), key="first")
    telegram.fail("sendMessage", 500, "Internal Server Error")
    with pytest.raises(MaybeSent):
        await line.send(5, Reply(text=words))
    await line.send(5, Reply(text=words))
    assert "".join(telegram.texts(5)[1:]) == words


async def test_pacing_keeps_flood_control_away(line: Line, telegram: TelegramDouble) -> None:
    start = line.clock.now()
    for number in range(4):
        await line.send(5, Reply(text="好"), key=str(number))
    assert line.clock.now() - start >= timedelta(seconds=3)
    for chat in range(100, 165):
        await line.send(chat, Reply(text="好"), key=str(chat))
    assert len(telegram.sent) == 69


async def test_a_long_queue_goes_back_to_the_dispatcher(line: Line) -> None:
    line.pacer.pause("5", timedelta(seconds=30))
    with pytest.raises(TryLater) as raised:
        await line.send(5, Reply(text="好"))
    assert raised.value.after == timedelta(seconds=30)
    await line.send(6, Reply(text="好"))


async def test_flood_control(line: Line, telegram: TelegramDouble) -> None:
    await TelegramSender({"main": line.sender._bots["main"]}).send(
        Address(channel="telegram", account="main", sender="5"),
        Reply(text="好"),
        key="0",
        purpose="reply",
        now=line.clock.now(),
    )
    with pytest.raises(TryLater) as raised:  # another process sent to this chat within the second
        await line.send(5, Reply(text="好"))
    assert raised.value.after == timedelta(seconds=3)
    line.clock.forward(timedelta(seconds=3))
    await line.send(5, Reply(text="好"))


async def test_blocked(line: Line, telegram: TelegramDouble) -> None:
    telegram.blocked.add(5)
    with pytest.raises(Unreachable, match="blocked"):
        await line.send(5, Reply(text="好"))


@pytest.mark.parametrize("chat", ["-7", "oWang", "", "٣x"])
async def test_no_such_chat(line: Line, chat: str) -> None:
    with pytest.raises(Unreachable):
        await line.send(chat, Reply(text="好"))


async def test_nothing_to_say(line: Line) -> None:
    with pytest.raises(WayClosed, match="nothing to say"):
        await line.send(5, Reply(text=" \x00 "))


async def test_unknown_account(line: Line) -> None:
    stranger = Address(channel="telegram", account="other", sender="5")
    with pytest.raises(Misconfigured):
        await line.sender.send(stranger, Reply(text="好"), key="k", purpose="reply", now=line.clock.now())


@pytest.mark.parametrize(
    ("code", "description", "expected"),
    [
        (401, "Unauthorized", Misconfigured),
        (400, "Bad Request: chat not found", Unreachable),
        (400, "Bad Request: something else", WayClosed),
        (403, "Forbidden: user is deactivated", Unreachable),
        (409, "Conflict: terminated by other getUpdates", Misconfigured),
        (500, "Internal Server Error", MaybeSent),
        (502, "Bad Gateway", MaybeSent),
    ],
)
async def test_answers(
    line: Line, telegram: TelegramDouble, code: int, description: str, expected: type[SendError]
) -> None:
    telegram.fail("sendMessage", code, description)
    with pytest.raises(expected) as raised:
        await line.send(5, Reply(text="好"))
    assert telegram.token not in str(raised.value) and raised.value.__suppress_context__


async def test_too_long_for_telegram_goes_in_halves(line: Line, telegram: TelegramDouble) -> None:
    telegram.fail("sendMessage", 400, "Bad Request: message is too long")
    await line.send(5, Reply(text="一句话。" * 500, choices=(Choice(label="好", payload="/affirm"),)))
    assert "".join(telegram.texts(5)) == "一句话。" * 500
    assert telegram.sent[-1].buttons and not telegram.sent[0].buttons


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (TimedOut(), MaybeSent),
        (caused(TimedOut(), httpx.ReadTimeout("x")), MaybeSent),
        (caused(TimedOut(), httpx.ConnectTimeout("x")), TryLater),
        (caused(TimedOut(), httpx.PoolTimeout("x")), TryLater),
        (caused(NetworkError("x"), httpx.ConnectError("x")), TryLater),
        (NetworkError("x"), MaybeSent),
        (BadRequest("Message is too long"), TooLong),
        (BadRequest("Peer_id_invalid"), Unreachable),
        (Forbidden("x"), Unreachable),
        (Conflict("x"), Misconfigured),
        (ChatMigrated(-5), Unreachable),
        (TelegramError("x"), TryLater),
    ],
)
def test_errors(error: TelegramError, expected: type[SendError]) -> None:
    assert type(error_for(error)) is expected


async def test_media(application: App, telegram: TelegramDouble, clock: MovableClock) -> None:
    telegram.files["V1"] = b"OggS..."
    fetcher = TelegramMedia({"main": application.bot})

    def voice(file_id: str) -> Incoming:
        return Incoming(
            channel="telegram",
            account="main",
            sender="5",
            message_id="1",
            kind=Kind.VOICE,
            media={"file_id": file_id, "mime": "audio/ogg"},
            at=clock.now(),
        )

    fetched = await fetcher.fetch(voice("V1"))
    assert (fetched.content, fetched.content_type) == (b"OggS...", "audio/ogg")
    with pytest.raises(WayClosed, match="gone"):
        await fetcher.fetch(voice("V2"))
    telegram.files["big"] = b"x" * (10 * 1024 * 1024 + 1)
    with pytest.raises(WayClosed, match="over 10 MB"):
        await fetcher.fetch(voice("big"))
    telegram.fail("getFile", 500, "Internal Server Error")
    with pytest.raises(TryLater):
        await fetcher.fetch(voice("V1"))
