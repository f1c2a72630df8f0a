"""Charts as PNG. The font travels with the program: no phone and no server may show boxes instead of words."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import MaxNLocator

INK, GRID = "#23303b", "#d5dde3"
COLOURS = ("#1f6f8b", "#e07a1f", "#5b8c2a", "#a23b72", "#7a6f5d", "#c7a500")
DPI = 110


@lru_cache(maxsize=1)
def font_path() -> str:
    """The file of the font that shows Chinese on any machine."""
    return str(files("zhplot") / "fonts" / "NotoSansSC-Regular.ttf")


@lru_cache(maxsize=8)
def font(size: float) -> FontProperties:
    return FontProperties(fname=font_path(), size=size)


@dataclass(frozen=True, slots=True)
class Panel:
    """One chart of a sheet. `kind` is bars or lines; `series` are (name, values), as long as `labels`."""

    title: str
    kind: str
    labels: Sequence[str]
    series: Sequence[tuple[str, Sequence[float]]]
    unit: str = ""


def draw_sheet(title: str, panels: Sequence[Panel], *, columns: int = 2) -> bytes:
    """A sheet of charts as PNG, as many rows as needed. Raises ValueError without panels or on a kind unknown."""
    if not panels:
        raise ValueError("a sheet needs at least one chart")
    columns = min(columns, len(panels))
    rows = -(-len(panels) // columns)
    figure = Figure(figsize=(6.0 * columns, 3.6 * rows + 0.6), dpi=DPI, layout="constrained")
    figure.suptitle(title, fontproperties=font(17), color=INK)
    FigureCanvasAgg(figure)
    places: Any = figure.subplots(rows, columns, squeeze=False)
    for number, place in enumerate(places.flat):
        if number < len(panels):
            _draw(place, panels[number])
        else:
            place.set_axis_off()
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})  # the same figures give the same bytes
    return out.getvalue()


def _draw(place: Axes, panel: Panel) -> None:
    at = range(len(panel.labels))
    if panel.kind == "bars":
        width = 0.8 / max(1, len(panel.series))
        for number, (name, values) in enumerate(panel.series):
            shifted = [spot - 0.4 + width * (number + 0.5) for spot in at]
            bars = place.bar(
                shifted, list(values), width=width * 0.94, label=name, color=COLOURS[number % len(COLOURS)]
            )
            if len(panel.labels) * len(panel.series) <= 16:
                place.bar_label(bars, fmt="%g", fontproperties=font(9), color=INK)
    elif panel.kind == "lines":
        for number, (name, values) in enumerate(panel.series):
            place.plot(list(at), list(values), label=name, color=COLOURS[number % len(COLOURS)], linewidth=1.8)
    else:
        raise ValueError(f"{panel.kind!r} is no kind of chart: bars or lines")
    _dress(place, panel)


def _dress(place: Axes, panel: Panel) -> None:
    place.set_title(f"{panel.title}（{panel.unit}）" if panel.unit else panel.title, fontproperties=font(13), color=INK)
    step = max(1, -(-len(panel.labels) // 12))
    place.set_xticks(range(0, len(panel.labels), step))
    wordy = any(len(label) > 4 for label in panel.labels)
    place.set_xticklabels(
        list(panel.labels)[::step],
        fontproperties=font(10),
        color=INK,
        rotation=30 if wordy and len(panel.labels) > 4 else 0,
    )
    for label in place.get_yticklabels():
        label.set_fontproperties(font(9))
    place.yaxis.set_major_locator(MaxNLocator(nbins=5))
    place.grid(axis="y", color=GRID, linewidth=0.8)
    place.set_axisbelow(True)
    place.margins(y=0.15)
    for side in ("top", "right"):
        place.spines[side].set_visible(False)
    if len(panel.series) > 1:
        place.legend(prop=font(10), frameon=False)
