"""torch.autograd.forward_ad: derivatives in a direction, carried by dual tensors.

PyTorch carries tangents along with each operation. Here nothing is carried: a dual tensor is one that the engine
records like any other, and the tangent of a result is worked out when `unpack_dual` asks for it, by two backward passes
(vᵀJ is linear in v, and its derivative in v along the tangents is J · tangent). The numbers are the same. What differs
shows: a dual tensor says `requires_grad=True` and has a `grad_fn` where PyTorch prints its tangent, the passes appear
in a recorded run, under `no_grad` a tangent ends, and a Function's own `jvp` is not asked.
"""

from __future__ import annotations

from contextlib import ContextDecorator
from contextvars import ContextVar
from typing import Any, NamedTuple

import numpy as np

from gradviz.engine.backward import grad as _gradients
from gradviz.engine.grad_mode import enable_grad
from gradviz.engine.messages import kind_of, sizes
from gradviz.engine.names import missing, shown_as
from gradviz.engine.order import walk
from gradviz.engine.tensor import Tensor


class _Level:
    """The dual tensors that were made since the level was entered, with their primals and tangents."""

    def __init__(self) -> None:
        self.duals: list[tuple[Tensor, Tensor, Tensor]] = []


_level: ContextVar[_Level | None] = ContextVar("dual level", default=None)


class UnpackedDualTensor(NamedTuple):
    """A value, and its derivative in the direction of the tangents; None where it does not depend on them."""

    primal: Tensor
    tangent: Tensor | None


def enter_dual_level() -> int:
    """Begin a level and return its number, 0: there is no second one within it, as in PyTorch."""
    if _level.get() is not None:
        raise RuntimeError("Nested forward mode AD is not supported at the moment")
    _level.set(_Level())
    return 0


def exit_dual_level(*, level: int | None = None) -> None:
    """End the level; its tangents are gone."""
    if _level.get() is None and level is None:
        raise RuntimeError("Dual level must be a positive number.")
    if _level.get() is None or level not in (None, 0):
        raise RuntimeError(
            "Trying to exit a forward AD level that was not the last one that was created. This is not supported."
        )
    _level.set(None)


class dual_level(ContextDecorator):  # noqa: N801 - PyTorch's name
    """Within it dual tensors are made and unpacked."""

    def __enter__(self) -> int:
        return enter_dual_level()

    def __exit__(self, *_: object) -> None:
        exit_dual_level()


def make_dual(tensor: Tensor, tangent: Tensor, *, level: int | None = None) -> Tensor:
    """Return a tensor of the same value that stands for a step in the direction of the tangent.

    Raises RuntimeError without a level, for a tangent of another shape and for a tensor that is dual already;
    ValueError for whole numbers.
    """
    current = _level.get()
    if current is None:
        raise RuntimeError(
            "Trying to create a dual Tensor for forward AD but no level exists, make sure to enter_dual_level() first."
        )
    for name, each in (("primal", tensor), ("tangent", tangent)):
        if not (each.is_floating_point() or each.is_complex()):
            raise ValueError(f"Expected {name} to be floating point or complex, but got: {each.dtype}")
    if tensor._value.shape != tangent._value.shape:
        raise RuntimeError(
            "Trying to set a forward gradient that has a different size than that of the original Tensor, this is not "
            f"supported. Tensor is of size {sizes(tensor._value.shape)} while the given forward gradient is of size "
            f"{sizes(tangent._value.shape)}."
        )
    if any(tensor is dual for dual, _, _ in current.duals):
        raise RuntimeError(
            "Making a dual Tensor based on a Tensor that already has a forward gradient at the same level 0 is not "
            "supported."
        )
    with enable_grad():
        dual: Tensor = tensor.view_as(tensor) if tensor.requires_grad else tensor.detach().requires_grad_()
    current.duals.append((dual, tensor, tangent))
    return dual


def unpack_dual(tensor: Tensor, *, level: int | None = None) -> UnpackedDualTensor:
    """Return the value and the tangent of a tensor."""
    if not isinstance(tensor, Tensor):
        raise TypeError(f"_unpack_dual(): argument 'dual' (position 1) must be Tensor, not {kind_of(tensor)}")
    current = _level.get()
    if current is None or not current.duals or not tensor.requires_grad:
        return UnpackedDualTensor(tensor, None)
    for dual, primal, tangent in current.duals:
        if tensor is dual:
            return UnpackedDualTensor(primal, tangent)
    with enable_grad():
        tangent_found = _product(tensor, current)
    own = {dual._edge for dual, _, _ in current.duals}
    return UnpackedDualTensor(
        _settled(tensor, own), None if tangent_found is None else _settled(tangent_found, own)
    )


def _product(output: Tensor, current: _Level) -> Tensor | None:
    """Return J · tangent for a result, or None where it depends on no dual tensor."""
    start = Tensor._of(np.zeros_like(output._value)[()], None).requires_grad_()
    duals = [dual for dual, _, _ in current.duals]
    rows = _gradients([output], duals, [start], create_graph=True, allow_unused=True)
    used = [(row, tangent) for row, (_, _, tangent) in zip(rows, current.duals, strict=True) if row is not None]
    if not used:
        return None
    tangents = [tangent.to(row.dtype) for row, tangent in used]
    return _gradients([row for row, _ in used], [start], tangents, create_graph=True)[0]


def _settled(found: Tensor, own: set[Any]) -> Tensor:
    """Return a result without a history that leads to nothing but dual tensors."""
    leaves = () if found.grad_fn is None else walk([found.grad_fn])[1]
    outside = any(leaf not in own and leaf.owner() is not None for leaf in leaves)
    detached: Tensor = found.detach()
    return found if outside else detached


def __getattr__(name: str) -> Any:
    raise missing("torch.autograd.forward_ad", name)


shown_as("torch.autograd.forward_ad", UnpackedDualTensor, dual_level)
__all__ = [
    "UnpackedDualTensor",
    "dual_level",
    "enter_dual_level",
    "exit_dual_level",
    "make_dual",
    "unpack_dual",
]
