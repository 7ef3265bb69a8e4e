"""RNN, LSTM and GRU: layers that read a sequence step by step and carry a state along."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from gradviz.engine import torch
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn import init, recurrence
from gradviz.engine.torch.nn.module import Module
from gradviz.engine.torch.nn.parameter import Parameter
from gradviz.engine.torch.nn.starting import starting
from gradviz.engine.torch.nn.utils.rnn import PackedSequence

GATES = {"LSTM": 4, "GRU": 3, "RNN_TANH": 1, "RNN_RELU": 1}


class RNNBase(Module):
    """What the three layers share: weights by layer and direction, named as in torch, uniform in ±1/√hidden_size."""

    def __init__(
        self,
        mode: str,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.mode, self.input_size, self.hidden_size, self.num_layers = mode, input_size, hidden_size, num_layers
        self.bias, self.batch_first, self.bidirectional, self.proj_size = bias, batch_first, bidirectional, proj_size
        check_dropout(dropout, num_layers)
        self.dropout = float(dropout)
        check_sizes(self)
        if mode not in GATES:
            raise ValueError("Unrecognized RNN mode: " + mode)
        rows, state = GATES[mode] * hidden_size, proj_size or hidden_size
        self._all_weights: list[list[str]] = []
        with starting(self):
            for layer in range(num_layers):
                columns = input_size if layer == 0 else state * self._directions
                shapes: dict[str, tuple[int, ...]] = {"weight_ih": (rows, columns), "weight_hh": (rows, state)}
                if bias:
                    shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)}
                if proj_size:
                    shapes["weight_hr"] = (proj_size, hidden_size)
                for ending in ("", "_reverse")[: self._directions]:
                    self._all_weights.append([f"{name}_l{layer}{ending}" for name in shapes])
                    for name, shape in zip(self._all_weights[-1], shapes.values(), strict=True):
                        setattr(self, name, Parameter(torch.empty(shape, device=device, dtype=dtype)))
            self.reset_parameters()

    @property
    def _directions(self) -> int:
        return 2 if self.bidirectional else 1

    def reset_parameters(self) -> None:
        bound = 1.0 / math.sqrt(self.hidden_size) if self.hidden_size > 0 else 0
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def flatten_parameters(self) -> None:
        """Nothing: only on a GPU does torch lay these weights side by side."""

    @property
    def all_weights(self) -> list[list[Parameter]]:
        return [[getattr(self, name) for name in names] for names in self._all_weights]

    @property
    def _flat_weights(self) -> list[Parameter]:
        return [weight for weights in self.all_weights for weight in weights]

    def weights(self) -> Iterator[recurrence.Weights]:
        """The weights by layer and direction, the direction running fastest."""
        for found in self.all_weights:
            own: list[Tensor | None] = list(found[:-1] if self.proj_size else found)
            own += [None] * (4 - len(own)) + [found[-1] if self.proj_size else None]
            yield recurrence.Weights(*own)  # type: ignore[arg-type]

    # Forward

    def forward(self, input: Any, hx: Any = None) -> Any:
        """(time, batch, features), or (batch, time, features) with `batch_first`, or unbatched, or packed.

        Returns the outputs of the last layer in the same form, and the state after the last step of every layer.
        """
        packed = input if isinstance(input, PackedSequence) else None
        sizes = None if packed is None else packed.batch_sizes.tolist()
        x = input if packed is None else packed.data
        if packed is None and x.dim() not in (2, 3):
            raise ValueError(self._wrong_dimensions(x.dim()))
        single = packed is None and x.dim() == 2
        batch_dim = 0 if self.batch_first else 1
        if single:
            x = x.unsqueeze(batch_dim)
        states = None if hx is None else self._states(hx, packed, single)
        if states is None:
            batch = sizes[0] if sizes is not None else x.shape[batch_dim]
            states = [
                torch.zeros(self.num_layers * self._directions, batch, size, dtype=x.dtype) for size in self._sizes()
            ]
        self.check_forward_args(x, tuple(states) if len(states) == 2 else states[0], sizes)
        if packed is not None and hx is not None:
            states = [permuted(each, packed.sorted_indices) for each in states]
        output, ends = self._run(x, sizes, states)
        if packed is not None:
            packing = packed.batch_sizes, packed.sorted_indices, packed.unsorted_indices
            output = PackedSequence(output, *packing)
            ends = [permuted(each, packed.unsorted_indices) for each in ends]
        elif single:
            output = output.squeeze(batch_dim)
            ends = [each.squeeze(1) for each in ends]
        return output, (tuple(ends) if len(ends) == 2 else ends[0])

    def _run(self, x: Tensor, sizes: list[int] | None, states: Sequence[Tensor]) -> tuple[Any, list[Tensor]]:
        cell = recurrence.CELLS[self.mode]
        hidden = [each.unbind(0) for each in states]
        state = list(zip(*hidden, strict=True)) if len(hidden) == 2 else list(hidden[0])
        if sizes is not None:
            return self._stacked(partial(recurrence.along_packed, cell=cell, sizes=sizes), x, state)
        direction = partial(recurrence.along, cell=cell)
        if not self.batch_first:
            return self._stacked(direction, x, state)
        output, ends = self._stacked(direction, x.transpose(0, 1), state)
        return output.transpose_(0, 1), ends

    def _stacked(self, direction: Any, x: Tensor, state: list[Any]) -> tuple[Any, list[Tensor]]:
        """Run all layers; the parts of the state at the end have (layers · directions, batch, size)."""
        dropout = self.dropout if self.training else 0.0
        output, ends = recurrence.run(direction, x, state, list(self.weights()), self._directions, dropout)
        parts = [list(each) for each in zip(*ends, strict=True)] if isinstance(ends[0], tuple) else [ends]
        return output, [torch.stack(each, 0) for each in parts]

    def _sizes(self) -> tuple[int, ...]:
        """How long each part of the state is."""
        return (self.hidden_size,)

    def _states(self, hx: Any, packed: Any, single: bool) -> list[Tensor]:
        """The given state as a list of its parts, with a batch dimension."""
        if packed is None and single and hx.dim() != 2:
            raise RuntimeError(f"For unbatched 2-D input, hx should also be 2-D but got {hx.dim()}-D tensor")
        if packed is None and not single and hx.dim() != 3:
            raise RuntimeError(f"For batched 3-D input, hx should also be 3-D but got {hx.dim()}-D tensor")
        return [hx.unsqueeze(1) if single else hx]

    def _wrong_dimensions(self, count: int) -> str:
        return f"{self.mode.partition('_')[0]}: Expected input to be 2D or 3D, got {count}D instead"

    # Checks

    def check_input(self, input: Tensor, batch_sizes: Any) -> None:
        own = self._flat_weights[0].dtype
        if input.dtype != own:
            raise ValueError(
                f"RNN input dtype ({input.dtype}) does not match weight dtype ({own}). "
                f"Convert input: input.to({own}), or convert model: model.to({input.dtype})"
            )
        expected = 3 if batch_sizes is None else 2
        if input.dim() != expected:
            raise RuntimeError(f"input must have {expected} dimensions, got {input.dim()}")
        if self.input_size != input.shape[-1]:
            raise RuntimeError(
                f"input.size(-1) must be equal to input_size. Expected {self.input_size}, got {input.shape[-1]}"
            )

    def get_expected_hidden_size(self, input: Tensor, batch_sizes: Any) -> tuple[int, int, int]:
        return self._expected(input, batch_sizes, self.proj_size or self.hidden_size)

    def _expected(self, input: Tensor, batch_sizes: Any, size: int) -> tuple[int, int, int]:
        batch = input.shape[0 if self.batch_first else 1] if batch_sizes is None else int(batch_sizes[0])
        return self.num_layers * self._directions, batch, size

    def check_hidden_size(
        self, hx: Tensor, expected_hidden_size: tuple[int, ...], msg: str = "Expected hidden size {}, got {}"
    ) -> None:
        if tuple(hx.shape) != tuple(expected_hidden_size):
            raise RuntimeError(msg.format(tuple(expected_hidden_size), list(hx.shape)))

    def check_forward_args(self, input: Tensor, hidden: Any, batch_sizes: Any) -> None:
        self.check_input(input, batch_sizes)
        self.check_hidden_size(hidden, self.get_expected_hidden_size(input, batch_sizes))

    def extra_repr(self) -> str:
        shown = [f"{self.input_size}, {self.hidden_size}"]
        usual = {"proj_size": 0, "num_layers": 1, "bias": True, "batch_first": False, "dropout": 0.0,
                 "bidirectional": False}  # fmt: skip
        shown += [f"{name}={getattr(self, name)}" for name, value in usual.items() if getattr(self, name) != value]
        return ", ".join(shown)


class RNN(RNNBase):
    """h' = tanh(W_ih x + b_ih + W_hh h + b_hh) at each step; `nonlinearity="relu"` takes relu."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        refuse_projection(kwargs)
        if len(args) > 3:
            nonlinearity, args = args[3], args[:3] + args[4:]
        else:
            nonlinearity = kwargs.pop("nonlinearity", "tanh")
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"Unknown nonlinearity '{nonlinearity}'. Select from 'tanh' or 'relu'.")
        super().__init__(f"RNN_{nonlinearity.upper()}", *args, **kwargs)
        self.nonlinearity = nonlinearity

    def _wrong_dimensions(self, count: int) -> str:
        return f"RNN: Expected input to be 2D or 3D, got {count}D tensor instead"


class GRU(RNNBase):
    """Gated recurrent unit: h' = (1 − z) n + z h with reset and update gates r and z."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        refuse_projection(kwargs)
        super().__init__("GRU", *args, **kwargs)


class LSTM(RNNBase):
    """Long short-term memory: a cell state c' = f c + i g beside h' = o tanh(c'); the state is the pair (h, c)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__("LSTM", *args, **kwargs)

    def _sizes(self) -> tuple[int, ...]:
        return self.proj_size or self.hidden_size, self.hidden_size

    def _run(self, x: Tensor, sizes: list[int] | None, states: Sequence[Tensor]) -> tuple[Any, list[Tensor]]:
        if sizes is not None or self.proj_size or x.dtype != torch.float32 or not x.numel():
            return super()._run(x, sizes, states)
        x = (x.transpose(0, 1) if self.batch_first else x).contiguous()
        direction = partial(recurrence.fused_lstm, states=states)
        output, ends = self._stacked(direction, x, list(range(states[0].shape[0])))
        return (output.transpose(0, 1) if self.batch_first else output), ends

    def _states(self, hx: Any, packed: Any, single: bool) -> list[Tensor]:
        h, c = hx[0], hx[1]
        if packed is None and any(each.dim() != (2 if single else 3) for each in (h, c)):
            kind, expected = ("unbatched 2-D", 2) if single else ("batched 3-D", 3)
            raise RuntimeError(
                f"For {kind} input, hx and cx should also be {expected}-D but got ({h.dim()}-D, {c.dim()}-D) tensors"
            )
        return [each.unsqueeze(1) if single else each for each in (h, c)]

    def get_expected_cell_size(self, input: Tensor, batch_sizes: Any) -> tuple[int, int, int]:
        return self._expected(input, batch_sizes, self.hidden_size)

    def check_forward_args(self, input: Tensor, hidden: Any, batch_sizes: Any) -> None:
        self.check_input(input, batch_sizes)
        expected = self.get_expected_hidden_size(input, batch_sizes), self.get_expected_cell_size(input, batch_sizes)
        for index, (part, size) in enumerate(zip(hidden, expected, strict=True)):
            self.check_hidden_size(part, size, f"Expected hidden[{index}] size {{}}, got {{}}")


def permuted(state: Tensor, order: Tensor | None) -> Any:
    """The sequences of a state in another order."""
    return state if order is None else state.index_select(1, order)


def refuse_projection(words: dict[str, Any]) -> None:
    if "proj_size" in words:
        raise ValueError("proj_size argument is only supported for LSTM, not RNN or GRU")


def check_dropout(dropout: Any, num_layers: int) -> None:
    if isinstance(dropout, bool) or not isinstance(dropout, (int, float)) or not 0 <= dropout <= 1:
        raise ValueError(
            "dropout should be a number in range [0, 1] representing the probability of an element being zeroed"
        )
    if dropout > 0 and num_layers == 1:
        warnings.warn(
            "dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects num_layers "
            f"greater than 1, but got dropout={dropout} and num_layers={num_layers}",
            stacklevel=4,
        )


def check_sizes(layer: RNNBase) -> None:
    for name, kind in (("bias", bool), ("batch_first", bool), ("input_size", int), ("hidden_size", int)):
        value = getattr(layer, name)
        if not isinstance(value, kind):
            raise TypeError(f"{name} should be of type {kind.__name__}, got: {type(value).__name__}")
        if kind is int and value <= 0:
            raise ValueError(f"{name} must be greater than zero")
    if layer.num_layers <= 0:
        raise ValueError("num_layers must be greater than zero")
    if layer.proj_size < 0:
        raise ValueError("proj_size should be a positive integer or zero to disable projections")
    if layer.proj_size >= layer.hidden_size:
        raise ValueError("proj_size has to be smaller than hidden_size")
