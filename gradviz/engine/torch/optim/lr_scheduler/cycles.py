"""Rates that go up and down between two bounds (Smith 2017, Cyclical Learning Rates), momentum the other way."""

from __future__ import annotations

import functools
import math
import types
from collections.abc import Callable
from typing import Any

from gradviz.engine.torch.optim.lr_scheduler.scheduler import LRScheduler, check_optimizer, per_group, set_value
from gradviz.engine.torch.optim.optimizer import Optimizer


class CyclicLR(LRScheduler):
    """Up in `step_size_up` steps and down in `step_size_down`; call `step` after each batch."""

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: float | list[float],
        max_lr: float | list[float],
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: float = 0.8,
        max_momentum: float = 0.9,
        last_epoch: int = -1,
    ) -> None:
        check_optimizer(optimizer)
        self.optimizer = optimizer
        lowest = per_group("base_lr", optimizer, base_lr)
        if last_epoch == -1:
            for rate, group in zip(lowest, optimizer.param_groups, strict=True):
                set_value(group, "lr", rate)
        self.max_lrs = per_group("max_lr", optimizer, max_lr)
        up = float(step_size_up)
        down = up if step_size_down is None else float(step_size_down)
        self.total_size = up + down
        self.step_ratio = up / self.total_size
        if mode not in ("triangular", "triangular2", "exp_range") and scale_fn is None:
            raise ValueError("mode is invalid and scale_fn is None")
        self.mode = mode
        self.gamma = gamma
        self._scale_fn_ref: Callable[[float], float]
        self._scale_fn_custom = scale_fn
        self.scale_mode = scale_mode
        self._init_scale_fn()
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self.use_beta1 = takes_betas(optimizer)
            self.base_momentums = per_group("base_momentum", optimizer, base_momentum)
            self.max_momentums = per_group("max_momentum", optimizer, max_momentum)
            if last_epoch == -1:
                start_momentum(optimizer, self.use_beta1, self.max_momentums, self.base_momentums)
        super().__init__(optimizer, last_epoch)
        self.base_lrs = lowest

    def _init_scale_fn(self) -> None:
        if self._scale_fn_custom is not None:
            return
        if self.mode == "exp_range":
            self._scale_fn_ref = functools.partial(_exponential, self.gamma)
            self.scale_mode = "iterations"
        else:
            self._scale_fn_ref = _constant if self.mode == "triangular" else _halving
            self.scale_mode = "cycle"

    def scale_fn(self, x: float) -> float:
        """How high the x-th cycle (or step) goes, as a part of the first."""
        return (self._scale_fn_custom or self._scale_fn_ref)(x)

    def get_lr(self) -> list[Any]:
        self._warn_outside_step()
        cycle = math.floor(1 + self.last_epoch / self.total_size)
        place = 1.0 + self.last_epoch / self.total_size - cycle
        part = place / self.step_ratio if place <= self.step_ratio else (place - 1) / (self.step_ratio - 1)
        scale = self.scale_fn(cycle if self.scale_mode == "cycle" else self.last_epoch)
        rates = [low + (high - low) * part * scale for low, high in zip(self.base_lrs, self.max_lrs, strict=True)]
        if self.cycle_momentum:
            bounds = zip(self.base_momentums, self.max_momentums, self.optimizer.param_groups, strict=True)
            for low, high, group in bounds:
                set_momentum(group, self.use_beta1, high - (high - low) * part * scale)
        return rates

    def state_dict(self) -> dict[str, Any]:
        """All attributes but the optimizer; of a function nothing, of another callable what it holds."""
        state = super().state_dict()
        state.pop("_scale_fn_ref", None)
        function = state.pop("_scale_fn_custom")
        held = function is not None and not isinstance(function, types.FunctionType)
        state["_scale_fn_custom"] = function.__dict__.copy() if held else None
        return state

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` gave; the function stays as it is."""
        held = state_dict.pop("_scale_fn_custom")
        super().load_state_dict(state_dict)
        if held is not None and self._scale_fn_custom is not None:
            self._scale_fn_custom.__dict__.update(held)
        self._init_scale_fn()


def takes_betas(optimizer: Optimizer) -> bool:
    """Whether the optimizer's momentum is the first of its betas. Raises ValueError where it has none."""
    if "momentum" not in optimizer.defaults and "betas" not in optimizer.defaults:
        raise ValueError("optimizer must support momentum or beta1 with `cycle_momentum` option enabled")
    return "betas" in optimizer.defaults


def set_momentum(group: dict[str, Any], first_beta: bool, momentum: Any) -> None:
    """Write a group's momentum where its optimizer looks for it."""
    if first_beta:
        group["betas"] = (momentum, *group["betas"][1:])
    else:
        group["momentum"] = momentum


def start_momentum(optimizer: Optimizer, first_beta: bool, highest: list[Any], lowest: list[Any]) -> None:
    """Begin with the highest momentum, and note both bounds in the groups."""
    for high, low, group in zip(highest, lowest, optimizer.param_groups, strict=True):
        set_momentum(group, first_beta, high)
        group["max_momentum"] = high
        group["base_momentum"] = low


def _constant(x: float) -> float:
    return 1.0


def _halving(x: float) -> float:
    return float(1 / 2.0 ** (x - 1))


def _exponential(gamma: float, x: float) -> float:
    return float(gamma**x)
