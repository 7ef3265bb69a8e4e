"""The graph at a step, or the curves of a run, as a file: one declaration per format, found by the file's suffix.

`FORMATS["svg"].write(state, theme, trace, options)` returns the bytes of the file; options may be left out.
`CURVE_FORMATS["csv"].write(trace, theme, manner)` does so for curves. Only PNG needs Qt, and imports it when asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Generic, Protocol, TypeVar

from gradviz.scene.cards import Options as Options
from gradviz.scene.plots import Manner as Manner
from gradviz.scene.theme import THEMES as THEMES
from gradviz.scene.theme import Theme
from gradviz.trace.query import State
from gradviz.trace.trace import Trace

from .curve_drawing import write_curves_svg
from .curve_table import write_csv
from .dot import write_dot
from .json import write_json
from .png import write_curves_png, write_png
from .svg import write_svg

Write = TypeVar("Write")


class Writer(Protocol):
    """Draws a step with a theme. The trace gives signs and the error; `options` say what is drawn, and which way."""

    def __call__(self, state: State, theme: Theme, trace: Trace, options: Options | None = None) -> bytes: ...


class CurveWriter(Protocol):
    """Writes all curves of a run. `manner` says how they are drawn; a table has them as they are."""

    def __call__(self, trace: Trace, theme: Theme, manner: Manner | None = None) -> bytes: ...


@dataclass(frozen=True)
class Format(Generic[Write]):
    """`title` is for the file dialog; `write` makes the whole file."""

    title: str
    suffix: str
    write: Write


FORMATS: dict[str, Format[Writer]] = {
    item.suffix: item
    for item in (
        Format[Writer]("Drawing (SVG)", "svg", write_svg),
        Format[Writer]("Picture (PNG)", "png", write_png),
        Format[Writer]("Graphviz graph (DOT)", "dot", write_dot),
        Format[Writer]("Data (JSON)", "json", write_json),
    )
}

CURVE_FORMATS: dict[str, Format[CurveWriter]] = {
    item.suffix: item
    for item in (
        Format[CurveWriter]("Table (CSV)", "csv", write_csv),
        Format[CurveWriter]("Drawing (SVG)", "svg", write_curves_svg),
        Format[CurveWriter]("Picture (PNG)", "png", write_curves_png),
    )
}


def format_for(path: str | PurePath) -> Format[Writer]:
    """The format that a file name asks for. ValueError, in words, for a suffix that there is no format for."""
    return _found(path, FORMATS)


def curve_format_for(path: str | PurePath) -> Format[CurveWriter]:
    """The same for curves."""
    return _found(path, CURVE_FORMATS)


def _found(path: str | PurePath, formats: Mapping[str, Format[Write]]) -> Format[Write]:
    suffix = PurePath(path).suffix.lower().lstrip(".")
    if suffix not in formats:
        known = ", ".join(f".{name}" for name in formats)
        wrong = f"“.{suffix}” is not a format gradviz can write" if suffix else "The file name has no ending"
        raise ValueError(f"{wrong}. Use one of {known}.")
    return formats[suffix]
