"""Where a person looks: zoom and position of the view over the scene, as plain arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

LEAST_ZOOM, MOST_ZOOM = 0.02, 4.0
Box = tuple[float, float, float, float]
"""x, y, width, height"""


@dataclass(frozen=True, slots=True)
class Camera:
    """`screen = scene * zoom + (x, y)`, in the widget's pixels."""

    zoom: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def to_screen(self, x: float, y: float) -> tuple[float, float]:
        return x * self.zoom + self.x, y * self.zoom + self.y

    def to_scene(self, x: float, y: float) -> tuple[float, float]:
        return (x - self.x) / self.zoom, (y - self.y) / self.zoom

    def box_to_scene(self, box: Box) -> Box:
        x, y = self.to_scene(box[0], box[1])
        return x, y, box[2] / self.zoom, box[3] / self.zoom

    def moved(self, dx: float, dy: float) -> Camera:
        return Camera(self.zoom, self.x + dx, self.y + dy)

    def zoomed(self, factor: float, x: float, y: float) -> Camera:
        """Zoom so that what is under the pixel (x, y) stays there."""
        zoom = max(LEAST_ZOOM, min(MOST_ZOOM, self.zoom * factor))
        ratio = zoom / self.zoom
        return Camera(zoom, x - (x - self.x) * ratio, y - (y - self.y) * ratio)

    def between(self, other: Camera, share: float) -> Camera:
        """A camera on the way to another one: the zoom changes by ratios, so that the speed feels even."""
        zoom = self.zoom * (other.zoom / self.zoom) ** share
        if abs(other.zoom - self.zoom) < 1e-9:
            return Camera(zoom, self.x + (other.x - self.x) * share, self.y + (other.y - self.y) * share)
        # The share of the position follows the zoom, which keeps one point of the screen still all the way.
        part = (zoom - self.zoom) / (other.zoom - self.zoom)
        return Camera(zoom, self.x + (other.x - self.x) * part, self.y + (other.y - self.y) * part)


def fitted(bounds: Box, view: Box, most: float) -> Camera:
    """The camera that shows all of `bounds` in the middle of `view` (in pixels), at most `most` times enlarged."""
    x, y, width, height = bounds
    zoom = min(most, view[2] / max(width, 1.0), view[3] / max(height, 1.0))
    zoom = max(LEAST_ZOOM, zoom)
    left = view[0] + (view[2] - width * zoom) / 2
    top = view[1] + (view[3] - height * zoom) / 2
    return Camera(zoom, left - x * zoom, top - y * zoom)


def near(bounds: Box, view: Box, zoom: float, focus: Box) -> Camera:
    """The camera at a zoom that has `focus` in the middle of `view`, as far as the graph does not end before."""
    left = _placed(bounds[0] * zoom, bounds[2] * zoom, view[0], view[2], (focus[0] + focus[2] / 2) * zoom)
    top = _placed(bounds[1] * zoom, bounds[3] * zoom, view[1], view[3], (focus[1] + focus[3] / 2) * zoom)
    return Camera(zoom, left, top)


def _placed(start: float, length: float, room_start: float, room: float, middle: float) -> float:
    """Where the origin goes, along one axis, in pixels."""
    if length <= room:
        return room_start + (room - length) / 2 - start
    return max(room_start + room - start - length, min(room_start - start, room_start + room / 2 - middle))
