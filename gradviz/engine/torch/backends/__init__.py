"""torch.backends: what PyTorch may compute with. Here none of it is there, and programs that ask are told so."""

from __future__ import annotations

from typing import Any

from gradviz.engine.names import missing

from . import cuda, cudnn, mps


class Absent:
    """A library that PyTorch may be built with. What NumPy computes with is its own affair."""

    enabled = False

    def is_available(self) -> bool:
        """Return False."""
        return False

    def __getattr__(self, name: str) -> Any:
        raise missing("torch.backends", name)


ABSENT = ("mkl", "mkldnn", "openmp", "opt_einsum", "quantized")


def __getattr__(name: str) -> Any:
    if name in ABSENT:
        return Absent()
    raise missing("torch.backends", name)


__all__ = ["cuda", "cudnn", "mps"]
