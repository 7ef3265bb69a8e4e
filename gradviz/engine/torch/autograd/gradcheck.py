"""torch.autograd.gradcheck and gradgradcheck: gradients against central differences, element by element."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradviz.engine import messages
from gradviz.engine.backward import grad
from gradviz.engine.dtype import float64
from gradviz.engine.names import missing
from gradviz.engine.tensor import Tensor

MISMATCH = "Jacobian mismatch for output {} with respect to input {},\nnumerical:{}\nanalytical:{}\n"


class GradcheckError(RuntimeError):
    """What gradcheck raises."""


GradcheckError.__module__ = "torch.autograd.gradcheck"


def outputs_of(func: Callable[..., Any], inputs: Sequence[Any]) -> list[Tensor]:
    """Return the function's outputs."""
    made = func(*inputs)
    return list(made) if isinstance(made, (tuple, list)) else [made]


def numerical(
    func: Callable[..., Any], inputs: Sequence[Any], place: int, eps: float, wanted: Sequence[int]
) -> list[np.ndarray]:
    """Return d(output)/d(input) by central differences for the wanted outputs: a row per element of the input."""
    tensor = inputs[place]
    rows: list[list[Any]] = [[] for _ in wanted]
    for k in range(tensor.numel()):
        ends = []
        for sign in (1, -1):
            moved = np.array(tensor._value)
            moved.reshape(-1)[k] += sign * eps
            changed = list(inputs)
            changed[place] = Tensor._of(moved[()], None).requires_grad_()
            made = outputs_of(func, changed)
            ends.append([made[index].detach() for index in wanted])
        for row, high, low in zip(rows, *ends, strict=True):
            row.append(np.ravel(((high - low) / (2 * eps))._value))
    return [np.stack(row) if row else np.zeros((0, 0)) for row in rows]


def analytical(output: Tensor, inputs: Sequence[Tensor]) -> list[np.ndarray]:
    """Return the same for one output and each input by backward passes."""
    columns: list[list[Any]] = [[] for _ in inputs]
    for k in range(output.numel()):
        start = np.zeros(output.shape, output._value.dtype)
        start.reshape(-1)[k] = 1
        found = grad(output, inputs, Tensor._of(start[()], None), retain_graph=True, allow_unused=True)
        for column, gradient, each in zip(columns, found, inputs, strict=True):
            column.append(np.zeros(each.numel()) if gradient is None else np.ravel(gradient._value))
    return [
        np.stack(column, 1).astype(each._value.dtype) if column else np.zeros((each.numel(), 0))
        for column, each in zip(columns, inputs, strict=True)
    ]


def checked(
    func: Callable[..., Any], inputs: Sequence[Any], eps: float, atol: float, rtol: float, nondet_tol: float
) -> None:
    """Raise GradcheckError where a gradient is not what central differences give."""
    places = [i for i, each in enumerate(inputs) if isinstance(each, Tensor) and each.requires_grad]
    if not places:
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, but none of them have requires_grad=True."
        )
    for place in places:
        if inputs[place].dtype is not float64 and not inputs[place].dtype.is_complex:
            messages.warn(
                f"Input #{place} requires gradient and is not a double precision floating point or complex. This check "
                "will likely fail if all the inputs are not of double precision floating point or complex. "
            )
    outputs = outputs_of(func, inputs)
    tracked = [i for i, each in enumerate(outputs) if each.requires_grad]
    if not tracked:
        for place in places:
            if any(np.any(each) for each in numerical(func, inputs, place, eps, range(len(outputs)))):
                raise GradcheckError("Numerical gradient for function expected to be zero")
        return
    differences = [numerical(func, inputs, place, eps, tracked) for place in places]
    leaves = [inputs[place] for place in places]
    for i, index in enumerate(tracked):
        rules = analytical(outputs[index], leaves)
        for j, place in enumerate(places):
            if not np.allclose(rules[j], differences[j][i], rtol, atol):
                pair = (Tensor._of(each, None) for each in (differences[j][i], rules[j]))
                raise GradcheckError(MISMATCH.format(i, place, *pair))
        again = analytical(outputs[index], leaves)
        if any(np.abs(a - b).max(initial=0) > nondet_tol for a, b in zip(rules, again, strict=True)):
            raise GradcheckError(
                "Backward is not reentrant, i.e., running backward with same input and grad_output multiple times "
                "gives different values, although analytical gradient matches numerical gradient."
                f"The tolerance for nondeterminism was {nondet_tol}."
            )
    zeros = [Tensor._of(np.zeros_like(outputs[index]._value)[()], None) for index in tracked]
    for gradient in grad([outputs[i] for i in tracked], leaves, zeros, retain_graph=True, allow_unused=True):
        if gradient is not None and np.any(gradient._value):
            raise GradcheckError("backward not multiplied by grad_output")


def gradcheck(
    func: Callable[..., Any],
    inputs: Any,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    **_: Any,
) -> bool:
    """Return True when the gradients of `func` agree with central differences of step eps; else raise GradcheckError.

    PyTorch's other options choose checks of what there is not here (batched and forward-mode gradients), or a fast
    mode; here every element is always checked.
    """
    given = (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)
    try:
        checked(func, given, eps, atol, rtol, nondet_tol)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def gradgradcheck(
    func: Callable[..., Any],
    inputs: Any,
    grad_outputs: Any = None,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    **_: Any,
) -> bool:
    """Check the gradients of the gradients: those of vᵀJ with respect to the inputs and to v."""
    given = (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)
    if grad_outputs is None:
        starts = [
            Tensor._of(np.empty(each.shape, each._value.dtype if each.is_floating_point() else np.float64)[()], None)
            .uniform_(-1, 1)
            .requires_grad_()
            for each in outputs_of(func, given)
        ]
    else:
        starts = [grad_outputs] if isinstance(grad_outputs, Tensor) else list(grad_outputs)

    def gradient(*args: Any) -> Any:
        tensors, vectors = args[: -len(starts)], args[-len(starts) :]
        wanted = [each for each in tensors if isinstance(each, Tensor) and each.requires_grad]
        outputs = outputs_of(func, tensors)
        pairs = [(out, v) for out, v in zip(outputs, vectors, strict=True) if out.requires_grad]
        found = grad([out for out, _ in pairs], wanted, [v for _, v in pairs], create_graph=True, allow_unused=True)
        return tuple(each for each in found if each is not None)

    return gradcheck(
        gradient,
        (*given, *starts),
        eps=eps,
        atol=atol,
        rtol=rtol,
        raise_exception=raise_exception,
        nondet_tol=nondet_tol,
    )


def __getattr__(name: str) -> Any:
    raise missing("torch.autograd.gradcheck", name)


__all__ = ["GradcheckError", "gradcheck", "gradgradcheck"]
