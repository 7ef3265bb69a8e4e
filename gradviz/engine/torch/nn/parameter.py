"""Parameter: a tensor that a module keeps among its parameters when it is assigned as an attribute."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradviz.engine import dtype as dtypes
from gradviz.engine import messages, watch
from gradviz.engine.node import AccumulateGrad
from gradviz.engine.tensor import Tensor


class Parameter(Tensor):
    """A leaf on the memory of `data` that requires gradients unless told otherwise."""

    __slots__ = ()
    _printed_name = "tensor"

    def __new__(cls, data: Tensor | None = None, requires_grad: bool = True) -> Any:
        source = Tensor._of(np.empty(0, dtypes.default_dtype().numpy), None) if data is None else data
        if not isinstance(source, Tensor):
            raise TypeError(f"Parameter data has to be a Tensor, but got {type(source).__name__}")
        made = source._as(cls)
        if requires_grad:
            if not made.is_floating_point():
                raise RuntimeError(messages.INTEGER_REQUIRES_GRAD)
            made._edge = AccumulateGrad(made)
        if watch.current is not None:
            watch.current.tensor_made(made, "Parameter")
        return made

    def __repr__(self, *, tensor_contents: str | None = None) -> str:
        return "Parameter containing:\n" + super().__repr__()
