"""What the words of an op's formula meant when the op ran: tensors at their versions, Python numbers, shapes."""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..trace.events import OpRan
from ..trace.history import History
from ..trace.value import Value


@dataclass(slots=True)
class Operands:
    """Words of the formula, by kind. `values` lacks what the record no longer holds."""

    tensors: dict[str, int] = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    float_dtype: np.dtype[Any] = field(default_factory=lambda: np.dtype(np.float32))
    """In which a local derivative is shown: a comparison gives 1.0, not True."""

    def is_scalar(self, history: History, tensor: int) -> bool:
        """Whether the tensor has no axes. Unknown tensors count as scalars."""
        known = history.tensors.get(tensor)
        value = known.values.facts[0] if known and known.values.facts else None
        return value is None or value.shape == ()


def operands_of(history: History, op: OpRan) -> Operands:
    """The operands of an op that ran."""
    found = Operands()
    saved = {item.name: item.value for item in op.node.saved if item.value is not None} if op.node else {}
    for item in op.inputs:
        if item.tensor is None:
            found.constants[item.name] = constant(item.text)
            continue
        found.tensors[item.name] = item.tensor
        value = saved.get(item.name) or value_at_version(history, item.tensor, item.version)
        if value is not None:
            found.values[item.name] = value
            found.shapes[item.name] = value.shape
    for name, text in op.arguments:
        value = constant(text)
        found.constants.setdefault(name, text if value is _UNKNOWN else value)
    if op.outputs:
        result = op.outputs[0].value
        found.values["result"] = result
        found.shapes["result"] = found.shapes["grad"] = result.shape
        if result.dtype in ("float16", "float32", "float64"):
            found.float_dtype = np.dtype(result.dtype)
    found.constants = {name: value for name, value in found.constants.items() if value is not _UNKNOWN}
    return found


def value_at_version(history: History, tensor: int, version: int) -> Value | None:
    """What the tensor held at a version; None where this pass does not know."""
    known = history.tensors.get(tensor)
    if known is None:
        return None
    for number, value in zip(known.versions.facts, known.values.facts, strict=True):
        if number == version:
            return value
    return None


_UNKNOWN = object()


def constant(text: str) -> Any:
    """A Python number, tuple, … from its words in the record; a private mark for anything else."""
    if text.lstrip("+-") in ("inf", "nan"):
        return -math.inf if text == "-inf" else float(text)
    try:
        return _literal(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError, TypeError):
        return _UNKNOWN


def _literal(tree: ast.expr) -> Any:
    """A literal with arrays and slices in it, as indices have them: `(array([2, 0]), slice(None, None, None))`."""
    match tree:
        case ast.Tuple(elts=items):
            return tuple(map(_literal, items))
        case ast.List(elts=items):
            return list(map(_literal, items))
        case ast.Call(func=ast.Name(id="array"), args=[items]):
            return np.array(_literal(items))
        case ast.Call(func=ast.Name(id="slice"), args=[start, stop, step]):
            return slice(_literal(start), _literal(stop), _literal(step))
    return ast.literal_eval(tree)
