"""Solving with a triangle: what a QR decomposition sends back needs it, and programs call it too."""

from __future__ import annotations

from typing import Any

from ..kernels import kernel
from ..meaning import on_tensors
from ..op import op
from .decomposition import TALL
from .diagonal import lower_triangle, upper_triangle
from .linear_algebra import transposed


@kernel
def triangle_solved(a: Any, b: Any, upper: bool, left: bool, unitriangular: bool) -> Any:
    """Return x with a @ x = b, or x @ a = b, of which a's one triangle is read: row by row, into what is known."""
    rows, columns = a.shape[-2:]
    if rows != columns:
        raise RuntimeError(
            "linalg.solve_triangular: A must be batches of square matrices, but they are "
            f"{rows} by {columns} matrices"
        )
    if not left:
        turned = triangle_solved(a.swapaxes(-1, -2), b.swapaxes(-1, -2), not upper, True, unitriangular)
        return turned.swapaxes(-1, -2)
    count, x = a.shape[-1], b.copy()
    for row in reversed(range(count)) if upper else range(count):
        known = slice(row + 1, count) if upper else slice(0, row)
        x[..., row, :] -= (a[..., row : row + 1, known] @ x[..., known, :])[..., 0, :]
        if not unitriangular:
            x[..., row, :] /= a[..., row, row, None]
    return x


@kernel
def triangle_gradient(back: Any, x: Any, upper: bool, left: bool, unitriangular: bool) -> Any:
    """Return the gradient in the triangle, from that in the right-hand side."""
    whole = -(back @ transposed(x)) if left else -(transposed(x) @ back)
    return upper_triangle(whole, int(unitriangular)) if upper else lower_triangle(whole, -int(unitriangular))


@on_tensors("triangle_gradient")
def triangle_gradient_recorded(back: Any, x: Any, upper: bool, left: bool, unitriangular: bool) -> Any:
    """The same as ops."""
    whole = -back.matmul(x.mT) if left else -x.mT.matmul(back)
    return whole.triu(int(unitriangular)) if upper else whole.tril(-int(unitriangular))


HELD = "upper, left, unitriangular"
UPPER = [[2.0, 0.5, -1.0], [0.25, 3.0, 0.75], [-0.5, 1.0, 2.5]]
triangular_op = op(
    "solve_triangular",
    inputs="self B",
    arguments="upper, left=True, unitriangular=False",
    group="linear algebra",
    title="solve with a triangle",
    code="torch.linalg.solve_triangular({self}, {B}, upper=True)",
    node="LinalgSolveTriangularBackward0",
    forward=f"triangle_solved(self, B, {HELD})",
    once={"back": "triangle_solved(transposed(self), grad, not upper, left, unitriangular)"},
    vjp={"self": f"triangle_gradient(back, result, {HELD})", "B": "back"},
    recorded={"back": "triangle_solved(self.mT, grad, not upper, left, unitriangular)"},
    samples=[
        (UPPER, TALL, {"upper": True}),
        (UPPER, TALL, {"upper": False, "unitriangular": True}),
        (UPPER, [[1.0, -2.0, 0.5]], {"upper": False, "left": False}),
    ],
)
