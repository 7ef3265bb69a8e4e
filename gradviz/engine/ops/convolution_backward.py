"""What a convolution sends back, as an op with its own derivatives: for a pass that is itself recorded."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..kernels import formula, kernel, zeros_like
from ..meaning import on_tensors
from ..op import op
from ..tensor import Tensor
from .convolution import (
    GEOMETRY,
    HELD,
    KERNEL,
    Sizes,
    convolution_to_input,
    convolution_to_weight,
    convolved,
    per_channel,
)


@kernel
def convolution_gradients(
    grad: Any,
    x: Any,
    weight: Any,
    stride: Sizes,
    padding: Sizes,
    dilation: Sizes,
    transposed: bool,
    groups: int,
    output_mask: tuple[bool, bool, bool],
) -> tuple[Any, Any, Any]:
    """Return what a convolution sends back to input, weight and bias; what is not wanted is empty."""
    held, nothing = (stride, padding, dilation, transposed, groups), np.zeros(0, grad.dtype)
    return (
        convolution_to_input(grad, weight, x.shape, *held) if output_mask[0] else nothing,
        convolution_to_weight(grad, x, weight.shape, *held) if output_mask[1] else nothing,
        per_channel(grad) if output_mask[2] else nothing,
    )


@formula
def convolved_again(
    grads: Any,
    grad_output: Any,
    x: Any,
    weight: Any,
    stride: Sizes,
    padding: Sizes,
    dilation: Sizes,
    transposed: bool,
    groups: int,
) -> Any:
    """Return what a convolution's gradients send back to the gradient that they were made of."""
    parts = []
    for a, b in ((grads[0], weight), (x, grads[1])):
        if a is not None and b is not None:
            more = spare(a.shape, b.shape, grad_output.shape, stride, padding, dilation, transposed)
            parts.append(convolved(a, b, None, stride, padding, dilation, transposed, more, groups))
    if grads[2] is not None:
        parts.append(grads[2].reshape((1, -1, *[1] * (grad_output.ndim - 2))) + zeros_like(grad_output))
    return sum(parts[1:], parts[0])


PATCH = [[[[0.5, -1.0, 2.0], [1.5, 0.75, -0.5], [-2.0, 1.25, 0.5]]] * 2]
convolution_backward = op(
    "convolution_backward",
    inputs="grad_output input weight",
    arguments=f"{HELD}, output_mask=(True, True, True)",
    symbol="∂conv",
    group="linear algebra",
    title="convolution, backwards",
    node="ConvolutionBackwardBackward0",
    outputs=3,
    forward=f"convolution_gradients(grad_output, input, weight, {HELD}, output_mask)",
    vjp={
        "grad_output": f"convolved_again(grad, grad_output, input, weight, {HELD})",
        "input": f"zeros_like(input) if grad[1] is None else "
        f"convolution_to_input(grad_output, grad[1], input.shape, {HELD})",
        "weight": f"zeros_like(weight) if grad[0] is None else "
        f"convolution_to_weight(grad_output, grad[0], weight.shape, {HELD})",
    },
    samples=[
        ([[[[1.0, -0.5], [2.0, 0.75]]] * 2], PATCH, KERNEL, GEOMETRY),
        (np.linspace(-1.0, 2.0, 32).reshape(1, 2, 4, 4), PATCH, KERNEL, GEOMETRY | {"transposed": True}),
    ],
)


@on_tensors("convolution_to_input")
def convolution_to_input_recorded(grad: Tensor, weight: Tensor, shape: Sizes, *held: Any) -> Any:
    """Return what a convolution sends back to its input, as an op; of the input itself only the shape matters."""
    alone = Tensor._of(np.broadcast_to(weight._value.dtype.type(0), shape), None)
    return convolution_backward(grad, alone, weight, *held, (True, False, False))[0]


@on_tensors("convolution_to_weight")
def convolution_to_weight_recorded(grad: Tensor, x: Tensor, shape: Sizes, *held: Any) -> Any:
    """Return what a convolution sends back to its weight, as an op; of the weight itself only the shape matters."""
    alone = Tensor._of(np.broadcast_to(x._value.dtype.type(0), shape), None)
    return convolution_backward(grad, x, alone, *held, (False, True, False))[1]


@kernel
def spare(
    given: Sizes, kernel: Sizes, wanted: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes, transposed: bool
) -> Sizes:
    """Return how much a transposed convolution's result must be lengthened to get the wanted shape."""
    if not transposed:
        return (0,) * len(stride)
    return tuple(
        want - ((n - 1) * s - 2 * p + d * (k - 1) + 1)
        for want, n, k, s, p, d in zip(wanted[2:], given[2:], kernel[2:], stride, padding, dilation, strict=True)
    )
