"""Rprop (Riedmiller and Braun 1993): a step of its own for each element, by the sign of the gradient alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.optim.arithmetic import Value, plus_product
from gradviz.engine.torch.optim.optimizer import Group, Optimizer, Parameters, check, number_of, remembered


class Rprop(Optimizer):
    """Steps grow by etas[1] while the gradient keeps its sign, shrink by etas[0] when it changes."""

    def __init__(
        self,
        params: Parameters,
        lr: float | Tensor = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50),
        *,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        check(lr)
        if not 0.0 < etas[0] < 1.0 < etas[1]:
            raise ValueError(f"Invalid eta values: {etas[0]}, {etas[1]}")
        defaults = {
            "lr": lr,
            "etas": etas,
            "step_sizes": step_sizes,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "capturable": capturable,
        }
        super().__init__(params, defaults)

    def updated(self, parameter: Tensor, value: Value, gradient: Value, group: Group) -> Value:
        kind = value.dtype.type
        shrink, grow = (kind(eta) for eta in group["etas"])
        least, most = (kind(size) for size in group["step_sizes"])
        state: dict[str, Any] = self.state[parameter]
        if not state:
            self.begin(state, value, "prev")
            state["step_size"] = remembered(np.full(value.shape, number_of(group["lr"]), value.dtype)[()])
        self.count(state)
        agreement = gradient * state["prev"].numpy_value()
        factor = np.where(agreement > 0, grow, np.where(agreement < 0, shrink, kind(1)))
        size = np.clip(state["step_size"].numpy_value() * factor, least, most)[()]
        gradient = np.where(factor == shrink, kind(0), gradient)[()]
        state["step_size"]._assign(size)
        state["prev"]._assign(gradient)
        return plus_product(value, np.sign(gradient), size, -1.0)
