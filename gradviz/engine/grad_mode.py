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


def is_grad_enabled() -> bool:
    """Return True where operations are recorded."""
    return enabled.get()


class GradMode:
    """A context manager that sets the mode and restores it, and a decorator that does so around each call."""

    mode = True

    def __init__(self) -> None:
        # A stack, because one object may be entered again before it is left (recursive decorated functions).
        self.before: list[bool] = []

    def clone(self) -> GradMode:
        """Return a fresh object of the same mode: what a decorated function enters at each call."""
        return type(self)()

    def __enter__(self) -> None:
        self.before.append(enabled.get())
        enabled.set(self.mode)

    def __exit__(self, *_: object) -> None:
        enabled.set(self.before.pop())

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
        made = object.__new__(cls)
        if function is None:
            return made
        made.__init__()  # type: ignore[misc]  # the decorator form returns the wrapped function, never the mode
        return made(function)

    def __init__(self, function: Callable[..., Any] | None = None) -> None:
        super().__init__()


class enable_grad(no_grad):  # noqa: N801 - PyTorch's name
    """Record inside, also where an outer block switched it off."""

    mode = True


class inference_mode(GradMode):  # noqa: N801 - PyTorch's name
    """Record nothing inside; here the same as no_grad, without PyTorch's later ban on saving such tensors."""

    def __new__(cls, mode: Any = True) -> Any:
        if callable(mode):
            return cls()(mode)
        return object.__new__(cls)

    def __init__(self, mode: bool = True) -> None:
        super().__init__()
        self.mode = not mode

    def clone(self) -> GradMode:
        return type(self)(not self.mode)


class set_grad_enabled(GradMode):  # noqa: N801 - PyTorch's name
    """Switch recording on or off: at once when called, restored when used as a context."""

    def __init__(self, mode: bool) -> None:
        super().__init__()
        self.mode = bool(mode)
        self.previous = enabled.get()
        enabled.set(self.mode)

    def clone(self) -> GradMode:
        return type(self)(self.mode)

    def __enter__(self) -> None:
        self.before.append(self.previous)
        enabled.set(self.mode)

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        enabled.set(self.previous)
        return super().__call__(function)
