"""The nodes of the graph that autograd builds: one per recorded operation, and AccumulateGrad for each leaf.

A node is small (about 120 bytes with its number) because a program may make hundreds of thousands: two edge slots, the
sequence number, the saved values that its op declares, and `extra` for what few nodes need (shapes to undo
broadcasting, hooks). An edge is the node it leads to; where it leads to another output than the first it is the pair
(node, output number). Ops with more than two tensor inputs keep a list of edges in `b`.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from . import watch
from .hooks import RemovableHandle

if TYPE_CHECKING:
    from .op import Op

LAST = 2**64 - 1  # AccumulateGrad's sequence number: the highest, so that a ready leaf runs at once
numbers = itertools.count()
number = numbers.__next__


# The nodes that PyTorch has not generated, and calls by their full names.
BY_HAND = ("CopyBackwards", "CopySlices", "NotImplemented")


class Extra:
    """What few nodes need: shapes and dtypes of the inputs to fit gradients to, hooks, notes, and result versions.

    `inside` is the CopySlices that runs this node on a part of its base, for a node that saved its result.
    """

    __slots__ = (
        "fits",
        "hooks",
        "inside",
        "metadata",
        "output_versions",
        "packed",
        "post_hooks",
        "pre_hooks",
        "result_version",
        "retained",
    )

    def __init__(self, fits: tuple[Any, ...] | None = None) -> None:
        self.fits = fits
        self.hooks: dict[int, tuple[int, Callable[[Any], Any]]] = {}
        self.post_hooks: dict[int, Callable[..., Any]] = {}
        self.retained: dict[int, weakref.ref[Any]] = {}
        self.result_version: tuple[Any, int] | None = None
        self.output_versions: dict[int, tuple[Any, int]] = {}  # of several outputs, by number
        self.inside: weakref.ref[Any] | None = None
        self.pre_hooks: dict[int, Callable[..., Any]] = {}
        self.metadata: dict[str, Any] = {}
        self.packed: dict[str, Any] = {}  # what hooks on saved tensors keep in the place of these


class Node:
    """One step of the backward pass. Subclasses, one per op, are compiled from the op's declaration."""

    __slots__ = ("__weakref__", "a", "b", "extra", "seq")

    op: Op | None = None
    saves: tuple[str, ...] = ()
    looks: ClassVar[dict[str, Callable[[Any], Any]]] = {}  # what brings each saved value, or raises
    saves_result = False
    with_number = False  # whether the second operand was a number
    saved_outputs: tuple[int, ...] = ()  # of several outputs, those that are saved
    outputs = 1
    seq: int
    a: Any
    b: Any
    extra: Any

    __call__: Callable[..., Any]  # given by passing.py, which stands above this module
    requires_grad = True
    run: Callable[..., None]
    rule: Callable[..., tuple[Any, ...]]
    record: Callable[..., tuple[Any, ...]]  # the same rule on tensors, for create_graph=True
    free: Callable[[], None]

    def name(self) -> str:
        """Return PyTorch's name of the node, such as MulBackward0; those that it wrote by hand bear their namespace."""
        name = type(self).__name__
        return f"torch::autograd::{name}" if name in BY_HAND else name

    def __repr__(self) -> str:
        return f"<{type(self).__name__} object at {id(self):#x}>"

    def edges(self) -> tuple[Any, ...]:
        """Return the edges in argument order, None where an input needs no gradient."""
        if self.b.__class__ is list:
            return tuple(self.b)
        return (self.a, self.b)[: self.edge_count]

    edge_count = 2
    sends_all = False  # whether `run` sends a gradient along each of its edges, always

    @property
    def next_functions(self) -> tuple[tuple[Node | None, int], ...]:
        """The (node, output number) pairs that gradients are sent to, in argument order."""
        edges = self.edges()
        if type(self).__name__ == "NotImplemented":  # PyTorch lists only the inputs that need a gradient there
            edges = tuple(each for each in edges if each is not None)
        return tuple(e if e.__class__ is tuple else (None if e.__class__ is Nowhere else e, 0) for e in edges)

    def _sequence_nr(self) -> int:
        return self.seq

    def _saved_tensors(self) -> tuple[tuple[str, Any], ...]:
        return tuple((name, self.looks[name](self)) for name in self.saves)

    @property
    def metadata(self) -> dict[str, Any]:
        """A dictionary for the user's notes."""
        return self.full_extra().metadata

    def register_hook(self, fn: Callable[..., Any]) -> RemovableHandle:
        """Call `fn(gradients sent, gradients arrived)` after the node ran; a tuple it returns replaces the first."""
        return RemovableHandle(self.full_extra().post_hooks, fn)

    def register_prehook(self, fn: Callable[..., Any]) -> RemovableHandle:
        """Call `fn(gradients arrived)` before the node runs; a tuple it returns replaces them."""
        return RemovableHandle(self.full_extra().pre_hooks, fn)

    def full_extra(self) -> Extra:
        """Return the node's Extra, made on first use."""
        if self.extra.__class__ is not Extra:
            self.extra = Extra(self.extra)
        extra: Extra = self.extra
        return extra


class AccumulateGrad:
    """The end of every path: adds what arrives to the .grad of a leaf.

    It holds the leaf's gradient and hooks and knows the leaf weakly; the leaf holds it strongly. PyTorch does it the
    other way round; with reference counting this way needs no cycle, and so no garbage collector. `value` keeps the
    leaf's data, so that `variable` can be shown even when the program dropped the leaf.
    """

    __slots__ = ("__weakref__", "grad", "hooks", "notes", "owner", "post_hooks", "value")

    a = b = extra = op = None
    seq = LAST
    outputs = 1
    saves: tuple[str, ...] = ()
    next_functions: tuple[tuple[Node | None, int], ...] = ()

    __call__: Callable[..., Any]
    requires_grad = True
    wrap: Callable[[Any, Any], Any]  # makes a tensor; given by tensor.py, which stands above this module

    def __init__(self, owner: Any) -> None:
        self.owner = weakref.ref(owner)
        self.value = owner._value
        self.grad: Any = None
        self.hooks: dict[int, Callable[[Any], Any]] | None = None
        self.post_hooks: dict[int, Callable[[Any], Any]] | None = None
        self.notes: Extra | None = None  # hooks of the node itself

    def name(self) -> str:
        """Return the name that PyTorch's node gives; its type is called AccumulateGrad."""
        return "torch::autograd::AccumulateGrad"

    def __repr__(self) -> str:
        return f"<AccumulateGrad object at {id(self):#x}>"

    def edges(self) -> tuple[Any, ...]:
        """Return no edges: the pass ends here."""
        return ()

    def _sequence_nr(self) -> int:
        return LAST

    def _saved_tensors(self) -> tuple[tuple[str, Any], ...]:
        return ()

    @property
    def variable(self) -> Any:
        """The leaf; a stand-in with the same value and the same .grad when the program dropped it."""
        leaf = self.owner()
        if leaf is None:
            leaf = self.wrap(self.value, self)
            self.owner = weakref.ref(leaf)
        return leaf

    def full_extra(self) -> Extra:
        """Return the hooks and notes of the node itself, made on first use."""
        if self.notes is None:
            self.notes = Extra()
        return self.notes

    register_hook = Node.register_hook
    register_prehook = Node.register_prehook
    metadata = Node.metadata

    def add(self, gradient: Any) -> None:
        """Add an array to .grad."""
        grad = self.grad
        if grad is None:
            self.grad = self.wrap(gradient, None)
        elif type(grad._counter) is int:
            grad._value = grad._value + gradient
            grad._counter += 1
        else:
            grad._assign(grad._value + gradient)

    def accumulate(self, gradient: Any) -> tuple[Any, Any]:
        """Add an array to .grad, as PyTorch does: in the same .grad tensor, in place. Return (before, after)."""
        if self.grad is None:
            self.grad = self.wrap(gradient, None)
            if watch.current is not None:
                self.grad._rarely().owner = self.owner
            return None, gradient
        before = self.grad._value
        if self.grad._counter.__class__ is not int and isinstance(before, np.ndarray):
            before = before.copy()
        self.grad._assign(self.grad._value + gradient)
        return before, self.grad._value


class Nowhere(Node):
    """In the place of the edge of a view that was made before its base became a leaf.

    To programs such a view is a leaf, and edges to it are None; `order.py` takes them out of a pass.
    """

    __slots__ = ()
    edge_count = 0
    seq = -1

    def __init__(self) -> None:
        self.a, self.b, self.extra = None, None, None


ENDS = (AccumulateGrad, Nowhere)  # the edges of leaves
