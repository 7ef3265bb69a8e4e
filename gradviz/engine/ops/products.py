"""More products: tensordot, kron, sums with a product added, and what is built of decompositions."""

from __future__ import annotations

import functools
from math import prod
from typing import Any

import numpy as np

from .. import messages
from ..kernels import axis_of, kernel, length_of
from ..op import find, op
from ..return_types import named
from ..surface import public
from ..tensor import Tensor
from . import decomposition as matrices
from .linear_algebra import check_expands, matmul, matrix_vector
from .shape import unsafe_view

MATRIX = [[1.0, -2.0, 0.5], [3.0, 1.5, -1.0]]


@kernel
def add_vector_product(x: Any, a: Any, v: Any, beta: Any, alpha: Any) -> Any:
    """Return beta · x + alpha · (a @ v)."""
    if a.ndim != 2 or v.ndim != 1 or x.ndim > 1:
        raise RuntimeError(f"vector + matrix @ vector expected, got {x.ndim}, {a.ndim}, {v.ndim}")
    if a.shape[1] != v.shape[0] or x.size not in (1, a.shape[0]):
        raise RuntimeError(
            f"size mismatch, got input ({length_of(x, 0)}), mat ({a.shape[0]}x{a.shape[1]}), vec ({v.shape[0]})"
        )
    product = matrix_vector(a, v)
    return (product if alpha == 1 else alpha * product) + (x if beta == 1 else beta * x)


@kernel
def add_outer(x: Any, a: Any, b: Any, beta: Any, alpha: Any) -> Any:
    """Return beta · x + alpha · (a ⊗ b)."""
    for place, each in enumerate((a, b), 1):
        if each.ndim != 1:
            raise RuntimeError(f"addr: Expected 1-D argument vec{place}, but got {each.ndim}-D")
    product = a[:, None] * b
    check_expands(x, product.shape)
    return (x if beta == 1 else beta * x) + (product if alpha == 1 else alpha * product)


def with_sum(
    name: str, inputs: str, forward: str, node: str, vjp: tuple[str, str], recorded: tuple[str, str], samples: Any
) -> None:
    """Declare beta · self + alpha · (a product)."""
    first, second = inputs.split()[1:]
    op(
        name,
        inputs=inputs,
        arguments="beta=1, alpha=1",
        symbol="+ @",
        group="linear algebra",
        title="add a product",
        node=node,
        kind="pointwise",
        forward=f"{forward}(self, {first}, {second}, beta, alpha)",
        vjp={"self": "grad * beta", first: f"{vjp[0]} * alpha", second: f"{vjp[1]} * alpha"},
        recorded={
            "self": "scaled(grad, beta)",
            first: f"scaled({recorded[0]}, alpha)",
            second: f"scaled({recorded[1]}, alpha)",
        },
        names=name,
        in_place=True,
        samples=samples,
    )


with_sum(
    "addmv", "self mat vec", "add_vector_product", "AddmvBackward0",
    ("outer_product(grad, vec)", "(transposed(mat) @ grad)"), ("grad.ger(vec)", "mat.t().mv(grad)"),
    [([0.5, -1.0], MATRIX, [2.0, 1.0, -1.0])],
)  # fmt: skip
with_sum(
    "addr", "self vec1 vec2", "add_outer", "AddrBackward0", ("(grad @ vec2)", "(transposed(grad) @ vec1)"),
    ("grad.mv(vec2)", "grad.t().mv(vec1)"),
    [(MATRIX, [1.0, 2.0], [0.5, -1.0, 3.0])],
)  # fmt: skip
@public("addbmm")
def addbmm(self: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Any = 1, alpha: Any = 1) -> Any:
    """Return beta · self + alpha · Σ (batch1 @ batch2)."""
    return self * beta + batch1.bmm(batch2).sum(0) * alpha


vdot_op = op(
    "vdot",
    inputs="self other",
    symbol="·",
    group="linear algebra",
    title="dot product",
    node="VdotBackward0",
    forward="vector_product(conjugate(self), other)",
    vjp={"self": "conjugate(grad * other)", "other": "grad * conjugate(self)"},
    recorded={"self": "grad.conj() * other", "other": "grad * self"},
    samples=[([1.0, -2.0, 0.5], [2.0, 1.0, -1.0])],
)


@public("vdot")
def vdot(self: Tensor, other: Tensor) -> Any:
    """Return the dot product with the first vector conjugated."""
    return vdot_op(self, other)


@public("outer", "ger")
def outer(self: Tensor, vec2: Tensor) -> Any:
    """Return all products of two vectors' elements; recorded as a product of a column and a row, like in PyTorch."""
    for name, each in (("self", self), ("vec2", vec2)):
        if each.ndim != 1:
            raise RuntimeError(f"outer: Expected 1-D argument {name}, but got {each.ndim}-D")
    return self.reshape(-1, 1) * vec2


@public("inner")
def inner(self: Tensor, other: Tensor) -> Any:
    """Multiply and sum over the last dimension."""
    if not self.ndim or not other.ndim:
        return self * other
    shape, size = (*self.shape[:-1], *other.shape[:-1]), self.shape[-1]
    if size != other.shape[-1]:
        raise RuntimeError(
            f"inner() the last dimension must match on both input tensors but got shapes "
            f"{messages.sizes(self.shape)} and {messages.sizes(other.shape)}"
        )
    if not shape:
        return self.dot(other).view(())
    return self.reshape(-1, size).mm(other.reshape(-1, size).t()).view(shape)


@public("kron")
def kron(self: Tensor, other: Tensor) -> Any:
    """Return the Kronecker product."""
    ndim = max(self.ndim, other.ndim)
    a, b = ((1,) * (ndim - each.ndim) + tuple(each.shape) for each in (self, other))
    left = self.reshape([n for pair in zip(a, (1,) * ndim, strict=True) for n in pair])
    right = other.reshape([n for pair in zip((1,) * ndim, b, strict=True) for n in pair])
    return unsafe_view(left * right, tuple(n * k for n, k in zip(a, b, strict=True)))


@public("tensordot", method=False)
def tensordot(a: Tensor, b: Tensor, dims: Any = 2) -> Any:
    """Multiply and sum over dimensions: the last of a with the first of b, or those named."""
    if isinstance(dims, Tensor):
        dims = dims.tolist()
    if isinstance(dims, int):
        if dims < 0:
            raise RuntimeError(f"tensordot expects dims >= 0, but got dims={dims}")
        dims = (list(range(-dims, 0)), list(range(dims)))
    first, second = ([each] if isinstance(each, int) else list(each) for each in dims)
    for i, j in zip(first, second, strict=True):
        if b.shape[j] == 1:  # what only one of them has is summed first
            a = a.sum(i, keepdim=True)
        elif a.shape[i] == 1:
            b = b.sum(j, keepdim=True)
        elif a.shape[i] != b.shape[j]:
            raise RuntimeError(
                f"contracted dimensions need to match, but first has size {a.shape[i]} in dim {i} and second has size "
                f"{b.shape[j]} in dim {j}"
            )
    first, second = [axis_of(i, a.ndim) for i in first], [axis_of(i, b.ndim) for i in second]
    free_a = [i for i in range(a.ndim) if i not in first]
    free_b = [i for i in range(b.ndim) if i not in second]
    shared = prod(a.shape[i] for i in first)
    if not free_a and not free_b:
        left, right = a.permute(first), b.permute(second)
        if left.is_contiguous() and right.is_contiguous():
            return left.flatten().dot(right.flatten()).view(())
        return (left.squeeze() * right.squeeze()).sum().view(())  # PyTorch copies nothing here
    left = a.permute(*free_a, *first).reshape(prod(a.shape[i] for i in free_a), shared)
    right = b.permute(*second, *free_b).reshape(shared, prod(b.shape[i] for i in free_b))
    return left.mm(right).view([a.shape[i] for i in free_a] + [b.shape[i] for i in free_b])


@kernel
def crossed(a: Any, b: Any, dim: int) -> Any:
    """Return the cross product along a dimension of three."""
    if a.ndim != b.ndim:
        raise RuntimeError("linalg.cross: inputs must have the same number of dimensions.")
    if length_of(a, dim) != 3 or b.shape[dim] != 3:
        raise RuntimeError(
            f"linalg.cross: inputs dimension {dim} must have length 3. Got {a.shape[dim]} and {b.shape[dim]}"
        )
    return np.ascontiguousarray(np.cross(a, b, axis=dim))


cross_op = matrices.matrices(
    "cross", "crossed(self, other, dim)", "LinalgCrossBackward0",
    {"self": "crossed(other, grad, dim)", "other": "crossed(grad, self, dim)"},
    [([1.0, -2.0, 0.5], [2.0, 1.0, -1.0]), (matrices.TALL, [[0.5, 1.0], [2.0, -1.0], [1.0, 3.0]], {"dim": 0})],
    inputs="self other", arguments="dim=-1", kind="pointwise", symbol="a × b", title="cross product",
)  # fmt: skip


@public("cross")
def cross(self: Tensor, other: Tensor, dim: int | None = None) -> Any:
    """Return the cross product along a dimension of length three (the first such, or the one named)."""
    if dim is None:
        messages.warn_once(
            "Using torch.cross without specifying the dim arg is deprecated.\nPlease either pass the dim explicitly or "
            "simply use torch.linalg.cross.\nThe default value of dim will change to agree with that of linalg.cross "
            "in a future release."
        )
        dim = next((i for i, n in enumerate(self.shape) if n == 3), None)
        if dim is None:
            raise RuntimeError("no dimension of size 3 in input")
    return cross_op(self, other, dim)


@public("inverse")
def inverse(self: Tensor) -> Any:
    """Return the inverse of square matrices."""
    return matrices.inverse_op(self)


public("det")(matrices.det_op)
public("matrix_exp")(matrices.matrix_exp_op)


@public("slogdet")
def slogdet(self: Tensor) -> Any:
    """Return sign and logarithm of the absolute value of determinants."""
    return named("slogdet", "sign logabsdet")(*matrices.slogdet_op(self))


@public("logdet")
def logdet(self: Tensor) -> Any:
    """Return the logarithm of determinants; nan for negative ones, if they are real."""
    sign, logarithm = matrices.slogdet_op(self)
    if sign.is_complex():
        return sign.log() + logarithm
    return find("where").function(sign == -1, np.nan, logarithm)


@public("pinverse")
def pinverse(self: Tensor, rcond: float = 1e-15) -> Any:
    """Return the Moore-Penrose inverse."""
    return matrices.pinv_op(self, rcond)


@public("cholesky")
def cholesky(self: Tensor, upper: bool = False) -> Any:
    """Return the Cholesky factor."""
    return matrices.old_cholesky_op(self, upper)


@public("qr")
def qr(self: Tensor, some: bool = True) -> Any:
    """Return Q and R."""
    return named("qr", "Q R")(*matrices.qr_op(self, "reduced" if some else "complete"))


@public("svd")
def svd(self: Tensor, some: bool = True, compute_uv: bool = True) -> Any:
    """Return U, the singular values, and V."""
    if self.ndim < 2:
        raise RuntimeError(
            f"linalg.svd: input should have at least 2 dimensions, but has {self.ndim} dimensions instead"
        )
    u, s, vh = matrices.svd_op(self, not some)
    return named("svd", "U S V")(u, s, vh.mH)


@public("matrix_power")
def matrix_power(self: Tensor, n: int) -> Any:
    """Return a matrix to a whole power."""
    matrices.square("linalg.matrix_power", self._value)
    if n == 0:
        return Tensor._of(np.broadcast_to(np.eye(self.shape[-1], dtype=self._value.dtype), self.shape).copy(), None)
    base = inverse(self) if n < 0 else self
    result = None
    for bit in bin(abs(n))[2:]:
        result = base if result is None else matmul(result, result)
        if bit == "1" and result is not base:
            result = matmul(result, base)
    return result


@public("chain_matmul", method=False)
def chain_matmul(*matrices: Any) -> Any:
    """Return the product of several matrices."""
    given = list(matrices[0]) if len(matrices) == 1 and isinstance(matrices[0], (list, tuple)) else list(matrices)
    found = functools.reduce(matmul, given)
    return found.view(found.shape) if len(given) > 1 else found
