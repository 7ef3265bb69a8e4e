"""Views: tensors on the memory of another one, and what an in-place change does to their place in the graph.

When a recorded operation changes a tensor of which views exist, the graph must tell the same story as the memory. As
in PyTorch, the base gets the node CopySlices (the part that was written gets its gradient from the operation, the rest
passes), and each view gets a new edge AsStridedBackward0 to the base, made when it is next looked at.
"""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np

from . import messages, op
from .dtype import Uncommon
from .grad_mode import enabled
from .kernels import kernel
from .node import AccumulateGrad, Node, Nowhere, number
from .rare import Rare
from .tensor import StaleView, Tensor, blank, share

Geometry = tuple[tuple[int, ...], tuple[int, ...], int]  # shape, strides and offset, in elements of the base
Outline = tuple[tuple[int, ...], tuple[int, ...]]  # shape and strides of a base, in elements


EDGE = Tensor.__dict__["_edge"]


def make_view(source: Tensor, value: Any, edge: Any, born: str | None = None) -> Tensor:
    """Wrap an array on the source's memory as a view of it (of the source's own base, when it is a view itself)."""
    made = blank()
    made._value = value if value.__class__ is np.ndarray else np.asarray(value)
    made._edge = edge
    made._counter = source._counter
    rare = made._rare = Rare()
    rare.seen = made._counter.count
    origin = source._rare
    if origin is None or origin.base is None:
        base = rare.base = source
    else:
        base = rare.base = origin.base
        rare.born = origin.born
    if born is not None:
        rare.born = born
    elif not enabled.get() and rare.born == "tracked":
        rare.born = "no_grad"
    remember(base, made)
    return made


def remember(base: Tensor, view: Tensor) -> None:
    """Let the base know its view, weakly; the dead are cleared away whenever their number may have doubled."""
    rare = base._rarely()
    views = rare.views
    bases, reference = view._counter.bases, weakref.ref(base)
    if bases is None:
        view._counter.bases = [reference]
    elif bases[-1] is not reference and all(each is not reference for each in bases):
        bases.append(reference)
    if views is None:
        rare.views = [weakref.ref(view)]
        return
    if len(views) >= 16 and not len(views) & (len(views) - 1):
        views[:] = [each for each in views if each() is not None]
    views.append(weakref.ref(view))


def outdate(counter: Any) -> None:
    """Mark all views of memory that was changed: each makes its edge anew when it is next looked at.

    Views without a place in the graph, of a base without one, have nothing to make.
    """
    if counter.__class__ is int or counter.bases is None:
        return
    for base in [each() for each in counter.bases]:
        for view in [each() for each in base._rare.views] if base is not None else ():
            if view is not None and view.__class__ is Tensor and (base._edge is not None or not view.is_leaf):
                view.__class__ = StaleView


def follow_flag(base: Tensor, value: bool) -> None:
    """Let the views that a leaf had before its flag was set follow it.

    Those that are older than the memory's last change look anew for their place in the graph. PyTorch calls the others
    leaves that require a gradient as long as their base does, and lets their gradients go nowhere.
    """
    assert base._rare is not None
    for view in [each() for each in base._rare.views or ()]:
        if view is None or view.__class__ is not Tensor:
            continue
        assert view._rare is not None
        if not value and view._edge.__class__ is Nowhere:
            view._edge = None
        elif value and view._edge is None and view._rare.seen != +base._counter:
            view.__class__ = StaleView
        elif value and view._edge is None:
            view._edge = Nowhere()
            Uncommon.seen = True  # so that each pass is planned: that is where these are taken out


def renew(view: Tensor) -> Any:
    """Give a stale view its edge: straight from the base, by geometry.

    Raises RuntimeError, each time anew, for a view that cannot have one: it was made without recording, or with others.
    """
    assert view._rare is not None
    base = view._rare.base
    assert base is not None
    if view._rare.born != "tracked" and base._edge is not None:
        if not enabled.get():
            return None
        raise RuntimeError(mixed_up(view, "and its base or another view of its base has been"))
    view.__class__ = Tensor
    view._rare.seen = +view._counter
    if base._edge is None and (view._edge is None or view._edge.__class__ is Nowhere):
        view._edge = None
        return None
    view._edge = seen_as(base._edge, outline(base._value), geometry(view._value, base._value))
    return view._edge


def mixed_up(view: Tensor, how: str) -> str:
    """Return what PyTorch says of an in-place change that a view of this kind cannot follow."""
    assert view._rare is not None
    if view._rare.born == "no_grad":
        return messages.NO_GRAD_VIEW_IN_PLACE.replace("and is being", how)
    edge = EDGE.__get__(view)  # what it was before the view became stale
    fn, place = edge if edge.__class__ is tuple else (edge, 0)
    name = "Unbind" if fn is None else type(fn).__name__.removesuffix("Backward0")
    return messages.MANY_OUTPUTS_IN_PLACE.format(place, name).replace("and is being", how)


def seen_as(edge: Any, base: Outline, place: Geometry) -> AsStridedBackward0:
    """Return the node of a view: a gradient for it goes on to the base's edge."""
    node = AsStridedBackward0()
    node.seq = number()
    node.a, node.b, node.extra = edge, None, None
    node.base, node.geometry = base, place
    return node


def geometry(view: Any, base: Any) -> Geometry:
    """Return where a view lies in its base's memory."""
    offset = view.__array_interface__["data"][0] - base.__array_interface__["data"][0]
    return view.shape, steps(view), offset // base.dtype.itemsize


def outline(base: Any) -> Outline:
    """Return shape and strides of a base: enough to make an array laid out like it."""
    return base.shape, steps(base)


def steps(array: Any) -> tuple[int, ...]:
    """Return an array's strides in elements."""
    return tuple(stride // array.dtype.itemsize for stride in array.strides)


def laid_out(base: Outline, kind: Any) -> tuple[Any, Any]:
    """Return an array of zeros with given shape and strides, and its flat memory."""
    shape, strides = base
    size = 1 + sum((n - 1) * step for n, step in zip(shape, strides, strict=True)) if 0 not in shape else 0
    memory = np.zeros(size, kind)
    return placed(memory, (shape, strides, 0)), memory


def placed(memory: Any, place: Geometry) -> Any:
    """Return the view that lies at a place in flat memory."""
    shape, strides, offset = place
    size = memory.itemsize
    return np.ndarray(shape, memory.dtype, memory, offset * size, tuple(step * size for step in strides))


@kernel
def laid(part: Any, base: Outline, place: Geometry) -> Any:
    """Put a part into zeros laid out like a base, where a view lies; what the view repeats is summed."""
    result, memory = laid_out(base, part.dtype)
    repeated = tuple(axis for axis, stride in enumerate(place[1]) if not stride)
    np.copyto(placed(memory, place), part.sum(axis=repeated, keepdims=True) if repeated else part)
    return result


@kernel
def lifted(whole: Any, base: Outline, place: Geometry) -> Any:
    """Return the part of a whole, laid out like a base, where a view lies."""
    copy, memory = laid_out(base, whole.dtype)
    np.copyto(copy, whole)
    return placed(memory, place).copy()[()]


class AsStridedBackward0(Node):
    """The backward step of a view that was made anew from its base."""

    __slots__ = ("base", "geometry")
    base: Outline
    geometry: Geometry
    edge_count = 1

    def rule(self, grad: Any) -> tuple[Any, ...]:
        """Put the gradient where the view lies, zero elsewhere."""
        return (laid(grad, self.base, self.geometry),)

    def record(self, grad: Tensor) -> tuple[Any, ...]:
        """Do the same to a tensor, as an op."""
        return (op.find("as_strided_backward").function(grad, self.base, self.geometry),)

    def run(self, grad: Any, grads: dict[Any, Any], keep: bool) -> None:
        """Run with everything that any node may need."""
        from .passing import general_run

        general_run(self, grad, grads, keep)

    def free(self) -> None:
        """Nothing is saved."""


class CopySlices(Node):
    """The backward step of an in-place operation on a view, seen from the base.

    The part that was overwritten gets the gradient of the operation's own node (`fn`), the rest passes unchanged.
    """

    __slots__ = ("base", "fn", "geometry")
    base: Outline
    fn: Any
    geometry: Geometry

    def rule(self, grad: Any) -> tuple[Any, ...]:
        """Return the base's gradient first, then those of the operation's other inputs."""
        from .passing import fitted

        result, memory = laid_out(self.base, grad.dtype)
        np.copyto(result, grad)
        part = placed(memory, self.geometry)
        raw = fitted(self.fn, tuple(self.fn.rule(part.copy()[()])))
        edges = self.fn.edges()
        first = raw[0] if edges and edges[0] is not None else None
        part[...] = 0 if first is None else first
        return (result, *raw[1:])

    def record(self, grad: Tensor) -> tuple[Any, ...]:
        """Do the same to tensors, as ops."""
        from .passing import fitted

        place = self.base, self.geometry
        raw = fitted(self.fn, tuple(self.fn.record(op.find("as_strided_forward").function(grad, *place))))
        written = laid(np.ones(self.geometry[0], bool), *place)
        back = op.find("as_strided_backward").function
        edges = self.fn.edges()
        first = back(raw[0], *place) if edges and edges[0] is not None and raw[0] is not None else 0.0
        return (op.find("where").function(Tensor._of(written, None), first, grad), *raw[1:])

    def run(self, grad: Any, grads: dict[Any, Any], keep: bool) -> None:
        """Run with everything that any node may need."""
        from .passing import general_run

        general_run(self, grad, grads, keep)

    def free(self) -> None:
        """Let go what the operation's node saved."""
        self.fn.free()


def rebase(view: Tensor, fn: Any) -> None:
    """Make an in-place operation on a view part of its base's history."""
    assert view._rare is not None
    base = view._rare.base
    assert base is not None
    node = CopySlices()
    node.seq = number()
    node.a, node.extra = None, None
    node.b = [base._edge, *fn.edges()[1:]]
    node.fn = fn
    if fn.saves_result:
        fn.full_extra().inside = weakref.ref(node)
    node.base = outline(base._value)
    node.geometry = geometry(view._value, base._value)
    base._edge = node
    outdate(view._counter)


def check_history(tensor: Tensor, tracked: bool) -> None:
    """Raise PyTorch's errors for a tensor whose place in the graph does not allow a change now.

    `tracked`: grad mode is on and an operand of the operation requires a gradient.
    """
    if tensor._counter.__class__ is not int:
        tensor._counter.check_change()
    rare = tensor._rare
    # A view's base counts here, as in PyTorch: what no_grad hid from the view is still in the base's history.
    hidden = rare is not None and rare.base is not None and rare.born == "no_grad" and enabled.get()
    if hidden and (tracked or rare.base._edge is not None):  # type: ignore[union-attr]
        raise RuntimeError(messages.NO_GRAD_VIEW_IN_PLACE)
    if tracked:
        if rare is not None and rare.base is not None:
            if rare.born == "many":
                raise RuntimeError(mixed_up(tensor, "and is being"))
            if tensor._edge is not None and rare.base.is_leaf:
                raise RuntimeError(messages.LEAF_VIEW_IN_PLACE)
        if tensor._edge.__class__ is AccumulateGrad:
            raise RuntimeError(messages.LEAF_IN_PLACE)


__all__ = ["AsStridedBackward0", "CopySlices", "check_history", "make_view", "outdate", "rebase", "share"]
