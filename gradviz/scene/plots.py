"""What the training plots show, as data: which curves, in which ranges, what a pass reads.

The scalars of every pass are in `trace.curves`; here they become charts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..trace.curves import Curves, is_missing
from ..trace.messages import CurveKey
from ..trace.trace import Trace
from .numbers import short_number

Floats = NDArray[np.float64]

SHOWN_SERIES = 12
"""Curves drawn at first; a large model's others are hidden until they are asked for."""


@dataclass(frozen=True, slots=True)
class Series:
    """One curve; `color` counts through the theme's series and is the same for a leaf in all charts."""

    key: CurveKey
    title: str
    color: int
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Chart:
    """Curves that share an axis. `axis` names it; `magnitude` says that a logarithmic axis shows absolute values.

    One that `is_usual` is shown unless the person says otherwise.
    """

    id: str
    title: str
    axis: str
    series: tuple[Series, ...]
    magnitude: bool = False
    is_usual: bool = True


@dataclass(frozen=True, slots=True)
class Manner:
    """How a chart is drawn: logarithmic in y, in x, and how smoothly.

    Curves are the mean of `smoothing` passes or, with a `factor`, each pass counts so much of the one after it.
    """

    log_curves: bool = False
    log_passes: bool = False
    smoothing: int = 1
    factor: float = 0.0

    def is_smooth(self, series: Series) -> bool:
        """A learning rate is what the program chose: there is no noise to smooth away."""
        return (self.smoothing > 1 or self.factor > 0) and series.key.kind != "rate"


def charts_of(trace: Trace) -> tuple[Chart, ...]:
    """The charts that a run has curves for: loss, leaf values, gradients …; empty before there is a curve."""
    keys = trace.curves.keys
    leaves = list(dict.fromkeys(key.leaf for key in keys if key.kind in ("value", "gradient", "update")))
    vectors = _vectors(trace)
    colors = {leaf: position + 1 for position, leaf in enumerate(leaves)}

    def series(kind: str) -> tuple[Series, ...]:
        found: list[Series] = []
        for key in keys:
            if key.kind == kind:
                title = f"‖{key.leaf}‖" if key.leaf in vectors and kind != "logged" else key.leaf
                color = colors[key.leaf] if kind in ("value", "gradient", "update") else len(found)
                found.append(Series(key, title or "lr", color, len(found) < SHOWN_SERIES))
        return tuple(found)

    charts = []
    if any(key.kind == "loss" for key in keys):
        name = root_name(trace)
        charts.append(Chart("loss", "Loss", name, (Series(CurveKey("loss"), name, 0),)))
    if values := series("value"):
        charts.append(Chart("values", "Leaf values", values[0].title if len(values) == 1 else "value", values))
    if gradients := series("gradient"):
        leaf = gradients[0].key.leaf if len(gradients) == 1 else ""
        axis = f"‖{leaf}.grad‖" if leaf in vectors else f"{leaf}.grad"
        charts.append(Chart("gradients", "Gradients", axis, gradients, magnitude=True))
    if logged := series("logged"):
        charts.append(Chart("logged", "Logged", logged[0].title if len(logged) == 1 else "value", logged))
    if rates := series("rate"):
        changes = any(_changes(trace.curves.column(each.key)) for each in rates)
        charts.append(Chart("rates", "Learning rate", "lr", rates, is_usual=changes))
    if updates := series("update"):
        one = updates[0].title if len(updates) == 1 else "w"
        name = one if one.startswith("‖") else f"|{one}|"
        axis = f"{name[0]}Δ{name[1:]} / {name}"
        charts.append(Chart("updates", "Update size", axis, updates, is_usual=False))
    return tuple(charts)


def _changes(rates: Floats) -> bool:
    """Whether a learning rate is worth a plot of its own: looked at in a hundred places."""
    some = rates[:: max(1, len(rates) // 100)]
    some = some[np.isfinite(some)]
    return bool(some.size and (some != some[0]).any())


def root_name(trace: Trace) -> str:
    """The variable that backward() was called on, "loss" where it has none."""
    for item in reversed(trace.passes):
        history = item.history
        for node in history.roots:
            op = history.nodes[node].op if node in history.nodes else None
            name = op.outputs[0].name if op and op.outputs else None
            if name:
                return name
    return "loss"


def _vectors(trace: Trace) -> set[str]:
    """Names of leaves with more than one element: their curves are norms."""
    if not trace.passes:
        return set()
    tensors = trace.passes[-1].history.tensors.values()
    return {item.name for item in tensors if item.name and item.values.facts and not item.values.facts[-1].is_scalar}


def has_curves(trace: Trace) -> bool:
    """One pass makes points, not curves."""
    return trace.curves.length > 1


# -- columns ---------------------------------------------------------------------------------------------------------


def magnitudes(ys: Floats) -> Floats:
    """Absolute values for a logarithmic axis, NaN where there is no logarithm."""
    with np.errstate(invalid="ignore"):
        sizes = np.abs(ys)
        return np.where((sizes > 0) & np.isfinite(sizes), sizes, np.nan)


def bounds(columns: list[Floats], logarithmic: bool = False) -> tuple[float, float]:
    """Least and greatest finite number with some air, (0, 1) where there is none; exponents of 10 where logarithmic."""
    low, high = math.inf, -math.inf
    for ys in columns:
        finite = ys[np.isfinite(ys)]
        if logarithmic:
            finite = finite[finite > 0]
        if finite.size:
            low, high = min(low, float(finite.min())), max(high, float(finite.max()))
    if low > high:
        return 0.0, 1.0
    if logarithmic:
        low, high = math.log10(low), math.log10(high)
    air = (high - low) * 0.06 or max(abs(high) * 0.1, 1e-12 if high else 1.0)
    return low - air, high + air


def readout(curves: Curves, chart: Chart, number: int, hidden: frozenset[CurveKey] = frozenset()) -> str:
    """What a chart reads at a pass: "pass 12   w 0.53   b 1.2"."""
    if not 0 <= number < curves.length:
        return ""
    parts = [f"pass {number + 1:,}"]
    for series in chart.series:
        column = curves.column(series.key)[number : number + 1]
        if series.key not in hidden and not is_missing(column)[0]:
            parts.append(f"{series.title} {short_number(float(column[0]))}")
    if len(parts) > 6:
        parts = [*parts[:6], f"and {len(parts) - 6} more"]
    return "   ".join(parts)
