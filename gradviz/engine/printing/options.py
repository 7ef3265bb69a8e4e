"""How tensors are printed: what torch.set_printoptions changes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Options:
    """Digits after the point, elements above which a tensor is summarised, elements kept at each end of a summary,
    characters a line, and whether numbers are written like 1.0e+03 (None: where they need it)."""

    precision: int = 4
    threshold: float = 1000
    edgeitems: int = 3
    linewidth: int = 80
    sci_mode: bool | None = None


PROFILES = {
    "default": Options(),
    "short": Options(precision=2, edgeitems=2),
    "full": Options(threshold=math.inf),
}

_current = Options()


def current() -> Options:
    return _current


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Change what is given and keep the rest, but for `sci_mode`, which torch resets when it is left out."""
    global _current
    given = {"precision": precision, "threshold": threshold, "edgeitems": edgeitems, "linewidth": linewidth}
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    _current = replace(PROFILES.get(profile or "", _current), **changes, sci_mode=sci_mode)


def get_printoptions() -> dict[str, Any]:
    return asdict(_current)


@contextmanager
def printoptions(**changes: Any) -> Iterator[None]:
    """Print options for the duration of a `with` block."""
    before = get_printoptions()
    set_printoptions(**changes)
    try:
        yield
    finally:
        set_printoptions(**before)
