"""torch.autograd: the backward pass as functions."""

from __future__ import annotations

import importlib
from typing import Any

from gradviz.engine.backward import backward, grad
from gradviz.engine.function import Function
from gradviz.engine.grad_mode import enable_grad, no_grad, set_grad_enabled
from gradviz.engine.inference import inference_mode
from gradviz.engine.names import missing
from gradviz.engine.tensor import Tensor

from .gradcheck import gradcheck, gradgradcheck


class VariableMeta(type):
    """Lets isinstance(x, Variable) hold for every tensor, as it has been in PyTorch since 0.4."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, Tensor)


class Variable(metaclass=VariableMeta):
    """The tensor itself; kept for old programs."""

    def __new__(cls, data: Tensor, requires_grad: bool = False, volatile: bool = False) -> Any:
        made = data.detach()
        return made.requires_grad_() if requires_grad else made


SUBMODULES = ("anomaly_mode", "forward_ad", "function", "functional", "grad_mode", "graph")
LATER = {
    "detect_anomaly": "anomaly_mode",
    "set_detect_anomaly": "anomaly_mode",
}  # in which submodule a name is that few programs need


def __getattr__(name: str) -> Any:
    if name in LATER:
        return getattr(importlib.import_module(f"{__name__}.{LATER[name]}"), name)
    if name in SUBMODULES:
        return importlib.import_module(f"{__name__}.{name}")
    raise missing("torch.autograd", name)


__all__ = [
    "Function",
    "Variable",
    "backward",
    "enable_grad",
    "grad",
    "gradcheck",
    "gradgradcheck",
    "inference_mode",
    "no_grad",
    "set_grad_enabled",
]
