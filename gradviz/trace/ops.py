"""What the record says of each op, so that an old trace explains itself without the engine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OpInfo:
    """The part of an op's declaration that people see.

    Formulas are Python expressions over the input names, `result`, the argument names and plain function names.
    `derivatives` holds local derivatives of pointwise ops (the gradient sent is `grad * derivative`),
    `gradients` the whole vector–Jacobian product of all others, as an expression with `grad` in it.
    `code` is the template the palette writes ("{self} * {other}"); empty where the op is not offered.
    """

    name: str
    symbol: str
    group: str
    title: str
    code: str
    node: str
    inputs: tuple[str, ...]
    derivatives: tuple[tuple[str, str], ...] = ()
    gradients: tuple[tuple[str, str], ...] = ()
    forward: str = ""
