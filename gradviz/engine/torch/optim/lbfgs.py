"""L-BFGS (Nocedal and Wright, Numerical Optimization, algorithm 7.4), as torch ports Schmidt's minFunc.

The whole model is one flat vector here. Directions are made from the last differences of gradients; the closure is
called several times in one step, so this optimizer cannot do without it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradviz.engine.grad_mode import enable_grad, no_grad
from gradviz.engine.kernels import total
from gradviz.engine.overwrite import overwrite
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.optim.arithmetic import Value, plus
from gradviz.engine.torch.optim.line_search import Point, strong_wolfe
from gradviz.engine.torch.optim.optimizer import Optimizer, Parameters, check, number_of, remembered


class LBFGS(Optimizer):
    """At most `max_iter` iterations and `max_eval` calls of the closure in a step."""

    def __init__(
        self,
        params: Parameters,
        lr: float | Tensor = 1,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        check(lr)
        defaults = {
            "lr": lr,
            "max_iter": max_iter,
            "max_eval": max_iter * 5 // 4 if max_eval is None else max_eval,
            "tolerance_grad": tolerance_grad,
            "tolerance_change": tolerance_change,
            "history_size": history_size,
            "line_search_fn": line_search_fn,
        }
        super().__init__(params, defaults)
        if len(self.param_groups) != 1:
            raise ValueError("LBFGS doesn't support per-parameter options (parameter groups)")
        self._params: list[Tensor] = self.param_groups[0]["params"]

    def step(self, closure: Callable[[], Any]) -> Any:  # type: ignore[override]
        """Do up to `max_iter` iterations; `closure` zeroes the gradients, computes the loss and runs backward()."""

        def evaluated() -> Any:
            with enable_grad():
                return closure()

        with no_grad():
            return self._iterate(evaluated)

    def _iterate(self, closure: Callable[[], Any]) -> Any:
        group = self.param_groups[0]
        lr, change = number_of(group["lr"]), group["tolerance_change"]
        state = self.state[self._params[0]]
        state.setdefault("func_evals", 0)
        state.setdefault("n_iter", 0)
        first_loss = closure()
        loss, gradient = float(number_of(first_loss)), self._flat_gradient()
        evaluations = 1
        state["func_evals"] += 1
        flat = _small(gradient, group["tolerance_grad"])
        if flat:
            return first_loss
        iteration = 0
        while iteration < group["max_iter"]:
            iteration += 1
            state["n_iter"] += 1
            direction = self._direction(state, gradient, group["history_size"])
            state["prev_flat_grad"] = remembered(gradient)
            loss_before = loss
            length = lr
            if state["n_iter"] == 1:
                length = min(1.0, 1.0 / total(np.abs(gradient)).item()) * lr
            slope = np.dot(gradient, direction)
            state.update(d=remembered(direction), t=length)
            if slope > -change:
                break
            calls = 0
            if group["line_search_fn"] is not None:
                if group["line_search_fn"] != "strong_wolfe":
                    raise RuntimeError("only 'strong_wolfe' is supported")
                start = Point(0.0, loss, gradient, slope)
                found, calls = strong_wolfe(
                    self._searched(closure, direction), start, length, direction, group["max_eval"] - evaluations
                )
                length, loss, gradient = found.step, found.loss, found.gradient
                self._move(length, direction)
                flat = _small(gradient, group["tolerance_grad"])
            else:
                self._move(length, direction)
                if iteration != group["max_iter"]:
                    loss, gradient = float(number_of(closure())), self._flat_gradient()
                    flat = _small(gradient, group["tolerance_grad"])
                    calls = 1
            state.update(t=length)
            evaluations += calls
            state["func_evals"] += calls
            if evaluations >= group["max_eval"] or flat or iteration == group["max_iter"]:
                break
            if _small(direction * direction.dtype.type(length), change) or abs(loss - loss_before) < change:
                break
        state["prev_loss"] = loss_before
        return first_loss

    def _direction(self, state: dict[str, Any], gradient: Value, history: int) -> Value:
        """The two-loop recursion: the inverse Hessian that the last differences suggest, times −gradient."""
        if state["n_iter"] == 1:
            state.update(old_dirs=[], old_stps=[], ro=[], H_diag=1, al=[None] * history)
            return -gradient
        difference = gradient - state["prev_flat_grad"].numpy_value()
        moved = state["d"].numpy_value() * difference.dtype.type(state["t"])
        curvature = np.dot(difference, moved)
        old_dirs, old_stps, inverses = state["old_dirs"], state["old_stps"], state["ro"]
        if curvature > 1e-10:
            if len(old_dirs) == history:
                del old_dirs[0], old_stps[0], inverses[0]
            old_dirs.append(remembered(difference))
            old_stps.append(remembered(moved))
            inverses.append(remembered(difference.dtype.type(1.0) / curvature))
            state["H_diag"] = remembered(curvature / np.dot(difference, difference))
        weights = state["al"]
        pairs = list(enumerate(zip(old_dirs, old_stps, inverses, strict=True)))
        direction = -gradient
        for i, (change, step, inverse) in reversed(pairs):
            weights[i] = remembered(np.dot(step.numpy_value(), direction) * inverse.numpy_value())
            direction = plus(direction, change.numpy_value(), -weights[i].item())
        direction = direction * direction.dtype.type(number_of(state["H_diag"]))
        for i, (change, step, inverse) in pairs:
            back = np.dot(change.numpy_value(), direction) * inverse.numpy_value()
            direction = plus(direction, step.numpy_value(), (weights[i].numpy_value() - back).item())
        return direction

    def _flat_gradient(self) -> Value:
        """All gradients as one vector; a missing one is zero."""
        parts = []
        for parameter in self._params:
            grad = parameter.grad
            value = parameter.numpy_value()
            parts.append(np.zeros(value.size, value.dtype) if grad is None else np.ravel(grad.numpy_value()))
        return np.concatenate(parts)

    def _move(self, step: float, direction: Value) -> None:
        start = 0
        for parameter in self._params:
            value = parameter.numpy_value()
            part = direction[start : start + value.size].reshape(value.shape)[()]
            overwrite(parameter, plus(value, part, float(step)))
            start += value.size

    def _searched(self, closure: Callable[[], Any], direction: Value) -> Callable[[float], Point]:
        """The loss and its slope along a direction, as a function of how far to go."""
        start = [np.array(parameter.numpy_value())[()] for parameter in self._params]

        def at(step: float) -> Point:
            self._move(step, direction)
            loss, gradient = float(number_of(closure())), self._flat_gradient()
            for parameter, value in zip(self._params, start, strict=True):
                overwrite(parameter, value)
            return Point(step, loss, gradient, np.dot(gradient, direction))

        return at


def _small(values: Value, tolerance: float) -> bool:
    """Whether no element is larger than that."""
    return bool(np.abs(values).max() <= values.dtype.type(tolerance))
