"""Two fingers on a touch screen zoom the graph and take it along. A touchpad's pinch comes as a native gesture."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QGestureEvent, QPinchGesture

if TYPE_CHECKING:
    from .canvas import GraphCanvas


class Pinch:
    """Qt tells some steps of the fingers twice, and counts them twice in its total: the second time nothing is done."""

    def __init__(self, canvas: GraphCanvas) -> None:
        self._canvas = canvas
        self._centre = QPointF()
        self._told: tuple[float, QPointF, QPointF] | None = None
        # macOS would tell a touchpad's pinch in both ways.
        if sys.platform != "darwin":
            canvas.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
            canvas.grabGesture(Qt.GestureType.PinchGesture)

    def handled(self, event: QGestureEvent) -> bool:
        """Whether the event was a pinch, and is done."""
        gesture = event.gesture(Qt.GestureType.PinchGesture)
        if not isinstance(gesture, QPinchGesture):
            return False
        event.accept(gesture)
        canvas, centre = self._canvas, self._canvas.mapFromGlobal(gesture.centerPoint())
        told = gesture.scaleFactor(), gesture.centerPoint(), gesture.hotSpot()
        if gesture.state() == Qt.GestureState.GestureStarted:
            self._centre, canvas.is_fitted = centre, False
        elif gesture.state() == Qt.GestureState.GestureUpdated and told != self._told:
            way = centre - self._centre
            zoomed = canvas.camera.zoomed(gesture.scaleFactor(), self._centre.x(), self._centre.y())
            canvas.look_at(zoomed.moved(way.x(), way.y()))
            self._centre = centre
        self._told = told
        return True
