"""Rows of a table looked up in bags, of which only the sum, the mean or the largest is wanted: nn.EmbeddingBag."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..kernels import kernel
from ..meaning import on_tensors
from ..op import op
from ..tensor import Tensor
from .embedding import TABLE, frequencies, table_rows

INDICES, STARTS = np.array([2, 0, 2, 1]), np.array([0, 3])


def bag_of_each(indices: Any, offsets: Any) -> Any:
    """Return the number of the bag that each index is in; `offsets` tell where bags start."""
    lengths = np.diff(np.append(offsets, len(indices)))
    return np.repeat(np.arange(len(offsets)), lengths)


@kernel
def bagged_rows(table: Any, indices: Any, offsets: Any, weights: Any, reduce: str, padding_idx: int) -> Any:
    """Return (bags, length); rows of the padding index are left out, empty bags give zeros."""
    bags, counted = bag_of_each(indices, offsets), indices != padding_idx
    rows = table_rows(table, indices)[counted]
    if reduce == "max":
        result = np.full((len(offsets), table.shape[1]), -np.inf, table.dtype)
        np.maximum.at(result, bags[counted], rows)
        return np.where(np.isneginf(result), 0, result)
    if weights is not None:
        rows = rows * weights[counted][:, None]
    result = np.zeros((len(offsets), table.shape[1]), table.dtype)
    np.add.at(result, bags[counted], rows)
    return result / sizes(bags, counted, offsets)[:, None].astype(table.dtype) if reduce == "mean" else result


def sizes(bags: Any, counted: Any, offsets: Any) -> Any:
    """Return how many rows count in each bag, at least one."""
    return np.maximum(np.bincount(bags[counted], minlength=len(offsets)), 1)


def portions(table: Any, indices: Any, offsets: Any, reduce: str, padding_idx: int, scaled: bool) -> Any:
    """Return how much of its bag's gradient each looked-up row gets, weights per sample apart."""
    bags, counted = bag_of_each(indices, offsets), indices != padding_idx
    result = np.ones((len(indices), 1), table.dtype)
    if reduce == "mean":
        result /= sizes(bags, counted, offsets)[bags][:, None].astype(table.dtype)
    elif reduce == "max":  # all of it to the first of the largest
        result = np.zeros((len(indices), table.shape[1]), table.dtype)
        for bag in range(len(offsets)):
            inside = np.flatnonzero((bags == bag) & counted)
            if inside.size:
                columns = np.arange(table.shape[1])
                result[inside[table[indices[inside]].argmax(0)], columns] = 1
    return result / frequencies(indices)[:, None].astype(table.dtype) if scaled else result


@kernel
def bag_shares(
    grad: Any, table: Any, indices: Any, offsets: Any, weights: Any, reduce: str, padding_idx: int, scaled: bool
) -> Any:
    """Return the gradient of each looked-up row."""
    shares = grad[bag_of_each(indices, offsets)] * portions(table, indices, offsets, reduce, padding_idx, scaled)
    return shares if weights is None else shares * weights[:, None]


@kernel
def bag_products(grad: Any, table: Any, indices: Any, offsets: Any, padding_idx: int) -> Any:
    """Return the gradient of the weight of each looked-up row in a sum."""
    products = (grad[bag_of_each(indices, offsets)] * table[indices]).sum(1)
    return np.where(indices == padding_idx, 0, products).astype(grad.dtype)


@on_tensors("bag_shares")
def bag_shares_of_tensors(
    grad: Any, table: Any, indices: Any, offsets: Any, weights: Any, reduce: str, padding_idx: int, scaled: bool
) -> Any:
    """The same in a recorded pass."""
    bags = Tensor._of(bag_of_each(indices._value, offsets._value), None)
    portion = portions(table._value, indices._value, offsets._value, reduce, padding_idx, scaled)
    shares = grad.index_select(0, bags) * Tensor._of(portion, None)
    return shares if weights is None else shares * weights.unsqueeze(1)


@on_tensors("bag_products")
def bag_products_of_tensors(grad: Any, table: Any, indices: Any, offsets: Any, padding_idx: int) -> Any:
    """The same in a recorded pass."""
    bags = Tensor._of(bag_of_each(indices._value, offsets._value), None)
    products = (grad.index_select(0, bags) * table.index_select(0, indices)).sum(1)
    return products * Tensor._of((indices._value != padding_idx).astype(grad._value.dtype), None)


op(
    "embedding_bag",
    inputs="self indices offsets per_sample_weights?",
    arguments="reduce='mean', padding_idx=-1, scale_grad_by_freq=False",
    symbol="bags",
    group="indexing",
    title="bags of rows of a table",
    node="EmbeddingBagBackward0",
    forward="bagged_rows(self, indices, offsets, per_sample_weights, reduce, padding_idx)",
    vjp={
        "self": "rows_added(bag_shares(grad, self, indices, offsets, per_sample_weights, reduce, padding_idx, "
        "scale_grad_by_freq), self.shape, indices, padding_idx)",
        "per_sample_weights": "bag_products(grad, self, indices, offsets, padding_idx)",
    },
    samples=[
        (TABLE, INDICES, STARTS, {"reduce": "sum"}),
        (TABLE, INDICES, STARTS, {"reduce": "mean"}),
        (TABLE, INDICES, STARTS, {"reduce": "max"}),
        (TABLE, INDICES, STARTS, [0.5, 2.0, -1.0, 0.3], {"reduce": "sum"}),
        (TABLE, INDICES, STARTS, {"reduce": "mean", "padding_idx": 2}),
    ],
)
