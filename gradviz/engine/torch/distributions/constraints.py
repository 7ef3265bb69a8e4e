"""What values a parameter or a sample may have.

A check reads arrays, so that whoever watches the program sees nothing of it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradviz.engine.creation import finished
from gradviz.engine.tensor import Tensor


class Constraint:
    """`check(value)` gives True for each value (each event) that is allowed."""

    is_discrete = False
    event_dim = 0

    def check(self, value: Tensor) -> Tensor:
        """One True or False for each event."""
        return finished(np.asarray(self.holds(np.asarray(value.numpy_value()))), "check")

    def holds(self, value: Any) -> Any:
        """The same for arrays."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__.lstrip('_')}({', '.join(f'{k}={v}' for k, v in vars(self).items())})"


class _Real(Constraint):
    def holds(self, value: Any) -> Any:
        return value == value


class _Boolean(Constraint):
    is_discrete = True

    def holds(self, value: Any) -> Any:
        return (value == 0) | (value == 1)


class _OneHot(Constraint):
    is_discrete = True
    event_dim = 1

    def holds(self, value: Any) -> Any:
        return ((value == 0) | (value == 1)).all(-1) & (value.sum(-1) == 1)


class _Bounded(Constraint):
    def __init__(self, **bounds: Any) -> None:
        vars(self).update(bounds)

    def bound(self, name: str) -> Any:
        bound = vars(self)[name]
        return np.asarray(bound.numpy_value()) if isinstance(bound, Tensor) else bound


class _IntegerGreaterThan(_Bounded):
    is_discrete = True

    def __init__(self, lower_bound: Any) -> None:
        super().__init__(lower_bound=lower_bound)

    def holds(self, value: Any) -> Any:
        return (value % 1 == 0) & (value >= self.bound("lower_bound"))


class _IntegerInterval(_Bounded):
    is_discrete = True

    def __init__(self, lower_bound: Any, upper_bound: Any) -> None:
        super().__init__(lower_bound=lower_bound, upper_bound=upper_bound)

    def holds(self, value: Any) -> Any:
        return (value % 1 == 0) & (value >= self.bound("lower_bound")) & (value <= self.bound("upper_bound"))


class _GreaterThan(_Bounded):
    def __init__(self, lower_bound: Any) -> None:
        super().__init__(lower_bound=lower_bound)

    def holds(self, value: Any) -> Any:
        return value > self.bound("lower_bound")


class _GreaterThanEq(_GreaterThan):
    def holds(self, value: Any) -> Any:
        return value >= self.bound("lower_bound")


class _LessThan(_Bounded):
    def __init__(self, upper_bound: Any) -> None:
        super().__init__(upper_bound=upper_bound)

    def holds(self, value: Any) -> Any:
        return value < self.bound("upper_bound")


class _Interval(_Bounded):
    def __init__(self, lower_bound: Any, upper_bound: Any) -> None:
        super().__init__(lower_bound=lower_bound, upper_bound=upper_bound)

    def holds(self, value: Any) -> Any:
        return (value >= self.bound("lower_bound")) & (value <= self.bound("upper_bound"))


class _Simplex(Constraint):
    event_dim = 1

    def holds(self, value: Any) -> Any:
        return (value >= 0).all(-1) & (np.abs(value.sum(-1) - 1) < 1e-6)


class _Multinomial(Constraint):
    is_discrete = True
    event_dim = 1

    def __init__(self, upper_bound: int) -> None:
        self.upper_bound = upper_bound

    def holds(self, value: Any) -> Any:
        return (value >= 0).all(-1) & (value.sum(-1) <= self.upper_bound)

    def __repr__(self) -> str:
        return "Multinomial()"


class _LowerCholesky(Constraint):
    event_dim = 2

    def holds(self, value: Any) -> Any:
        lower = (np.tril(value) == value).all((-2, -1))
        return lower & (np.diagonal(value, 0, -2, -1) > 0).all(-1)


class _PositiveDefinite(Constraint):
    event_dim = 2

    def holds(self, value: Any) -> Any:
        turned = np.swapaxes(value, -2, -1)
        alike = np.isclose(value, turned, rtol=1e-5, atol=1e-6).all((-2, -1))
        return alike & (np.linalg.eigvalsh((value + turned) / 2) > 0).all(-1)


class _IndependentConstraint(Constraint):
    def __init__(self, base_constraint: Constraint, reinterpreted_batch_ndims: int) -> None:
        self.base_constraint = base_constraint
        self.reinterpreted_batch_ndims = reinterpreted_batch_ndims
        self.is_discrete = base_constraint.is_discrete
        self.event_dim = base_constraint.event_dim + reinterpreted_batch_ndims

    def holds(self, value: Any) -> Any:
        result = self.base_constraint.holds(value)
        if result.ndim < self.reinterpreted_batch_ndims:
            raise ValueError(f"Expected value.dim() >= {self.event_dim} but got {value.ndim}")
        return result.all(tuple(range(-self.reinterpreted_batch_ndims, 0)))

    def __repr__(self) -> str:
        return f"IndependentConstraint({self.base_constraint!r}, {self.reinterpreted_batch_ndims})"


independent = _IndependentConstraint
boolean, one_hot = _Boolean(), _OneHot()
nonnegative_integer, positive_integer = _IntegerGreaterThan(0), _IntegerGreaterThan(1)
integer_interval = _IntegerInterval
real = _Real()
real_vector = independent(real, 1)
positive, nonnegative = _GreaterThan(0.0), _GreaterThanEq(0.0)
greater_than, greater_than_eq, less_than = _GreaterThan, _GreaterThanEq, _LessThan
unit_interval, interval = _Interval(0.0, 1.0), _Interval
simplex, multinomial = _Simplex(), _Multinomial
lower_cholesky, positive_definite = _LowerCholesky(), _PositiveDefinite()
