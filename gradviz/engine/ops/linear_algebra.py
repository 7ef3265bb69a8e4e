"""Products of vectors and matrices. As in PyTorch, `@` becomes dot, mv, mm or bmm by the operands' dimensions."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from .. import dtype as dtypes
from ..kernels import formula, kernel, length_of
from ..matrix import times
from ..op import op
from ..operands import broadcast
from ..rounding import multiply_add
from ..surface import public
from ..tensor import Tensor

MATRICES = [([[1.0, -2.0, 0.5], [3.0, 1.5, -1.0]], [[2.0, 1.0], [0.5, -1.0], [1.0, 3.0]])]


def refuse_types(a: Any, b: Any, words: str) -> None:
    """Raise PyTorch's error for two element types in one product."""
    if a.dtype is not b.dtype and a.dtype != b.dtype:
        names = dtypes.C_NAMES
        raise RuntimeError(
            words.format(
                a=names[dtypes.of(a).name],
                b=names[dtypes.of(b).name],
                A=dtypes.of(a).tensor_name,
                B=dtypes.of(b).tensor_name,
            )
        )


def product(a: Any, b: Any) -> Any:
    """Multiply; 16-bit floats as float32 with one rounding at the end."""
    if a.dtype.itemsize == 2 and dtypes.is_half(a):
        return (a.astype(np.float32) @ b.astype(np.float32)).astype(a.dtype)
    return times(a, b)


def is_plain(a: Any, b: Any) -> bool:
    """Return True for two matrices that can be multiplied, with a sum: nothing has to be refused or told apart."""
    return a.ndim == 2 == b.ndim and 1 < a.shape[1] == b.shape[0] and a.dtype is b.dtype


@kernel
def matrix_product(a: Any, b: Any) -> Any:
    """Multiply two matrices."""
    if is_plain(a, b):
        return product(a, b)
    for place, each in (("self", a), ("mat2", b)):
        if each.ndim != 2:
            raise RuntimeError(f"{place} must be a matrix")
    if a.shape[1] != b.shape[0]:
        raise RuntimeError(
            f"mat1 and mat2 shapes cannot be multiplied ({a.shape[0]}x{a.shape[1]} and {b.shape[0]}x{b.shape[1]})"
        )
    refuse_types(a, b, "expected m1 and m2 to have the same dtype, but got: {a} != {b}")
    if a.shape[1] == 1 and a.shape[0] > 1 and b.shape[1] > 1:
        return a * b  # no sum, which would lose the sign of zeros
    return product(a, b)


@kernel
def matrix_vector(a: Any, v: Any) -> Any:
    """Multiply a matrix and a vector."""
    if a.ndim == 2 and v.ndim == 1 and a.shape[1] == v.shape[0] and a.dtype is v.dtype and a.dtype.itemsize > 2:
        return times(a, v)
    length_of(a, 0)
    if a.ndim != 2 or v.ndim != 1:
        raise RuntimeError(f"vector + matrix @ vector expected, got {1}, {a.ndim}, {v.ndim}")
    if a.shape[1] != v.shape[0]:
        raise RuntimeError(
            f"size mismatch, got input ({a.shape[0]}), mat ({a.shape[0]}x{a.shape[1]}), vec ({v.shape[0]})"
        )
    refuse_types(a, v, "addmv input tensors must have the same dtype, but got {B}, {A}, and {B}")
    return product(a, v)


@kernel
def vector_product(a: Any, b: Any) -> Any:
    """Multiply two vectors into one number."""
    if a.ndim != 1 or b.ndim != 1:
        raise RuntimeError(f"1D tensors expected, but got {a.ndim}D and {b.ndim}D tensors")
    refuse_types(a, b, "dot : expected both vectors to have same dtype, but found {A} and {B}")
    if a.shape != b.shape:
        raise RuntimeError(
            f"inconsistent tensor size, expected tensor [{a.shape[0]}] and src [{b.shape[0]}] to have the same "
            "number of "
            f"elements, but got {a.shape[0]} and {b.shape[0]} elements respectively"
        )
    return product(a, b) if a.dtype != np.float32 or not 0 < a.size < 2 * LANES else short_product(a, b)


LANES = 16


def short_product(a: Any, b: Any) -> Any:
    """Multiply two float32 vectors of fewer than 32 elements, adding in PyTorch's order (MKL on AVX-512).

    Sixteen running sums are folded to eight, to four, to pairs. Short vectors are what people print in full, and any
    other order differs in the last digit.
    """
    lanes = np.zeros(LANES, np.float32)
    np.multiply(a[:LANES], b[:LANES], out=lanes[: a.size])
    if a.size > LANES:
        lanes[: a.size - LANES] = multiply_add(a[LANES:], b[LANES:], lanes[: a.size - LANES])
    lanes = lanes[:8] + lanes[8:]
    lanes = lanes[:4] + lanes[4:]
    return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3])


@kernel
def batch_product(a: Any, b: Any) -> Any:
    """Multiply two batches of matrices."""
    if a.ndim != 3 or b.ndim != 3:
        raise RuntimeError(f"batch{1 if a.ndim != 3 else 2} must be a 3D tensor")
    if a.shape[0] != b.shape[0] or a.shape[2] != b.shape[1]:
        raise RuntimeError(
            f"Expected size for first two dimensions of batch2 tensor to be: [{a.shape[0]}, {a.shape[2]}] but got: "
            f"[{b.shape[0]}, {b.shape[1]}]."
        )
    refuse_types(a, b, "expected scalar type {A} but found {B}")
    return product(a, b)


@formula
def outer_product(a: Any, b: Any) -> Any:
    """Return every product of an element of a with one of b."""
    return a[:, None] * b


@kernel
def transposed(x: Any) -> Any:
    """Swap the last two dimensions."""
    return x.T if x.ndim == 2 else x.swapaxes(-1, -2)


mm = op(
    "mm",
    inputs="self mat2",
    symbol="@",
    group="linear algebra",
    title="matrix product",
    code="{self} @ {mat2}",
    node="MmBackward0",
    forward="matrix_product(self, mat2)",
    vjp={"self": "grad @ transposed(mat2)", "mat2": "transposed(self) @ grad"},
    recorded={"self": "left_gradient(grad, self, mat2)", "mat2": "right_gradient(grad, self, mat2, node.edges()[1])"},
    names="mm",
    samples=MATRICES,
)
mv = op(
    "mv",
    inputs="self vec",
    symbol="@",
    group="linear algebra",
    title="matrix times vector",
    code="{self} @ {vec}",
    node="MvBackward0",
    forward="matrix_vector(self, vec)",
    vjp={"self": "outer_product(grad, vec)", "vec": "transposed(self) @ grad"},
    recorded={"self": "grad.ger(vec)"},
    names="mv",
    samples=[([[1.0, -2.0, 0.5], [3.0, 1.5, -1.0]], [2.0, 1.0, -1.0])],
)
op(
    "dot",
    inputs="self tensor",
    symbol="·",
    group="linear algebra",
    title="dot product",
    code="torch.dot({self}, {tensor})",
    node="DotBackward0",
    forward="vector_product(self, tensor)",
    vjp={"self": "grad * tensor", "tensor": "grad * self"},
    names="dot",
    samples=[([1.0, -2.0, 0.5], [2.0, 1.0, -1.0])],
)
op(
    "bmm",
    inputs="self mat2",
    symbol="@",
    group="linear algebra",
    title="matrix product of batches",
    code="torch.bmm({self}, {mat2})",
    node="BmmBackward0",
    forward="batch_product(self, mat2)",
    vjp={"self": "grad @ transposed(mat2)", "mat2": "transposed(self) @ grad"},
    recorded={"self": "grad.bmm(mat2.transpose(1, 2))", "mat2": "self.transpose(1, 2).bmm(grad)"},
    names="bmm",
    samples=[([[[1.0, -2.0], [3.0, 1.5]]], [[[2.0], [0.5]]])],
)


@kernel
def add_product(x: Any, a: Any, b: Any, beta: Any, alpha: Any) -> Any:
    """Return beta · x + alpha · (a @ b)."""
    if beta == 1 == alpha and x.shape == b.shape[1:] and is_plain(a, b) and x.dtype is a.dtype:  # a layer's bias
        result = product(a, b)
        result += x
        return result
    refuse_types(x, b, "self and mat2 must have the same dtype, but got {A} and {B}")
    refuse_types(a, b, "mat1 and mat2 must have the same dtype, but got {A} and {B}")
    for name, each in (("mat1", a), ("mat2", b)):
        if each.ndim != 2:
            raise RuntimeError(f"{name} must be a matrix, got {each.ndim}-D tensor")
    result = matrix_product(a, b)
    check_expands(x, result.shape)
    return (result if alpha == 1 else alpha * result) + (x if beta == 1 else beta * x)


def check_expands(x: Any, shape: tuple[int, ...]) -> None:
    """Raise PyTorch's error for an addend that does not broadcast to the product's shape."""
    if x.ndim > len(shape):
        raise RuntimeError(
            f"expand(torch.{dtypes.of(x).tensor_name}Tensor{{{list(x.shape)}}}, size={list(shape)}): the number of "
            f"sizes provided ({len(shape)}) must be greater or equal to the number of dimensions in the tensor "
            f"({x.ndim})"
        )
    for back in range(1, x.ndim + 1):
        if x.shape[-back] not in (1, shape[-back]):
            raise RuntimeError(
                f"The expanded size of the tensor ({shape[-back]}) must match the existing size ({x.shape[-back]}) at "
                f"non-singleton dimension {len(shape) - back}.  Target sizes: {list(shape)}.  Tensor sizes: "
                f"{list(x.shape)}"
            )


op(
    "addmm",
    inputs="self mat1 mat2",
    arguments="beta=1, alpha=1",
    symbol="+ @",
    group="linear algebra",
    title="matrix product plus bias",
    node="AddmmBackward0",
    forward="add_product(self, mat1, mat2, beta, alpha)",
    kind="pointwise",
    broadcasts="self",
    names="addmm",
    vjp={
        "self": "grad if beta == 1 else grad * beta",
        "mat1": "grad @ transposed(mat2) if alpha == 1 else grad @ transposed(mat2) * alpha",
        # mat2 is a layer's transposed weight: like this its gradient is laid out as the weight is, as in PyTorch.
        "mat2": "transposed(transposed(grad) @ mat1 if alpha == 1 else transposed(grad) @ mat1 * alpha)",
    },
    recorded={
        "mat1": "scaled(left_gradient(grad, mat1, mat2), alpha)",
        "mat2": "scaled(right_gradient(grad, mat1, mat2, node.edges()[2]), alpha)",
    },
    samples=[([0.5, -1.0], *MATRICES[0]), ([[0.5, 1.0], [2.0, 3.0]], *MATRICES[0], {"beta": 2, "alpha": 0.5})],
)


@kernel
def add_batch_product(x: Any, a: Any, b: Any, beta: Any, alpha: Any) -> Any:
    """Return beta · x + alpha · (a @ b) of batches of matrices."""
    check_expands(x, (length_of(a, 0), length_of(a, 1), length_of(b, 2)))  # PyTorch does so before all else
    product = batch_product(a, b)
    return (product if alpha == 1 else alpha * product) + (x if beta == 1 else beta * x)


op(
    "baddbmm",
    inputs="self batch1 batch2",
    arguments="beta=1, alpha=1",
    symbol="+ @",
    group="linear algebra",
    title="matrix product of batches plus bias",
    node="BaddbmmBackward0",
    forward="add_batch_product(self, batch1, batch2, beta, alpha)",
    kind="pointwise",
    names="baddbmm",
    vjp={
        "self": "grad if beta == 1 else grad * beta",
        "batch1": "grad @ transposed(batch2) if alpha == 1 else grad @ transposed(batch2) * alpha",
        "batch2": "transposed(batch1) @ grad if alpha == 1 else transposed(batch1) @ grad * alpha",
    },
    recorded={
        "batch1": "scaled(grad.bmm(batch2.transpose(1, 2)), alpha)",
        "batch2": "scaled(batch1.transpose(1, 2).bmm(grad), alpha)",
    },
    samples=[
        ([0.5], [[[1.0, -2.0], [3.0, 1.5]]], [[[2.0], [0.5]]]),
        ([[[0.5], [1.0]]], [[[1.0, -2.0], [3.0, 1.5]]], [[[2.0], [0.5]]], {"beta": 2, "alpha": 0.5}),
    ],
)


@public("matmul")
def matmul(self: Tensor, other: Tensor) -> Any:
    """Multiply as `@` does: vectors, matrices, or batches of matrices that broadcast."""
    if not isinstance(other, Tensor):
        raise TypeError(f"matmul(): argument 'other' (position 2) must be Tensor, not {type(other).__name__}")
    return matmul_operator(self, other)


def matmul_operator(self: Tensor, other: Any) -> Any:
    """`@`."""
    if not isinstance(other, Tensor):
        return NotImplemented
    a, b = self._value.ndim, other._value.ndim
    if a == 2 and b == 2:
        return mm(self, other)
    if a == 2 and b == 1:
        return mv(self, other)
    if a == 1 and b == 1:
        return self.dot(other)
    if a == 1 and b == 2:
        return self.unsqueeze(0).mm(other).squeeze_(0)
    if not a or not b:
        raise RuntimeError(f"both arguments to matmul need to be at least 1D, but they are {a}D and {b}D")
    return matmul_batches(self, other)


def matmul_batches(self: Tensor, other: Tensor) -> Any:
    """Multiply where an operand has three dimensions or more, by the ops that PyTorch uses."""
    from .shape import unsafe_view

    a, b = self._value.ndim, other._value.ndim
    if not folds(self, other):
        return matmul_expanded(self, other)
    if b <= 2:
        # A matrix on the right: fold the batch into rows.
        shape = self.shape
        folded = self.reshape(prod(shape[:-1]), shape[-1])
        if b == 1:
            return unsafe_view(folded.mv(other), shape[:-1])
        return unsafe_view(folded.mm(other), (*shape[:-1], other.shape[-1]))
    # A matrix or vector on the left: the same, transposed.
    turned = matmul_batches(other.mT, self.t() if a == 2 else self)
    return turned if a == 1 else turned.mT.contiguous()


def folds(self: Tensor, other: Tensor) -> bool:
    """Return whether PyTorch folds the larger operand into a matrix: where that copies nothing, or spares a gradient.

    (`should_fold` in its LinearAlgebra.cpp.)
    """
    first_larger = self._value.ndim >= other._value.ndim
    larger, smaller = (self, other) if first_larger else (other, self)
    if larger._value.ndim < 3 or smaller._value.ndim > 2:
        return False
    if smaller._edge is not None:
        return True
    if self._value.ndim == 2:
        return False
    value = larger._value if first_larger else larger._value.swapaxes(-1, -2)
    rows = range(value.ndim - 2)
    return not value.size or all(value.strides[i] == value.strides[i + 1] * value.shape[i + 1] for i in rows)


def matmul_expanded(self: Tensor, other: Tensor) -> Any:
    """Multiply as batches of matrices that have been brought to one shape."""
    from .shape import unsafe_view

    vector_left, vector_right = self._value.ndim == 1, other._value.ndim == 1
    shape_a, shape_b = self._value.shape, other._value.shape
    rows, inner = ((1,) if vector_left else shape_a[-2:-1]) + shape_a[-1:]
    columns = () if vector_right else shape_b[-1:]
    shared = broadcast(shape_a[:-2], shape_b[:-2])
    number = prod(shared)
    left = self.expand(*shared, rows, inner).reshape(number, rows, inner)
    if vector_right:
        right = other.expand(*shared, shape_b[-1]).reshape(number, shape_b[-1]).unsqueeze(2)
    else:
        right = other.expand(*shared, *shape_b[-2:]).reshape(number, *shape_b[-2:])
    if left.shape[2] != right.shape[1]:
        raise RuntimeError(
            f"Expected size for first two dimensions of batch2 tensor to be: [{left.shape[0]}, {left.shape[2]}] "
            "but got: "
            f"[{right.shape[0]}, {right.shape[1]}]."
        )
    product = left.bmm(right)
    if vector_right:
        product = product.squeeze(-1)
    return unsafe_view(product, (*shared, *(() if vector_left else (rows,)), *columns))


Tensor.__matmul__ = matmul_operator  # type: ignore[method-assign]
