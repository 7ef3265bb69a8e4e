"""Samples become a batch: tensors and numbers are stacked, inside tuples, lists and dictionaries too.

Stacking plain data is no operation of the program's graph, so whoever watches sees a batch appear and not the hundreds
of rows it is put together from. Samples that want gradients are stacked by the differentiable `torch.stack`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, MutableMapping, MutableSequence, Sequence
from typing import Any

import numpy as np

from gradviz.engine.creation import as_tensor, finished, tensor
from gradviz.engine.dtype import float64
from gradviz.engine.surface import functions
from gradviz.engine.tensor import Tensor

REFUSED = "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found {}"


def default_collate(batch: Any) -> Any:
    """Stack a list of samples along a new first dimension; numbers become tensors, text stays as it is."""
    return collate(batch, collate_fn_map=default_collate_fn_map)


def collate(batch: Any, *, collate_fn_map: dict[Any, Callable[..., Any]] | None = None) -> Any:
    """Do so with the functions of a table, by the class of the first sample; containers are gone through."""
    first = batch[0]
    for kind, function in (collate_fn_map or {}).items():
        if isinstance(first, kind):
            return function(batch, collate_fn_map=collate_fn_map)

    def inner(samples: Any) -> Any:
        return collate(samples, collate_fn_map=collate_fn_map)

    if isinstance(first, Mapping):
        return _mapping(first, {key: inner([sample[key] for sample in batch]) for key in first})
    if isinstance(first, tuple) and hasattr(first, "_fields"):
        return type(first)(*(inner(samples) for samples in zip(*batch, strict=False)))
    if isinstance(first, Sequence):
        if any(len(sample) != len(first) for sample in batch):
            raise RuntimeError("each element in list of batch should be of equal size")
        columns = [inner(samples) for samples in zip(*batch, strict=True)]
        return columns if isinstance(first, tuple) else _sequence(first, columns)
    raise TypeError(REFUSED.format(type(first)))


def default_convert(data: Any) -> Any:
    """What a loader without batches does: NumPy arrays and numbers become tensors, in containers too."""
    if isinstance(data, (Tensor, str, bytes)):
        return data
    if isinstance(data, (np.ndarray, np.generic)):
        return data if data.dtype.kind in "SUO" else as_tensor(data)
    if isinstance(data, Mapping):
        return _mapping(data, {key: default_convert(value) for key, value in data.items()})
    if isinstance(data, tuple) and hasattr(data, "_fields"):
        return type(data)(*(default_convert(value) for value in data))
    if isinstance(data, Sequence):
        values = [default_convert(value) for value in data]
        return values if isinstance(data, tuple) else _sequence(data, values)
    return data


def _mapping(pattern: Any, content: dict[Any, Any]) -> Any:
    """The content in a mapping of the pattern's class, with what else the pattern carries; else in a dict."""
    try:
        if isinstance(pattern, MutableMapping):
            made = copy.copy(pattern)
            made.update(content)
            return made
        return type(pattern)(content)
    except TypeError:
        return content


def _sequence(pattern: Any, content: list[Any]) -> Any:
    """The same for a sequence."""
    try:
        if isinstance(pattern, MutableSequence):
            made = copy.copy(pattern)
            for i, value in enumerate(content):
                made[i] = value
            return made
        return type(pattern)(content)
    except TypeError:
        return content


def _tensors(batch: Sequence[Tensor], **_: Any) -> Tensor:
    first = batch[0]
    shape, dtype = first.numpy_value().shape, first.dtype
    plain = all(
        isinstance(each, Tensor)
        and not each.requires_grad
        and each.numpy_value().shape == shape
        and each.dtype is dtype
        for each in batch
    )
    if not plain:
        return functions["stack"](tuple(batch), 0)  # type: ignore[no-any-return]
    return finished(np.stack([each.numpy_value() for each in batch]), "DataLoader")


def _arrays(batch: Sequence[Any], **_: Any) -> Tensor:
    if batch[0].dtype.kind in "SUO":
        raise TypeError(REFUSED.format(batch[0].dtype))
    return _tensors([Tensor._of(np.asarray(each), None) for each in batch])


def _numbers(batch: Sequence[Any], **_: Any) -> Tensor:
    return tensor(np.asarray(batch))


def _floats(batch: Sequence[float], **_: Any) -> Tensor:
    return tensor(batch, dtype=float64)


def _integers(batch: Sequence[int], **_: Any) -> Tensor:
    return tensor(batch)


def _texts(batch: Any, **_: Any) -> Any:
    return batch


default_collate_fn_map: dict[Any, Callable[..., Any]] = {
    Tensor: _tensors,
    np.ndarray: _arrays,
    (np.bool_, np.number, np.object_): _numbers,
    float: _floats,
    int: _integers,
    (str, bytes): _texts,
}
