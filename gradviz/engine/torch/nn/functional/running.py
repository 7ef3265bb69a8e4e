"""How functional forms call the ops that are declared for them."""

from __future__ import annotations

from typing import Any

from gradviz.engine.in_place import in_place_form
from gradviz.engine.op import find
from gradviz.engine.tensor import Tensor


def run(name: str, inplace: bool, input: Tensor, *others: Any) -> Any:
    """The declared op of this name, or its in-place form."""
    op = find(name)
    function = in_place_form(op, op.function) if inplace else op.function
    return function(input, *others)
