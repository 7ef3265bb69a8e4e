"""The names under which programs call the ops: Tensor methods, and functions of the module they see as torch."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any, TypeVar

from .dtype import result_type
from .messages import kind_of, lacking
from .output import computed_into
from .signatures import refusal
from .tensor import Tensor

functions: dict[str, Callable[..., Any]] = {}
MISSING = re.compile(r"(\w+)\(\) missing (\d+) required positional arguments?: ('.*)")  # Python's words for it
# Functions whose first operand may be a number too.
BETWEEN_NUMBERS = frozenset(("add", "sub", "mul", "div", "floor_divide", "bitwise_and", "bitwise_or", "bitwise_xor"))
Function = TypeVar("Function", bound=Callable[..., Any])


def public(*names: str, method: bool = True, function: bool = True) -> Callable[[Function], Function]:
    """Give a function to programs under these names (its own name if none is given)."""

    def give(target: Function) -> Function:
        if names and not target.__code__.co_filename.startswith("<engine"):
            target.__name__ = target.__qualname__ = names[0]  # errors about arguments name it
        for name in names or (target.__name__,):
            if method:
                setattr(Tensor, name, target)
            if function:
                functions[name] = with_input(target)
        return target

    return give


def with_input(target: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function be called with `input=` for its first parameter, as PyTorch's functions name it.

    And with `out=`.
    """

    @functools.wraps(target)
    def function(*args: Any, **options: Any) -> Any:
        if options:
            if "input" in options:
                args = (options.pop("input"), *args)
            out = options.pop("out", None)
            if out is not None:
                return computed_into(out, target, args, options)
        try:
            return target(*args, **options)
        except (AttributeError, IndexError, TypeError, ValueError) as error:
            first, *others = args or (None,)
            if others and type(first) in (int, float, bool) and target.__name__ in BETWEEN_NUMBERS:
                return target(number_as_tensor(first, others[0]), *others, **options)
            refused = refusal(target.__name__.lstrip("_"), args, options, error) or reworded(target, args, error)
            if refused is None:
                raise
        raise refused

    return function


def reworded(target: Callable[..., Any], args: tuple[Any, ...], error: Exception) -> TypeError | None:
    """Return PyTorch's error for a function of unknown signature: its input is no tensor, or arguments are missing."""
    if isinstance(error, AttributeError) and error.name == "_value" and args and not isinstance(args[0], Tensor):
        name = target.__name__.lstrip("_")
        return TypeError(f"{name}(): argument 'input' (position 1) must be Tensor, not {kind_of(args[0])}")
    words = MISSING.match(str(error)) if isinstance(error, TypeError) else None
    return lacking(words[1], re.findall(r"'(\w+)'", words[3])) if words else None


def number_as_tensor(number: Any, beside: Any) -> Tensor:
    """Return a number as a 0-d tensor that does not change the type of an operation with what it stands beside."""
    value = beside._value if isinstance(beside, Tensor) else beside
    common = result_type(number, value if hasattr(value, "dtype") or isinstance(value, (int, float, complex)) else 0)
    return Tensor._of(common.numpy.type(number), None)


def strict(name: str, operator: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function form of an operator: where that gives NotImplemented it raises TypeError."""

    def function(self: Any, other: Any) -> Any:
        result = operator(self, other)
        if result is NotImplemented:
            raise TypeError(f"{name}(): argument 'other' (position 2) must be Tensor, not {kind_of(other)}")
        return result

    function.__name__ = function.__qualname__ = name
    function.__doc__ = operator.__doc__
    return function
