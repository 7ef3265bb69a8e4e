"""RNNCell, LSTMCell and GRUCell: one step of a recurrent layer, for loops written by hand."""

from __future__ import annotations

import math
from typing import Any

from gradviz.engine import torch
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn import init, recurrence
from gradviz.engine.torch.nn.module import Module
from gradviz.engine.torch.nn.parameter import Parameter
from gradviz.engine.torch.nn.starting import starting


class RNNCellBase(Module):
    """Weights (gates · hidden_size, …), uniform in ±1/√hidden_size; input (batch, features) or (features,)."""

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool, num_chunks: int, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__()
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        rows = num_chunks * hidden_size
        with starting(self):
            self.weight_ih = Parameter(torch.empty(rows, input_size, device=device, dtype=dtype))
            self.weight_hh = Parameter(torch.empty(rows, hidden_size, device=device, dtype=dtype))
            for name in ("bias_ih", "bias_hh"):
                made = Parameter(torch.empty(rows, device=device, dtype=dtype)) if bias else None
                self.register_parameter(name, made)
            self.reset_parameters()

    def reset_parameters(self) -> None:
        bound = 1.0 / math.sqrt(self.hidden_size) if self.hidden_size > 0 else 0
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def extra_repr(self) -> str:
        shown = f"{self.input_size}, {self.hidden_size}"
        if not self.bias:
            shown += f", bias={self.bias}"
        nonlinearity = self.__dict__.get("nonlinearity", "tanh")
        return shown if nonlinearity == "tanh" else f"{shown}, nonlinearity={nonlinearity}"

    def _step(self, cell: recurrence.Cell, input: Tensor, state: tuple[Tensor, ...] | None) -> tuple[Any, ...]:
        """One step; the state and what is returned are tuples of (batch, hidden_size), batched like the input."""
        name = type(self).__name__
        if input.dim() not in (1, 2):
            raise ValueError(f"{name}: Expected input to be 1D or 2D, got {input.dim()}D instead")
        for index, each in enumerate(state or ()):
            if each.dim() not in (1, 2):
                what = f"hx[{index}]" if cell is recurrence.lstm_cell else "hidden"
                raise ValueError(f"{name}: Expected {what} to be 1D or 2D, got {each.dim()}D instead")
        single = input.dim() == 1
        if single:
            input = input.unsqueeze(0)
            state = None if state is None else tuple(each.unsqueeze(0) for each in state)
        if state is None:
            zeros = torch.zeros(input.shape[0], self.hidden_size, dtype=input.dtype)
            state = (zeros, zeros)
        check_shapes(input, state[0], self.input_size, self.hidden_size)
        weights = recurrence.Weights(self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh)
        made = cell_of_input(cell, input, state, weights)
        return tuple(each.squeeze(0) for each in made) if single else made


class RNNCell(RNNCellBase):
    """h' = tanh(W_ih x + b_ih + W_hh h + b_hh); `nonlinearity="relu"` takes relu."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 1, device, dtype)
        self.nonlinearity = nonlinearity

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Any:
        if self.nonlinearity not in ("tanh", "relu"):
            raise RuntimeError(f"Unknown nonlinearity: {self.nonlinearity}")
        cell = recurrence.tanh_cell if self.nonlinearity == "tanh" else recurrence.relu_cell
        return self._step(cell, input, None if hx is None else (hx,))[0]


class LSTMCell(RNNCellBase):
    """One step of an LSTM: (h, c) → (h', c')."""

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 4, device, dtype)

    def forward(self, input: Tensor, hx: tuple[Tensor, Tensor] | None = None) -> Any:
        return self._step(recurrence.lstm_cell, input, None if hx is None else tuple(hx))


class GRUCell(RNNCellBase):
    """One step of a GRU: h → h'."""

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 3, device, dtype)

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Any:
        return self._step(recurrence.gru_cell, input, None if hx is None else (hx,))[0]


def cell_of_input(
    cell: recurrence.Cell, input: Tensor, state: tuple[Tensor, ...], weights: recurrence.Weights
) -> tuple[Tensor, ...]:
    """Run a cell on an input that is not yet multiplied with its weights."""
    if cell is recurrence.lstm_cell:
        made: tuple[Tensor, ...] = cell(input, state, weights, multiplied=False)
        return made
    return (cell(input, state[0], weights, multiplied=False),)


def check_shapes(input: Tensor, hidden: Tensor, input_size: int, hidden_size: int) -> None:
    if input.shape[1] != input_size:
        raise RuntimeError(f"input has inconsistent input_size: got {input.shape[1]} expected {input_size}")
    if input.shape[0] != hidden.shape[0]:
        raise RuntimeError(f"Input batch size {input.shape[0]} doesn't match hidden0 batch size {hidden.shape[0]}")
    if hidden.shape[1] != hidden_size:
        raise RuntimeError(f"hidden0 has inconsistent hidden_size: got {hidden.shape[1]}, expected {hidden_size}")
