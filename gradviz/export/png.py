"""Graph or curves as a picture: the SVG, drawn by Qt at twice its size so that it is sharp on a slide."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from gradviz.scene.cards import Options
from gradviz.scene.plots import Manner
from gradviz.scene.theme import MONO, SANS, Theme
from gradviz.trace.query import State
from gradviz.trace.trace import Trace

from .curve_drawing import draw_curves
from .svg import draw_svg

SCALE = 2.0
MOST_PIXELS = 12_000
"""Longest side; a larger graph is drawn smaller, since few programs open larger pictures."""


def font_files() -> list[Path]:
    """The bundled fonts: beside the package in a checkout, inside of it where it is installed."""
    package = Path(__file__).resolve().parent.parent
    folders = (package / "_resources" / "fonts", package.parent / "resources" / "fonts")
    return sorted(path for folder in folders for path in folder.glob("*.[ot]tf"))


def write_png(state: State, theme: Theme, trace: Trace, options: Options | None = None) -> bytes:
    """PNG bytes. ImportError, in words, where Qt is not installed or its system libraries are missing."""
    return painted(draw_svg(state, theme, trace, options, (SANS[0], MONO[0])), theme.canvas)


def write_curves_png(trace: Trace, theme: Theme, manner: Manner | None = None) -> bytes:
    """The curves of a run, with the same errors; ValueError for a run that has none."""
    return painted(draw_curves(trace, theme, manner, (SANS[0], MONO[0])), theme.window)


def painted(drawing: bytes, ground: str) -> bytes:
    """An SVG as PNG, drawn by Qt on a ground of that colour."""
    try:
        from PySide6.QtCore import QBuffer, QByteArray, QIODevice
        from PySide6.QtGui import QFontDatabase, QGuiApplication, QImage, QPainter
        from PySide6.QtSvg import QSvgRenderer
    except ImportError as error:
        raise ImportError(f"PNG is drawn by Qt, which cannot be loaded here ({error}). SVG needs no Qt.") from error
    if QGuiApplication.instance() is None:
        # A drawing needs no screen. Without one, Qt would end the process instead of raising an error.
        if sys.platform.startswith("linux"):
            os.environ["QT_QPA_PLATFORM"] = "offscreen"
        # Kept until the end of the program: Qt cannot make a second one.
        painted.application = QGuiApplication(["gradviz"])  # type: ignore[attr-defined]
        # The window has loaded its fonts already; here nobody has.
        for path in font_files():
            QFontDatabase.addApplicationFont(str(path))
    renderer = QSvgRenderer(QByteArray(drawing))
    size = renderer.defaultSize()
    scale = min(SCALE, MOST_PIXELS / max(size.width(), size.height(), 1))
    image = QImage(size * scale, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(ground)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(data.data())
