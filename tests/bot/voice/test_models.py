"""Which model lies in a folder, and what is said of a folder that holds none; sherpa-onnx really loads one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import onnx
import pytest

from bot.settings import SettingsError, check_for_serving, read_settings
from bot.voice.audio import decode
from bot.voice.hearing import Heard, Recogniser
from bot.voice.models import ModelWrong, check_model, find_model
from bot.voice.recogniser import SherpaRecogniser
from tests.bot.voice.recordings import recording
from tests.bot.voice.small_model import SMALL, sense_voice
from tests.bot.voice.told import Told

THREE = ("encoder.onnx", "decoder.onnx", "joiner.onnx")


def folder_with(folder: Path, *names: str, tokens: str = "<blk> 0\n我 1\n") -> Path:
    folder.mkdir()
    for name in names:
        (folder / name).write_bytes(b"")
    (folder / "tokens.txt").write_text(tokens, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("names", "tokens", "kind", "networks"),
    [
        (("model.onnx",), "<unk> 0\n<|zh|> 1\n", "sense_voice", ["model.onnx"]),
        (("model.onnx", "model.int8.onnx"), "<unk> 0\n<|zh|> 1\n", "sense_voice", ["model.int8.onnx"]),
        (("model.int8.onnx",), "<blank> 0\n<s> 1\n我 2\n", "paraformer", ["model.int8.onnx"]),
        (THREE, "<blk> 0\n我 1\n", "transducer", list(THREE)),
        (
            ("encoder-epoch-34.onnx", "encoder-epoch-34.int8.onnx", "decoder-epoch-34.onnx", "joiner-epoch-34.onnx"),
            "<blk> 0\n",
            "transducer",
            ["encoder-epoch-34.int8.onnx", "decoder-epoch-34.onnx", "joiner-epoch-34.onnx"],
        ),
    ],
)
def test_the_files_tell_the_model(
    tmp_path: Path, names: tuple[str, ...], tokens: str, kind: str, networks: list[str]
) -> None:
    found = find_model(folder_with(tmp_path / "m", *names, tokens=tokens))
    assert found.kind == kind
    assert [path.name for path in found.networks] == networks


@pytest.mark.parametrize(
    ("names", "says"),
    [((), "neither model"), (("encoder.onnx", "decoder.onnx"), r"joiner\*.onnx missing")],
)
def test_a_folder_without_a_whole_model_is_refused(tmp_path: Path, names: tuple[str, ...], says: str) -> None:
    with pytest.raises(ModelWrong, match=says):
        find_model(folder_with(tmp_path / "m", *names))


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelWrong, match="is no folder"):
        find_model(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelWrong, match=r"tokens\.txt"):
        find_model(tmp_path / "empty")


def test_serve_names_the_setting_when_the_model_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    broken = folder_with(tmp_path / "broken", "model.onnx", tokens="<unk> 0\n<|zh|> 1\n")
    for folder, says in ((tmp_path / "nowhere", "is no folder"), (broken, "cannot be loaded as sense_voice")):
        settings = read_settings(secret_key="0123456789abcdef0123456789abcdef", voice_model=folder)
        with pytest.raises(SettingsError, match=rf"TIMEBANK_VOICE_MODEL: .*{says}"):
            check_for_serving(settings)


def test_a_model_that_ends_the_process_is_refused_all_the_same(tmp_path: Path) -> None:
    """sherpa-onnx ends the whole process over a network without the metadata it wants."""
    folder = sense_voice(tmp_path / "m", "好")
    network = onnx.load(str(folder / "model.onnx"))
    del network.metadata_props[:]
    onnx.save(network, str(folder / "model.onnx"))
    with pytest.raises(ModelWrong, match="cannot be loaded"):
        check_model(folder)


@pytest.mark.parametrize("kind", SMALL)
def test_a_good_model_passes_the_check(tmp_path: Path, kind: str) -> None:
    assert check_model(SMALL[kind](tmp_path / "m", "我还有几个币")).kind == kind


def sherpa(kind: str) -> Callable[[Path], Recogniser]:
    return lambda folder: SherpaRecogniser(find_model(SMALL[kind](folder / "m", "我还有几个币")))


def told(folder: Path) -> Recogniser:
    return Told("我还有几个币")


@pytest.mark.parametrize("make", [*map(sherpa, SMALL), told], ids=[*SMALL, "told"])
class TestRecogniser:
    """What every recogniser keeps to, the real one and the one that tests put in its place."""

    def test_words_come_out(self, tmp_path: Path, make: Callable[[Path], Recogniser]) -> None:
        heard = make(tmp_path).recognise(decode(recording("amr", 3.0)))
        assert isinstance(heard, Heard)
        assert heard.text == "我还有几个币"
        assert heard.confidence is None or 0 <= heard.confidence <= 1

    def test_it_hears_one_after_the_other(self, tmp_path: Path, make: Callable[[Path], Recogniser]) -> None:
        recogniser, samples = make(tmp_path), decode(recording("ogg", 3.0))
        assert [recogniser.recognise(samples).text for _ in range(3)] == ["我还有几个币"] * 3
