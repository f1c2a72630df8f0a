"""A stand-in for a SenseVoice model: a network of a few kilobytes that always says the same words.

It has the inputs, outputs, metadata and token file of the real one, so that sherpa-onnx loads and runs it as it would
the 230 MB one. What it says does not depend on what it hears: it proves loading and the way through, not hearing.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FIRST = ("<|zh|>", "<|NEUTRAL|>", "<|Speech|>", "<|withitn|>")  # SenseVoice says language, mood, kind, form first
BLANK = "<unk>"
SIZE = 560  # of one frame: 7 frames of 80 bands
META = {
    "model_type": "sense_voice_ctc",
    "version": 2,
    "lfr_window_size": 7,
    "lfr_window_shift": 6,
    "normalize_samples": 0,
    "with_itn": 14,
    "without_itn": 15,
    "lang_auto": 0,
    "lang_zh": 3,
    "lang_en": 4,
    "lang_yue": 7,
    "lang_ja": 11,
    "lang_ko": 12,
    "lang_nospeech": 13,
    "neg_mean": ",".join(["0"] * SIZE),
    "inv_stddev": ",".join(["1"] * SIZE),
}


def small_model(folder: Path, says: str) -> Path:
    """Write `model.onnx` and `tokens.txt` into `folder`; answers it."""
    folder.mkdir(parents=True, exist_ok=True)
    tokens = [BLANK, *FIRST, *dict.fromkeys(says)]
    (folder / "tokens.txt").write_text("".join(f"{token} {number}\n" for number, token in enumerate(tokens)), "utf-8")
    spoken = [*FIRST, *(part for sign in says for part in (sign, BLANK))]
    onnx.save(_network([tokens.index(part) for part in spoken], len(tokens)), str(folder / "model.onnx"))
    return folder


def _network(spoken: list[int], size: int) -> onnx.ModelProto:
    """frames -> one-hot of the spoken token of each frame; blanks after the last."""
    numbers = {"one": 1, "zero": 0, "extra": len(FIRST), "last": len(spoken), "size": size}
    constants = [numpy_helper.from_array(np.array(value, dtype=np.int64), name) for name, value in numbers.items()]
    constants += [
        numpy_helper.from_array(np.array([*spoken, 0], dtype=np.int64), "spoken"),
        numpy_helper.from_array(np.array([0, 10], dtype=np.float32), "off_on"),
        numpy_helper.from_array(np.array([0], dtype=np.int64), "batch"),
    ]
    nodes = [
        helper.make_node("Shape", ["x"], ["shape"]),
        helper.make_node("Gather", ["shape", "one"], ["frames"], axis=0),
        helper.make_node("Add", ["frames", "extra"], ["count"]),
        helper.make_node("Range", ["zero", "count", "one"], ["places"]),
        helper.make_node("Min", ["places", "last"], ["within"]),
        helper.make_node("Gather", ["spoken", "within"], ["ids"], axis=0),
        helper.make_node("OneHot", ["ids", "size", "off_on"], ["rows"], axis=-1),
        helper.make_node("Unsqueeze", ["rows", "batch"], ["logits"]),
    ]
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", "T", SIZE])]
    inputs += [
        helper.make_tensor_value_info(name, TensorProto.INT32, ["N"]) for name in ("x_length", "language", "text_norm")
    ]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", "L", size])]
    graph = helper.make_graph(nodes, "small", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, {name: str(value) for name, value in {**META, "vocab_size": size}.items()})
    return model
