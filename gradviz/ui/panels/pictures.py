"""Pictures between lines of text, in a `QPlainTextEdit`: figures as they came, planes in the colours of the theme.

A picture is one block of several lines, each a strip of it: a plain text edit scrolls by lines, so a picture that was
one line could never be scrolled through. Strips are as wide as the picture, and about as high as a line of text.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QImageReader,
    QPainter,
    QPixmap,
    QPyTextObject,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit

from ...scene.theme import LIGHT, Theme
from ...trace.messages import FigureShown, PlaneShown
from .plane_picture import natural_size, painted

Shown = FigureShown | PlaneShown

KIND = QTextFormat.ObjectTypes.UserObject.value + 1
KEY = QTextFormat.Property.UserProperty.value + 1
STRIP = QTextFormat.Property.UserProperty.value + 2
OBJECT, LINE_BREAK = "\ufffc", "\u2028"

STRIP_HEIGHT = 20
LOWEST, LOWEST_PLANE = 160, 80
"""Pixels of height that a picture has also where the panel is lower. A plane is drawn for its size, and stays in view
while it moves."""

MOST_PIXELS = 25_000_000
"""Of a picture that is decoded: a small file can hold an endless one."""

SIDE = 4000
FINE = 2.0
"""Pixels of a saved plane to one of its natural size."""
KEPT = 6
"""Pictures at their size on the screen that are kept: about those that one sees at once."""


@dataclass(frozen=True)
class Placed:
    """A picture and the number of its strips."""

    shown: Shown
    strips: int
    size: tuple[int, int]
    """Natural width and height."""


class Pictures(QPyTextObject):
    """The pictures of one text edit, by key; draws their strips and knows their size."""

    def __init__(self, text: QPlainTextEdit) -> None:
        super().__init__(text)
        self.frame = QColor()  # round each picture: a white one would have no edge on a white panel
        self.theme: Theme = LIGHT
        self.type_size = 100
        self._text = text
        self._placed: dict[int, Placed] = {}
        self._scaled: dict[tuple[int, int, int], QPixmap] = {}
        text.document().documentLayout().registerHandler(KIND, self)

    def clear(self) -> None:
        self._placed.clear()
        self._scaled.clear()

    def append(self, shown: Shown) -> None:
        """Put a picture at the end of the text, on lines of its own."""
        size = _natural(shown)
        strips = max(1, size[1] // STRIP_HEIGHT)
        self._placed[shown.key] = Placed(shown, strips, size)
        cursor = QTextCursor(self._text.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if not cursor.atBlockStart():
            cursor.insertText("\n")
        flat = QTextCharFormat()
        font = QFont()
        font.setPixelSize(1)  # a line is as high as its strip only if no letter in it could be lower
        flat.setFont(font)
        look = QTextCharFormat(flat)
        look.setObjectType(KIND)
        look.setProperty(KEY, shown.key)
        for strip in range(strips):
            if strip:
                cursor.insertText(LINE_BREAK, flat)
            look.setProperty(STRIP, strip)
            cursor.insertText(OBJECT, look)
        cursor.insertBlock(QTextBlockFormat(), QTextCharFormat())

    def replace(self, shown: Shown) -> None:
        """Show a newer picture of the same figure where the older one stands."""
        placed = self._placed.get(shown.key)
        if placed is None or placed.shown is shown:
            return
        size = _natural(shown)
        self._placed[shown.key] = Placed(shown, placed.strips, size)
        self._scaled = {key: pixmap for key, pixmap in self._scaled.items() if key[0] != shown.key}
        if size == placed.size:
            self._text.viewport().update()
        else:
            self.lay_out()

    def lay_out(self) -> None:
        """Have the text measured again: the panel is wider or narrower, or a picture is another one."""
        if self._placed:
            document = self._text.document()
            document.markContentsDirty(0, document.characterCount())
            self._text.viewport().update()

    def at(self, cursor: QTextCursor) -> Shown | None:
        """The picture whose lines a cursor is on."""
        probe = QTextCursor(cursor.block())
        probe.movePosition(QTextCursor.MoveOperation.NextCharacter)
        placed = self._placed.get(probe.charFormat().property(KEY))
        return placed.shown if placed else None

    # -- Qt asks ---------------------------------------------------------------------------------------------------

    def intrinsicSize(self, document: QTextDocument, position: int, look: QTextFormat) -> QSizeF:
        placed = self._placed.get(look.property(KEY))
        if placed is None:
            return QSizeF(1, 1)
        size = self._size(placed)
        return QSizeF(size.width(), size.height() // placed.strips)

    def drawObject(
        self, painter: QPainter, rect: QRectF, document: QTextDocument, position: int, look: QTextFormat
    ) -> None:
        placed = self._placed.get(look.property(KEY))
        if placed is None:
            return
        size = self._size(placed)
        step = size.height() // placed.strips
        strip = int(look.property(STRIP))
        part = QRect(round(rect.x()), round(rect.y()), size.width(), step)
        whole = QRect(part.x(), part.y() - strip * step, size.width(), step * placed.strips)
        painter.save()
        painter.setClipRect(part, Qt.ClipOperation.IntersectClip)
        pixmap = self._pixmap(placed.shown, whole.size(), painter.device().devicePixelRatioF())
        if pixmap.isNull():
            painter.drawText(whole, Qt.AlignmentFlag.AlignCenter, "This figure cannot be read.")
        else:
            painter.drawPixmap(whole, pixmap)
        painter.setPen(self.frame)
        painter.drawRect(whole.adjusted(0, 0, -1, -1))
        painter.restore()

    # -- sizes -----------------------------------------------------------------------------------------------------

    def _size(self, placed: Placed) -> QSize:
        """Its natural size, or smaller where the panel is; each strip is a whole number of pixels high."""
        width, height = placed.size
        room = self._text.viewport().width() - 2 * round(self._text.document().documentMargin()) - 2
        # A low panel shows the whole of a picture, smaller, rather than a strip of it; it grows with the panel.
        # Lines below it that have to stay in view as well: the one after it, and for a plane, which moves, one more.
        least, lines = (LOWEST_PLANE, 3) if isinstance(placed.shown, PlaneShown) else (LOWEST, 2)
        high = max(least, self._text.viewport().height() - lines * self._text.fontMetrics().height())
        wide = max(40, min(width, room, round(width * high / height)))
        step = max(1, round(height * wide / width / placed.strips))
        return QSize(wide, step * placed.strips)

    def whole(self, shown: Shown) -> QImage:
        """The picture in full, for the clipboard and for files."""
        if isinstance(shown, FigureShown):
            return decoded(shown)
        return painted(shown, QSize(*natural_size(shown)), FINE, self.theme, 100)

    def _pixmap(self, shown: Shown, size: QSize, ratio: float) -> QPixmap:
        """The picture at the pixels that the screen has for it."""
        wanted = QSize(round(size.width() * ratio), round(size.height() * ratio))
        key = (shown.key, wanted.width(), wanted.height())
        pixmap = self._scaled.pop(key, None) or self._drawn(shown, size, wanted, ratio)
        self._scaled[key] = pixmap  # the newest last
        while len(self._scaled) > KEPT:
            del self._scaled[next(iter(self._scaled))]
        return pixmap

    def _drawn(self, shown: Shown, size: QSize, wanted: QSize, ratio: float) -> QPixmap:
        if isinstance(shown, PlaneShown):
            return QPixmap.fromImage(painted(shown, size, ratio, self.theme, self.type_size))
        image, smooth = decoded(shown), Qt.TransformationMode.SmoothTransformation
        scaled = image if image.isNull() else image.scaled(wanted, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
        return QPixmap.fromImage(scaled)


def _natural(shown: Shown) -> tuple[int, int]:
    """Natural width and height, within bounds."""
    if isinstance(shown, PlaneShown):
        return natural_size(shown)
    return max(1, min(SIDE, int(shown.width))), max(1, min(SIDE, int(shown.height)))


def decoded(shown: FigureShown) -> QImage:
    """The picture in full; null where the bytes are no picture or too large a one."""
    buffer = QBuffer()
    buffer.setData(QByteArray(shown.png.tobytes()))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(b"png"))
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > MOST_PIXELS:
        return QImage()
    return reader.read()
