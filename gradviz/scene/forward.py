"""What an op computed, as one line: `w * x` = 2.0 × 4.0 = 8.0."""

from __future__ import annotations

import ast

import numpy as np

from ..trace.events import OpRan
from ..trace.history import History
from ..trace.trace import Trace
from .expression import FormulaError, evaluate, parse, words
from .naming import Names
from .notation import expression_term
from .operands import Operands, operands_of
from .typeset import Term, amount, are_exact, constant_term, is_written, name_term, value_term


def forward_text(trace: Trace, history: History, op: OpRan) -> str:
    """The op's expression as written, its numbers where they are few and right, and its result.

    The numbers come from evaluating the declared forward formula anew; where that does not give the recorded result
    (or the formula is not at hand) only the result is told.
    """
    output = op.outputs[0]
    names = Names(trace, history)
    written = names.expression_of(op)
    start = f"`{written}`" if written else f"`{op.op}`"
    numbers = _numbers(trace, operands_of(history, op), op)
    if numbers is None:
        if is_written(output.value.shape, output.value.data):
            return f"{start} = {amount(output.value)}"
        return f"{start}, {amount(output.value, 'a tensor')}"
    exact = are_exact(output.value)
    return f"{start} = {numbers} {'=' if exact else '≈'} {amount(output.value)}"


def _numbers(trace: Trace, operands: Operands, op: OpRan) -> str | None:
    info = trace.ops.get(op.op)
    output = op.outputs[0].value
    if info is None or not info.forward or output.shape != () or output.data is None:
        return None
    if any(value.shape != () for value in operands.values.values()):
        return None

    def leaf(word: str) -> Term:
        if word in operands.constants:
            return constant_term(operands.constants[word])
        return value_term(operands.values[word]) if word in operands.values else name_term(word)

    try:
        tree = parse(info.forward)
        if isinstance(tree, ast.Compare):
            return None  # what is written says it already
        known = {word: value.data for word, value in operands.values.items() if word != "result"}
        if not words(tree) <= known.keys() | operands.constants.keys():
            return None
        value = evaluate(tree, {**operands.constants, **known})
    except FormulaError:
        return None
    if not np.allclose(value, output.data, rtol=1e-4, atol=1e-6, equal_nan=True):
        return None
    text = expression_term(tree, leaf).plain
    return None if text == amount(output) else text


