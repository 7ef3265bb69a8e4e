"""What stands under recurrent layers: the cut of a step's gates, and sequences packed step by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import dtype as dtypes
from ..kernels import axis_of, kernel, length_of
from ..meaning import on_tensors
from ..op import op
from ..surface import public
from ..tensor import Tensor
from .joining import cuts

GATES = [[0.5, -1.5, 2.0, 1.0], [2.5, -0.25, 1.0, -0.5]]
STEPS = [[[0.5], [1.5]], [[-2.0], [0.25]], [[1.0], [3.0]]]

# Like split, but the pieces are not views to autograd: PyTorch's cells change them in place one by one.
unsafe_split_op = op(
    "unsafe_split",
    arguments="sizes, dim=0",
    symbol="split",
    group="shape",
    title="split",
    node="UnsafeSplitBackward0",
    outputs=-1,
    forward="pieces(self, sizes, dim)",
    vjp={"self": "joined_gradients(grad, self.shape, sizes, dim)"},
    samples=[(GATES, {"sizes": [2, 2], "dim": 1})],
)


@public("unsafe_split")
def unsafe_split(self: Tensor, split_size: int, dim: int = 0) -> Any:
    """Cut into pieces of one length."""
    return unsafe_split_op(self, *cuts(self, split_size, dim))


@public("unsafe_chunk")
def unsafe_chunk(self: Tensor, chunks: int, dim: int = 0) -> Any:
    """Cut into equal pieces along a dimension."""
    return unsafe_split(self, max(-(-self._value.shape[dim] // chunks), 1), dim)


@kernel
def packed_steps(x: Any, lengths: Any, batch_first: bool) -> Any:
    """Return the elements of padded sequences in the order of time without the padding, and how many each step has."""
    if not x.size:
        raise RuntimeError("Cannot pack empty tensors.")
    if batch_first:
        x = x.swapaxes(axis_of(0, x.ndim), axis_of(1, x.ndim))
    if lengths.ndim != 1:
        raise RuntimeError(
            f"'lengths' argument should be a 1D CPU int64 tensor, but got {lengths.ndim}D cpu "
            f"{dtypes.of(lengths).tensor_name} tensor"
        )
    length_of(x, 1)
    check_lengths(x, lengths)
    sizes = np.array([np.count_nonzero(lengths > time) for time in range(lengths[0])], np.int64)
    return np.concatenate([x[time, :size] for time, size in enumerate(sizes)]), sizes


def check_lengths(x: Any, lengths: Any) -> None:
    """Raise PyTorch's errors for lengths that do not describe a batch."""
    if lengths.shape != (x.shape[1],):
        raise RuntimeError(
            f"Expected `len(lengths)` to be equal to batch_size, but got {lengths.shape[0]} (batch_size={x.shape[1]})"
        )
    if np.any(lengths <= 0):
        raise RuntimeError(
            "Length of all samples has to be greater than 0, but found an element in 'lengths' that is <= 0"
        )
    if np.any(lengths[:-1] < lengths[1:]):
        raise RuntimeError(
            "`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. You can pass "
            "`enforce_sorted=False` to pack_padded_sequence and/or pack_sequence to sidestep this requirement if you "
            "do not need ONNX exportability."
        )
    if lengths[0] > x.shape[0]:  # PyTorch reads past the end of the tensor here
        raise RuntimeError(f"A length of {lengths[0]} is more than the {x.shape[0]} steps that the input has.")


@kernel
def padded_gradient(grads: Sequence[Any], shape: tuple[int, ...], sizes: Any, batch_first: bool) -> Any:
    """Put the gradients of packed elements back to their places; the padding gets zero."""
    grad = grads[0]
    result = np.zeros(shape, grad.dtype)
    steps = result.swapaxes(0, 1) if batch_first else result
    start = 0
    for time, size in enumerate(sizes):
        steps[time, :size] = grad[start : start + size]
        start += size
    return result


pack_padded_sequence_op = op(
    "pack_padded_sequence",
    inputs="self lengths",
    arguments="batch_first=False",
    symbol="pack",
    group="shape",
    title="pack sequences",
    node="PackPaddedSequenceBackward0",
    outputs=2,
    forward="packed_steps(self, lengths, batch_first)",
    vjp={"self": "padded_gradient(grad, self.shape, result[1], batch_first)"},
    samples=[(STEPS, np.array([3, 2])), (STEPS, np.array([2, 1, 1]), {"batch_first": True})],
)


# One direction of an LSTM in one node, as in PyTorch (MKL-DNN is the former name of oneDNN)


@kernel
def lstm_steps(
    x: Any, weight_ih: Any, weight_hh: Any, bias_ih: Any, bias_hh: Any, h: Any, c: Any, reverse: bool
) -> tuple[Any, ...]:
    """Return all hidden states (time, batch, size), the last h and c, and the gates and cell states as bytes."""
    times, batch, size = x.shape[0], x.shape[1], weight_hh.shape[1]
    shares = x.reshape(times * batch, -1) @ weight_ih.T
    if bias_ih is not None:
        shares += bias_ih + bias_hh
    shares = shares.reshape(times, batch, 4 * size)
    turned = np.ascontiguousarray(weight_hh.T)
    output, gates = np.empty((times, batch, size), x.dtype), np.empty((times, batch, 5, size), x.dtype)
    for time in reversed(range(times)) if reverse else range(times):
        sums = h @ turned
        sums += shares[time]
        kept = gates[time]  # i, f, g, o and the cell state
        # Not the kernel `sigmoid`, which follows another library's rounding at ten times the cost.
        np.divide(1, 1 + np.exp(-sums.reshape(batch, 4, size)), out=kept[:, :4])
        np.tanh(sums[:, 2 * size : 3 * size], out=kept[:, 2])
        c = np.add(kept[:, 1] * c, kept[:, 0] * kept[:, 2], out=kept[:, 4])
        h = np.multiply(kept[:, 3], np.tanh(c), out=output[time])
    return output, h.copy(), c.copy(), gates.reshape(-1).view(np.uint8)


@kernel
def lstm_gradients(
    grads: Sequence[Any],
    x: Any,
    weight_ih: Any,
    weight_hh: Any,
    bias_ih: Any,
    bias_hh: Any,
    h: Any,
    c: Any,
    result: Any,
    reverse: bool,
) -> tuple[Any, ...]:
    """Return the gradients of x, both weights, both biases, h and c: backpropagation through time.

    The gates are kept, so the biases are not needed here; `lstm_gradients_of_tensors` makes the gates anew.
    """
    grad_output, grad_h, grad_c, _ = grads
    output, size = result[0], weight_hh.shape[1]
    times, batch = output.shape[:2]
    i, f, g, o, cells = np.moveaxis(result[3].view(x.dtype).reshape(times, batch, 5, size), 2, 0)
    before = np.concatenate([cells[1:], c[None]] if reverse else [c[None], cells[:-1]])
    bent = np.tanh(cells)
    # What does not depend on later steps is computed for all steps at once.
    into_cell, into_o = o * (1 - bent * bent), bent * o * (1 - o)
    slopes = np.stack([g * i * (1 - i), before * f * (1 - f), i * (1 - g * g)], 2)
    grad_h = np.zeros_like(h) if grad_h is None else grad_h
    grad_c = np.zeros_like(c) if grad_c is None else grad_c
    sums = np.empty((times, batch, 4, size), x.dtype)  # the gradients of what goes into the gates
    for time in range(times) if reverse else reversed(range(times)):
        if grad_output is not None:
            grad_h = grad_h + grad_output[time]
        grad_c = grad_c + grad_h * into_cell[time]
        into = sums[time]
        np.multiply(grad_c[:, None], slopes[time], out=into[:, :3])
        np.multiply(grad_h, into_o[time], out=into[:, 3])
        grad_h, grad_c = into.reshape(batch, 4 * size) @ weight_hh, grad_c * f[time]
    rows = sums.reshape(-1, 4 * size)
    states = np.concatenate([output[1:], h[None]] if reverse else [h[None], output[:-1]])
    bias = rows.sum(0)
    return (
        (rows @ weight_ih).reshape(x.shape),
        rows.T @ x.reshape(len(rows), -1),
        rows.T @ states.reshape(len(rows), -1),
        bias,
        bias,
        grad_h,
        grad_c,
    )


@on_tensors("lstm_gradients")
def lstm_gradients_of_tensors(grads: Sequence[Any], *given: Any) -> tuple[Any, ...]:
    """The same in a recorded pass: the layer is run again step by step, and that graph is differentiated."""
    from ..backward import grad
    from ..torch.nn.recurrence import Weights, along, lstm_cell

    *inputs, _, reverse = given
    x, weight_ih, weight_hh, bias_ih, bias_hh, h, c = inputs
    weights = Weights(weight_ih, weight_hh, bias_ih, bias_hh)
    output, (last, cell) = along(x, (h, c), weights, reverse, cell=lstm_cell)
    arrived = [(made, sent) for made, sent in zip((output, last, cell), grads, strict=False) if sent is not None]
    asked = [each for each in inputs if isinstance(each, Tensor) and each.requires_grad]
    made, sent = zip(*arrived, strict=True)
    found = iter(grad(made, asked, sent, create_graph=True, allow_unused=True))
    return tuple(next(found) if isinstance(each, Tensor) and each.requires_grad else None for each in inputs)


lstm_layer_op = op(
    "lstm_layer",
    inputs="self weight_ih weight_hh bias_ih? bias_hh? hx? cx?",
    arguments="reverse=False",
    symbol="LSTM",
    group="linear algebra",
    title="LSTM over time",
    node="MkldnnRnnLayerBackward0",
    outputs=4,
    forward="lstm_steps(self, weight_ih, weight_hh, bias_ih, bias_hh, hx, cx, reverse)",
    once={"gradients": "lstm_gradients(grad, self, weight_ih, weight_hh, bias_ih, bias_hh, hx, cx, result, reverse)"},
    vjp={
        "self": "gradients[0]",
        "weight_ih": "gradients[1]",
        "weight_hh": "gradients[2]",
        "bias_ih": "gradients[3]",
        "bias_hh": "gradients[4]",
        "hx": "gradients[5]",
        "cx": "gradients[6]",
    },
    samples=[
        (STEPS, [[0.5], [-1.0], [0.3], [0.8]], [[0.2], [0.7], [-0.4], [0.1]], [0.1] * 4, [0.2] * 4, [[0.5], [-1.0]],
         [[1.0], [0.25]], {"reverse": reverse})
        for reverse in (False, True)
    ],
)  # fmt: skip
