"""torch.special: other names for a few functions."""

from __future__ import annotations

from typing import Any

from ...names import missing
from ...surface import functions

expit, log_softmax, softmax, logsumexp, erf, expm1, log1p = (
    functions[_name] for _name in ("sigmoid", "log_softmax", "softmax", "logsumexp", "erf", "expm1", "log1p")
)


def __getattr__(name: str) -> Any:
    raise missing("torch.special", name)
