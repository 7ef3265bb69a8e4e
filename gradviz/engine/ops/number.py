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
        result="float",
        title=f"{word} a number",
        node=node,
        forward=forward,
        derivative={"self": slope},
        recorded={"self": "grad / other"} if name == "div" else {},
        samples=[(*each, {"other": 2.5}) for each in SINGLE],
    )
