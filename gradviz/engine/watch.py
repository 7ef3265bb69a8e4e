"""Where a recorder listens to the engine: one watcher, told after each thing happened, in the thread that did it.

Arrays are handed over without copying. What the engine writes in place it hands over as a copy (`before`).

Operations are told in another way, because a program runs a million of them a second: the compiled function of an op
hands one flat tuple of references to `push`, described by its `Site`. Nothing is computed then; whoever wants to know
more reads the tuple later. A watcher that brings no `push` of its own hears `op_ran` instead.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import CodeType

    from .op import Op


class Site:
    """What the tuples of one compiled op mean:

    (site, where, tracked, output, value, inputs…, their values…, arguments…).

    `where` is the offset in the code `top`, or else what `where` answered; `tracked` the node, or whether gradients
    were enabled where there is none. Values are those at the time of the call.
    """

    __slots__ = ("arguments", "inputs", "length", "listed", "op")

    def __init__(self, op: Op, inputs: int, arguments: Sequence[str]) -> None:
        self.op = op
        self.inputs = inputs
        self.arguments = tuple(arguments)
        self.listed = op.inputs[0].endswith("*")
        self.length = 5 + 2 * inputs + len(self.arguments)

    def operands(self, items: Sequence[Any], start: int = 0) -> tuple[Any, ...]:
        """Return the inputs: tensors, numbers or None."""
        if self.listed:
            return items[start + 5]  # type: ignore[no-any-return]
        return tuple(items[start + 5 : start + 5 + self.inputs])

    def values(self, items: Sequence[Any], start: int = 0) -> tuple[Any, ...]:
        """Return what the inputs held."""
        return tuple(items[start + 5 + self.inputs : start + 5 + 2 * self.inputs])

    def options(self, items: Sequence[Any], start: int = 0) -> dict[str, Any]:
        """Return the arguments that are no inputs, by name."""
        given = items[start + 5 + 2 * self.inputs : start + self.length]
        return dict(zip(self.arguments, given, strict=True))


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

    def scalar_pass(self, root: Any, keep: bool) -> bool:
        """`root.backward()` of a scalar is asked for: run it (`run_newest_first`), or answer False."""
        return False

    def pass_planned(self, nodes: list[Any], due: dict[Any, list[Any]]) -> bool:
        """Nodes will run in this order, leaves after those they are due at. Return whether to tell of each node.

        The nodes that differ from the rest, by broadcasting or hooks, are told of in any case.
        """
        return True

    def pass_broken(self, node: Any) -> None:
        """The planned pass ended with an error in this node."""

    def node_ran(self, node: Any, gradients_in: tuple[Any, ...], raw: tuple[Any, ...], sent: tuple[Any, ...]) -> None:
        """A node ran: a gradient per output slot; per edge what the rule gave and what was sent (broadcast undone)."""

    def accumulate(self, leaf: Any, gradient: Any) -> None:
        """Add an array to a leaf's .grad and tell of it."""
        before, after = leaf.accumulate(gradient)
        self.leaf_accumulated(leaf, leaf.variable, before, gradient, after)

    def in_order(self, root: Any, leaves: list[Any]) -> list[Any]:
        """Leaves waited for the end of a pass from the node `root`: return them in the order in which to tell them."""
        return leaves

    def leaf_accumulated(self, node: Any, tensor: Any, before: Any, added: Any, after: Any) -> None:
        """A leaf's .grad grew; before is None the first time."""

    def backward_ended(self, freed: bool) -> None:
        """The pass is over; freed tells whether saved tensors were let go."""

    def tensor_updated(self, tensor: Any, before: Any) -> None:
        """A tensor was changed in place outside the graph; before is a snapshot."""

    def optimizer_begins(self, optimizer: Any) -> None:
        """The `step()` of an optimizer begins; with a closure, passes may follow before it moves anything."""

    def optimizer_stepped(self, optimizer: Any) -> None:
        """An optimizer has moved its parameters: its `step()` is over."""

    def memory_written(self, tensor: Any, before: Any) -> None:
        """Memory that others may see was written by a recorded in-place operation, told before it; a snapshot."""

    def value_read(self, tensor: Any, how: str) -> None:
        """The program took a value out of a tensor: how is "decision" (its truth) or "number"."""

    def gradient_zeroed(self, tensor: Any, before: Any, after: Any) -> None:
        """The .grad of a leaf was set to zero, or to None (after is None)."""


Push = Callable[[Sequence[Any]], None]

current: Watcher | None = None
passes: Watcher | None = None
"""Hears of backward passes and of optimizers' steps alone, while there is no `current`: it costs operations nothing. It
makes itself `current` for as long as a pass runs."""
push: Push | None = None
"""Takes what a compiled op tells; None where nobody listens."""
tape: list[Any] = []
"""Where `push` puts it, if it does; `crowded` is called when that has grown beyond `limit`."""
limit: int = sys.maxsize
top: CodeType | None = None
"""The code of the program itself: an op that it calls is located by an offset in it."""


def nowhere(frame: Any) -> Any:
    """Locate a call from elsewhere."""
    return None


def whole(value: Any) -> Any:
    """Return what is kept of a large value."""
    return value


def ignore() -> None:
    """Nothing is done about a tape that is too long."""


where: Callable[[Any], Any] = nowhere
light: Callable[[Any], Any] = whole
crowded: Callable[[], None] = ignore


def read(*tensors: Any) -> None:
    """Tell that values of tensors go where no operation is told of: into counts, places, distinct elements."""
    if current is not None:
        for each in tensors:
            current.value_read(each, "number")


def start(watcher: Watcher, told: Push | None = None) -> None:
    """Tell `watcher` everything from now on; operations to `told` where it is given."""
    global current, push

    def translate(items: Sequence[Any]) -> None:
        site: Site = items[0]
        watcher.op_ran(site.op, site.operands(items), site.options(items), (items[3],), False)

    current = watcher
    push = told or translate


def of_passes() -> Watcher | None:
    """Who hears of backward passes and of optimizers' steps."""
    return current or passes


Ears = tuple[Watcher | None, Watcher | None]


def silence() -> Ears:
    """Tell nobody until `restore` is called with what this returns."""
    global current, passes
    ears = current, passes
    current = passes = None
    return ears


def restore(ears: Ears) -> None:
    """Tell those again who were told before a silence."""
    global current, passes
    current, passes = ears


def stop() -> None:
    """Tell nobody any more."""
    global current, passes, push, tape, limit, top, where, light, crowded
    current = passes = push = top = None
    tape, limit = [], sys.maxsize
    where, light, crowded = nowhere, whole, ignore
