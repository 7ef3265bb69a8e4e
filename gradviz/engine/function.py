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

from . import anomaly, watch
from .function_node import BackwardCFunction, FunctionCtx, outline
from .grad_mode import enabled
from .hook_calls import recording
from .meaning import dead_end
from .op import Op
from .tensor import Tensor

LEGACY = (
    "Legacy autograd function with non-static forward method is deprecated. Please use new-style autograd function "
    "with static forward method. (Example: https://pytorch.org/docs/stable/autograd.html#torch.autograd.Function)"
)
NO_BACKWARD = (
    "You must implement either the backward or vjp method for your custom autograd.Function to use it with backward "
    "mode AD."
)


class Function:
    """An operation of the program's own: subclass it, write `forward` and `backward`, and call `apply`."""

    _backward_cls: type[BackwardCFunction]
    ctx_class: type[FunctionCtx]
    ops: dict[tuple[bool, ...], Op]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        body = {"function": cls, "__module__": "torch.autograd.function", "__doc__": f"The node of {cls.__name__}."}
        cls._backward_cls = type(f"{cls.__name__}Backward", (BackwardCFunction,), body)
        del body["function"]
        cls.ctx_class = type(f"{cls.__name__}Backward", (FunctionCtx,), body)
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
        ctx = cls.ctx_class()
        ctx.needs_input_grad = needs
        node = cls._backward_cls(ctx, [each._edge for each in inputs] if tracked else [])
        if anomaly.on:
            anomaly.made_at[node] = anomaly.stack(sys._getframe(1))
        node.op = cls.shown([isinstance(each, Tensor) for each in args])
        node.given = [outline(each._value) if isinstance(each, Tensor) else None for each in args]
        watcher, ears = watch.current, watch.silence()
        try:
            with recording(False):
                answer = cls.forward(*args) if separate else cls.forward(ctx, *args)
                if separate:
                    cls.setup_context(ctx, args, answer)
            outputs = node.adopt(inputs, answer if isinstance(answer, tuple) else (answer,), tracked)
        finally:
            watch.restore(ears)
        if watcher is not None:
            made = tuple(each for each in outputs if isinstance(each, Tensor))
            rest = {str(place): each for place, each in enumerate(args) if not isinstance(each, Tensor)}
            if made:
                watcher.op_ran(node.op, tuple(inputs), rest, made, bool(ctx.dirty_tensors))
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
