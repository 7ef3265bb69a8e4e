"""How a recorder looks into an engine's tensors and nodes: the one thing that differs between the two engines."""

from __future__ import annotations

from typing import Any, Protocol

from ..trace.value import Array

LAST = 2**64 - 1
"""AccumulateGrad's sequence number: higher than any other, so that a ready leaf runs at once."""


class Reader(Protocol):
    """Reading never changes a tensor and is never recorded."""

    def value(self, tensor: Any) -> Any:
        """The data: an array or NumPy scalar that is never written to again."""

    def keep(self, tensor: Any) -> Any:
        """The same where the memory may be written to later without telling: a copy, if need be."""

    def look(self, tensor: Any) -> Any:
        """The data as it is now, not to be kept."""

    def was_copied(self, tensor: Any) -> bool:
        """Whether the program made a deep copy of a parameter, as far as the engine says so."""

    def is_tensor(self, item: Any) -> bool:
        """Whether an operand is a tensor of the engine."""

    def memory(self, tensor: Any) -> int:
        """A number that tensors on the same memory have in common."""

    def version(self, tensor: Any) -> int:
        """How often it was changed in place."""

    def requires_grad(self, tensor: Any) -> bool: ...

    def gradient(self, tensor: Any) -> Array | None:
        """The data of `.grad` of a leaf."""

    def gradient_tensor(self, tensor: Any) -> Any:
        """The tensor that `.grad` of a leaf is, or None."""

    def target(self, tensor: Any) -> tuple[Any, int] | None:
        """The node (AccumulateGrad for a leaf) and output number that a gradient of the tensor goes to."""

    def as_target(self, edge: Any) -> tuple[Any, int] | None:
        """The same from what the recorder noted of it."""

    def root(self, tensor: Any) -> tuple[Any, int]:
        """The same for a tensor that a backward pass starts at."""

    def base(self, tensor: Any) -> Any:
        """The tensor whose memory it is a view of, or None."""

    def anchor(self, node: Any) -> Any:
        """An object that lives as long as the node and can be referred to weakly."""

    def name(self, node: Any) -> str: ...

    def op_name(self, node: Any) -> str:
        """The op that the node belongs to, as the catalogue names it."""

    def sequence(self, node: Any) -> int: ...

    def edges(self, node: Any) -> tuple[tuple[Any, int] | None, ...]: ...

    def leaf(self, node: Any) -> Any:
        """The tensor of an AccumulateGrad node; None for all other nodes and where the tensor is gone."""

    def saved_names(self, node: Any) -> tuple[str, ...]:
        """What the node keeps for its backward: names of inputs, of arguments, or `result`."""

    def differentiable(self, op: Any, inputs: tuple[Any, ...]) -> tuple[int, ...]:
        """Positions of the inputs that the node's edges belong to, in order."""

    def outputs(self, node: Any) -> int:
        """How many outputs the op behind the node had."""
