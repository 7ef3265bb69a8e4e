"""Rates by a function of the epoch that the program gives."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

from gradviz.engine.torch.optim.lr_scheduler.scheduler import LRScheduler
from gradviz.engine.torch.optim.optimizer import Optimizer

Factor = Callable[[int], float]


class LambdaLR(LRScheduler):
    """The first rate times `lr_lambda(epoch)`."""

    def __init__(self, optimizer: Optimizer, lr_lambda: Factor | list[Factor], last_epoch: int = -1) -> None:
        self.optimizer = optimizer
        self.lr_lambdas = _per_group(optimizer, lr_lambda)
        super().__init__(optimizer, last_epoch)

    def state_dict(self) -> dict[str, Any]:
        """All attributes but the optimizer; of functions nothing, of other callables what they hold."""
        return _state_without_functions(self.__dict__, self.lr_lambdas)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` gave; functions stay as they are."""
        _load_without_functions(self.__dict__, self.lr_lambdas, state_dict)

    def get_lr(self) -> list[Any]:
        self._warn_outside_step()
        return [rate * factor(self.last_epoch) for factor, rate in zip(self.lr_lambdas, self.base_lrs, strict=True)]


class MultiplicativeLR(LRScheduler):
    """The rate before times `lr_lambda(epoch)`."""

    def __init__(self, optimizer: Optimizer, lr_lambda: Factor | list[Factor], last_epoch: int = -1) -> None:
        self.optimizer = optimizer
        self.lr_lambdas = _per_group(optimizer, lr_lambda)
        for factor in self.lr_lambdas:
            if not callable(factor):
                raise TypeError(f"lr_lambda should be a function, but got {type(factor).__name__}")
        super().__init__(optimizer, last_epoch)

    state_dict = LambdaLR.state_dict
    load_state_dict = LambdaLR.load_state_dict

    def get_lr(self) -> list[Any]:
        self._warn_outside_step()
        if self._is_initial:
            return self._rates()
        groups = self.optimizer.param_groups
        return [group["lr"] * factor(self.last_epoch) for factor, group in zip(self.lr_lambdas, groups, strict=True)]


def _per_group(optimizer: Optimizer, lr_lambda: Any) -> list[Factor]:
    groups = len(optimizer.param_groups)
    if not isinstance(lr_lambda, (list, tuple)):
        return [lr_lambda] * groups
    if len(lr_lambda) != groups:
        raise ValueError(f"Expected {groups} lr_lambdas, but got {len(lr_lambda)}")
    return list(lr_lambda)


def _state_without_functions(attributes: dict[str, Any], functions: list[Factor]) -> dict[str, Any]:
    state = {name: value for name, value in attributes.items() if name not in ("optimizer", "lr_lambdas")}
    held = [None if isinstance(each, types.FunctionType) else each.__dict__.copy() for each in functions]
    return {**state, "lr_lambdas": held}


def _load_without_functions(attributes: dict[str, Any], functions: list[Factor], state: dict[str, Any]) -> None:
    attributes.update({name: value for name, value in state.items() if name != "lr_lambdas"})
    for function, held in zip(functions, state["lr_lambdas"], strict=True):
        if held is not None:
            function.__dict__.update(held)
