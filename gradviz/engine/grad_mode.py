"""Whether operations are recorded for the backward pass: no_grad, enable_grad, set_grad_enabled.

The switch is a context variable, so that a thread starts with recording on, as PyTorch's thread-local switch does.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Generator
from contextvars import ContextVar
from typing import Any

enabled: ContextVar[bool] = ContextVar("grad_mode", default=True)
# Looked up once: every step of a descent makes, enters and leaves a no_grad().
current, switch, blank = enabled.get, enabled.set, object.__new__


def is_grad_enabled() -> bool:
    """Return True where operations are recorded."""
    return enabled.get()


class GradMode:
    """A context manager that sets the mode and restores it, and a decorator that does so around each call."""

    mode = True
    # The modes to go back to, the last one first. Linked, because one object may be entered again before it is left,
    # and a list would have to be made for every object.
    before: tuple[bool, Any] | None = None

    def clone(self) -> GradMode:
        """Return a fresh object of the same mode: what a decorated function enters at each call."""
        return type(self)()

    def __enter__(self) -> None:
        self.before = current(), self.before
        switch(self.mode)

    def __exit__(self, kind: object = None, error: object = None, trace: object = None) -> None:
        assert self.before is not None
        mode, self.before = self.before
        switch(mode)

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        if inspect.isgeneratorfunction(function):
            return self.around_generator(function)

        @functools.wraps(function)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            with self.clone():
                return function(*args, **kwargs)

        return wrapped

    def around_generator(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Set the mode while the generator runs, not while its consumer does."""

        @functools.wraps(function)
        def wrapped(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
            generator = function(*args, **kwargs)
            answer = None
            while True:
                try:
                    with self.clone():
                        item = generator.send(answer)
                except StopIteration as stop:
                    return stop.value
                answer = yield item

        return wrapped


class no_grad(GradMode):  # noqa: N801 - PyTorch's name
    """Record nothing inside; `@no_grad` without parentheses works as well."""

    mode = False

    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        made = blank(cls)
        return made if function is None else made(function)


class enable_grad(no_grad):  # noqa: N801 - PyTorch's name
    """Record inside, also where an outer block switched it off."""

    mode = True


class set_grad_enabled(GradMode):  # noqa: N801 - PyTorch's name
    """Switch recording on or off: at once when called, restored when used as a context."""

    def __init__(self, mode: bool) -> None:
        self.mode = bool(mode)
        self.previous = enabled.get()
        enabled.set(self.mode)

    def clone(self) -> GradMode:
        return type(self)(self.mode)

    def __repr__(self) -> str:
        return f"torch.autograd.grad_mode.set_grad_enabled(mode={self.mode})"

    def __enter__(self) -> None:
        self.before = self.previous, self.before
        switch(self.mode)

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        enabled.set(self.previous)
        return super().__call__(function)
