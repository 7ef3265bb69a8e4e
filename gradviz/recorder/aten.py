"""PyTorch's primitive operations in the words of the engine's catalogue, so that its forwards can be run again, too.

Most have the same name and the same operands; what differs stands in the tables here. An operation or an argument that
is in neither is refused: a picture of another function would be worse than none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..engine.catalog import catalog
from ..engine.formula import parameters
from ..engine.op import Op, by_name
from ..trace.ops import PRIMITIVES

IGNORED = frozenset(["half_to_float", "implicit", "memory_format", "non_blocking", "layout", "device", "pin_memory"])
"""Arguments that say how and where to compute, not what."""

FILLED = {"slice": {"dim": 0, "start": 0, "end": 2**63 - 1, "step": 1}}
"""Arguments that PyTorch leaves out where they are usual, and the engine's op wants."""

REDUCTIONS = ("none", "mean", "sum")


class UnknownOperationError(Exception):
    """The message is PyTorch's name."""


def in_engine(
    name: str, names: Sequence[str], given: Sequence[Any], arguments: dict[str, Any]
) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
    """The engine's op, its operands in their order, and its arguments. UnknownOperationError where there is none."""
    found = {key: _plain(each) for key, each in arguments.items() if key not in IGNORED and each is not None}
    op = _op_for(name, given, found)
    if op is None:
        raise UnknownOperationError(name)
    if op.name == "pow.scalar":
        return op.name, tuple(given[1:]), {"self": given[0]}
    if op.name == "to_copy":
        found = {"dtype": np.dtype(str(arguments.get("dtype")).removeprefix("torch."))}
    for key, usual in FILLED.get(op.name, {}).items():
        found.setdefault(key, usual)
    if isinstance(found.get("reduction"), int):
        found["reduction"] = REDUCTIONS[found["reduction"]]
    if found.keys() - set(parameters(op.arguments)):
        raise UnknownOperationError(name)
    if op.inputs[0].endswith("*"):
        return op.name, tuple(given), found
    by_input = dict(zip(names, given, strict=True))
    operands = []
    for each in op.inputs:
        bare = each.rstrip("?")
        if bare not in by_input and not each.endswith("?"):
            raise UnknownOperationError(name)
        operands.append(by_input.pop(bare, None))
    if by_input:
        raise UnknownOperationError(name)
    return op.name, tuple(operands), found


def _op_for(name: str, given: Sequence[Any], found: dict[str, Any]) -> Op | None:
    """The op, by name and by which form of it was called."""
    catalog()  # declares them
    name = PRIMITIVES.get(name, name)
    if "alpha" in found and name in ("add", "sub", "rsub"):
        if found["alpha"] == 1:
            del found["alpha"]
        else:
            name = f"{name}.alpha"
    if name == "pow" and isinstance(given[0], int | float):
        name = "pow.scalar"
    if "dim" in found and f"{name}.dim" in by_name:
        name = f"{name}.dim"
    return by_name.get(name)


def _plain(item: Any) -> Any:
    return tuple(item) if isinstance(item, list) and all(isinstance(each, int) for each in item) else item
