"""What recurrent layers compute: a cell run along time, in one direction or two, over padded or packed sequences.

As in PyTorch on the CPU, the inputs of all steps are multiplied with their weights at once; then each step adds its
share of that to the product of the hidden state. The graph therefore has one Addmm for the inputs and one per step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from gradviz.engine import torch
from gradviz.engine.ops.recurrent import lstm_layer_op, unsafe_chunk
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn import functional

# The hidden state of a cell: a Tensor, or for the LSTM the pair (hidden, cell).
Hidden = Any
Cell = Callable[..., Hidden]


class Weights(NamedTuple):
    """The weights of one layer in one direction: of the input, of the hidden state, biases, and a projection."""

    input: Tensor
    hidden: Tensor
    input_bias: Tensor | None = None
    hidden_bias: Tensor | None = None
    projection: Tensor | None = None

    def of_input(self, x: Tensor) -> Any:
        """The input's share of the gates."""
        return functional.linear(x, self.input, self.input_bias)

    def of_hidden(self, h: Tensor) -> Any:
        """The hidden state's share of the gates."""
        return functional.linear(h, self.hidden, self.hidden_bias)


# Cells: one step of time. `multiplied` tells that the step is already the input's share of the gates, not the input.


def gates_of(step: Tensor, hidden: Tensor, weights: Weights, multiplied: bool) -> Any:
    """W_hh h + b_hh, and W_ih x + b_ih onto it: in this order, which is that of the nodes in torch's graph."""
    own = weights.of_hidden(hidden)
    return own + (step if multiplied else weights.of_input(step))


def tanh_cell(step: Tensor, hidden: Hidden, weights: Weights, multiplied: bool = True) -> Hidden:
    """h' = tanh(W_ih x + b_ih + W_hh h + b_hh), Elman (1990)."""
    return gates_of(step, hidden, weights, multiplied).tanh()


def relu_cell(step: Tensor, hidden: Hidden, weights: Weights, multiplied: bool = True) -> Hidden:
    """The same with relu in place of tanh."""
    return gates_of(step, hidden, weights, multiplied).relu()


def lstm_cell(step: Tensor, hidden: Hidden, weights: Weights, multiplied: bool = True) -> Hidden:
    """c' = f c + i g and h' = o tanh(c'), Hochreiter and Schmidhuber (1997) with the forget gate of Gers (2000)."""
    h, c = hidden
    inward, forget, candidate, outward = unsafe_chunk(gates_of(step, h, weights, multiplied), 4, 1)
    inward, forget, candidate, outward = inward.sigmoid(), forget.sigmoid(), candidate.tanh(), outward.sigmoid()
    kept = forget * c
    c = kept + inward * candidate
    h = outward * c.tanh()
    return (h if weights.projection is None else functional.linear(h, weights.projection)), c


def gru_cell(step: Tensor, hidden: Hidden, weights: Weights, multiplied: bool = True) -> Hidden:
    """h' = (h − n) z + n with n = tanh(W_in x + b_in + r (W_hn h + b_hn)), Cho et al. (2014)."""
    reset_share, update_share, new_share = unsafe_chunk(step if multiplied else weights.of_input(step), 3, 1)
    reset, update, new = unsafe_chunk(weights.of_hidden(hidden), 3, 1)
    reset = (reset + reset_share).sigmoid()
    update = (update + update_share).sigmoid()
    new = (new_share + new * reset).tanh()
    return (hidden - new) * update + new


CELLS: dict[str, Cell] = {"RNN_TANH": tanh_cell, "RNN_RELU": relu_cell, "LSTM": lstm_cell, "GRU": gru_cell}


def output_of(hidden: Hidden) -> Tensor:
    """What a cell shows of its state."""
    shown: Tensor = hidden[0] if isinstance(hidden, tuple) else hidden
    return shown


def part_of(hidden: Hidden, start: int, length: int) -> Hidden:
    """The state of some sequences of a batch."""
    if isinstance(hidden, tuple):
        c = hidden[1].narrow(0, start, length)  # first, as its node is in torch's graph
        return hidden[0].narrow(0, start, length), c
    return hidden.narrow(0, start, length)


def joined(parts: Sequence[Hidden]) -> Hidden:
    """The states of parts of a batch, put together."""
    if isinstance(parts[0], tuple):
        c = torch.cat([each[1] for each in parts], 0)
        return torch.cat([each[0] for each in parts], 0), c
    return torch.cat(list(parts), 0)


# Layers: a cell along time


def along(input: Tensor, hidden: Hidden, weights: Weights, backwards: bool, *, cell: Cell) -> tuple[Tensor, Hidden]:
    """One direction over (time, batch, features); returns the outputs of all steps, in time's order, and the end."""
    steps = list(weights.of_input(input).unbind(0))
    if not steps:
        raise RuntimeError("Expected sequence length to be larger than 0 in RNN")
    outputs = []
    for step in reversed(steps) if backwards else steps:
        hidden = cell(step, hidden, weights)
        outputs.append(output_of(hidden))
    return torch.stack(outputs[::-1] if backwards else outputs, 0), hidden


def fused_lstm(
    input: Tensor, index: int, weights: Weights, backwards: bool, *, states: Sequence[Tensor]
) -> tuple[Tensor, Hidden]:
    """One direction of an LSTM as one operation, as torch runs it in float32 (there by oneDNN)."""
    output, h, c, _ = lstm_layer_op(input, *weights[:4], *(each[index] for each in states), backwards)
    return output, (h, c)


def along_packed(
    data: Tensor, hidden: Hidden, weights: Weights, backwards: bool, *, cell: Cell, sizes: Sequence[int]
) -> tuple[Tensor, Hidden]:
    """One direction over packed steps: (all steps of all sequences, features), with the length of each step."""
    return (back_along if backwards else forth_along)(cell, data, sizes, hidden, weights)


def forth_along(
    cell: Cell, data: Tensor, sizes: Sequence[int], hidden: Hidden, weights: Weights
) -> tuple[Tensor, Hidden]:
    """From the first packed step to the last: sequences that end leave the batch's end."""
    shares = weights.of_input(data)
    outputs, ended, start, before = [], [], 0, sizes[0]
    for size in sizes:
        step = shares.narrow(0, start, size)
        start += size
        if size < before:
            ended.append(part_of(hidden, size, before - size))
            hidden = part_of(hidden, 0, size)
        before = size
        hidden = cell(step, hidden, weights)
        outputs.append(output_of(hidden))
    return torch.cat(outputs, 0), joined([hidden, *ended[::-1]])


def back_along(
    cell: Cell, data: Tensor, sizes: Sequence[int], hidden: Hidden, weights: Weights
) -> tuple[Tensor, Hidden]:
    """From the last packed step to the first: shorter sequences join in with their starting state."""
    shares = weights.of_input(data)
    outputs, start, before, given = [], data.shape[0], sizes[-1], hidden
    hidden = part_of(given, 0, sizes[-1])
    for size in reversed(sizes):
        if size > before:
            hidden = joined([hidden, part_of(given, before, size - before)])
        start -= size
        before = size
        hidden = cell(shares.narrow(0, start, size), hidden, weights)
        outputs.append(output_of(hidden))
    return torch.cat(outputs[::-1], 0), hidden


def run(
    direction: Callable[[Tensor, Hidden, Weights, bool], tuple[Tensor, Hidden]],
    input: Tensor,
    hidden: Sequence[Hidden],
    weights: Sequence[Weights],
    directions: int,
    dropout: float,
) -> tuple[Tensor, list[Hidden]]:
    """Layers upon layers: each takes the outputs of the one below, both directions side by side.

    `direction` runs one layer in one direction; `hidden` and `weights` have an entry per layer and direction, the
    direction running fastest.
    """
    ends: list[Hidden] = []
    for layer in range(0, len(weights), directions):
        outputs = []
        for i in range(directions):
            output, end = direction(input, hidden[layer + i], weights[layer + i], i == 1)
            outputs.append(output)
            ends.append(end)
        input = torch.cat(outputs, -1) if directions == 2 else outputs[0]
        if dropout and layer + directions < len(weights):
            input = functional.dropout(input, dropout, True)
    return input, ends
