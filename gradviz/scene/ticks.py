"""Numbers to write beside an axis: round ones, evenly spread, as many as there is room for."""

from __future__ import annotations

import math

from .numbers import MINUS, short_number


def linear_ticks(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """(place, text) of multiples of 1, 2 or 5 times a power of ten within low … high."""
    span = high - low
    if not (math.isfinite(span) and span > 0) or most < 1:
        return []
    power = 10.0 ** math.floor(math.log10(span / most))
    step = next(factor * power for factor in (1, 2, 5, 10, 20) if span / (factor * power) <= most)
    first = math.ceil(low / step - 1e-9)
    values = [number * step for number in range(first, math.floor(high / step + 1e-9) + 1)]
    return [(value, tick_text(value, step)) for value in values]


def tick_text(value: float, step: float, largest: float = 1e6) -> str:
    """A number with the decimals that tell it from its neighbours; as a power of ten where steps reach `largest`."""
    if not 1e-4 <= step < largest:
        # As many digits as lie between the value and the step, or ticks of a narrow range would all read the same.
        digits = math.floor(math.log10(abs(value))) - math.floor(math.log10(step) + 1e-9) + 1 if value and step else 0
        return short_number(value, max(2, digits))
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return f"{value + 0.0:,.{decimals}f}".replace("-", MINUS)


def power_ticks(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """The same for an axis of exponents of ten: whole powers only."""
    first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)
    step = max(1, math.ceil((last - first + 1) / max(1, most)))
    return [(float(power), power_text(power)) for power in range(first, last + 1, step)]


def power_text(power: float) -> str:
    """A power of ten as people write it: 0.01, 1000, 1e6."""
    return f"{10.0**power:g}" if -4 <= power <= 5 else f"1e{round(power)}"
