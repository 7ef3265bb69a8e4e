"""torch.backends.cuda: not built in. Its switches may be set, as programs do that want speed on a GPU."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from gradviz.engine.names import missing

# PyTorch's defaults; nothing reads them but the program.
matmul = SimpleNamespace(
    allow_tf32=False, allow_fp16_reduced_precision_reduction=True, allow_bf16_reduced_precision_reduction=True
)


def is_built() -> bool:
    """Return False."""
    return False


def __getattr__(name: str) -> Any:
    raise missing("torch.backends.cuda", name)
