"""The curves of a run as SVG: each chart as the training panel draws it, with real text, for a paper or a slide."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from gradviz.scene.measure import text_width
from gradviz.scene.plots import Chart, Manner, bounds, charts_of, magnitudes
from gradviz.scene.reduction import Floats, Reduction
from gradviz.scene.theme import MONO, SANS, Theme
from gradviz.scene.ticks import linear_ticks, power_ticks
from gradviz.trace.trace import Trace

WIDTH, HEIGHT = 460.0, 280.0
"""Of one chart."""
LEFT, RIGHT, TOP, FOOT = 64.0, 22.0, 34.0, 42.0
"""Room around its curves."""
BESIDE = 2
"""Charts side by side."""


def write_curves_svg(trace: Trace, theme: Theme, manner: Manner | None = None) -> bytes:
    """An SVG 1.1 document, UTF-8. ValueError, in words, for a run without curves."""
    return draw_curves(trace, theme, manner, (f"{SANS[0]}, sans-serif", f"{MONO[0]}, monospace"))


def draw_curves(trace: Trace, theme: Theme, manner: Manner | None, families: tuple[str, str]) -> bytes:
    """The same with other families for words and numbers."""
    charts = [chart for chart in charts_of(trace) if chart.is_usual or chart.id == "updates"]
    if trace.curves.length < 2 or not charts:
        raise ValueError("there are no curves: the program called backward() fewer than two times")
    beside = min(BESIDE, len(charts))
    size = beside * WIDTH, -(-len(charts) // beside) * HEIGHT
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" version="1.1" viewBox="0 0 {size[0]:g} {size[1]:g}" '
        f'width="{size[0]:g}" height="{size[1]:g}" font-family={quoteattr(families[0])} font-size="11">',
        f"<title>{escape(f'Curves of {trace.curves.length:,} passes')}</title>",
        f'<rect width="{size[0]:g}" height="{size[1]:g}" fill="{theme.window}"/>',
    ]
    for place, chart in enumerate(charts):
        own = manner or Manner()
        own = replace(own, log_curves=False) if chart.id == "values" else own
        drawing = _Drawing(trace, chart, theme, own, families[1])
        lines.append(f'<g transform="translate({place % beside * WIDTH:g} {place // beside * HEIGHT:g})">')
        lines += [*drawing.lines(), "</g>"]
    return "\n".join([*lines, "</svg>"]).encode()


class _Drawing:
    """One chart."""

    def __init__(self, trace: Trace, chart: Chart, theme: Theme, manner: Manner, mono: str) -> None:
        self.chart, self.theme, self.manner, self.mono = chart, theme, manner, mono
        self.shown = [series for series in chart.series if series.shown]
        length = trace.curves.length
        self.curves: list[tuple[Floats, Floats, Floats]] = []
        self.breaks: set[int] = set()
        for series in self.shown:
            reduction = Reduction().follow(trace.curves.column(series.key))
            pieces = int(WIDTH)
            xs, ys = reduction.spread(pieces) if manner.log_passes else reduction.points(pieces)
            means = reduction.smoothed(xs, manner) if manner.is_smooth(series) else ys
            self.curves.append((xs, ys, means))
            if series.key.kind != "update":
                self.breaks.update(reduction.breaks)
        all_ys = [magnitudes(ys) if manner.log_curves else ys for _, ys, _ in self.curves]
        self.low, self.high = bounds(all_ys, manner.log_curves)
        self.first, self.last = self.across(1.0), self.across(float(length))

    def across(self, at: float) -> float:
        return math.log10(at) if self.manner.log_passes else at

    def x(self, at: float) -> float:
        return LEFT + (self.across(at) - self.first) / (self.last - self.first) * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        return HEIGHT - FOOT - (value - self.low) / (self.high - self.low) * (HEIGHT - TOP - FOOT)

    def color(self, number: int) -> str:
        return self.theme.series[number % len(self.theme.series)]

    def lines(self) -> Iterator[str]:
        yield from self.axes()
        yield from self.legend()
        yield '<g fill="none" stroke-linejoin="round">'
        for series, (xs, ys, means) in zip(self.shown, self.curves, strict=True):
            color = self.color(series.color)
            if means is not ys:
                yield f'<path d="{self.path(xs, ys)}" stroke="{color}" stroke-width="0.8" stroke-opacity="0.3"/>'
            yield f'<path class="curve" d="{self.path(xs, means)}" stroke="{color}" stroke-width="1.6"/>'
        yield "</g>"
        for number in sorted(self.breaks):
            x, y = self.x(number + 1.0), HEIGHT - FOOT - 6
            cross = f"M{x - 4:.1f} {y - 4:.1f}l8 8m0 -8l-8 8"
            yield f'<path class="break" d="{cross}" stroke="{self.theme.error}" stroke-width="2">'
            yield f"<title>NaN or infinity begins in pass {number + 1:,}</title></path>"

    def path(self, xs: Floats, ys: Floats) -> str:
        """A line with gaps where there is no number."""
        values = np.log10(magnitudes(ys)) if self.manner.log_curves else ys
        parts, is_open = [], False
        for x, value in zip(xs.tolist(), values.tolist(), strict=True):
            if math.isfinite(value):
                parts.append(f"{'L' if is_open else 'M'}{self.x(x):.1f} {self.y(value):.1f}")
            is_open = math.isfinite(value)
        return "".join(parts)

    def axes(self) -> Iterator[str]:
        theme, bottom = self.theme, HEIGHT - FOOT
        corner = f"M{LEFT:g} {TOP:g}V{bottom:g}H{WIDTH - RIGHT:g}"
        yield f'<path d="{corner}" fill="none" stroke="{theme.line_strong}"/>'
        ups = (power_ticks if self.manner.log_curves else linear_ticks)(self.low, self.high, 6)
        acrosses = (power_ticks if self.manner.log_passes else linear_ticks)(self.first, self.last, 6)
        yield f'<g font-family={quoteattr(self.mono)} font-size="10" fill="{theme.text_muted}">'
        for value, text in ups:
            y = self.y(value)
            yield f'<path d="M{LEFT:g} {y:.1f}H{WIDTH - RIGHT:g}" stroke="{theme.line}" stroke-width="0.5"/>'
            yield f'<text x="{LEFT - 6:g}" y="{y + 3.5:.1f}" text-anchor="end">{escape(text)}</text>'
        for value, text in acrosses:
            x = LEFT + (value - self.first) / (self.last - self.first) * (WIDTH - LEFT - RIGHT)
            yield f'<text x="{x:.1f}" y="{bottom + 14:g}" text-anchor="middle">{escape(text)}</text>'
        yield "</g>"
        name = f"|{self.chart.axis}|" if self.manner.log_curves and self.chart.magnitude else self.chart.axis
        middle = (TOP + bottom) / 2
        muted = f'text-anchor="middle" fill="{theme.text_muted}"'
        yield f'<text x="{(LEFT + WIDTH - RIGHT) / 2:g}" y="{bottom + 30:g}" {muted}>pass</text>'
        yield f'<text transform="translate(14 {middle:g}) rotate(-90)" {muted}>{escape(name)}</text>'

    def legend(self) -> Iterator[str]:
        """The title, and the names of several curves as far as there is room."""
        yield f'<text x="{LEFT:g}" y="18" font-weight="600" fill="{self.theme.text}">{escape(self.chart.title)}</text>'
        x = WIDTH - RIGHT
        for series in reversed(self.shown if len(self.shown) > 1 else []):
            width = text_width(series.title, 11)
            if x - width - 24 < LEFT + text_width(self.chart.title, 11) + 20:
                return
            x -= width
            yield f'<text x="{x:.1f}" y="18" fill="{self.theme.text_muted}">{escape(series.title)}</text>'
            yield f'<circle cx="{x - 8:.1f}" cy="14" r="3.5" fill="{self.color(series.color)}"/>'
            x -= 24
