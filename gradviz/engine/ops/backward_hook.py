"""Places in the graph where nothing is computed, but a function is told of the gradients that pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..kernels import kernel
from ..meaning import on_tensors
from ..op import op
from ..tensor import Tensor


@kernel
def copies(values: Sequence[Any]) -> list[Any]:
    """Return the values; arrays as copies, since those given may be written to."""
    return [each.copy() if isinstance(each, np.ndarray) else each for each in values]


@kernel
def told(gradients: Sequence[Any], arrived: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> list[Any]:
    """Return the gradients as `arrived` answers, which gets and gives tensors or None."""
    tensors = tuple(None if each is None else Tensor._of(each, None) for each in gradients)
    return [None if each is None else each._value for each in arrived(tensors)]


@on_tensors("told")
def told_tensors(gradients: Sequence[Any], arrived: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> list[Any]:
    """The same in a pass that is itself recorded: the gradients are tensors already."""
    return list(arrived(tuple(gradients)))


backward_hook_op = op(
    "backward_hook",
    inputs="self*",
    arguments="arrived",
    symbol="hook",
    group="shape",
    title="backward hook",
    node="BackwardHookFunctionBackward",
    outputs=-1,
    forward="copies(self)",
    vjp={"self": "told(grad, arrived)"},
    samples=[([[1.0, 2.0], [3.0]], {"arrived": tuple})],
)
