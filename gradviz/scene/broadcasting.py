"""Where a gradient is summed back, because a tensor was broadcast: what the edge says about it, and in which words.

The NumPy engine's record holds the gradient before and after. PyTorch's own nodes send it summed already; there the
gradient of an op that pairs elements had the shape of the op's result before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..trace.events import NodeRan
from ..trace.history import History
from ..trace.value import Value
from .numbers import gradient_text, shape_text

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Summing:
    """Shapes of a gradient before and after it was summed back."""

    raw: Shape
    sent: Shape

    @property
    def axes(self) -> tuple[int, ...]:
        """The dimensions of `raw` that are added up."""
        lead = len(self.raw) - len(self.sent)
        return tuple(
            axis for axis, side in enumerate(self.raw) if axis < lead or (self.sent[axis - lead] == 1 and side != 1)
        )

    @property
    def over(self) -> str:
        """The few words for the sum sign: "3 rows"."""
        raw, axes = self.raw, self.axes
        if len(axes) == len(raw) and len(raw) != 1:
            return f"all {int(np.prod(raw))} elements"
        if len(raw) == 2:
            return f"{raw[0]} rows" if axes == (0,) else f"{raw[1]} columns"
        if len(raw) == 1:
            return f"{raw[0]} elements"
        return " and ".join(f"axis {axis} ({raw[axis]} entries)" for axis in axes)

    def sentence(self, name: str) -> str:
        """What was summed, and why. `name` is the tensor whose gradient it is."""
        over = self.over if self.over.startswith(("all", "axis")) else f"the {self.over}"
        dims = "" if "axis" in over or over.startswith("all") else f" (dim {self.axes[0]})"
        return f"Summed over {over}{dims}, because {name} was broadcast to shape {shape_text(self.raw)}."


def summing_of(history: History, node: int, edge: int, pairs_elements: bool = False) -> Summing | None:
    """What was summed back along an edge of a node that ran; None where nothing was.

    `pairs_elements` says that the edge's input is taken element by element (it has a local derivative), so that a
    smaller gradient can only come of summing.
    """
    event = history.nodes[node].event
    if not isinstance(event, NodeRan) or edge >= len(event.sent):
        return None
    sent = event.sent[edge]
    raw = event.raw[edge] if edge < len(event.raw) else None
    if raw is None and pairs_elements:
        raw = event.gradients_in[0]
    if sent is None or raw is None or raw.shape == sent.shape or not _broadcasts(sent.shape, raw.shape):
        return None
    return Summing(raw.shape, sent.shape)


def _broadcasts(small: Shape, large: Shape) -> bool:
    try:
        return np.broadcast_shapes(small, large) == large
    except ValueError:
        return False


def edge_text(gradient: Value | None, summing: Summing | None) -> str:
    """The gradient as it rides along an edge: "12.0"; "Σ 3×4 → 4" and "Σ 3 = 12.0" where it was summed back."""
    text = gradient_text(gradient)
    if summing is None or gradient is None:
        return text
    raw = "×".join(map(str, summing.raw))
    if text == shape_text(gradient.shape):
        return f"Σ {raw} → {'×'.join(map(str, summing.sent))}"
    return f"Σ {raw} = {text}"
