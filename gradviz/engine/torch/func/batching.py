"""torch.func.vmap: a function of one sample made a function of many.

PyTorch runs the function once on tensors that hide a dimension. Here it runs once for each sample and the results are
stacked: the same numbers, and each run can be seen.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from gradviz.engine.op import find
from gradviz.engine.tensor import Tensor

from .trees import leaves, rebuilt, spread_over

Function = Callable[..., Any]


def name_of(func: Function) -> str:
    """Return a function's name as PyTorch's errors write it."""
    return getattr(func, "__name__", None) or repr(func)


def vmap(
    func: Function, in_dims: Any = 0, out_dims: Any = 0, randomness: str = "error", *, chunk_size: int | None = None
) -> Function:
    """Return a function that maps `func` over a dimension of its inputs.

    `in_dims` says over which (None: the input is the same for all samples), `out_dims` where it stands in the outputs.
    """
    if randomness not in ("error", "different", "same"):
        raise RuntimeError(
            f"Only allowed values for randomness are 'error', 'different', or 'same'. Got {randomness}"
        )
    if chunk_size is not None and chunk_size <= 0:
        raise ValueError(f"vmap: chunk_size should be None or greater than 0. (got {chunk_size})")

    @functools.wraps(func)
    def mapped(*args: Any, **options: Any) -> Any:
        dims = checked(func, in_dims, args)
        given = leaves(args)
        sizes = [each.shape[dim] for each, dim in zip(given, dims, strict=True) if dim is not None]
        if not sizes:
            raise ValueError("vmap: Expected at least one Tensor to vmap over")
        if len(set(sizes)) > 1:
            raise ValueError(
                "vmap: Expected all tensors to have the same size in the mapped dimension, got sizes "
                f"{sizes} for the mapped dimension"
            )
        if not sizes[0]:
            raise NotImplementedError("gradviz's NumPy engine does not have torch.func.vmap over no samples yet.")
        results = []
        for index in range(sizes[0]):
            sample = (
                each if dim is None else each.select(dim, index) for each, dim in zip(given, dims, strict=True)
            )
            results.append(func(*rebuilt(args, sample), **options))
        return stacked(func, results, out_dims)

    return mapped


def checked(func: Function, in_dims: Any, args: tuple[Any, ...]) -> list[Any]:
    """Return the dimension of each tensor in the arguments; raise PyTorch's errors for what does not fit."""
    start = f"vmap({name_of(func)}, in_dims={in_dims}, ...)(<inputs>): "
    if not isinstance(in_dims, (int, tuple)):
        raise ValueError(
            f"{start}expected `in_dims` to be int or a (potentially nested) tuple matching the structure of inputs, "
            f"got: {type(in_dims)}."
        )
    if not args:
        raise ValueError(
            f"vmap({name_of(func)})(<inputs>): got no inputs. Maybe you forgot to add inputs, or you are trying to "
            "vmap over a function with no inputs. The latter is unsupported."
        )
    dims = spread_over(in_dims, args)
    if dims is None:
        raise ValueError(f"{start}in_dims is not compatible with the structure of `inputs`.")
    for each, dim in zip(leaves(args), dims, strict=True):
        if dim is None:
            continue
        if not isinstance(dim, int):
            raise ValueError(
                f"{start}Got in_dim={dim} for an input but in_dim must be either an integer dimension or None."
            )
        if not isinstance(each, Tensor):
            raise ValueError(
                f"{start}Got in_dim={dim} for an input but the input is of type {type(each)}. We cannot vmap over "
                "non-Tensor arguments, please use None as the respective in_dim"
            )
        if not -each.ndim <= dim < each.ndim:
            raise ValueError(
                f"{start}Got in_dim={dim} for some input, but that input is a Tensor of dimensionality {each.ndim} "
                f"so expected in_dim to satisfy -{each.ndim} <= in_dim < {each.ndim}."
            )
    return dims


def stacked(func: Function, results: list[Any], out_dims: Any) -> Any:
    """Return the results of all samples as one, with the samples along `out_dims`."""
    name, first = name_of(func), results[0]
    single = isinstance(first, Tensor) and isinstance(out_dims, tuple) and len(out_dims) == 1
    dims = spread_over(out_dims[0] if single else out_dims, first)
    if dims is None:
        raise ValueError(
            f"vmap({name}, ..., out_dims={out_dims})(<inputs>): out_dims is not compatible with the structure of "
            "`outputs`."
        )
    columns = zip(*map(leaves, results), strict=True)
    ends = []
    for dim, column in zip(dims, columns, strict=True):
        if dim is not None and not isinstance(column[0], Tensor):
            raise ValueError(
                f"vmap({name}, ...): `{name}` must only return Tensors, got type {type(column[0])}. Did you mean to "
                "set out_dims= to None for output?"
            )
        ends.append(column[0] if dim is None else find("stack").function(list(column), dim))
    return rebuilt(first, iter(ends))
