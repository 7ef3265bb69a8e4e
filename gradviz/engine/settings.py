"""Switches that programs set and ask for. Most change nothing here: NumPy computes one way, always the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import messages
from .creation import TensorTypeMeta
from .dtype import ALL, set_default_dtype

INVALID_TYPE = "invalid type object: only floating-point types are supported as the default type"
PRECISIONS = ("highest", "high", "medium")


class Switches:
    """What the program has set, so that it can ask for it."""

    deterministic = False
    warn_only = False
    debug_mode = 0
    threads = 1
    interop_threads = 1
    precision = "highest"
    warn_always = False


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Note it: all algorithms here are deterministic."""
    Switches.deterministic, Switches.warn_only = bool(mode), bool(warn_only)


def are_deterministic_algorithms_enabled() -> bool:
    """Return what was set."""
    return Switches.deterministic


def is_deterministic_algorithms_warn_only_enabled() -> bool:
    """Return what was set."""
    return Switches.warn_only


def set_deterministic_debug_mode(debug_mode: int | str) -> None:
    """Note it: 0 or "default", 1 or "warn", 2 or "error"."""
    number = {"default": 0, "warn": 1, "error": 2}[debug_mode] if isinstance(debug_mode, str) else debug_mode
    use_deterministic_algorithms(number != 0, warn_only=number == 1)


def get_deterministic_debug_mode() -> int:
    """Return what was set, as a number."""
    return 0 if not Switches.deterministic else 1 if Switches.warn_only else 2


def set_num_threads(num: int) -> None:
    """Note it: NumPy decides for itself."""
    Switches.threads = _threads("set_num_threads", num)


def get_num_threads() -> int:
    """Return what was set, else 1."""
    return Switches.threads


def set_num_interop_threads(num: int) -> None:
    """Note it: there are none."""
    Switches.interop_threads = _threads("set_num_interop_threads", num)


def get_num_interop_threads() -> int:
    """Return what was set, else 1."""
    return Switches.interop_threads


def _threads(name: str, number: Any) -> int:
    if not isinstance(number, int):
        raise RuntimeError(f"{name} expects an int, but got {type(number).__name__}")
    if number <= 0:
        raise RuntimeError(f"{name} expects a positive integer")
    return number


def set_float32_matmul_precision(precision: str) -> None:
    """Note it: products are always computed in full precision."""
    if precision not in PRECISIONS:
        messages.warn(
            f"{precision} is not one of 'highest', 'high', or 'medium'; the current"
            "setFloat32MatmulPrecision call has no effect."
        )
        return
    Switches.precision = precision


def get_float32_matmul_precision() -> str:
    """Return what was set."""
    return Switches.precision


def set_warn_always(mode: bool) -> None:
    """Note it."""
    Switches.warn_always = bool(mode)


def is_warn_always_enabled() -> bool:
    """Return what was set."""
    return Switches.warn_always


def set_flush_denormal(mode: bool) -> bool:
    """Return False: NumPy keeps the smallest numbers."""
    return False


def set_default_tensor_type(t: Any) -> None:
    """Set the type of floats that name none, by an old tensor type such as torch.DoubleTensor."""
    messages.warn(
        "torch.set_default_tensor_type() is deprecated as of PyTorch 2.1, please use torch.set_default_dtype() and "
        "torch.set_default_device() as alternatives."
    )
    name = t if isinstance(t, str) else f"torch.{t.__name__}" if isinstance(t, TensorTypeMeta) else ""
    if name.startswith("torch.cuda."):
        raise TypeError(f"type {name} not available. Torch not compiled with CUDA enabled.")
    kinds = {f"torch.{kind.tensor_name}Tensor": kind for kind in ALL if kind.is_floating_point}
    if name not in kinds:
        raise TypeError(INVALID_TYPE)
    set_default_dtype(kinds[name])


def compile(model: Callable[..., Any] | None = None, **_: Any) -> Any:
    """Return the function or the module as it is: there is nothing to compile it with, and the numbers are the same."""
    return model if model is not None else compile
