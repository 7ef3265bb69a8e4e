"""What the training plots show, as data: which curves, in which ranges, what a pass reads, and f(x) for one leaf.

The scalars of every pass are in `trace.curves`; here they become charts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..trace.curves import Curves
from ..trace.events import LeafAccumulated
from ..trace.messages import CurveKey
from ..trace.trace import Trace
from .numbers import short_number

Floats = NDArray[np.float64]

SHOWN_SERIES = 12
"""Curves drawn at first; a large model's others are hidden until they are asked for."""

PATH_POINTS = 200
"""Points of the path on f(x)."""


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


# -- f(x) ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class FunctionPlot:
    """f(x) for a program with one scalar leaf: the curve, the path so far, the point and its tangent."""

    leaf: str
    root: str
    xs: Floats
    ys: Floats
    path_x: Floats
    path_y: Floats
    whole: Floats
    """All values that the leaf has had, also after this pass."""
    x: float
    y: float
    slope: float
    why_not: str = ""

    @property
    def title(self) -> str:
        return f"{self.root}({self.leaf})" if self.leaf else "f(x)"

    @property
    def has_point(self) -> bool:
        return math.isfinite(self.x) and math.isfinite(self.y)

    @property
    def view(self) -> tuple[float, float]:
        """The stretch of x to look at: where the descent has been, with air, within what was sampled."""
        low, high = float(self.xs[0]), float(self.xs[-1])
        path = self.whole[np.isfinite(self.whole)]
        if not path.size or path.min() == path.max():
            return low, high
        air = float(path.max() - path.min()) * 0.45
        return max(low, float(path.min()) - air), min(high, float(path.max()) + air)

    def tangent(self, low: float, high: float) -> tuple[Floats, Floats]:
        """The tangent's ends, over a third of the range (low, high) around the point; empty without a slope."""
        if not (self.has_point and math.isfinite(self.slope)):
            return np.zeros(0), np.zeros(0)
        reach = (high - low) / 6
        xs = np.array([self.x - reach, self.x + reach])
        return xs, self.y + self.slope * (xs - self.x)

    @property
    def readout(self) -> str:
        if not self.has_point:
            return ""
        text = f"{self.leaf} = {short_number(self.x)}"
        return f"{text}   d{self.root}/d{self.leaf} = {short_number(self.slope)}" if math.isfinite(self.slope) else text


def function_plot(trace: Trace, number: int) -> FunctionPlot | None:
    """f(x) at pass `number`; None while nothing is known of it. Without a function it only says why."""
    sampled = trace.function
    if sampled is None:
        return None
    root = root_name(trace)
    nothing = np.zeros(0)
    if sampled.why_not or not len(sampled.xs):
        why = sampled.why_not or "The function could not be sampled."
        gone = (nothing, nothing, nothing, nothing, nothing, math.nan, math.nan, math.nan)
        return FunctionPlot(sampled.leaf, root, *gone, why)
    curves = trace.curves
    keys = curves.keys
    value, loss = CurveKey("value", sampled.leaf), CurveKey("loss")
    if value not in keys or loss not in keys or not curves.length:
        return FunctionPlot(
            sampled.leaf, root, sampled.xs, sampled.ys, nothing, nothing, nothing, math.nan, math.nan, math.nan
        )
    at = max(0, min(number, curves.length - 1))
    xs, ys = curves.column(value)[: at + 1], curves.column(loss)[: at + 1]
    picked = np.unique(np.linspace(0, at, min(at + 1, PATH_POINTS)).round().astype(np.intp))
    return FunctionPlot(
        sampled.leaf, root, sampled.xs, sampled.ys, xs[picked], ys[picked], curves.column(value),
        float(xs[-1]), float(ys[-1]), _slope(trace, sampled.leaf, at, float(xs[-1])),
    )  # fmt: skip


def _slope(trace: Trace, leaf: str, number: int, x: float) -> float:
    """The derivative at the point: what this backward() added to `.grad`, not what had piled up in it before."""
    item = trace.find_pass(number)
    if item is not None and item.number == number:
        for event in item.events:
            if isinstance(event, LeafAccumulated) and event.added.is_scalar and event.added.data is not None:
                named = item.history.tensors.get(event.tensor)
                if named is not None and named.name == leaf:
                    return event.added.item()
    assert trace.function is not None, "asked with a function only"
    xs, ys = trace.function.xs, trace.function.ys
    if len(xs) < 3 or not xs[0] <= x <= xs[-1]:
        return math.nan
    return float(np.interp(x, xs, np.gradient(ys, xs)))
