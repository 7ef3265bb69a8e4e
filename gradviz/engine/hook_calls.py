"""Calling the hooks of tensors and nodes during a backward pass, with PyTorch's checks of what they return.

A hook sees tensors. Where gradients are arrays it runs without recording; in a pass that is recorded itself the
gradients are tensors with a history, and what the hook computes becomes part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from . import messages
from .grad_mode import enabled
from .tensor import Tensor

Hook = Callable[..., Any]


@contextmanager
def recording(create: bool) -> Iterator[None]:
    """Let user code in a backward pass run recorded, or not."""
    token = enabled.set(create)
    try:
        yield
    finally:
        enabled.reset(token)


def shown(gradient: Any) -> Any:
    """Return a gradient as hooks see it."""
    return gradient if gradient is None or isinstance(gradient, Tensor) else Tensor._of(gradient, None)


def name_of(hook: Hook) -> str:
    """Return what PyTorch's errors call a hook."""
    return getattr(hook, "__name__", type(hook).__name__)


def checked(hook: Hook, before: Any, answer: Any) -> Any:
    """Return a hook's answer in the form of the gradient that it replaces; raise for what cannot replace it."""
    if not isinstance(answer, Tensor):
        raise TypeError(f"expected Variable, but hook returned '{type(answer).__name__}'")
    plain = not isinstance(before, Tensor)
    old = before if plain else before._value
    if answer._value.dtype != old.dtype:
        was, got = messages.type_name(shown(before)), messages.type_name(answer)
        raise RuntimeError(f"hook '{name_of(hook)}' has changed the type of value (was {was} got {got})")
    if answer._value.shape != old.shape:
        raise RuntimeError(f"hook '{name_of(hook)}' has changed the size of value")
    return answer._value if plain else answer


def call_tensor_hooks(hooks: list[Hook], gradient: Any, create: bool) -> Any:
    """Return a gradient after the hooks of its tensor, in the order in which they were registered."""
    with recording(create):
        for hook in hooks:
            answer = hook(shown(gradient))
            if answer is not None:
                gradient = checked(hook, gradient, answer)
    return gradient


def call_node_hooks(
    hooks: list[Hook], gradients: tuple[Any, ...], create: bool, *rest: tuple[Any, ...]
) -> tuple[Any, ...]:
    """Return a node's gradients after hooks that see and may replace all of them; `rest` is only shown."""
    others = tuple(tuple(map(shown, each)) for each in rest)
    with recording(create):
        for hook in hooks:
            answer = hook(tuple(map(shown, gradients)), *others)
            if answer is None:
                continue
            if not isinstance(answer, tuple):
                raise TypeError(f"expected tuple, but hook returned '{type(answer).__name__}'")
            if len(answer) != len(gradients):
                raise RuntimeError(
                    f"hook '{name_of(hook)}' has returned an incorrect number of values "
                    f"(got {len(answer)}, but expected {len(gradients)})"
                )
            gradients = tuple(
                old if new is None and old is None else replaced(hook, old, new, create)
                for old, new in zip(gradients, answer, strict=True)
            )
    return gradients


def replaced(hook: Hook, old: Any, new: Any, create: bool) -> Any:
    """Return what a node hook gives for one gradient; it may drop one or give one where there was none."""
    if old is not None and new is not None:
        return checked(hook, old, new)
    if new is not None and not isinstance(new, Tensor):
        raise TypeError(f"expected Variable, but hook returned '{type(new).__name__}'")
    return new if create or new is None else new._value
