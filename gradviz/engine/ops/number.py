"""Arithmetic with a number as PyTorch's own C++ does it: the same values, over nodes that are called Backward1."""

from __future__ import annotations

from ..op import op
from .pointwise import SINGLE

for name, symbol, word, node, forward, slope in (
    ("add", "+", "add", "AddBackward1", "self + other", "1"),
    ("sub", "−", "subtract", "SubBackward1", "self - other", "1"),
    ("mul", "×", "multiply by", "MulBackward1", "self * other", "other"),
    ("div", "÷", "divide by", "DivBackward1", "self / other", "1 / other"),
):
    op(
        f"{name}.number",
        arguments="other",
        symbol=symbol,
        group="arithmetic",
        title=f"{word} a number",
        node=node,
        forward=forward,
        derivative={"self": slope},
        samples=[(*each, {"other": 2.5}) for each in SINGLE],
    )
op(
    "clamp_min",
    arguments="min",
    symbol="clamp",
    group="pointwise",
    title="limit from below",
    node="ClampMinBackward0",
    forward="bounded(self, min, None)",
    derivative={"self": "where(self >= min, 1, 0)"},
    vjp={"self": "where(self >= min, grad, 0)"},
    samples=[([1.5, -2.0, 0.75], {"min": 0.5})],
    kinks=[([0.5, 1.0], {"min": 0.5})],
)
