"""Runs a recorded forward for many leaves at once: values that depend on the leaves get a leading axis, one for each.

What acts on each element by itself runs once on the whole batch; what works along dimensions runs once, told the ones
behind the leading one; products of matrices are NumPy's, which take a leading axis. Every other operation runs point by
point, and what depends on no moving leaf runs once in all. So nothing is left out, and most costs little.

A result whose type or shape is not that of the pass (a NumPy scalar and an array promote differently) is thrown away
and computed point by point as well.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..trace.forward import Forward, Ref
from .forward import ERRORS, Call, Replay, quiet, tensor_of

WHOLE = frozenset("addmm baddbmm addmv addr cross index_put prelu copy fill.tensor div.rounded".split())  # noqa: SIM905
"""Declared among the pointwise operations for their promotion of types, but not acting on each element by itself."""

DIMS = {
    "sum.dim": "dim", "mean.dim": "dim", "softmax": "dim", "log_softmax": "dim", "logsumexp": "dim", "cumsum": "dim",
    "prod.dim": "dim", "amax": "dim", "amin": "dim", "max.dim": "dim", "min.dim": "dim", "select": "dim",
    "slice": "dim", "transpose": "dim0 dim1", "cumprod": "dim", "argmax": "dim", "argmin": "dim", "index_select": "dim",
    "var": "dim", "std": "dim",
}  # fmt: skip
"""Operations along dimensions, and the arguments that name them."""

PIECE = 4 << 20
"""Bytes of the largest value of a batch: larger ones cost more in memory than they save in calls."""


class UnevenError(Exception):
    """A result has another shape at another point: the batch cannot hold it."""


class Batch:
    """A value with a leading axis for the points."""

    __slots__ = ("data",)

    def __init__(self, data: Any) -> None:
        self.data = data


class Batched:
    """The losses of a forward at many points; `moving` says which leaves differ between them."""

    def __init__(self, forward: Forward, moving: Sequence[bool]) -> None:
        self._replay = Replay(forward)
        self._moving = tuple(moving)
        self._is_even = True
        own = self._replay.own_leaves()
        with quiet():
            self._base = self._replay.values(own)  # the values of the pass: types and shapes to go by
        began = time.perf_counter()
        self.own_loss = self._replay.loss(own)
        self.seconds = time.perf_counter() - began
        """What one point takes by itself."""
        largest = max((each._value.nbytes for each in self._base.values()), default=4)
        self.room = max(1, PIECE // max(4, largest))
        """Points that are best evaluated together."""
        depends = {leaf.place for leaf, moves in zip(forward.leaves, self._moving, strict=True) if moves}
        self._calls: list[Call] = []
        for call in self._replay.calls:
            if not depends.isdisjoint(call.places):
                depends.update(call.outputs)
                self._calls.append(call)

    def losses(self, leaves: Sequence[Any], still: Sequence[Any]) -> Any:
        """float64 (points,): the loss where moving leaves are `leaves` (points, …), the others `still`."""
        with quiet():
            if self._is_even:
                try:
                    return self._together(leaves, still)
                except (UnevenError, *ERRORS):
                    self._is_even = False
        return self._singly(leaves, still)

    # -- together ------------------------------------------------------------------------------------------------

    def _together(self, leaves: Sequence[Any], still: Sequence[Any]) -> Any:
        forward, values = self._replay.forward, dict(self._base)
        count = 0
        for leaf, moves, many, one in zip(forward.leaves, self._moving, leaves, still, strict=True):
            values[leaf.place] = Batch(many) if moves else tensor_of(one)
            count = len(many) if moves else count
        stood = {leaf.place for leaf, moves in zip(forward.leaves, self._moving, strict=True) if not moves}
        for call in self._replay.calls:  # what depends on leaves that stand elsewhere than in the pass, but do not move
            if call not in self._calls and not stood.isdisjoint(call.places):
                stood.update(call.outputs)
                values.update(zip(call.outputs, call(values), strict=False))
        for call in self._calls:
            values.update(zip(call.outputs, self._run(call, values, count), strict=False))
        root = values[forward.root]
        if not isinstance(root, Batch):
            return np.full(count, np.nan)
        return root.data.reshape(count, -1).real.sum(axis=1, dtype=np.float64)

    def _run(self, call: Call, values: dict[int, Any], count: int) -> list[Any]:
        bases = [self._base[place]._value for place in call.outputs]
        made = together(call, values, self._base, count)
        if made is not None:
            fits = all(
                each.shape == (count, *base.shape) and each.dtype == base.dtype
                for each, base in zip(made, bases, strict=False)
            )
            if fits:
                return [Batch(each) for each in made]
        rows = [
            call({place: _at(values[place], point) for place in call.places}) for point in range(count)
        ]
        results = []
        for slot, base in enumerate(bases):
            data = np.empty((count, *base.shape), base.dtype)
            for point, row in enumerate(rows):
                value = row[slot]._value
                if value.shape != base.shape:
                    raise UnevenError
                data[point] = value
            results.append(Batch(data))
        return results

    # -- one by one ----------------------------------------------------------------------------------------------

    def _singly(self, leaves: Sequence[Any], still: Sequence[Any]) -> Any:
        count = next(len(many) for many, moves in zip(leaves, self._moving, strict=True) if moves)
        found = np.empty(count)
        for point in range(count):
            given = [
                many[point] if moves else one for many, one, moves in zip(leaves, still, self._moving, strict=True)
            ]
            found[point] = self._replay.loss(given)
        return found


def together(call: Call, values: dict[int, Any], base: dict[int, Any], count: int) -> list[Any] | None:
    """The outputs' arrays with their leading axis, where the operation can run on the batch; else None."""
    op, given = call.op, call.operands
    if call.listed or any(isinstance(values.get(place), Batch) for place in call.argument_places):
        return None
    own = [base[each.place]._value if isinstance(each, Ref) else each for each in given]
    many = [
        values[each.place].data if isinstance(each, Ref) and isinstance(values[each.place], Batch) else None
        for each in given
    ]
    operands = [values[each.place] if isinstance(each, Ref) and some is None else each
                for each, some in zip(given, many, strict=True)]  # fmt: skip
    if is_pointwise(op):
        ranks = [each.ndim for each in own if isinstance(each, np.ndarray | np.generic)]
        rank = max(ranks, default=0)
        for place, some in enumerate(many):
            if some is not None:
                operands[place] = tensor_of(some.reshape(count, *(1,) * (rank - some.ndim + 1), *some.shape[1:]))
        return [each._value for each in call.run(operands, call.given(values))]
    rule = RULES.get(op.name)
    if rule is not None:
        arrays = [
            some if some is not None else (each._value if hasattr(each, "_value") else each)
            for some, each in zip(many, operands, strict=True)
        ]
        result = rule(arrays, [some is not None for some in many], own, call.arguments)
        return None if result is None else [result]
    if many[0] is None or any(some is not None for some in many[1:]) or not own[0].ndim:
        return None
    arguments = shifted(op.name, call.given(values), own[0].ndim)
    if arguments is None:
        return None
    operands[0] = tensor_of(many[0])
    return [each._value for each in call.run(operands, arguments)]


def is_pointwise(op: Any) -> bool:
    """Whether an operation acts on each element by itself: its declaration gives local derivatives, or says so."""
    if op.name in WHOLE or op.outputs != 1 or op.view:
        return False
    local = bool(op.derivative) and all(name.rstrip("?*") in op.derivative for name in op.inputs)
    return local or op.kind in ("binary", "pointwise")


def shifted(name: str, arguments: dict[str, Any], rank: int) -> dict[str, Any] | None:
    """The arguments with each dimension one farther from the leading one."""
    named = DIMS.get(name)
    if named is None:
        return None
    found = dict(arguments)
    for each in named.split():
        dim = found.get(each)
        if isinstance(dim, int):
            found[each] = dim % rank + 1
        elif isinstance(dim, tuple | list) and dim:
            found[each] = tuple(one % rank + 1 for one in dim)
        else:
            return None
    return found


# -- rules on arrays: values (with a leading axis where the flag says so), those of the pass, arguments ---------------

Rule = Callable[[list[Any], list[bool], list[Any], dict[str, Any]], Any]


def _over_all(name: str) -> Rule:
    def reduce(arrays: list[Any], many: list[bool], own: list[Any], arguments: dict[str, Any]) -> Any:
        if arguments.get("dtype") is not None:
            return None
        array = arrays[0]
        if not own[0].ndim:
            return array
        flat = np.ascontiguousarray(array).reshape(len(array), -1)
        return getattr(flat, name)(axis=1)

    return reduce


def _product(arrays: list[Any], many: list[bool], own: list[Any], arguments: dict[str, Any]) -> Any:
    return np.matmul(arrays[0], arrays[1])


def _applied(arrays: list[Any], many: list[bool], own: list[Any], arguments: dict[str, Any]) -> Any:
    """A matrix times a vector."""
    return np.matmul(arrays[0], arrays[1][..., None])[..., 0]


def _scalar_product(arrays: list[Any], many: list[bool], own: list[Any], arguments: dict[str, Any]) -> Any:
    return np.matmul(arrays[0][..., None, :], arrays[1][..., None])[..., 0, 0]


def _shifted_product(arrays: list[Any], many: list[bool], own: list[Any], arguments: dict[str, Any]) -> Any:
    """addmm: what linear layers are made of."""
    if arguments.get("beta", 1) != 1 or arguments.get("alpha", 1) != 1:
        return None
    added = arrays[0]
    if many[0]:
        added = added.reshape(len(added), *(1,) * (2 - own[0].ndim), *added.shape[1:])
    return added + np.matmul(arrays[1], arrays[2])


def _turned(arrays: list[Any], many: list[bool], own: list[Any], arguments: dict[str, Any]) -> Any:
    return arrays[0] if own[0].ndim < 2 else np.swapaxes(arrays[0], -1, -2)


def _squared_error(arrays: list[Any], many: list[bool], own: list[Any], arguments: dict[str, Any]) -> Any:
    first, second = own
    if first.shape != second.shape or first.dtype != second.dtype or not first.ndim:
        return None
    squares = np.square(arrays[0] - arrays[1])
    flat = squares.reshape(len(squares), -1)
    reduction = arguments.get("reduction")
    if reduction in ("mean", 1):
        return flat.mean(axis=1)
    return flat.sum(axis=1) if reduction in ("sum", 2) else None


def _seen_as(arrays: list[Any], many: list[bool], own: list[Any], arguments: dict[str, Any]) -> Any:
    shape = next(iter(arguments.values()), None)
    if not isinstance(shape, tuple | list) or not all(isinstance(side, int) for side in shape):
        return None
    sides = list(shape)
    if -1 in sides:
        known = 1
        for side in sides:
            known *= side if side != -1 else 1
        sides[sides.index(-1)] = own[0].size // max(1, known)
    return arrays[0].reshape(len(arrays[0]), *sides)


def _widened(arrays: list[Any], many: list[bool], own: list[Any], arguments: dict[str, Any]) -> Any:
    dim = arguments.get("dim")
    if not isinstance(dim, int):
        return None
    return np.expand_dims(arrays[0], dim if dim < 0 else dim - own[0].ndim - 1)


def _permuted(arrays: list[Any], many: list[bool], own: list[Any], arguments: dict[str, Any]) -> Any:
    dims = next(iter(arguments.values()), None)
    if not isinstance(dims, tuple | list):
        return None
    return np.transpose(arrays[0], (0, *(1 + dim % max(1, own[0].ndim) for dim in dims)))


RULES: dict[str, Rule] = {
    "sum": _over_all("sum"),
    "mean": _over_all("mean"),
    "mm": _product,
    "bmm": _product,
    "mv": _applied,
    "dot": _scalar_product,
    "addmm": _shifted_product,
    "t": _turned,
    "mse_loss": _squared_error,
    "view": _seen_as,
    "unsafe_view": _seen_as,
    "reshape_alias": _seen_as,
    "unsqueeze": _widened,
    "permute": _permuted,
    "clone": lambda arrays, many, own, arguments: arrays[0],
    "detach": lambda arrays, many, own, arguments: arrays[0],
    "alias": lambda arrays, many, own, arguments: arrays[0],
}
"""None from a rule means: not with these arguments."""


def _at(value: Any, point: int) -> Any:
    return tensor_of(value.data[point]) if isinstance(value, Batch) else value
