"""From a graph to coordinates: layers, order, positions, routed edges; pure functions. Start reading at `layout`."""

from gradviz.layout.cancel import CancelledError
from gradviz.layout.chips import Chip, split_shared
from gradviz.layout.geometry import Gaps, Layout, Points, Rect
from gradviz.layout.layout import Direction, lay_out

__all__ = ["CancelledError", "Chip", "Direction", "Gaps", "Layout", "Points", "Rect", "lay_out", "split_shared"]
