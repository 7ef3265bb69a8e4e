"""torch.autograd.function: operations that programs write themselves."""

from __future__ import annotations

from typing import Any

from gradviz.engine.function import Function, InplaceFunction, once_differentiable
from gradviz.engine.function_node import BackwardCFunction, FunctionCtx
from gradviz.engine.names import missing, shown_as

shown_as("torch.autograd.function", BackwardCFunction, Function, FunctionCtx, InplaceFunction)


def __getattr__(name: str) -> Any:
    raise missing("torch.autograd.function", name)


__all__ = ["BackwardCFunction", "Function", "FunctionCtx", "InplaceFunction", "once_differentiable"]
