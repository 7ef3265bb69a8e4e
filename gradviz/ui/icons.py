"""Icons from our own SVG files, tinted by the theme."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ..session.resources import resource

SIZES = (16, 24, 48)


@lru_cache(maxsize=256)
def icon(name: str, color: str, disabled: str = "") -> QIcon:
    """The icon `resources/icons/<name>.svg` in a colour, and in a second one where its button is disabled."""
    made = QIcon()
    for size in SIZES:
        made.addPixmap(picture(name, color, size))
        if disabled:
            made.addPixmap(picture(name, disabled, size), QIcon.Mode.Disabled)
    return made


def picture(name: str, color: str, size: int) -> QPixmap:
    """The icon as a square picture of `size` pixels."""
    pixmap = QPixmap(QSize(size, size))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(_drawing(name).replace("currentColor", color).encode())).render(
        painter, QRectF(0, 0, size, size)
    )
    painter.end()
    return pixmap


@lru_cache(maxsize=128)
def _drawing(name: str) -> str:
    return resource(f"icons/{name}.svg").read_text(encoding="utf-8")
