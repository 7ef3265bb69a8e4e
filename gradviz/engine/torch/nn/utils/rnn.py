"""Sequences of several lengths as one tensor: padded with a value, or packed without padding, step by step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from gradviz.engine import torch
from gradviz.engine.names import missing, shown_as
from gradviz.engine.ops.recurrent import pack_padded_sequence_op
from gradviz.engine.tensor import Tensor


class PackedSequence_(NamedTuple):  # noqa: N801 - torch's name, seen in the type's bases
    data: Any
    batch_sizes: Any
    sorted_indices: Any
    unsorted_indices: Any


class PackedSequence(PackedSequence_):
    """The elements of several sequences in the order of time, and how many sequences last until each step.

    `abc` and `x` are packed as `axbc` with batch sizes 2, 1, 1. Longer sequences come first; `sorted_indices` tells
    which ones these were.
    """

    def __new__(
        cls, data: Any, batch_sizes: Any = None, sorted_indices: Any = None, unsorted_indices: Any = None
    ) -> PackedSequence:
        if batch_sizes is None:
            data, batch_sizes = data
        if unsorted_indices is None:
            unsorted_indices = invert_permutation(sorted_indices)
        return super().__new__(cls, data, batch_sizes, sorted_indices, unsorted_indices)

    def to(self, *args: Any, **kwargs: Any) -> PackedSequence:
        data = self.data.to(*args, **kwargs)
        return self if data is self.data else type(self)(data, *self[1:])

    def cpu(self) -> PackedSequence:
        return self

    def cuda(self, *args: Any, **kwargs: Any) -> PackedSequence:
        return type(self)(self.data.cuda(*args, **kwargs), *self[1:])

    def double(self) -> PackedSequence:
        return self.to(torch.float64)

    def float(self) -> PackedSequence:
        return self.to(torch.float32)

    def half(self) -> PackedSequence:
        return self.to(torch.float16)

    def long(self) -> PackedSequence:
        return self.to(torch.int64)

    def int(self) -> PackedSequence:
        return self.to(torch.int32)

    def short(self) -> PackedSequence:
        return self.to(torch.int16)

    def char(self) -> PackedSequence:
        return self.to(torch.int8)

    def byte(self) -> PackedSequence:
        return self.to(torch.uint8)

    @property
    def is_cuda(self) -> bool:
        return False

    def is_pinned(self) -> bool:
        return False


def invert_permutation(permutation: Tensor | None) -> Any:
    """The order that undoes an order."""
    return None if permutation is None else torch.from_numpy(np.argsort(permutation.numpy_value()))


def pack_padded_sequence(
    input: Tensor, lengths: Any, batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """Padded sequences (time, batch, …), or (batch, time, …), of given lengths without their padding."""
    lengths = torch.as_tensor(lengths, dtype=torch.int64)
    order = None
    if not enforce_sorted:
        # By NumPy, since equal lengths must keep their order.
        order = torch.from_numpy(np.argsort(-lengths.numpy_value(), kind="stable"))
        lengths = lengths[order]
        input = input.index_select(0 if batch_first else 1, order)
    data, sizes = pack_padded_sequence_op(input, lengths, batch_first)
    return PackedSequence(data, sizes, order, None)


def pad_packed_sequence(
    sequence: PackedSequence,
    batch_first: bool = False,
    padding_value: float = 0.0,
    total_length: int | None = None,
) -> tuple[Any, Any]:
    """The sequences side by side, filled up with a value to the longest, or to `total_length`; and their lengths."""
    sizes = sequence.batch_sizes.tolist()
    if total_length is not None and total_length < len(sizes):
        raise ValueError(
            "Expected total_length to be at least the length of the longest sequence in input, but got "
            f"total_length={total_length} and max sequence length being {len(sizes)}"
        )
    length, data = total_length or len(sizes), sequence.data
    padded = torch.full((length, sizes[0], *data.shape[1:]), padding_value, dtype=data.dtype)
    start = written = 0
    # Steps of as many sequences are one block, as in torch: one write and one node for each.
    for time, (size, following) in enumerate(zip(sizes, [*sizes[1:], 0], strict=True), 1):
        if size != following:
            steps = time - written
            block = data.narrow(0, start, size * steps).view(steps, size, *data.shape[1:])
            padded.narrow(0, written, steps).narrow(1, 0, size).copy_(block)
            start, written = start + size * steps, time
    lengths = torch.tensor([sum(size > i for size in sizes) for i in range(sizes[0])], dtype=torch.int64)
    if batch_first:
        padded = padded.transpose(0, 1)
    order = sequence.unsorted_indices
    if order is None:
        return padded, lengths
    return padded.index_select(0 if batch_first else 1, order), lengths[order]


def pad_sequence(
    sequences: Any, batch_first: bool = False, padding_value: float = 0.0, padding_side: str = "right"
) -> Any:
    """Sequences (length, …) side by side as (longest, batch, …), or (batch, longest, …), filled up with a value."""
    if not isinstance(sequences, Iterable):
        raise RuntimeError(
            f"pad_sequence: Expected iterable for input sequences, but got arg of type: {type(sequences)}"
        )
    if padding_side not in ("left", "right"):
        raise RuntimeError(f"Expected padding_side to be one of left or right, but got {padding_side}.")
    found = tuple(sequences)
    if not found:
        raise RuntimeError("received an empty list of sequences")
    longest, rest = max(each.shape[0] for each in found), found[0].shape[1:]
    shape = (len(found), longest, *rest) if batch_first else (longest, len(found), *rest)
    padded = torch.full(shape, padding_value, dtype=found[0].dtype)
    for i, each in enumerate(found):
        length = each.shape[0]
        start = longest - length if padding_side == "left" else 0
        if batch_first:
            padded.select(0, i).narrow(0, start, length).copy_(each)
        else:
            padded.narrow(0, start, length).select(1, i).copy_(each)
    return padded


def unpad_sequence(padded_sequences: Tensor, lengths: Tensor, batch_first: bool = False) -> list[Any]:
    """The sequences of a padded tensor one by one, without padding."""
    if not batch_first:
        padded_sequences.transpose_(0, 1)
    times = torch.arange(padded_sequences.shape[1])
    return [each[times < length] for each, length in zip(padded_sequences, lengths, strict=True)]


def pack_sequence(sequences: list[Tensor], enforce_sorted: bool = True) -> PackedSequence:
    """Pack sequences (length, …) of several lengths."""
    lengths = torch.as_tensor([each.shape[0] for each in sequences])
    return pack_padded_sequence(pad_sequence(sequences), lengths, enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences: PackedSequence) -> list[Any]:
    """The sequences of a packed tensor one by one."""
    padded, lengths = pad_packed_sequence(packed_sequences, batch_first=True)
    return unpad_sequence(padded, lengths, batch_first=True)


shown_as("torch.nn.utils.rnn", PackedSequence, PackedSequence_)


def __getattr__(name: str) -> Any:
    raise missing("torch.nn.utils.rnn", name)
