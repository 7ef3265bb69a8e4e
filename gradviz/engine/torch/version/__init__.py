"""torch.version: which PyTorch this engine follows. It is built for no GPU."""

from __future__ import annotations

from gradviz.engine.torch import __version__

debug = False
cuda = hip = xpu = rocm = None

__all__ = ["__version__", "cuda", "debug", "hip", "rocm", "xpu"]
