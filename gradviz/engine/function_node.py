"""The node of an operation that a program wrote itself, and its ctx: what they keep, check and send.

In PyTorch the two are one object. Here ctx stands apart, because programs write to it what they like (`ctx.a = a`),
and a node has names of its own; what is asked of the node and is not there is looked for on ctx.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from . import dtype as dtypes
from . import messages, views, watch
from .hook_calls import recording, shown
from .node import AccumulateGrad, Node, number
from .passing import describe, fit, freed, general_run
from .saving import Active, pack, unpack
from .tensor import Tensor, alias, share

DIRTY = (
    "Some elements marked as dirty during the forward method were not returned as output. The inputs that are modified "
    "inplace must all be outputs of the Function."
)


class FunctionCtx:
    """What `forward` and `backward` may ask of their ctx."""

    needs_input_grad: tuple[bool, ...] = ()
    materialize_grads = True
    to_save: tuple[Any, ...] | None = None
    dirty_tensors: tuple[Tensor, ...] = ()
    non_differentiable: tuple[Tensor, ...] = ()
    _node: Callable[[], Any]  # the node, held weakly
    _saved: list[Any] | None = None

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What save_for_backward kept; raises RuntimeError after it was let go, or changed in place."""
        if self._saved is None:
            if self.to_save is not None:
                return self.to_save  # asked for in forward, before it is over
            raise freed()
        return tuple(None if each is None else each.look(self._node()) for each in self._saved)

    def __repr__(self) -> str:
        return f"<torch.autograd.function.{type(self).__name__} object at {id(self):#x}>"

    def save_for_backward(self, *tensors: Tensor | None) -> None:
        """Keep tensors for the backward pass; they are watched for in-place changes, and let go after it."""
        self.to_save = tensors

    def save_for_forward(self, *tensors: Tensor | None) -> None:
        """Keep tensors for forward-mode differentiation, which there is not here."""

    def mark_dirty(self, *args: Tensor) -> None:
        """Say which inputs `forward` changed in place."""
        self.dirty_tensors = args

    def mark_non_differentiable(self, *args: Tensor) -> None:
        """Say which outputs have no gradient."""
        self.non_differentiable = args

    def set_materialize_grads(self, value: bool) -> None:
        """Choose whether `backward` gets zeros, or None, for an output that nothing used."""
        self.materialize_grads = value


class BackwardCFunction(Node):
    """The node of a user's Function."""

    function: Any  # the Function
    outputs = 1
    count = 1

    def __init__(self, ctx: FunctionCtx, edges: list[Any]) -> None:
        self.a, self.b, self.extra, self.seq = None, edges, None, number()
        self.ctx = ctx
        ctx._node = weakref.ref(self)
        self.given: list[Any] = []  # of each input, None for what is no tensor, else its shape and type
        self.made: list[Any] = []  # the same of each output

    def __repr__(self) -> str:
        return f"<torch.autograd.function.{type(self).__name__} object at {id(self):#x}>"

    def _saved_tensors(self) -> tuple[tuple[str, Any], ...]:
        return tuple((f"saved_{index}", each) for index, each in enumerate(self.ctx.saved_tensors))

    @property
    def saves(self) -> tuple[str, ...]:  # type: ignore[override]
        """The names of what was saved."""
        return tuple(f"saved_{index}" for index in range(len(self.ctx._saved or ())))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_saved_saved_"):
            return self.ctx.saved_tensors[int(name.rpartition("_")[2])]
        return getattr(self.ctx, name)

    def rule(self, grad: Any) -> tuple[Any, ...]:
        """Run the user's backward on arrays, nothing being recorded or watched."""
        ears = watch.silence()
        try:
            found = self.answers(grad, False)
        finally:
            watch.restore(ears)
        return tuple(None if each is None else each._value for each in found)

    def record(self, grad: Any) -> tuple[Any, ...]:
        """Run the user's backward on tensors, recorded."""
        return self.answers(grad, True)

    run = general_run

    def adopt(self, inputs: list[Tensor], outputs: tuple[Any, ...], tracked: bool) -> tuple[Any, ...]:
        """Make this the node of the outputs, and keep what forward asked to be kept."""
        if any(all(each is not output for output in outputs) for each in self.ctx.dirty_tensors):
            raise RuntimeError(DIRTY)
        self.made = [outline(each._value) if isinstance(each, Tensor) else None for each in outputs]
        self.count = len(outputs)
        if self.count != 1:
            self.outputs = -1
        adopted = tuple(
            self.output(each, self if self.count == 1 else (self, place), inputs, tracked)
            if isinstance(each, Tensor)
            else each
            for place, each in enumerate(outputs)
        )
        if not tracked:
            return adopted
        self.ctx._saved = []
        for index, each in enumerate(self.ctx.to_save or ()):
            if each is not None and not isinstance(each, Tensor):
                raise TypeError(
                    f"save_for_backward can only save variables, but argument {index} is of type {type(each).__name__}"
                )
            mine = (i for i, made in enumerate(adopted) if made is each and each is not None and each.grad_fn is self)
            place = next(mine, None)
            self.ctx._saved.append(None if each is None else kept(each, place))
        self.ctx.to_save = None
        return adopted

    def output(self, made: Tensor, edge: Any, inputs: list[Tensor], tracked: bool) -> Tensor:
        """Return one output with its place in the graph: changed in place, an input passed through, or new."""
        follows = (
            tracked and dtypes.can_require_grad(made._value) and all(made is not e for e in self.ctx.non_differentiable)
        )
        if any(made is each for each in self.ctx.dirty_tensors):
            if tracked and made._edge.__class__ is AccumulateGrad:
                raise RuntimeError("a leaf Variable that requires grad has been used in an in-place operation.")
            made._assign(made._value.copy() if isinstance(made._value, np.ndarray) else made._value)
            if tracked and made._rare is not None and made._rare.base is not None:
                views.rebase(made, self)
            elif tracked:
                made._edge = edge
                views.outdate(made._counter)
            return made
        if any(made is each for each in inputs):
            share(made)
            made = views.make_view(made, made._value, None)
        elif made._edge is not None:
            made = alias(made, same_version=True)
        if follows:
            made._edge = edge
        return made

    def answers(self, grad: Any, create: bool) -> tuple[Any, ...]:
        """Call the user's backward and return a gradient for each input that is a tensor."""
        arrived = grad if self.outputs != 1 else (grad,)
        tensors = [shown(each) for each in arrived]
        if self.ctx.materialize_grads:
            tensors = [
                zeros(*made) if each is None and made is not None else each
                for each, made in zip(tensors, self.made, strict=True)
            ]
        with recording(create):
            answer = self.function.chosen_backward()(self.ctx, *tensors)
        return self.checked(answer if isinstance(answer, (tuple, list)) else (answer,))

    def checked(self, answer: Any) -> tuple[Any, ...]:
        """Return what the user's backward gave, one gradient per edge; raise PyTorch's errors for what does not fit."""
        name, wanted = self.name(), len(self.given)
        if len(answer) > wanted and all(each is None for each in answer[wanted:]):
            answer = answer[:wanted]
        if len(answer) != wanted:
            raise RuntimeError(
                f"function {name} returned an incorrect number of gradients (expected {wanted}, got {len(answer)})"
            )
        found: list[Any] = []
        for index, (gradient, given) in enumerate(zip(answer, self.given, strict=True)):
            if given is None:
                if gradient is not None:
                    raise RuntimeError(
                        f"function {name} returned a gradient different than None at position {index + 1}, but the "
                        "corresponding forward input was not a Variable"
                    )
                continue
            if gradient is not None and not isinstance(gradient, Tensor):
                raise RuntimeError(f"expected Variable or None (got {type(gradient).__name__})")
            found.append(None if gradient is None else self.fitted(gradient, len(found), *given))
        return tuple(found)

    def fitted(self, gradient: Tensor, index: int, shape: tuple[int, ...], kind: Any) -> Any:
        """Return a gradient in the shape and type of the input; raise where it cannot have them."""
        own = gradient._value.shape
        if own != shape:
            extra = len(own) - len(shape)
            if extra < 0 or any(n not in (1, m) for n, m in zip(shape, own[extra:], strict=True)):
                raise RuntimeError(
                    f"Function {self.name()} returned an invalid gradient at index {index} - got "
                    f"{messages.sizes(own)} but expected shape compatible with {messages.sizes(shape)}"
                )
        return fit(gradient, shape, kind)

    def free(self) -> None:
        """Let saved tensors go."""
        if self.ctx._saved:
            self.ctx._saved = None


def kept(tensor: Tensor, place: int | None) -> Saved | Packed:
    """Return a tensor as it is kept: by itself, or by what the hooks on saved tensors make of it."""
    return Packed(*pack(tensor)) if Active.hooks else Saved(tensor, place)


class Packed:
    """What a hook keeps in the place of a saved tensor."""

    __slots__ = ("kept", "unpack")

    def __init__(self, kept: Any, unpack: Callable[[Any], Any]) -> None:
        self.kept = kept
        self.unpack = unpack

    def look(self, node: BackwardCFunction) -> Tensor:
        """Return the tensor that the hook gives back."""
        return unpack(self.kept, self.unpack)


class Saved:
    """A tensor kept by save_for_backward: as it is, but an output by its value alone, so that no cycle is made."""

    __slots__ = ("counter", "place", "tensor", "value", "version")

    def __init__(self, tensor: Tensor, place: int | None) -> None:
        self.place = place  # which output it is
        self.tensor = tensor if place is None else None
        self.counter = None if place is None else share(tensor)
        self.value = tensor._value
        self.version = +tensor._counter

    def look(self, node: BackwardCFunction) -> Tensor:
        """Return the tensor; raise where it was changed in place since."""
        now = +(self.counter if self.tensor is None else self.tensor._counter)  # type: ignore[operator]
        if now != self.version:
            source: Any = node if self.tensor is None else self.tensor.grad_fn
            place = self.place if self.tensor is None else self.tensor.output_nr
            output = messages.output_of(source, place)
            raise messages.stale(describe(self.value), now, self.version, output)
        if self.tensor is not None:
            return self.tensor
        return Tensor._of(self.value, node if node.outputs == 1 else (node, self.place))


def zeros(shape: tuple[int, ...], kind: Any) -> Tensor:
    """Return zeros of a shape and type."""
    return Tensor._of(np.zeros(shape, kind)[()], None)


def outline(value: Any) -> tuple[tuple[int, ...], Any]:
    """Return shape and type of an array."""
    return value.shape, value.dtype
