"""Legend, ready queue and minimap: within the canvas, readable, and away where the cards need the room."""

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from gradviz.scene.scene import picture
from gradviz.scene.theme import DARK, LIGHT
from gradviz.ui.canvas.camera import Camera
from gradviz.ui.canvas.overlay import Overlay
from tests import traces


def painted(width, height, step=13, theme=LIGHT, type_size=100, ground="#ff00ff"):
    """Where the overlay of a canvas of this size draws, on a larger ground: a truth per pixel."""
    trace = traces.line()
    scene = picture(trace.passes[0].history, trace)
    image = QImage(1400, 700, QImage.Format.Format_RGB32)
    image.fill(QColor(ground))
    before = np.frombuffer(image.constBits(), np.uint32).copy()
    painter = QPainter(image)
    Overlay(theme, type_size).paint(painter, width, height, scene, scene.look(step))
    painter.end()
    return (np.frombuffer(image.constBits(), np.uint32) != before).reshape(700, 1400)


@pytest.mark.parametrize("type_size", [100, 150])
@pytest.mark.parametrize("width", [120, 160, 240, 300, 420, 640, 1200])
def test_nothing_is_drawn_beyond_the_canvas(qapp, width, type_size):
    where = painted(width, 500, type_size=type_size)
    assert not where[:, width:].any()
    assert not where[500:].any()


def test_a_low_canvas_keeps_the_queue_and_drops_the_legend(qapp):
    tall, low = painted(900, 400), painted(900, 200)
    rows = [np.flatnonzero(where.any(axis=1)) for where in (tall, low)]
    assert 400 - rows[0].min() > 60, "queue and legend"
    assert 200 - rows[1].min() < 60, "the queue"


def test_a_narrow_canvas_has_no_queue(qapp):
    assert painted(200, 400).any(), "a legend"
    assert 400 - np.flatnonzero(painted(200, 400).any(axis=1)).min() < 40, "and nothing below it"


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_words_stand_on_a_ground(qapp, theme):
    """Cards shine through a little, but cannot be read among the words."""
    where = painted(900, 400, step=4, theme=theme)
    rows, columns = np.flatnonzero(where.any(axis=1)), np.flatnonzero(where.any(axis=0))
    box = where[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    assert box.mean() > 0.97


def test_the_minimap_gives_way_on_a_small_canvas(canvas, session, show):
    show("line")
    canvas.look_at(Camera(2.0, -200, -100))
    assert canvas.minimap.isVisible()
    canvas.resize(380, 500)
    canvas.look_at(Camera(2.0, -200, -100))
    assert not canvas.minimap.isVisible()
    canvas.resize(900, 240)
    canvas.look_at(Camera(2.0, -200, -100))
    assert not canvas.minimap.isVisible()
    canvas.resize(900, 500)
    canvas.look_at(Camera(2.0, -200, -100))
    assert canvas.minimap.isVisible()
