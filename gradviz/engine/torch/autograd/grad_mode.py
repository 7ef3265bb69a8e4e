"""torch.autograd.grad_mode: what torch has at its top as well."""

from __future__ import annotations

from typing import Any

from gradviz.engine.grad_mode import enable_grad, no_grad, set_grad_enabled
from gradviz.engine.inference import inference_mode
from gradviz.engine.names import missing


def __getattr__(name: str) -> Any:
    raise missing("torch.autograd.grad_mode", name)


__all__ = ["enable_grad", "inference_mode", "no_grad", "set_grad_enabled"]
