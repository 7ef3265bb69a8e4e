"""Inverses, determinants, solutions and decompositions of matrices.

Forward they are LAPACK's, as in PyTorch. The gradients are the formulas of M. Giles, "An extended collection of matrix
derivative results for forward and reverse mode AD" (2008), and for the singular value decomposition those of
PyTorch's FunctionsManual.cpp; all work on stacks of matrices.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtype as dtypes
from .. import elimination
from ..kernels import formula, kernel
from ..op import op
from .diagonal import embedded, lower_triangle
from .linear_algebra import transposed

SQUARE = [[2.0, 0.5, -1.0], [0.25, 3.0, 0.75], [-0.5, 1.0, 2.5]]
POSITIVE = [[4.0, 1.0, 0.5], [1.0, 3.0, -0.75], [0.5, -0.75, 2.0]]
TALL = [[1.0, 2.0], [0.5, -1.0], [3.0, 0.25]]


class _LinAlgError(RuntimeError):
    """A matrix does not allow what was asked for."""


def square(name: str, x: Any) -> None:
    """Raise PyTorch's errors for what is no stack of square matrices of floats."""
    flat(name, x)
    if x.shape[-1] != x.shape[-2]:
        raise RuntimeError(
            f"{name}: A must be batches of square matrices, but they are {x.shape[-2]} by {x.shape[-1]} matrices"
        )
    floats(name, x)


def flat(name: str, x: Any) -> None:
    """Raise for what has no rows and columns."""
    if x.ndim < 2:
        raise RuntimeError(f"{name}: The input tensor A must have at least 2 dimensions.")


def floats(name: str, x: Any) -> None:
    """Raise for what has no rows and columns, or whole numbers in them."""
    flat(name, x)
    if x.dtype.kind not in "fc":
        raise RuntimeError(f"{name}: Expected a floating point or complex tensor as input. Got {type_of(x)}")


def type_of(x: Any) -> str:
    """Return an element type as errors write it."""
    return dtypes.of(x).tensor_name


@kernel
def inverse_of(x: Any) -> Any:
    """Return the inverse of square matrices."""
    square("linalg.inv", x)
    if x.dtype.itemsize == 2:
        raise RuntimeError(f"linalg.inv: Low precision dtypes not supported. Got {dtypes.of(x).tensor_name}")
    try:
        small = elimination.is_small(x)
        found = elimination.solution(x, np.eye(len(x), dtype=x.dtype)) if small else np.linalg.inv(x)
        return found.swapaxes(-1, -2).copy().swapaxes(-1, -2)  # column by column, as LAPACK leaves it in PyTorch
    except np.linalg.LinAlgError:
        row = elimination.first_zero_pivot(x)
        raise _LinAlgError(
            f"linalg.inv: The diagonal element {row} is zero, the inversion could not be completed because the input "
            "matrix is singular."
        ) from None


@kernel
def determinant(x: Any) -> Any:
    """Return the determinant of square matrices."""
    square("linalg.det", x)
    return elimination.determinant(x) if elimination.is_small(x) else np.linalg.det(x).astype(x.dtype)[()]


@kernel
def determinant_slope(x: Any, result: Any) -> Any:
    """Return det(A) · A⁻ᵀ; a pivot that is zero gets PyTorch's treatment."""
    return elimination.cofactors(x, result)


@kernel
def sign_and_log(x: Any) -> tuple[Any, Any]:
    """Return sign and logarithm of the absolute value of determinants."""
    square("linalg.slogdet", x)
    sign, logarithm = np.linalg.slogdet(x)
    return sign.astype(x.dtype)[()], logarithm.astype(x.real.dtype)[()]


@formula
def determinant_log_slope(grad: Any, sign: Any) -> Any:
    """Return the gradient of a determinant's complex logarithm; the sign tells its imaginary part, the angle."""
    slope = sign.real * 0 if grad[1] is None else grad[1]
    return slope if grad[0] is None or sign.dtype == sign.real.dtype else slope - 1j * (grad[0].conj() * sign).imag


@formula
def adjoint(x: Any) -> Any:
    """Transpose and conjugate."""
    return transposed(x).conj()


@kernel
def solved(a: Any, b: Any) -> Any:
    """Return x with a · x = b; b may be a vector."""
    square("linalg.solve", a)
    if a.dtype != b.dtype:
        raise RuntimeError(
            f"linalg.solve: Expected A and B to have the same dtype, but found A of type {type_of(a)} and B of type "
            f"{type_of(b)} instead"
        )
    vector = is_vector(a.shape, b.shape)
    if b.shape[-1 if vector else -2] != a.shape[-1]:
        raise RuntimeError(
            f"linalg.solve: Incompatible shapes of A and B for the equation AX = B ({a.shape[-2]}x{a.shape[-1]} and "
            f"{b.shape[-2] if b.ndim > 1 else b.shape[-1]}x{b.shape[-1] if b.ndim > 1 else 1})"
        )
    try:
        if elimination.is_small(a) and b.ndim <= 2:
            return elimination.solution(a, b[:, None])[:, 0] if vector else elimination.solution(a, b)
        return np.linalg.solve(a, b[..., None])[..., 0] if vector else np.linalg.solve(a, b)
    except np.linalg.LinAlgError:
        raise _LinAlgError("torch.linalg.solve: The solver failed because the input matrix is singular.") from None


@kernel
def is_vector(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    """Return True where a right-hand side is a vector, or a stack of them."""
    return len(b) == 1 or (len(b) == len(a) - 1 and b == a[:-1])


@formula
def solved_slope(grad_b: Any, a: Any, result: Any) -> Any:
    """Return the gradient in a of solving, from that in b."""
    if is_vector(tuple(a.shape), tuple(result.shape)):
        return -(grad_b[..., :, None] * result[..., None, :])
    return -(grad_b @ transposed(result))


@kernel
def triangle_root(x: Any, upper: bool) -> Any:
    """Return L with L · Lᴴ = x (or Lᴴ), of positive definite matrices."""
    square("linalg.cholesky", x)
    try:
        root = np.linalg.cholesky(x)
    except np.linalg.LinAlgError:
        order = first_not_positive(x)
        raise _LinAlgError(
            f"linalg.cholesky: The factorization could not be completed because the input is not positive-definite "
            f"(the leading minor of order {order} is not positive-definite)."
        ) from None
    return np.ascontiguousarray(adjoint(root)) if upper else root


def first_not_positive(x: Any) -> int:
    """Return the order of the first leading minor that is not positive."""
    whole = x.reshape(-1, *x.shape[-2:])[0].astype(np.promote_types(x.dtype, np.float64))
    return next((k for k in range(1, len(whole) + 1) if np.linalg.det(whole[:k, :k]).real <= 0), len(whole))


@formula
def triangle_root_slope(grad: Any, result: Any, upper: bool) -> Any:
    """Return the gradient of a Cholesky factor, spread over both triangles."""
    lower, outer = (adjoint(result), adjoint(grad)) if upper else (result, grad)
    product = adjoint(lower) @ outer
    mirrored = lower_triangle(product, 0) + adjoint(lower_triangle(product, -1))
    back = inverse_of(lower)
    return 0.5 * (adjoint(back) @ mirrored @ back)


@kernel
def orthogonal_triangle(x: Any, mode: Any) -> tuple[Any, Any]:
    """Return Q and R."""
    floats("linalg.qr", x)
    if mode == "r":
        return np.zeros(0, x.dtype), np.linalg.qr(x, "r")
    q, r = np.linalg.qr(x, mode)
    return q, r


@formula
def orthogonal_triangle_slope(grad: Any, q: Any, r: Any) -> Any:
    """Return the gradient of a QR decomposition with no more columns than rows."""
    if 0 in q.shape:
        return q @ r
    inner = 0.0
    if grad[1] is not None:
        inner = r @ adjoint(grad[1])
    if grad[0] is not None:
        inner = inner - adjoint(grad[0]) @ q
    below = lower_triangle(inner, -1)
    level = lower_triangle(inner, 0) - below  # its imaginary part would turn a column, which Q and R leave open
    mirrored = below + 0.5 * (level + adjoint(level)) + adjoint(below)
    outer = q @ mirrored
    if grad[0] is not None:
        outer = outer + grad[0]
    return outer @ adjoint(inverse_of(r))


@kernel
def singular_values(x: Any, full: bool) -> tuple[Any, Any, Any]:
    """Return U, the singular values, and Vᴴ."""
    floats("linalg.svd", x)
    return tuple(np.linalg.svd(x, full_matrices=full))  # type: ignore[return-value]


@formula
def value_gaps(values: Any) -> Any:
    """Return the differences of values, column minus row, with ones on the diagonal."""
    between = values[..., None, :] - values[..., :, None]
    return between + embedded(values * 0 + 1, 0, -2, -1)


@formula
def singular_slope(grad: Any, u: Any, s: Any, vh: Any) -> Any:
    """Return the gradient of a singular value decomposition; of a full one the columns without a value send nothing."""
    count = s.shape[-1]
    u, vh = u[..., :count], vh[..., :count, :]
    grad = (
        None if grad[0] is None else grad[0][..., :count], grad[1], None if grad[2] is None else grad[2][..., :count, :]
    )
    squares = value_gaps(s * s)
    inner = 0.0
    if grad[1] is not None:
        inner = embedded(grad[1], 0, -2, -1)
    if grad[0] is not None:
        turned = adjoint(u) @ grad[0]
        inner = inner + ((turned - adjoint(turned)) / squares) * s[..., None, :]
    if grad[2] is not None:
        turned = vh @ adjoint(grad[2])
        inner = inner + s[..., :, None] * ((turned - adjoint(turned)) / squares)
    outer = u @ inner @ vh
    if grad[0] is not None and u.shape[-2] > u.shape[-1]:  # nothing lies aside of the columns of a square one
        aside = grad[0] - u @ (adjoint(u) @ grad[0])
        outer = outer + (aside / s[..., None, :]) @ vh
    if grad[2] is not None and vh.shape[-1] > vh.shape[-2]:
        aside = grad[2] - (grad[2] @ adjoint(vh)) @ vh
        outer = outer + u @ (aside / s[..., :, None])
    return outer


@kernel
def symmetric_values(x: Any, uplo: Any) -> tuple[Any, Any]:
    """Return eigenvalues in order and eigenvectors of symmetric matrices."""
    square("linalg.eigh", x)
    found = np.linalg.eigh(x, uplo)
    return found[0], found[1]


@formula
def symmetric_slope(grad: Any, values: Any, vectors: Any) -> Any:
    """Return the gradient of an eigendecomposition of symmetric matrices."""
    inner = 0.0
    if grad[0] is not None:
        inner = embedded(grad[0], 0, -2, -1)
    if grad[1] is not None:
        turned = adjoint(vectors) @ grad[1]
        inner = inner + 0.5 * (turned - adjoint(turned)) / value_gaps(values)
    return vectors @ inner @ adjoint(vectors)


@kernel
def general_values(x: Any) -> tuple[Any, Any]:
    """Return eigenvalues and eigenvectors as complex numbers."""
    square("linalg.eig", x)
    values, vectors = np.linalg.eig(x)
    kind = np.complex64 if x.dtype.char in "fF" else np.complex128
    return values.astype(kind), vectors.astype(kind)


@kernel
def pseudo_inverse(x: Any, rtol: Any, hermitian: bool) -> Any:
    """Return the Moore-Penrose inverse; singular values below rtol · the largest count as zero."""
    if x.ndim < 2 or x.dtype.kind not in "fc":
        raise RuntimeError(
            f"linalg.pinv({type_of(x)}{{{list(x.shape)}}}): expected a tensor with 2 or more dimensions of float, "
            "double, cfloat or cdouble types"
        )
    tolerance = max(x.shape[-2:]) * np.finfo(x.dtype).eps if rtol is None else rtol
    return np.linalg.pinv(x, tolerance, hermitian).astype(x.dtype)


@formula
def pseudo_inverse_slope(grad: Any, x: Any, result: Any) -> Any:
    """Return the gradient of the Moore-Penrose inverse (Golub and Pereyra, 1973)."""
    outer, turned = adjoint(grad), adjoint(result)
    inner = outer @ result
    first = -adjoint(result @ inner)
    second = inner @ turned
    third = turned @ result @ (outer - inner @ x)
    return first + second - x @ (result @ second) + third


@kernel
def exponential_of(x: Any) -> Any:
    """Return e^A: a Taylor polynomial of A / 2^n, squared n times."""
    square("linalg.matrix_exp", x)
    size = float(np.abs(x).sum(-1).max()) if x.size else 0.0
    halvings = max(0, int(np.ceil(np.log2(size))) + 1) if size > 0.5 else 0
    scaled = x.astype(np.complex128 if x.dtype.kind == "c" else np.float64) / 2**halvings
    term = result = np.broadcast_to(np.eye(x.shape[-1]), x.shape).astype(scaled.dtype)
    for k in range(1, 19):
        term = term @ scaled / k
        result = result + term
    for _ in range(halvings):
        result = result @ result
    return result.astype(x.dtype)


@kernel
def exponential_slope(grad: Any, x: Any) -> Any:
    """Return the gradient of e^A: the upper right block of the exponential of [[Aᵀ, G], [0, Aᵀ]]."""
    n = x.shape[-1]
    whole = np.zeros((*x.shape[:-2], 2 * n, 2 * n), x.dtype)
    whole[..., :n, :n] = whole[..., n:, n:] = transposed(x)
    whole[..., :n, n:] = grad
    return exponential_of(whole)[..., :n, n:]


def matrices(name: str, forward: str, node: str, vjp: dict[str, str], samples: Any, **rest: Any) -> Any:
    """Declare a function of matrices."""
    return op(name, forward=forward, node=node, vjp=vjp, group="linear algebra", samples=samples, **rest)


inverse_op = matrices(
    "inverse", "inverse_of(self)", "LinalgInvExBackward0",
    {"self": "-(transposed(result) @ grad @ transposed(result))"}, [(SQUARE,), ([SQUARE, POSITIVE],)],
    symbol="A⁻¹", code="torch.linalg.inv({self})", recorded={"self": "-result.mH.matmul(grad.matmul(result.mH))"},
)  # fmt: skip
det_op = matrices(
    "det", "determinant(self)", "LinalgDetBackward0",
    {"self": "grad[..., None, None] * determinant_slope(self, result)"}, [(SQUARE,), ([SQUARE, POSITIVE],)],
    title="determinant", code="torch.linalg.det({self})",
    recorded={"self": "linalg_det_backward(grad, result, self)"},
)  # fmt: skip
slogdet_op = matrices(
    "slogdet", "sign_and_log(self)", "LinalgSlogdetBackward0",
    {"self": "determinant_log_slope(grad, result[0])[..., None, None] * adjoint(inverse_of(self))"},
    [(SQUARE,), ([SQUARE, POSITIVE],)], outputs=2, title="log of the determinant",
    recorded={"self": "linalg_slogdet_backward(determinant_log_slope(grad, result[0]), self)"},
)  # fmt: skip
solve_op = matrices(
    "solve", "solved(self, other)", "LinalgSolveExBackward0",
    {
        "self": "solved_slope(solved(transposed(self), grad), self, result)",
        "other": "solved(transposed(self), grad)",
    },
    [(SQUARE, [1.0, -2.0, 0.5]), (SQUARE, TALL)],
    inputs="self other", title="solve a linear system", code="torch.linalg.solve({self}, {other})",
    recorded={
        "back": "solve(self.mH, as_columns(grad, self))",
        "self": "-back.matmul(as_columns(result, self).mH)",
        "other": "as_given(back, grad)",
    },
)  # fmt: skip
cholesky_op = matrices(
    "cholesky", "triangle_root(self, upper)", "LinalgCholeskyExBackward0",
    {"self": "triangle_root_slope(grad, result, upper)"}, [], arguments="upper=False", symbol="LLᵀ",
    code="torch.linalg.cholesky({self})",
)  # fmt: skip
old_cholesky_op = matrices(
    "cholesky.old", "triangle_root(self, upper)", "CholeskyBackward0",
    {"self": "triangle_root_slope(grad, result, upper)"}, [], arguments="upper=False", symbol="LLᵀ",
)  # fmt: skip
qr_op = matrices(
    "qr", "orthogonal_triangle(self, form)", "LinalgQrBackward0",
    {"self": "orthogonal_triangle_slope(grad, result[0], result[1])"}, [(TALL,), (SQUARE,)],
    arguments="form='reduced'", outputs=2, symbol="QR", code="torch.linalg.qr({self})[1]",
)  # fmt: skip
svd_op = matrices(
    "svd", "singular_values(self, full)", "LinalgSvdBackward0",
    {"self": "singular_slope(grad, result[0], result[1], result[2])"}, [(TALL,)], arguments="full=False", outputs=3,
    symbol="UΣVᵀ", title="singular value decomposition",
)  # fmt: skip
eigh_op = matrices(
    "eigh", "symmetric_values(self, uplo)", "LinalgEighBackward0",
    {"self": "symmetric_slope(grad, result[0], result[1])"}, [], arguments="uplo='L'", outputs=2, symbol="QΛQᵀ",
    title="eigenvalues of a symmetric matrix",
)  # fmt: skip
eig_op = matrices(
    "eig", "general_values(self)", "LinalgEigBackward0", {"self": "not_implemented('linalg_eig')"}, [], outputs=2,
    title="eigenvalues",
)  # fmt: skip
pinv_op = matrices(
    "pinv", "pseudo_inverse(self, rtol, hermitian)", "LinalgPinvBackward0",
    {"self": "pseudo_inverse_slope(grad, self, result)"}, [(TALL,), ([[1.0, 2.0, 0.5], [-1.0, 0.25, 3.0]],)],
    arguments="rtol=None, hermitian=False", symbol="A⁺", title="pseudo-inverse",
    recorded={"self": "pinv_backward(grad, result, self)"},
)  # fmt: skip
matrix_exp_op = matrices(
    "matrix_exp", "exponential_of(self)", "LinalgMatrixExpBackward0", {"self": "exponential_slope(grad, self)"},
    [(SQUARE,)], symbol="eᴬ", title="exponential of a matrix",
)  # fmt: skip
