"""Stochastic gradient descent, with momentum as Sutskever et al. (2013) and torch write it."""

from __future__ import annotations

from typing import Any

from gradviz.engine.rounding import multiply_add
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.optim.optimizer import Group, Optimizer, Parameters, Value


class SGD(Optimizer):
    """p ← p − lr · v with v ← momentum · v + (1 − dampening) · (gradient + weight_decay · p)."""

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
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
        for what, value in (("learning rate", lr), ("momentum value", momentum), ("weight_decay value", weight_decay)):
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
        kind = value.dtype.type
        if group["weight_decay"] != 0:
            gradient = multiply_add(value, kind(group["weight_decay"]), gradient)
        if group["momentum"] != 0:
            state: dict[str, Any] = self.state[parameter]
            momentum = kind(group["momentum"])
            if state.get("momentum_buffer") is None:
                velocity = gradient.copy()
            else:
                velocity = state["momentum_buffer"].numpy_value() * momentum
                if group["dampening"] == 0:
                    velocity = velocity + gradient
                else:
                    velocity = multiply_add(gradient, kind(1 - group["dampening"]), velocity)
            state["momentum_buffer"] = self.remembered(velocity)
            gradient = multiply_add(velocity, momentum, gradient) if group["nesterov"] else velocity
        return multiply_add(gradient, kind(-group["lr"]), value)
