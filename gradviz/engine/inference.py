"""Inference mode: nothing is recorded, and tensors made in it can never be saved for a backward pass.

Such a tensor is of a class of its own, whose version cannot be read: that is what saving a tensor does first. While
the mode is on, ops get another function that makes their results (see `switching.py`); otherwise it costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import messages
from .grad_mode import GradMode, blank, current, enabled, switch
from .memory import Counter, Memory
from .surface import public
from .switching import rebind
from .tensor import Tensor
from .tensor import blank as blank_tensor

SLOT = Tensor.__dict__["_counter"]
plain_of = Tensor._of


class State:
    """Whether the mode is on."""

    on = False


class Unsaved(Counter):
    """The version of an inference tensor: there is none to be read."""

    __slots__ = ()

    def __pos__(self) -> int:
        raise RuntimeError(messages.INFERENCE_SAVED)

    def check_change(self) -> None:
        """Raise outside of inference mode."""
        if not State.on:
            raise RuntimeError(messages.INFERENCE_IN_PLACE)

    def alone(self) -> bool:
        """Return False: the tensor never goes back to a plain version."""
        return False


class InferenceTensor(Tensor):
    """A tensor made in inference mode."""

    __slots__ = ()
    _printed_name = "tensor"

    @property
    def _counter(self) -> Any:
        return SLOT.__get__(self)

    @_counter.setter
    def _counter(self, counter: Any) -> None:
        if counter.__class__ is int:
            counter = Unsaved(counter, Memory())
            self._value = np.asarray(self._value)  # shareable, as memory behind a Counter always is
        SLOT.__set__(self, counter)

    @property
    def _version(self) -> int:
        raise RuntimeError(messages.INFERENCE_VERSION)

    def _set_requires_grad(self, value: bool) -> None:
        if value and not State.on:
            raise RuntimeError(messages.INFERENCE_REQUIRES_GRAD)
        super()._set_requires_grad(value)


InferenceTensor.__name__ = InferenceTensor.__qualname__ = "Tensor"  # people print type(x)
InferenceTensor.__module__ = "torch"


@public("is_inference")
def is_inference(tensor: Tensor) -> bool:
    """Return True for a tensor made in inference mode, and for a view of one."""
    return tensor._counter.__class__ is Unsaved


def is_inference_mode_enabled() -> bool:
    """Return True inside inference mode."""
    return State.on


def new_blank() -> Tensor:
    """Return an empty inference tensor."""
    return type.__call__(InferenceTensor)  # type: ignore[no-any-return]


def inference_of(value: Any, edge: Any) -> Tensor:
    """Wrap a value without copying or checking, as `Tensor._of` does."""
    made = new_blank()
    made._value, made._edge, made._counter, made._rare = value, edge, 0, None
    return made


def never() -> bool:
    """Return False: inside, not even enable_grad() records."""
    return False


def turn(on: bool) -> None:
    """Turn the mode on or off for all ops."""
    if State.on is on:
        return
    State.on = on
    rebind("blank", new_blank if on else blank_tensor)
    rebind("mode", never if on else enabled.get)
    Tensor._of = staticmethod(inference_of if on else plain_of)  # type: ignore[method-assign]


class inference_mode(GradMode):  # noqa: N801 - PyTorch's name
    """Record nothing inside, and make tensors that no graph can save."""

    states: tuple[bool, Any] | None = None

    def __new__(cls, mode: Any = True) -> Any:
        if callable(mode):
            return cls()(mode)
        return blank(cls)

    def __init__(self, mode: bool | Callable[..., Any] = True) -> None:
        self.mode = not mode

    def clone(self) -> GradMode:
        return type(self)(not self.mode)

    def __enter__(self) -> None:
        self.before = current(), self.before
        self.states = State.on, self.states
        switch(self.mode)
        turn(not self.mode)

    def __exit__(self, kind: object = None, error: object = None, trace: object = None) -> None:
        assert self.states is not None
        state, self.states = self.states
        turn(state)
        super().__exit__(kind, error, trace)
