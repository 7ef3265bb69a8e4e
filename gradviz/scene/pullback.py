"""The rule of an op with its recorded inputs put in: a linear map from gradients of outputs to the gradient it sends.

It is evaluated by `expression`, which shares nothing with the engine that made the record.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..trace.events import OpRan
from ..trace.history import NodeHistory
from ..trace.ops import PRIMITIVES, OpInfo
from ..trace.trace import Trace
from .expression import FormulaError, evaluate
from .functions import unexpanded
from .operands import Operands

Floats = NDArray[np.float64]
Index = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Pullback:
    """A rule with its recorded inputs put in: the gradient of the output ↦ the gradient of one input.

    `values` are what the words of the rule meant (float64 for floats), `output` and `input` the shapes. Of an op with
    several outputs the rule takes a list of gradients: `slots` are their shapes, None where none came in, and `output`
    is that of all of them in one row. Of an op on a list of tensors the rule gives a list; `part` is the place of the
    input in it.
    """

    tree: ast.expr
    values: Mapping[str, Any]
    output: Index
    input: Index
    slots: tuple[Index | None, ...] | None = None
    part: int | None = None

    def __call__(self, gradient: Floats) -> Floats:
        """FormulaError where the rule cannot be evaluated or gives another shape than the input's."""
        given: Any = gradient[()]
        if self.slots is not None:
            sizes = [0 if shape is None else math.prod(shape) for shape in self.slots]
            pieces = np.split(gradient.ravel(), np.cumsum(sizes)[:-1])
            given = [None if shape is None else piece.reshape(shape)[()]
                     for shape, piece in zip(self.slots, pieces, strict=True)]  # fmt: skip
        answer = evaluate(self.tree, {**self.values, "grad": given})
        if isinstance(answer, list):
            answer = answer[self.part or 0]
        try:
            found = np.asarray(answer, np.float64)
        except (TypeError, ValueError) as error:
            raise FormulaError(str(error)) from error
        if found.shape == self.input:
            return found
        try:
            found = np.asarray(unexpanded(np.broadcast_to(found, np.broadcast_shapes(found.shape, self.output)),
                                          self.input), np.float64)  # fmt: skip
        except (ValueError, IndexError) as error:
            raise FormulaError(str(error)) from error
        if found.shape != self.input:
            raise FormulaError(f"{found.shape} instead of {self.input}")
        return found


ARGUMENT_ALIASES = {"sizes": "split_sizes"}

DEFAULTS: dict[str, Any] = {"dim": None, "correction": 1}
"""What arguments mean that PyTorch's record leaves out because they are None."""


def complete(constants: dict[str, Any]) -> None:
    """Add the arguments under the names that rules know, and those that were left out."""
    for name, other in ARGUMENT_ALIASES.items():
        if other in constants:
            constants.setdefault(name, constants[other])
    for name, meaning in DEFAULTS.items():
        constants.setdefault(name, meaning)


def declaration_of(trace: Trace, op: OpRan) -> OpInfo | None:
    """The declaration of an op: where one over some dimensions has its own, that one if it was given dimensions."""
    names = [op.op, PRIMITIVES.get(op.op, ""), op.op.lstrip("_")]
    if dict(op.arguments).get("dim", "None") not in ("None", "[]", "()"):
        names = [f"{op.op}.dim", *names]
    return next((trace.ops[name] for name in names if name in trace.ops), None)


def reads_list(tree: ast.expr) -> bool:
    """Whether a rule takes the gradients of several outputs: `grad[0]`."""
    return any(
        isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and ast.unparse(node.value) == "grad"
        for node in ast.walk(tree)
    )


def known_words(at: NodeHistory, operands: Operands, info: OpInfo | None, *, several: bool) -> dict[str, Any]:
    """What the words of an op's rule meant, floats in float64 so that nothing is rounded twice.

    What was not given is None; a list of tensors, and `result` where `several`, are lists. Words whose values
    the record does not hold are missing.
    """
    assert at.op is not None, "only ops have rules"
    found: dict[str, Any] = dict(operands.constants)
    found |= {word: doubled(value.data) for word, value in operands.values.items() if value.data is not None}
    if several:
        results = [output.value.data for output in at.op.outputs]
        found["result"] = [None if data is None else doubled(data) for data in results]
    for name in info.inputs if info else ():
        given = [word for word in operands.tensors if word == name or word.startswith(f"{name}[")]
        if not given and name not in operands.constants:
            found[name] = None
        elif given and given[0] != name and all(word in found for word in given):
            found[name] = [found[word] for word in given]
    return found


def doubled(data: NDArray[Any]) -> Any:
    """Floats in float64, everything else as it is; a number where there is no dimension."""
    return data.astype(np.float64)[()] if data.dtype.kind == "f" else data[()]
