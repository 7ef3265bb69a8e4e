"""Backward hooks of a module: two nodes in the graph, one behind its inputs and one before its result.

The pass meets the result's node first: its gradients are noted (and may be replaced by pre-hooks). When it comes to the
inputs' node, the gradients of inputs and result are both known, and the hooks are called.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from gradviz.engine import torch
from gradviz.engine.grad_mode import is_grad_enabled
from gradviz.engine.ops.backward_hook import backward_hook_op
from gradviz.engine.tensor import Tensor

Gradients = tuple[Any, ...]
NO_INPUT = (
    "Full backward hook is firing when gradients are computed with respect to module outputs since no inputs require "
    "gradients. See https://docs.pytorch.org/docs/main/generated/torch.nn.Module.html"
    "#torch.nn.Module.register_full_backward_hook for more details."
)


class BackwardHook:
    """The hooks around one call of a module."""

    def __init__(
        self, module: Any, hooks: Sequence[Callable[..., Any]], pre_hooks: Sequence[Callable[..., Any]]
    ) -> None:
        self.module, self.hooks, self.pre_hooks = module, hooks, pre_hooks
        self.inputs: Places | None = None
        self.input_count = 0
        self.outputs: Places | None = None
        self.grad_outputs: Gradients | None = None

    def __repr__(self) -> str:
        return f"hooks of {type(self.module).__name__}"

    def around_inputs(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """Put the node behind the inputs into the graph, if any of them needs a gradient."""
        self.input_count = len(args)
        self.inputs = Places.of(args)
        return args if self.inputs is None else self.inputs.through(args, self.inputs_arrived)

    def around_result(self, result: Any) -> Any:
        """Put the node before the result into the graph."""
        if not isinstance(result, (Tensor, tuple)):
            warnings.warn(
                "For backward hooks to be called, module output should be a Tensor or a tuple of Tensors but received "
                f"{type(result)}",
                stacklevel=2,
            )
        outputs = result if isinstance(result, tuple) else (result,)
        self.outputs = Places.of(outputs)
        if self.outputs is None:
            return result
        marked = self.outputs.through(outputs, self.result_arrived)
        if not isinstance(result, tuple):
            return marked[0]
        return marked if type(result) is tuple else type(result)(*marked)

    def result_arrived(self, gradients: Gradients) -> Gradients:
        """The gradients of the result are known."""
        assert self.outputs is not None
        self.grad_outputs = self.outputs.spread(gradients)
        for hook in self.pre_hooks:
            changed = hook(self.module, self.grad_outputs)
            if changed is None:
                continue
            if len(changed) != len(self.grad_outputs):
                raise RuntimeError(
                    "Backward pre hook returned an invalid number of grad_output, "
                    f"got {len(changed)}, but expected {len(self.grad_outputs)}"
                )
            self.grad_outputs = tuple(changed)
        sent = self.outputs.picked(self.grad_outputs)
        if self.inputs is None:
            self._without_inputs()
        return sent

    def _without_inputs(self) -> None:
        """No input needs a gradient: the hooks run now, and cannot replace anything."""
        warnings.warn(NO_INPUT, stacklevel=2)
        for hook in self.hooks:
            answer = hook(self.module, (None,) * self.input_count, self.grad_outputs)
            if answer is not None and not (isinstance(answer, tuple) and all(each is None for each in answer)):
                raise RuntimeError(
                    "Backward hook for Modules where no input requires gradient should always return None or None for "
                    "all gradients."
                )
        self.grad_outputs = None

    def inputs_arrived(self, gradients: Gradients) -> Gradients:
        """The gradients of the inputs are known; None stands for zeros."""
        assert self.inputs is not None
        known = tuple(
            torch.zeros(shape, dtype=dtype) if gradient is None else gradient
            for gradient, (shape, dtype) in zip(gradients, self.inputs.kinds, strict=True)
        )
        if self.grad_outputs is None:  # the gradient came past the result, as in a second derivative
            return known
        grad_inputs = self.inputs.spread(known)
        for hook in self.hooks:
            changed = hook(self.module, grad_inputs, self.grad_outputs)
            if changed is None:
                continue
            if not isinstance(changed, (tuple, list)):
                changed = (changed,)
            if len(changed) != len(grad_inputs):
                raise RuntimeError(
                    "Backward hook returned an invalid number of grad_input, "
                    f"got {len(changed)}, but expected {len(grad_inputs)}"
                )
            grad_inputs = tuple(changed)
        self.grad_outputs = None
        return self.inputs.picked(grad_inputs)


class Places:
    """Where among several values the tensors stand that the node carries."""

    def __init__(self, indices: list[int], count: int, kinds: list[Any]) -> None:
        self.indices, self.count, self.kinds = indices, count, kinds

    @staticmethod
    def of(values: Sequence[Any]) -> Places | None:
        """The places of the tensors; None when no gradient is wanted for any of them."""
        indices = [i for i, each in enumerate(values) if isinstance(each, Tensor)]
        tensors: list[Any] = [values[i] for i in indices]
        if not is_grad_enabled() or not any(each.requires_grad for each in tensors):
            return None
        return Places(indices, len(values), [(each.shape, each.dtype) for each in tensors])

    def through(self, values: Sequence[Any], arrived: Callable[[Gradients], Gradients]) -> tuple[Any, ...]:
        """The values, with the tensors as outputs of a node that calls `arrived` with their gradients."""
        marked = list(values)
        passed = backward_hook_op([values[i] for i in self.indices], arrived)
        for i, tensor in zip(self.indices, passed, strict=True):
            if values[i].requires_grad:  # the others come out of the node without a history, as in torch
                marked[i] = tensor
        return tuple(marked)

    def spread(self, gradients: Gradients) -> Gradients:
        """Gradients at their places among all values, None elsewhere."""
        result: list[Any] = [None] * self.count
        for i, gradient in zip(self.indices, gradients, strict=True):
            result[i] = gradient
        return tuple(result)

    def picked(self, gradients: Gradients) -> Gradients:
        """The gradients at the places."""
        return tuple(gradients[i] for i in self.indices)


def attach_to_node(module: Any, hooks: Sequence[Callable[..., Any]], args: tuple[Any, ...], result: Any) -> None:
    """Hang hooks of the older kind on the node that made the result."""
    tensor = result
    while not isinstance(tensor, Tensor):
        tensor = (
            next(each for each in tensor.values() if isinstance(each, Tensor))
            if isinstance(tensor, dict)
            else (tensor[0])
        )
    node = tensor.grad_fn
    if node is None:
        return
    for hook in hooks:
        node.register_hook(lambda grad_input, grad_output, hook=hook: hook(module, grad_input, grad_output))
    warn_of_missing(args, result, node)


def warn_of_missing(args: tuple[Any, ...], result: Any, node: Any) -> None:
    """Say which gradients a hook of the older kind will not see."""
    outputs = (result,) if isinstance(result, Tensor) else result
    for values, what, side in ((outputs, "return", "output"), (args, "take as input", "input")):
        if not (isinstance(values, tuple) and all(isinstance(each, Tensor) for each in values)):
            older(
                f"Using non-full backward hooks on a Module that does not {what} a single Tensor or a tuple of Tensors "
                f"is deprecated and will be removed in future versions. This hook will be missing some of the "
                f"grad_{side}. Please use register_full_backward_hook to get the documented behavior."
            )
            return
    made_by = {each.grad_fn for each in outputs if each.grad_fn is not None}
    if len(made_by) > 1:
        older(
            "Using a non-full backward hook when outputs are generated by different autograd Nodes is deprecated and "
            "will be removed in future versions. This hook will be missing some grad_output. Please use "
            "register_full_backward_hook to get the documented behavior."
        )
        return
    inputs = {each.grad_fn for each in args if each.grad_fn is not None}
    following = {found for found, _ in node.next_functions}
    if inputs != following:
        older(
            "Using a non-full backward hook when the forward contains multiple autograd Nodes is deprecated and will "
            "be removed in future versions. This hook will be missing some grad_input. Please use "
            "register_full_backward_hook to get the documented behavior."
        )


def older(sentence: str) -> None:
    warnings.warn(sentence, FutureWarning, stacklevel=2)
