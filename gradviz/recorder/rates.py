"""Learning rates as curves: what each step of an optimizer used, group by group."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..trace.messages import CurveKey
from .modules import Modules

Scopes = Callable[[], Iterable[Mapping[str, Any]]]
"""The variables of the program's functions that are running."""


class Rates:
    """Names optimizers by the variables that hold them, once for each.

    One that takes another's place in its variable goes on with its curve, whether that one is still there or not: that
    hangs on when Python looks for what refers to itself, as an optimizer of PyTorch's does.
    """

    def __init__(self, modules: Modules, scopes: Scopes) -> None:
        self._modules = modules
        self._scopes = scopes
        self._known: dict[int, tuple[weakref.ref[Any], tuple[CurveKey, ...]]] = {}
        self._names: dict[str, str] = {}  # of curves, by the variables
        self._last: dict[CurveKey, float] = {}

    def of(self, optimizer: Any) -> dict[CurveKey, float]:
        """The learning rate of each group that has one."""
        groups = optimizer.param_groups
        known = self._known.get(id(optimizer))
        if known is None or known[0]() is not optimizer or len(known[1]) != len(groups):
            known = self._known[id(optimizer)] = weakref.ref(optimizer), self._keys(optimizer, len(groups))
        if len(groups) == 1 and self._last and self._last.get(known[1][0]) == groups[0].get("lr"):
            return self._last  # nearly always: the very same, which costs nothing to keep
        self._last = {key: float(group["lr"]) for key, group in zip(known[1], groups, strict=True) if "lr" in group}
        return self._last

    def _keys(self, optimizer: Any, groups: int) -> tuple[CurveKey, ...]:
        """A run's only optimizer needs no name; the first keeps that, since its curve has begun."""
        is_first = not self._known or id(optimizer) in self._known
        variable = self._modules.variable_name(optimizer, self._scopes()) or f"optimizer {len(self._known) + 1}"
        name = self._names.setdefault(variable, "" if is_first else variable)
        if groups == 1:
            return (CurveKey("rate", name),)
        return tuple(CurveKey("rate", f"{name} group {number + 1}".strip()) for number in range(groups))
