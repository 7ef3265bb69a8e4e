"""What the training plots show, as data: which curves, in which ranges, what a pass reads.

The scalars of every pass are in `trace.curves`; here they become charts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..trace.curves import Curves
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
    """Curves that share an axis. `axis` names it; `magnitude` says that a logarithmic axis shows absolute values."""

    id: str
    title: str
    axis: str
    series: tuple[Series, ...]
    magnitude: bool = False


def charts_of(trace: Trace) -> tuple[Chart, ...]:
    """The charts that a run has curves for: loss, leaf values, gradients; empty before there is a curve."""
    keys = trace.curves.keys
    leaves = list(dict.fromkeys(key.leaf for key in keys if key.kind != "loss"))
    vectors = _vectors(trace)
    colors = {leaf: position + 1 for position, leaf in enumerate(leaves)}

    def series(kind: str) -> tuple[Series, ...]:
        found: list[Series] = []
        for key in keys:
            if key.kind == kind:
                title = f"‖{key.leaf}‖" if key.leaf in vectors else key.leaf
                found.append(Series(key, title, colors[key.leaf], len(found) < SHOWN_SERIES))
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
    return tuple(charts)


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


def reduced(ys: Floats, pieces: int, low: float = 1.0, high: float = math.inf) -> tuple[Floats, Floats]:
    """(pass numbers from 1, values) of the passes low … high, ready to be drawn on `pieces` pixel columns.

    A long stretch becomes the least and greatest of equal pieces, so no spike is lost and a million passes cost as
    much to draw as a thousand. NaN is passed over unless a whole piece is NaN.
    """
    begin = max(0, math.floor(min(low, len(ys))) - 2)
    end = len(ys) if math.isinf(high) else max(begin, min(len(ys), math.ceil(high) + 1))
    ys = ys[begin:end]
    count = len(ys)
    if count <= 2 * pieces:
        return np.arange(begin + 1.0, begin + count + 1), ys
    size = -(-count // pieces)
    whole = count // size
    body = ys[: whole * size].reshape(whole, size)
    extremes = np.stack([np.fmin.reduce(body, axis=1), np.fmax.reduce(body, axis=1)], axis=1)
    starts = begin + 1 + np.arange(whole) * float(size)
    xs = np.stack([starts, starts + size / 2], axis=1).ravel()
    tail = np.arange(begin + whole * size + 1.0, begin + count + 1)
    return np.concatenate([xs, tail]), np.concatenate([extremes.ravel(), ys[whole * size :]])


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
    parts = [f"pass {number + 1}"]
    for series in chart.series:
        if series.key in hidden:
            continue
        value = float(curves.column(series.key)[number])
        if not math.isnan(value):
            parts.append(f"{series.title} {short_number(value)}")
    if len(parts) > 6:
        parts = [*parts[:6], f"and {len(parts) - 6} more"]
    return "   ".join(parts)
