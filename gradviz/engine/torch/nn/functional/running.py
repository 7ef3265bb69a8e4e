"""How functional forms call the ops that are declared for them."""

from __future__ import annotations

from typing import Any

from gradviz.engine.in_place import in_place_form
from gradviz.engine.op import by_name, find
from gradviz.engine.tensor import Tensor


def run(name: str, inplace: bool, input: Tensor, *others: Any) -> Any:
    """The declared op of this name, or its in-place form (which a few have a declaration of their own for)."""
    if not inplace:
        return find(name).function(input, *others)
    op = by_name.get(f"{name}.in_place") or find(name)
    return in_place_form(op, op.function)(input, *others)
