"""Stand-ins for speech models: networks of a few kilobytes that always say the same words.

Each has the inputs, outputs, metadata and token file of the real kind, so that sherpa-onnx loads and runs it as it
would one of 200 MB. What it says does not depend on what it hears: it proves loading and the way through, not hearing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIZE = 560  # of one frame: 7 frames of 80 bands
FRAMES = {
    "lfr_window_size": 7,
    "lfr_window_shift": 6,
    "neg_mean": ",".join(["0"] * SIZE),
    "inv_stddev": ",".join(["1"] * SIZE),
}
SENSE_VOICE_SAYS_FIRST = ("<|zh|>", "<|NEUTRAL|>", "<|Speech|>", "<|withitn|>")  # language, mood, kind, form
LANGUAGES = {
    "lang_auto": 0,
    "lang_zh": 3,
    "lang_en": 4,
    "lang_yue": 7,
    "lang_ja": 11,
    "lang_ko": 12,
    "lang_nospeech": 13,
}


def sense_voice(folder: Path, says: str) -> Path:
    """One network over all frames, four tokens before the words."""
    tokens = _tokens(folder, "<unk>", *SENSE_VOICE_SAYS_FIRST, *says)
    spoken = [*SENSE_VOICE_SAYS_FIRST, *_spaced(says, "<unk>")]
    nodes, constants = _row_per_frame("logits", [tokens.index(each) for each in spoken], len(tokens), extra=4)
    inputs = [_floats("x", "N", "T", SIZE), *(_ints(name, "N") for name in ("x_length", "language", "text_norm"))]
    about = FRAMES | LANGUAGES | {"model_type": "sense_voice_ctc", "version": 2, "vocab_size": len(tokens)}
    about |= {"normalize_samples": 0, "with_itn": 14, "without_itn": 15}
    _save(folder / "model.onnx", nodes, inputs, [_floats("logits", "N", "L", len(tokens))], constants, about)
    return folder


def paraformer(folder: Path, says: str) -> Path:
    """One network that says all words at once, and how many there are."""
    tokens = _tokens(folder, "<blank>", "<s>", "</s>", *says)
    table = np.full((1, len(says) + 1, len(tokens)), -10, dtype=np.float32)
    for place, sign in enumerate((*says, "</s>")):
        table[0, place, tokens.index(sign)] = 0
    constants = [
        numpy_helper.from_array(table, "table"),
        numpy_helper.from_array(np.array([len(says) + 1], dtype=np.int32), "count"),
        numpy_helper.from_array(np.array(0, dtype=np.float32), "no"),
        numpy_helper.from_array(np.array(0, dtype=np.int32), "none"),
    ]
    nodes = [
        helper.make_node("ReduceMean", ["speech"], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", "no"], ["silence"]),
        helper.make_node("Add", ["table", "silence"], ["logits"]),
        helper.make_node("Mul", ["speech_lengths", "none"], ["nothing"]),
        helper.make_node("Add", ["count", "nothing"], ["token_num"]),
    ]
    inputs = [_floats("speech", "N", "T", SIZE), _ints("speech_lengths", "N")]
    outputs = [_floats("logits", "N", "L", len(tokens)), _ints("token_num", "N")]
    about = FRAMES | {"model_type": "paraformer", "vocab_size": len(tokens)}
    _save(folder / "model.onnx", nodes, inputs, outputs, constants, about)
    return folder


def transducer(folder: Path, says: str) -> Path:
    """Three networks; the encoder knows the words, the others only hand on."""
    tokens = _tokens(folder, "<blk>", *says)
    size = len(tokens)
    spoken = [tokens.index(each) for each in _spaced(says, "<blk>")]
    nodes, constants = _row_per_frame("encoder_out", spoken, size)
    nodes.append(helper.make_node("Identity", ["x_lens"], ["encoder_out_lens"]))
    lengths = [helper.make_tensor_value_info(name, TensorProto.INT64, ["N"]) for name in ("x_lens", "encoder_out_lens")]
    encoder = [_floats("x", "N", "T", 80), lengths[0]], [_floats("encoder_out", "N", "T", size), lengths[1]]
    _save(folder / "encoder.onnx", nodes, *encoder, constants, {"model_type": "zipformer2", "version": 1})
    before = helper.make_tensor_value_info("y", TensorProto.INT64, ["N", 2])
    nodes = [
        helper.make_node("Cast", ["y"], ["seen"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["seen"], ["decoder_out"], axes=[1], keepdims=1),
    ]
    about = {"context_size": 2, "vocab_size": size}
    _save(folder / "decoder.onnx", nodes, [before], [_floats("decoder_out", "N", 1)], [], about)
    nodes = [
        helper.make_node("Mul", ["decoder_out", "no"], ["nothing"]),
        helper.make_node("Add", ["encoder_out", "nothing"], ["logit"]),
    ]
    inputs = [_floats("encoder_out", "N", size), _floats("decoder_out", "N", 1)]
    none = [numpy_helper.from_array(np.array([0], dtype=np.float32), "no")]
    _save(folder / "joiner.onnx", nodes, inputs, [_floats("logit", "N", size)], none, {"joiner_dim": size})
    return folder


SMALL: dict[str, Callable[[Path, str], Path]] = {
    "sense_voice": sense_voice,
    "paraformer": paraformer,
    "transducer": transducer,
}


def _tokens(folder: Path, *tokens: str) -> list[str]:
    """Write the token file, each token once; the number of a token is its line."""
    folder.mkdir(parents=True, exist_ok=True)
    each = list(dict.fromkeys(tokens))
    (folder / "tokens.txt").write_text("".join(f"{token} {number}\n" for number, token in enumerate(each)), "utf-8")
    return each


def _spaced(says: str, blank: str) -> list[str]:
    """Two equal signs in a row are two only with a blank between them."""
    return [part for sign in says for part in (sign, blank)]


def _row_per_frame(
    out: str, spoken: Sequence[int], size: int, *, extra: int = 0
) -> tuple[list[onnx.NodeProto], list[onnx.TensorProto]]:
    """Frames of `x` -> one-hot of the token said in each, and `extra` before them; token 0 after the last."""
    numbers = {"one": 1, "zero": 0, "extra": extra, "last": len(spoken), "size": size}
    constants = [numpy_helper.from_array(np.array(value, dtype=np.int64), name) for name, value in numbers.items()]
    constants += [
        numpy_helper.from_array(np.array([*spoken, 0], dtype=np.int64), "spoken"),
        numpy_helper.from_array(np.array([0, 10], dtype=np.float32), "off_on"),
        numpy_helper.from_array(np.array([0], dtype=np.int64), "batch"),
    ]
    nodes = [
        helper.make_node("Shape", ["x"], ["shape"]),
        helper.make_node("Gather", ["shape", "one"], ["frames"], axis=0),
        helper.make_node("Add", ["frames", "extra"], ["total"]),
        helper.make_node("Range", ["zero", "total", "one"], ["places"]),
        helper.make_node("Min", ["places", "last"], ["within"]),
        helper.make_node("Gather", ["spoken", "within"], ["ids"], axis=0),
        helper.make_node("OneHot", ["ids", "size", "off_on"], ["rows"], axis=-1),
        helper.make_node("Unsqueeze", ["rows", "batch"], [out]),
    ]
    return nodes, constants


def _floats(name: str, *shape: str | int) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))


def _ints(name: str, *shape: str | int) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.INT32, list(shape))


def _save(path: Path, nodes: Any, inputs: Any, outputs: Any, constants: Any, about: dict[str, Any]) -> None:
    graph = helper.make_graph(nodes, path.stem, inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, {name: str(value) for name, value in about.items()})
    onnx.save(model, str(path))
