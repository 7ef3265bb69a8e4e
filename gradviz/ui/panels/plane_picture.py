"""Values over a plane as a picture: the side above 0 in one colour, the side below in another, the boundary, samples.

Colours are the theme's, and never alone: the boundary is a line, and samples of each class have a mark of their own.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen, QPolygonF

from ...scene.contours import boundary_of
from ...scene.numbers import short_number
from ...scene.shades import mixed
from ...scene.theme import Theme
from ...trace.messages import PlaneShown
from ..fonts import pixels, sans

WIDTH, LOWEST, HIGHEST = 460, 200, 420
"""Natural size; the height follows from the axes, which are equally long for equal numbers where that fits."""

SIDES = LEFT, TOP, RIGHT, FOOT = 38, 24, 12, 22
"""Room for names and numbers round the plane."""

SMALL = 170
"""A lower picture has no numbers at its axes: the plane needs the room."""

STRONGEST, FAINTEST = 0.55, 0.12
"""Share of the colour in the ground, far from the boundary and at it."""


def natural_size(shown: PlaneShown) -> tuple[int, int]:
    """Width and height in pixels."""
    ratio = (shown.high_y - shown.low_y) / (shown.high_x - shown.low_x)
    height = TOP + FOOT + (WIDTH - LEFT - RIGHT) * ratio
    return WIDTH, round(min(HIGHEST, max(LOWEST, height)))


def painted(shown: PlaneShown, size: QSize, ratio: float, theme: Theme, type_size: int) -> QImage:
    """The picture at this size, with `ratio` device pixels to one."""
    image = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(theme.card))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    is_small = size.height() < pixels(SMALL, type_size)
    left, top, right, foot = (pixels(side, type_size) for side in ((3, 18, 3, 3) if is_small else SIDES))
    field = QRectF(left, top, size.width() - left - right, size.height() - top - foot)
    if field.width() > 20 and field.height() > 20:
        painter.drawImage(field, _ground(shown, theme))
        painter.save()
        painter.setClipRect(field)
        _paint_boundary(painter, shown, field, theme)
        _paint_samples(painter, shown, field, theme, type_size)
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.line_strong), 1))
        painter.drawRect(field)
        _name(painter, shown, field, theme, type_size)
        if not is_small:
            _number_axes(painter, shown, field, theme)
    painter.end()
    return image


def _ground(shown: PlaneShown, theme: Theme) -> QImage:
    """One pixel for each value: stronger the farther from 0 it is, against the others."""
    values = np.nan_to_num(shown.values.astype(np.float64), posinf=0.0, neginf=0.0)
    typical = float(np.median(np.abs(values))) or 1.0
    strength = FAINTEST + (STRONGEST - FAINTEST) * np.tanh(np.abs(values) / typical)
    paper, *sides = (_rgb(colour) for colour in (theme.card, theme.value, theme.gradient))
    colour = np.where((values > 0)[..., None], sides[1], sides[0])
    mixture = paper + (colour - paper) * strength[..., None]
    mixture[~np.isfinite(shown.values)] = paper
    pixels_ = np.ascontiguousarray(mixture[::-1].round().astype(np.uint8))
    rows, columns = values.shape
    return QImage(pixels_.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()


def _rgb(colour: str) -> np.ndarray:
    shade = QColor(colour)
    return np.array([shade.red(), shade.green(), shade.blue()], np.float64)


def _paint_boundary(painter: QPainter, shown: PlaneShown, field: QRectF, theme: Theme) -> None:
    rows, columns = shown.values.shape
    xs, ys = np.linspace(shown.low_x, shown.high_x, columns), np.linspace(shown.low_y, shown.high_y, rows)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for line in boundary_of(xs, ys, shown.values.astype(np.float64)):
        points = QPolygonF([_on(shown, field, x, y) for x, y in line])
        for colour, width in ((theme.card, 4.0), (theme.text, 1.8)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawPolyline(points)


def _paint_samples(painter: QPainter, shown: PlaneShown, field: QRectF, theme: Theme, type_size: int) -> None:
    """Class 0 as filled circles, 1 as crosses, others as squares."""
    reach = pixels(3.2, type_size) * min(1.0, max(0.55, field.height() / pixels(200, type_size)))
    colours = (theme.value, theme.gradient, theme.done, theme.update)
    for (x, y), label in zip(shown.points.tolist(), shown.classes.tolist(), strict=True):
        if not (np.isfinite(x) and np.isfinite(y)):
            continue
        at, colour = _on(shown, field, x, y), QColor(mixed(colours[label % len(colours)], theme.text, 0.25))
        if label == 1:
            for width, line in ((1.3, QColor(theme.card)), (0.62, colour)):
                painter.setPen(QPen(line, width * reach))
                painter.drawLine(at + QPointF(-reach, -reach), at + QPointF(reach, reach))
                painter.drawLine(at + QPointF(-reach, reach), at + QPointF(reach, -reach))
            continue
        painter.setPen(QPen(QColor(theme.card), 0.35 * reach))
        painter.setBrush(colour)
        if label == 0:
            painter.drawEllipse(at, reach, reach)
        else:
            painter.drawRect(QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach))


def _name(painter: QPainter, shown: PlaneShown, field: QRectF, theme: Theme, type_size: int) -> None:
    """What is drawn, and which side is which."""
    painter.setFont(sans(type_size, size=10))
    metrics = QFontMetricsF(painter.font())
    over = field.top() - metrics.descent() - 3
    right, side = field.right(), metrics.ascent() * 0.8
    signs = ((" above 0", theme.gradient), (" below 0", theme.value))
    needed = sum(metrics.horizontalAdvance(words) + 2 * side for words, _ in signs)
    fits = metrics.horizontalAdvance(shown.name) + needed < field.width()
    for words, colour in signs if fits else ():
        right -= metrics.horizontalAdvance(words)
        painter.setPen(QColor(theme.text_muted))
        painter.drawText(QPointF(right, over), words)
        right -= side
        painter.fillRect(QRectF(right, over - side, side, side), QColor(mixed(theme.card, colour, STRONGEST)))
        right -= side
    painter.setPen(QColor(theme.text))
    name = metrics.elidedText(shown.name, Qt.TextElideMode.ElideRight, right - field.left())
    painter.drawText(QPointF(field.left(), over), name)


def _number_axes(painter: QPainter, shown: PlaneShown, field: QRectF, theme: Theme) -> None:
    """The ends and the middle of both axes."""
    metrics = QFontMetricsF(painter.font())
    painter.setPen(QColor(theme.text_muted))
    below = field.bottom() + metrics.ascent() + 3
    for value, share in ((shown.low_x, 0.0), ((shown.low_x + shown.high_x) / 2, 0.5), (shown.high_x, 1.0)):
        text = short_number(value, 3)
        painter.drawText(
            QPointF(field.left() + share * (field.width() - metrics.horizontalAdvance(text)), below), text
        )
    for value, share in ((shown.low_y, 0.0), ((shown.low_y + shown.high_y) / 2, 0.5), (shown.high_y, 1.0)):
        text = short_number(value, 3)
        y = field.bottom() - share * (field.height() - metrics.ascent())
        painter.drawText(QPointF(field.left() - metrics.horizontalAdvance(text) - 5, y), text)


def _on(shown: PlaneShown, field: QRectF, x: float, y: float) -> QPointF:
    """Where a place of the plane stands in the picture."""
    across = (x - shown.low_x) / (shown.high_x - shown.low_x)
    up = (y - shown.low_y) / (shown.high_y - shown.low_y)
    return QPointF(field.left() + across * field.width(), field.bottom() - up * field.height())
