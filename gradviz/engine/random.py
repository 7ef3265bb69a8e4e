"""Torch's CPU random numbers with NumPy, so that a seeded program prints here what it prints under real PyTorch.

A lecture notebook starts with `torch.manual_seed(0)` and shows its numbers in the text. With a generator of our own
every one of them would differ. Torch's CPU generator is the Mersenne twister MT19937 (Matsumoto and Nishimura 1998),
which NumPy has too; what is written down here is how torch makes numbers of each kind from the twister's 32-bit words.

Bit-equal to torch 2.13 on a CPU with AVX2: all but float64 normals from 16 elements on, and float64 exponentials, whose
last bit depends on the C library's log and cos. After every call the generator stands where torch's would, and
its state is torch's 5056 bytes. `variates` draws what needs rejection, `ops/filling` fills tensors in place.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from . import generator_state
from .device import CPU, check
from .dtype import OF_NUMPY
from .normal import box_muller_float32, box_muller_float64
from .tensor import Tensor

Array = npt.NDArray[Any]
Shape = Sequence[int]

DEFAULT_SEED = 67280421310721
BLOCK = 16
BFLOAT16_DIGITS = 8  # of its significand; NumPy does not know the type
# From here on torch takes 64 bits for one integer: below, the remainder of a 32-bit word is even enough.
WIDE_RANGE = 1 << 28


class Generator:
    """A stream of random numbers: the twister, and the half of a Box-Muller pair that was not asked for yet."""

    __slots__ = ("_initial_seed", "_spare_normal", "_twister")

    device = CPU

    def __init__(self, device: object = CPU, seed: int = DEFAULT_SEED) -> None:
        check(device)
        self._spare_normal: float | None = None
        self.manual_seed(seed)

    def manual_seed(self, seed: int) -> Generator:
        """Start the stream again from `seed` (any 64-bit integer; the twister takes its low 32 bits)."""
        if not isinstance(seed, (int, np.integer)):
            raise RuntimeError(f"manual_seed expected a long, but got {type(seed).__name__}")
        if not -(1 << 63) <= seed < 1 << 64:
            raise ValueError("Overflow when unpacking long long")
        self._initial_seed = int(seed) & 0xFFFFFFFFFFFFFFFF
        self._twister: Any = None  # made for the first draw: importing numpy.random is half of this engine's start
        self._spare_normal = None
        return self

    def get_state(self) -> Tensor:
        """Where the stream stands, as torch's 5056 bytes."""
        state = self._running().state["state"]
        content = generator_state.packed(self._initial_seed, state["key"], state["pos"], self._spare_normal)
        return Tensor._of(np.frombuffer(content, np.uint8), None)

    def set_state(self, new_state: Tensor) -> Generator:
        """Go on from where `get_state` was called. Raises TypeError or RuntimeError for other bytes."""
        if not isinstance(new_state, Tensor):
            raise TypeError(f"expected a torch.ByteTensor, but got {type(new_state).__name__}")
        if new_state.numpy_value().dtype != np.uint8:
            raise TypeError("RNG state must be a torch.ByteTensor")
        unpacked = generator_state.unpacked(np.asarray(new_state.numpy_value()).tobytes())
        self._initial_seed, key, position, self._spare_normal = unpacked
        state = self._running().state
        self._twister.state = {**state, "state": {"key": np.array(key, np.uint32), "pos": position}}
        return self

    def clone_state(self) -> Generator:
        """Another generator that stands at the same place."""
        made = Generator()
        made.set_state(self.get_state())
        return made

    def _running(self) -> Any:
        if self._twister is None:
            self._twister = twister(self._initial_seed)
        return self._twister

    def seed(self) -> int:
        """Start the stream from a seed that nobody can foresee, and return it."""
        self.manual_seed(int.from_bytes(os.urandom(8), "little"))
        return self._initial_seed

    def initial_seed(self) -> int:
        return self._initial_seed

    # Words and uniform numbers

    def _words(self, count: int) -> Array:
        """The next `count` 32-bit words, as uint64."""
        words: Array = self._running().random_raw(count)
        return words

    def _long_words(self, count: int) -> Array:
        """The next `count` 64-bit words: two draws each, the first is the high half."""
        halves = self._words(2 * count)
        return (halves[0::2] << np.uint64(32)) | halves[1::2]

    def doubles(self, count: int) -> Array:
        """Uniform float64 in [0, 1) from the low 53 bits of 64-bit words."""
        return (self._long_words(count) & np.uint64((1 << 53) - 1)) * 2.0**-53

    def _units(self, count: int, dtype: np.dtype[Any]) -> Array:
        """Uniform numbers in [0, 1) as float64: 53 random bits for float64, 24 for the shorter dtypes."""
        if dtype == np.float64:
            return self.doubles(count)
        return (self._words(count) & np.uint64((1 << 24) - 1)) * 2.0**-24

    def rand(self, shape: Shape, dtype: npt.DTypeLike = np.float32) -> Array:
        """Uniform in [0, 1)."""
        return self.uniform(shape, 0.0, 1.0, dtype)

    def uniform(self, shape: Shape, low: float, high: float, dtype: npt.DTypeLike = np.float32) -> Array:
        """Uniform in [low, high); what rounding lifts to `high` is given as `low`."""
        dtype = np.dtype(dtype)
        _need_floats(dtype, "check_uniform_bounds")
        if low > high:
            raise RuntimeError(f"uniform_ expects to return a [from, to) range, but found from={low:g} > to={high:g}")
        work = dtype if dtype == np.float64 else np.dtype(np.float32)  # half floats are rounded from float32
        start, end = np.array([low, high], work)
        units = self._units(math.prod(shape), dtype)
        values = (units * float(end - start) + float(start)).astype(work).astype(dtype)
        return _shaped(np.where(values == end.astype(dtype), start.astype(dtype), values), shape, dtype)

    # Normal numbers

    def randn(self, shape: Shape, dtype: npt.DTypeLike = np.float32) -> Array:
        """Normal with mean 0 and standard deviation 1."""
        return self.normal(shape, 0.0, 1.0, dtype)

    def normal(
        self, shape: Shape, mean: float, std: float, dtype: npt.DTypeLike = np.float32, blocks: bool = True
    ) -> Array:
        """Normal numbers. Up to 15 elements are made singly in double precision, 16 and more in blocks of 16."""
        count, dtype = math.prod(shape), np.dtype(dtype)
        _need_floats(dtype, "normal_kernel_cpu")
        if std < 0:
            raise RuntimeError(f"normal expects std >= 0.0, but found std {std:g}")
        if count < BLOCK or not blocks:
            singles = [self.single_normal() * std + mean for _ in range(count)]
            return _shaped(np.array(singles, np.float64), shape, dtype)
        return _shaped(self._normal_blocks(count, mean, std, dtype), shape, dtype)

    def single_normal(self) -> float:
        """Box-Muller in double precision: the cosine is handed out now, the sine is kept for the next call."""
        if self._spare_normal is not None:
            spare, self._spare_normal = self._spare_normal, None
            return spare
        turn, height = self.doubles(2).tolist()
        radius = math.sqrt(-2.0 * math.log1p(-height))
        angle = 2.0 * math.pi * turn
        self._spare_normal = radius * math.sin(angle)
        return radius * math.cos(angle)

    def _normal_blocks(self, count: int, mean: float, std: float, dtype: np.dtype[Any]) -> Array:
        """Uniform numbers turned into normal ones in blocks of 16; a remainder redraws the last 16 of the whole."""
        # Half floats compute in float32 and draw block by block; the others draw all elements before the first block.
        half = dtype.itemsize == 2
        work = np.dtype(np.float32) if half else dtype
        box_muller = box_muller_float64 if work == np.float64 else box_muller_float32
        whole = count - count % BLOCK
        first = self._units(whole if half else count, work).astype(work)
        values = np.empty(count, work)
        values[:whole] = box_muller(first[:whole].reshape(-1, BLOCK), mean, std).reshape(-1)
        if whole != count:
            last = self._units(BLOCK, work).astype(work)
            values[-BLOCK:] = box_muller(last.reshape(1, BLOCK), mean, std)[0]
        return values

    # Integers

    def randint(self, low: int, high: int, shape: Shape, dtype: npt.DTypeLike = np.int64) -> Array:
        """Integers in [low, high): the remainder of a word, 64 bits wide from a range of 2^28 on."""
        width, count = high - low, math.prod(shape)
        words = self._long_words(count) if width >= WIDE_RANGE else self._words(count)
        return _shaped((words % np.uint64(width)).astype(np.int64) + low, shape, dtype)

    def whole_range(self, shape: Shape, dtype: npt.DTypeLike) -> Array:
        """All integers that a dtype can hold and tell apart, from 0 on: `random_()` without bounds."""
        kind, count = np.dtype(dtype), math.prod(shape)
        words = self._long_words(count) if kind in (np.int64, np.float64) else self._words(count)
        if kind.kind in "fV":
            digits = np.finfo(kind).nmant + 1 if kind.kind == "f" else BFLOAT16_DIGITS
            return _shaped(words % np.uint64((1 << digits) + 1), shape, kind)
        if kind.kind == "b":
            return _shaped(words & np.uint64(1), shape, kind)
        return _shaped((words % np.uint64(np.iinfo(kind).max + 1)).astype(np.int64), shape, kind)

    def seed_for_another(self) -> int:
        """One number of this stream that starts another: loaders and shuffles draw theirs so."""
        return int(self.whole_range((), np.int64))

    def randperm(self, n: int) -> Array:
        """A permutation of 0 … n−1: the Fisher-Yates shuffle, forwards."""
        order = list(range(n))
        picks = self._words(n - 1).tolist() if n > 1 else []
        for i, word in enumerate(picks):
            j = i + word % (n - i)
            order[i], order[j] = order[j], order[i]
        return np.array(order, np.int64)

    # Choices

    def bernoulli(
        self, p: float | Array | np.generic, shape: Shape | None = None, dtype: npt.DTypeLike = np.float32
    ) -> Array:
        """Ones with probability `p`, else zeros. A number takes double draws; an array takes draws of its own dtype.

        `shape` is needed with a number; an array brings its own.
        """
        if isinstance(p, (np.ndarray, np.generic)):
            kind = np.float64 if p.dtype == np.float64 else np.float32
            units = self._units(p.size, np.dtype(kind)).reshape(p.shape)
            return _shaped(units < p, p.shape, dtype)
        if shape is None:
            raise ValueError("bernoulli with a number needs a shape")
        return _shaped(self.doubles(math.prod(shape)) < p, shape, dtype)

    def dropout_mask(self, shape: Shape, p: float, dtype: npt.DTypeLike = np.float32) -> Array:
        """What dropout multiplies with: 0 with probability `p` (0 < p < 1), else 1 / (1 − p)."""
        mask: Array = self.bernoulli(1 - p, shape, dtype) / np.array(1 - p, dtype)
        return mask

    def exponential(self, shape: Shape, rate: float = 1.0, dtype: npt.DTypeLike = np.float32) -> Array:
        """Exponential numbers with mean 1 / rate, by inversion in double precision."""
        _need_floats(np.dtype(dtype), "exponential_cpu")
        if rate <= 0:
            raise RuntimeError(f"exponential_ expects lambda > 0.0, but found lambda={rate:g}")
        return _shaped(-1.0 / rate * np.log1p(-self.doubles(math.prod(shape))), shape, dtype)

    def multinomial(self, weights: Array, num_samples: int, replacement: bool = False) -> Array:
        """Indices drawn with the given weights along the last axis of a 1-d or 2-d float array, as int64.

        One sample, or several without replacement, are the largest of weight / exponential number (the Gumbel-max
        trick); with replacement each is found in the running sum of the weights.
        """
        if num_samples == 1 or not replacement:
            scores = weights / self.exponential(weights.shape, 1.0, weights.dtype)
            return np.argsort(-scores, axis=-1, kind="stable")[..., :num_samples].astype(np.int64)
        rows = np.atleast_2d(weights)
        picks = np.empty((len(rows), num_samples), np.int64)
        for row, pick in zip(rows, picks, strict=True):
            sums = np.cumsum(row, dtype=row.dtype)
            bounds = sums / sums[-1]
            bounds[-1] = 1
            pick[:] = np.searchsorted(bounds.astype(np.float64), self.doubles(num_samples), side="left")
        return picks.reshape(*weights.shape[:-1], num_samples)


def twister(seed: int) -> Any:
    """Return the Mersenne twister as torch seeds it."""
    made = np.random.MT19937(0)
    # RandomState seeds the twister by init_genrand as torch does; MT19937(seed) would hash the seed first.
    made.state = np.random.RandomState(seed & 0xFFFFFFFF).get_state(legacy=False)  # type: ignore[assignment]
    return made


def _need_floats(dtype: np.dtype[Any], kernel: str) -> None:
    if dtype.kind in "biuc":
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{OF_NUMPY[dtype].tensor_name}'")


def _shaped(values: Array, shape: Shape, dtype: npt.DTypeLike) -> Array:
    """The flat values in their shape; without dimensions it is a NumPy scalar, as the engine holds 0-d tensors."""
    shaped: Array = values.astype(dtype, copy=False).reshape(tuple(shape))[()]
    return shaped


# The generator behind torch.manual_seed, torch.rand and all that is not handed one of its own.
default_generator = Generator()
