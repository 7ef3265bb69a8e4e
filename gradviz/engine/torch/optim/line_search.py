"""How far to go along a direction: a step that satisfies the strong Wolfe conditions.

Nocedal and Wright, Numerical Optimization, algorithms 3.5 and 3.6, with the interpolation of Schmidt's minFunc: first
steps grow until they enclose a minimum, then the enclosure shrinks.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Value = Any


@dataclass(frozen=True, slots=True)
class Point:
    """What is known at a distance from the start: the loss, the gradient, and the slope along the direction."""

    step: float
    loss: float
    gradient: Value
    slope: Any


def strong_wolfe(
    at: Callable[[float], Point],
    start: Point,
    step: float,
    direction: Value,
    most: int,
    decrease: float = 1e-4,
    flatness: float = 0.9,
    tolerance: float = 1e-9,
) -> tuple[Point, int]:
    """The point to go to, and how often `at` was called: no more than about `most` times."""
    longest = np.abs(direction).max()
    now, before = at(step), start
    calls, tries = 1, 0
    done = False
    bracket: list[Point] = []

    def too_high(point: Point) -> bool:
        return bool(point.loss > start.loss + decrease * point.step * start.slope)

    while tries < most:
        if too_high(now) or (tries > 1 and now.loss >= before.loss):
            bracket = [before, now]
            break
        if abs(now.slope) <= -flatness * start.slope:
            bracket, done = [now], True
            break
        if now.slope >= 0:
            bracket = [before, now]
            break
        bounds = now.step + 0.01 * (now.step - before.step), now.step * 10
        step = cubic_minimum(before, now, bounds)
        before, now = now, at(step)
        calls, tries = calls + 1, tries + 1
    if tries == most:
        bracket = [start, now]
    stuck = False
    low, high = (0, 1) if bracket[0].loss <= bracket[-1].loss else (1, 0)
    while not done and tries < most:
        ends = [point.step for point in bracket]
        if abs(ends[1] - ends[0]) * longest < tolerance:
            break
        step = cubic_minimum(bracket[0], bracket[1])
        # A step too near to an end of the bracket shrinks it by next to nothing: move it inwards the second time.
        margin = 0.1 * (max(ends) - min(ends))
        if min(max(ends) - step, step - min(ends)) < margin:
            if stuck or step >= max(ends) or step <= min(ends):
                near_upper = abs(step - max(ends)) < abs(step - min(ends))
                step = max(ends) - margin if near_upper else min(ends) + margin
                stuck = False
            else:
                stuck = True
        else:
            stuck = False
        now = at(step)
        calls, tries = calls + 1, tries + 1
        if too_high(now) or now.loss >= bracket[low].loss:
            bracket[high] = now
            low, high = (0, 1) if bracket[0].loss <= bracket[1].loss else (1, 0)
        else:
            if abs(now.slope) <= -flatness * start.slope:
                done = True
            elif now.slope * (bracket[high].step - bracket[low].step) >= 0:
                bracket[high] = bracket[low]
            bracket[low] = now
    return bracket[low], calls


def cubic_minimum(a: Point, b: Point, bounds: tuple[float, float] | None = None) -> float:
    """Where the cubic through two points with their slopes is least, held within the bounds."""
    lowest, highest = bounds or (min(a.step, b.step), max(a.step, b.step))
    bend = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.step - b.step)
    square = bend**2 - a.slope * b.slope
    if square < 0:
        return (lowest + highest) / 2.0
    root = type(bend)(math.sqrt(square))
    if a.step <= b.step:
        best = b.step - (b.step - a.step) * ((b.slope + root - bend) / (b.slope - a.slope + 2 * root))
    else:
        best = a.step - (a.step - b.step) * ((a.slope + root - bend) / (a.slope - b.slope + 2 * root))
    return float(min(max(best, lowest), highest))
