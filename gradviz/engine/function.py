"""torch.autograd.Function: an operation whose forward and backward the program writes itself.

As in PyTorch, `ctx` is the node: what `forward` notes on it is there when `backward` runs. Each subclass gets a node
class of its own, `<Name>Backward`, and an `Op`, so that a recorder shows it like any other operation.
"""

from __future__ import annotations

import functools
import inspect
import sys
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from . import anomaly, messages, views, watch
from . import dtype as dtypes
from .grad_mode import enabled
from .hook_calls import recording, shown
from .meaning import dead_end
from .node import AccumulateGrad, Node, number
from .op import Op
from .passing import describe, fit, freed, general_run
from .saving import Active, pack, unpack
from .tensor import Tensor, alias, share

LEGACY = (
    "Legacy autograd function with non-static forward method is deprecated. Please use new-style autograd function "
    "with static forward method. (Example: https://pytorch.org/docs/stable/autograd.html#torch.autograd.Function)"
)
DIRTY = (
    "Some elements marked as dirty during the forward method were not returned as output. The inputs that are modified "
    "inplace must all be outputs of the Function."
)
NO_BACKWARD = (
    "You must implement either the backward or vjp method for your custom autograd.Function to use it with backward "
    "mode AD."
)


class FunctionCtx:
    """What `forward` and `backward` may ask of their ctx."""

    needs_input_grad: tuple[bool, ...] = ()
    materialize_grads = True
    to_save: tuple[Any, ...] | None = None
    dirty_tensors: tuple[Tensor, ...] = ()
    non_differentiable: tuple[Tensor, ...] = ()

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


class BackwardCFunction(Node, FunctionCtx):
    """The node of a user's Function, and its ctx."""

    function: type[Function]
    outputs = 1
    count = 1

    def __init__(self, edges: list[Any], needs: tuple[bool, ...]) -> None:
        self.a, self.b, self.extra, self.seq = None, edges, None, number()
        self.needs_input_grad = needs
        self.given: list[Any] = []  # of each input, None for what is no tensor, else its shape and type
        self.made: list[Any] = []  # the same of each output
        self.saved: list[Any] | None = []

    def __repr__(self) -> str:
        return f"<torch.autograd.function.{type(self).__name__} object at {id(self):#x}>"

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What save_for_backward kept; raises RuntimeError after it was let go, or changed in place."""
        if self.saved is None:
            raise freed()
        return tuple(None if each is None else each.look(self) for each in self.saved)

    def _saved_tensors(self) -> tuple[tuple[str, Any], ...]:
        return tuple((f"saved_{index}", each) for index, each in enumerate(self.saved_tensors))

    @property
    def saves(self) -> tuple[str, ...]:  # type: ignore[override]
        """The names of what was saved."""
        return tuple(f"saved_{index}" for index in range(len(self.saved or ())))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_saved_saved_"):
            return self.saved_tensors[int(name.rpartition("_")[2])]
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def rule(self, grad: Any) -> tuple[Any, ...]:
        """Run the user's backward on arrays, nothing being recorded or watched."""
        watcher, watch.current = watch.current, None
        try:
            found = self.answers(grad, False)
        finally:
            watch.current = watcher
        return tuple(None if each is None else each._value for each in found)

    def record(self, grad: Any) -> tuple[Any, ...]:
        """Run the user's backward on tensors, recorded."""
        return self.answers(grad, True)

    run = general_run

    def adopt(self, inputs: list[Tensor], outputs: tuple[Any, ...], tracked: bool) -> tuple[Any, ...]:
        """Make this the node of the outputs, and keep what forward asked to be kept."""
        if any(all(each is not output for output in outputs) for each in self.dirty_tensors):
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
        self.saved = []
        for index, each in enumerate(self.to_save or ()):
            if each is not None and not isinstance(each, Tensor):
                raise TypeError(
                    f"save_for_backward can only save variables, but argument {index} is of type {type(each).__name__}"
                )
            mine = (i for i, made in enumerate(adopted) if made is each and each is not None and each.grad_fn is self)
            place = next(mine, None)
            self.saved.append(None if each is None else kept(each, place))
        self.to_save = None
        return adopted

    def output(self, made: Tensor, edge: Any, inputs: list[Tensor], tracked: bool) -> Tensor:
        """Return one output with its place in the graph: changed in place, an input passed through, or new."""
        follows = (
            tracked and dtypes.can_require_grad(made._value) and all(made is not e for e in self.non_differentiable)
        )
        if any(made is each for each in self.dirty_tensors):
            if tracked and made._edge.__class__ is AccumulateGrad:
                raise RuntimeError("a leaf Variable that requires grad has been used in an in-place operation.")
            made._assign(made._value.copy() if isinstance(made._value, np.ndarray) else made._value)
            if tracked and made._rare is not None and made._rare.base is not None:
                views.rebase(made, self)
            elif tracked:
                made._edge = edge
                views.outdate(made)
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
        if self.materialize_grads:
            tensors = [
                zeros(*made) if each is None and made is not None else each
                for each, made in zip(tensors, self.made, strict=True)
            ]
        with recording(create):
            answer = self.function.chosen_backward()(self, *tensors)
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
        if self.saved:
            self.saved = None


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
            name = "" if source is None else source.name().removesuffix("0").removesuffix("Backward")
            output = "" if source is None else f", which is output {place} of {name},"
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


class Function:
    """An operation of the program's own: subclass it, write `forward` and `backward`, and call `apply`."""

    _backward_cls: type[BackwardCFunction]
    ops: dict[tuple[bool, ...], Op]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        body = {"function": cls, "__module__": "torch.autograd.function", "__doc__": f"The node of {cls.__name__}."}
        cls._backward_cls = type(f"{cls.__name__}Backward", (BackwardCFunction,), body)
        cls.ops = {}

    def __init__(self, *_: Any, **__: Any) -> None:
        warnings.warn(
            f"{type(self)} should not be instantiated. Methods on autograd functions are all static, so you should "
            "invoke them on the class itself. Instantiating an autograd function will raise an error in a future "
            "version of PyTorch.",
            DeprecationWarning,
            stacklevel=2,
        )

    def __call__(self, *_: Any, **__: Any) -> Any:
        """Raise: methods are static since PyTorch 0.4."""
        raise RuntimeError(LEGACY)

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        """Compute the outputs; to be written by the program."""
        raise NotImplementedError("You must implement the forward function for custom autograd.Function.")

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> Any:
        """Fill ctx after a `forward` that does not take it."""
        raise NotImplementedError("setup_context is not implemented.")

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> Any:
        """Return a gradient for each input of forward; to be written by the program."""
        raise NotImplementedError(NO_BACKWARD)

    vjp = backward

    @classmethod
    def chosen_backward(cls) -> Callable[..., Any]:
        """Return the program's backward, which may also be called vjp."""
        if cls.vjp is Function.vjp:
            return cls.backward
        if cls.backward is not Function.backward:
            raise RuntimeError(
                "Implementing both 'backward' and 'vjp' for a custom Function is not allowed. You should only "
                "implement one of them."
            )
        return cls.vjp

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """Run forward, and make its node where an input requires a gradient."""
        separate = cls.setup_context is not Function.setup_context
        if kwargs or separate:
            bound = inspect.signature(cls.forward).bind(*(() if separate else (None,)), *args, **kwargs)
            bound.apply_defaults()
            args = bound.args[0 if separate else 1 :]
        inputs = [each for each in args if isinstance(each, Tensor)]
        needs = tuple(isinstance(each, Tensor) and each._edge is not None for each in args)
        tracked = enabled.get() and any(needs)
        ctx = cls._backward_cls([each._edge for each in inputs] if tracked else [], needs)
        if anomaly.on:
            anomaly.made_at[ctx] = anomaly.stack(sys._getframe(1))
        ctx.op = cls.shown([isinstance(each, Tensor) for each in args])
        ctx.given = [outline(each._value) if isinstance(each, Tensor) else None for each in args]
        watcher, watch.current = watch.current, None
        try:
            with recording(False):
                answer = cls.forward(*args) if separate else cls.forward(ctx, *args)
                if separate:
                    cls.setup_context(ctx, args, answer)
            outputs = ctx.adopt(inputs, answer if isinstance(answer, tuple) else (answer,), tracked)
        finally:
            watch.current = watcher
        if watcher is not None:
            made = tuple(each for each in outputs if isinstance(each, Tensor))
            rest = {str(place): each for place, each in enumerate(args) if not isinstance(each, Tensor)}
            if made:
                watcher.op_ran(ctx.op, tuple(inputs), rest, made, bool(ctx.dirty_tensors))
        return outputs if isinstance(answer, tuple) else outputs[0]

    @classmethod
    def shown(cls, tensors: list[bool]) -> Op:
        """Return the op as recorders show it: its inputs are those parameters of forward that are tensors here."""
        found = cls.ops.get(tuple(tensors))
        if found is not None:
            return found
        separate = cls.setup_context is not Function.setup_context
        names = [
            name
            for name, each in inspect.signature(cls.forward).parameters.items()
            if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)
        ][0 if separate else 1 :]
        names += [f"input_{place}" for place in range(len(names), len(tensors))]
        inputs = tuple(name for name, tensor in zip(names, tensors, strict=False) if tensor)
        title = (vars(cls).get("__doc__") or cls.__name__).strip().splitlines()[0]
        found = cls.ops[tuple(tensors)] = Op(
            name=cls.__name__,
            forward=f"{cls.__name__}.forward({', '.join(inputs)})",
            inputs=inputs or ("input",),
            arguments="",
            node=f"{cls.__name__}Backward",
            symbol=cls.__name__,
            group="pointwise",
            title=title,
            code=None,
            vjp=dict.fromkeys(inputs, f"{cls.__name__}.backward(grad)"),
        )
        return found


class InplaceFunction(Function):
    """A Function that may work in place; kept for old programs."""


def once_differentiable(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a backward run unrecorded: differentiating it again raises."""

    @functools.wraps(function)
    def wrapper(ctx: Any, *args: Any) -> Any:
        with recording(False):
            answer = function(ctx, *args)
        given = [each for each in args if isinstance(each, Tensor) and each._edge is not None]
        if not enabled.get() or not given:
            return answer
        found = answer if isinstance(answer, tuple) else (answer,)
        text = "trying to differentiate twice a function that was marked with @once_differentiable"
        places = [place for place, each in enumerate(found) if isinstance(each, Tensor)]
        ends = dead_end(text, [found[place]._value for place in places], given)
        whole = list(found)
        for place, end in zip(places, ends, strict=True):
            whole[place] = end
        return tuple(whole) if isinstance(answer, tuple) else whole[0]

    return wrapper
