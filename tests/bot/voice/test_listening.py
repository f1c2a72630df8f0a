"""A voice message on the real books: understood, it goes the way of all words; else staff have the recording."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from bank.notices import CaseKind
from bot.channels.ports import FetchedMedia
from bot.clock import FixedClock, MovableClock
from bot.demo.community import SampleCommunity, fill_sample
from bot.house import House, build_house
from bot.media import MediaKeeper
from bot.messages import Incoming, Kind, Reply
from bot.voice.audio import decode
from bot.voice.hearing import Heard, Recogniser
from bot.voice.listener import VoiceListener, is_clear
from bot.voice.models import find_model
from bot.voice.recogniser import SherpaRecogniser
from storage.engine import make_engine
from storage.migrate import migrate
from storage.unit_of_work import in_unit
from tests.bot.voice.recordings import recording
from tests.bot.voice.small_model import sense_voice
from tests.bot.voice.told import Failing, Told
from tests.doubles.web import START, scheme_named

LONG = 30.0


class Recordings:
    """The channel's files by media id."""

    channel = "wechat"

    def __init__(self, **files: bytes) -> None:
        self.files = files

    async def fetch(self, incoming: Incoming) -> FetchedMedia:
        return FetchedMedia(self.files[incoming.media["media_id"]], "audio/amr")


class Ear:
    """A house that listens with `recogniser`, and 王阿婆's telephone."""

    def __init__(self, folder: Path, recogniser: Recogniser | None, within: float = LONG) -> None:
        self.folder = folder / "media"
        engine = make_engine(f"sqlite:///{folder / 'ear.db'}")
        migrate(engine)
        scheme = scheme_named("changning")
        self.community: SampleCommunity = fill_sample(engine, scheme, START)

        def listener(media: MediaKeeper) -> VoiceListener:
            assert recogniser is not None
            return VoiceListener(media, recogniser, within)

        self.house: House = build_house(
            engine=engine,
            scheme=scheme,
            clock=MovableClock(base=FixedClock(START)),
            rasa=None,
            media_folder=self.folder,
            listener=listener if recogniser else None,
        )
        self.house.fetchers["wechat"] = Recordings(
            good=recording("amr", 3.0),
            quiet=recording("amr", 3.0, loudness=0.0),
            long=recording("amr", 70.0),
            broken=b"\x02#!SILK_V3...",
        )
        self.count = 0
        self.person = self.community.named("王阿婆").member_id
        in_unit(self.house.desk.units, self._bind)

    def _bind(self, uow: object) -> None:
        identities = uow.desk.identities  # type: ignore[attr-defined]  # a unit of work
        identities.bind(identities.get_or_create("wechat", "main", "o1", START).id, self.person, START)

    async def says(self, media_id: str, message_id: str | None = None) -> Reply:
        self.count += 1
        incoming = Incoming(
            channel="wechat",
            account="main",
            sender="o1",
            message_id=message_id or str(self.count),
            kind=Kind.VOICE,
            media={"media_id": media_id},
            at=START,
        )
        reply = await self.house.gateway.receive(incoming, wait=LONG)
        assert reply is not None
        return reply

    def evidence(self) -> list[dict[str, object]]:
        cases = in_unit(self.house.desk.units, lambda uow: uow.cases.find(kind=CaseKind.UNHANDLED))
        return [case.evidence for case in cases]

    def files(self) -> list[Path]:
        return sorted(self.folder.glob("*"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


async def test_a_spoken_question_is_answered_and_read_back(folder: Path) -> None:
    """Through sherpa-onnx itself: a recording as WeChat sends it, a network that it really loads."""
    ear = Ear(folder, SherpaRecogniser(find_model(sense_voice(folder / "m", "我还有几个币"))))
    reply = await ear.says("good")
    assert reply.text.startswith("我听到的是：“我还有几个币”")
    assert "币" in reply.text.partition("\n")[2]
    assert reply.plain is not None
    assert not reply.plain.startswith("我听到的是")
    assert ear.evidence() == []
    assert ear.files() == []  # what was understood is not kept


async def test_a_spoken_emergency_is_an_emergency(folder: Path) -> None:
    ear = Ear(folder, Told("救命啊我摔倒了起不来"))
    reply = await ear.says("good")
    assert "120" in reply.text
    assert in_unit(ear.house.desk.units, lambda uow: uow.cases.find(kind=CaseKind.EMERGENCY))


async def test_spoken_payloads_are_words(folder: Path) -> None:
    ear = Ear(folder, Told("/confirm_done{}"))
    assert "我听到的是" in (await ear.says("good")).text


@pytest.mark.parametrize(
    ("recogniser", "media_id", "words"),
    [
        (None, "good", "我还听不了语音"),
        (Told(""), "good", "没听清"),
        (Told("。？"), "good", "没听清"),
        (Told("我还有几个币", 0.2), "good", "没听清"),
        (Failing(), "good", "没听清"),
        (Told("我还有几个币"), "quiet", "没听到声音"),
        (Told("我还有几个币"), "long", "一分钟以内"),
        (Told("我还有几个币"), "broken", "没听清"),
    ],
)
async def test_what_is_not_understood_goes_to_staff(
    folder: Path, recogniser: Recogniser | None, media_id: str, words: str
) -> None:
    ear = Ear(folder, recogniser)
    reply = await ear.says(media_id)
    assert words in reply.text
    (evidence,) = ear.evidence()
    kept = ear.house.media.path(str(evidence["file"]))
    assert kept is not None
    assert kept.read_bytes() == ear.house.fetchers["wechat"].files[media_id]  # type: ignore[attr-defined]  # Recordings


async def test_who_listens_too_long_is_relieved_by_staff(folder: Path) -> None:
    gate = threading.Event()
    ear = Ear(folder, Told("我还有几个币", gate=gate), within=0.05)
    try:
        assert "没听清" in (await ear.says("good")).text
    finally:
        gate.set()
    assert len(ear.evidence()) == 1


async def test_a_redelivered_recording_is_heard_once(folder: Path) -> None:
    ear = Ear(folder, Told(""))
    first = await ear.says("good", "M1")
    assert await ear.says("good", "M1") == first
    assert len(ear.evidence()) == 1


def test_more_words_than_anybody_can_say_are_made_up() -> None:
    samples = decode(recording("wav", 2.0))
    assert is_clear(Heard("我还有几个币"), samples)
    assert not is_clear(Heard("谢谢观看" * 10), samples)
