"""Stochastic gradient descent, with momentum as Sutskever et al. (2013) and torch write it."""

from __future__ import annotations

from typing import Any

from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.optim.arithmetic import Value, plus
from gradviz.engine.torch.optim.optimizer import Group, Optimizer, Parameters, number_of, remembered


class SGD(Optimizer):
    """p ← p − lr · v with v ← momentum · v + (1 − dampening) · (gradient + weight_decay · p)."""

    def __init__(
        self,
        params: Parameters,
        lr: float | Tensor = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        if isinstance(lr, Tensor) and lr.numel() != 1:
            raise ValueError("Tensor lr must be 1-element")
        limited: Any = (("learning rate", lr), ("momentum value", momentum), ("weight_decay value", weight_decay))
        for what, value in limited:
            if value < 0.0:
                raise ValueError(f"Invalid {what}: {value}")
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
            "foreach": foreach,
            "differentiable": differentiable,
            "fused": fused,
        }
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        super().__init__(params, defaults)

    def updated(self, parameter: Tensor, value: Value, gradient: Value, group: Group) -> Value:
        if group["weight_decay"] != 0:
            gradient = plus(gradient, value, group["weight_decay"])
        momentum = group["momentum"]
        if momentum != 0:
            state: dict[str, Any] = self.state[parameter]
            buffer = state.get("momentum_buffer")
            if buffer is None:
                velocity = gradient.copy()
                state["momentum_buffer"] = remembered(velocity)
            else:
                velocity = buffer.numpy_value() * value.dtype.type(momentum)
                velocity = plus(velocity, gradient, 1 - group["dampening"])
                buffer._assign(velocity)
            gradient = plus(gradient, velocity, momentum) if group["nesterov"] else velocity
        return plus(value, gradient, -number_of(group["lr"]))
