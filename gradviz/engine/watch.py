"""Where a recorder listens to the engine: one watcher, told after each thing happened, in the thread that did it.

Arrays are handed over without copying. What the engine writes in place it hands over as a copy (`before`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .op import Op


class Watcher:
    """Hears everything and does nothing; a recorder overrides what it wants to hear."""

    def tensor_made(self, tensor: Any, maker: str) -> None:
        """A tensor that no differentiable op made: "tensor", "ones", "randn", "from_numpy", "Parameter" …"""

    def op_ran(
        self, op: Op, inputs: tuple[Any, ...], arguments: dict[str, object], outputs: tuple[Any, ...], in_place: bool
    ) -> None:
        """An op ran, tracked or not; inputs are Tensors or numbers in the order of the declaration's names."""

    def requires_grad_set(self, tensor: Any, value: bool) -> None:
        """`x.requires_grad = value` or `x.requires_grad_(value)`."""

    def backward_began(
        self, roots: tuple[Any, ...], gradients: tuple[Any, ...], inputs: tuple[Any, ...] | None, keep: bool
    ) -> None:
        """A backward pass starts at these roots with these gradients (arrays)."""

    def node_ran(self, node: Any, gradients_in: tuple[Any, ...], raw: tuple[Any, ...], sent: tuple[Any, ...]) -> None:
        """A node ran: a gradient per output slot; per edge what the rule gave and what was sent (broadcast undone)."""

    def leaf_accumulated(self, node: Any, tensor: Any, before: Any, added: Any, after: Any) -> None:
        """A leaf's .grad grew; before is None the first time."""

    def backward_ended(self, freed: bool) -> None:
        """The pass is over; freed tells whether saved tensors were let go."""

    def tensor_updated(self, tensor: Any, before: Any) -> None:
        """A tensor was changed in place outside the graph; before is a snapshot."""

    def memory_written(self, tensor: Any, before: Any) -> None:
        """Memory that others may see was written by a recorded in-place operation, told before it; a snapshot."""

    def gradient_zeroed(self, tensor: Any, before: Any, after: Any) -> None:
        """The .grad of a leaf was set to zero, or to None (after is None)."""


current: Watcher | None = None


def start(watcher: Watcher) -> None:
    """Tell `watcher` everything from now on."""
    global current
    current = watcher


def stop() -> None:
    """Tell nobody any more."""
    global current
    current = None
