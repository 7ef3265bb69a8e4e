"""The graph at a step as a file: one declaration per format, found by the file's suffix.

`FORMATS["svg"].write(state, theme, trace, options)` returns the bytes of the file; options may be left out. Only PNG
needs Qt, and imports it when asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Protocol

from gradviz.scene.cards import Options as Options
from gradviz.scene.theme import THEMES as THEMES
from gradviz.scene.theme import Theme
from gradviz.trace.query import State
from gradviz.trace.trace import Trace

from .dot import write_dot
from .json import write_json
from .png import write_png
from .svg import write_svg


class Writer(Protocol):
    """Draws a step with a theme. The trace gives signs and the error; `options` say what is drawn, and which way."""

    def __call__(self, state: State, theme: Theme, trace: Trace, options: Options | None = None) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Format:
    """`title` is for the file dialog; `write` makes the whole file."""

    title: str
    suffix: str
    write: Writer


FORMATS: dict[str, Format] = {
    item.suffix: item
    for item in (
        Format("Drawing (SVG)", "svg", write_svg),
        Format("Picture (PNG)", "png", write_png),
        Format("Graphviz graph (DOT)", "dot", write_dot),
        Format("Data (JSON)", "json", write_json),
    )
}


def format_for(path: str | PurePath) -> Format:
    """The format that a file name asks for. ValueError, in words, for a suffix that there is no format for."""
    suffix = PurePath(path).suffix.lower().lstrip(".")
    if suffix not in FORMATS:
        known = ", ".join(f".{name}" for name in FORMATS)
        wrong = f"“.{suffix}” is not a format gradviz can write" if suffix else "The file name has no ending"
        raise ValueError(f"{wrong}. Use one of {known}.")
    return FORMATS[suffix]
