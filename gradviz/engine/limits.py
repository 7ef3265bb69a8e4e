"""What the element types can hold: torch.finfo and torch.iinfo."""

from __future__ import annotations

from typing import Any

import numpy as np

from .dtype import default_dtype, dtype

# NumPy knows nothing of bfloat16: eps, largest, smallest normal number, resolution.
BFLOAT16 = (2.0**-7, float.fromhex("0x1.fep127"), 2.0**-126, 0.01)


class finfo:  # noqa: N801 - PyTorch's name
    """Machine limits of a floating point type, by default of the default one."""

    def __init__(self, type: dtype | None = None) -> None:
        kind = default_dtype() if type is None else type
        if not (kind.is_floating_point or kind.is_complex):
            raise TypeError(
                "torch.finfo() requires a floating point input type. Use torch.iinfo to handle 'torch.finfo'"
            )
        kind = kind.to_real() if kind.is_complex else kind
        self.dtype = kind.name
        self.bits = 8 * kind.itemsize
        if kind.name == "bfloat16":
            self.eps, self.max, self.tiny, self.resolution = BFLOAT16
        else:
            limits: Any = np.finfo(kind.numpy)
            self.eps, self.max = float(limits.eps), float(limits.max)
            self.tiny, self.resolution = float(limits.tiny), 10.0**-limits.precision
        self.min = -self.max
        self.smallest_normal = self.tiny

    def __repr__(self) -> str:
        return (
            f"finfo(resolution={self.resolution:g}, min={self.min:g}, max={self.max:g}, eps={self.eps:g}, "
            f"smallest_normal={self.smallest_normal:g}, tiny={self.tiny:g}, dtype={self.dtype})"
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, finfo) and self.dtype == other.dtype

    def __hash__(self) -> int:
        return hash(self.dtype)


class iinfo:  # noqa: N801 - PyTorch's name
    """Machine limits of an integer type."""

    def __init__(self, type: dtype) -> None:
        if type.is_floating_point or type.is_complex or type.name == "bool":
            raise TypeError("torch.iinfo() requires an integer input type. Use torch.finfo to handle 'torch.iinfo'")
        limits = np.iinfo(type.numpy)
        self.dtype = type.name
        self.bits, self.min, self.max = limits.bits, int(limits.min), int(limits.max)

    def __repr__(self) -> str:
        return f"iinfo(min={float(self.min):g}, max={float(self.max):g}, dtype={self.dtype})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, iinfo) and self.dtype == other.dtype

    def __hash__(self) -> int:
        return hash(self.dtype)
