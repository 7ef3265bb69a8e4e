"""What gradviz remembers between starts: one table, one file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from ..trace.regions import Grouping
from .folding import GROUPINGS
from .saving import write_file

RECENT_FILES = 10
TRUSTED_PROGRAMS = 200


@dataclass(frozen=True)
class Settings:
    """Every setting with its default; lists are tuples so that settings can be compared."""

    theme: str = "system"
    """"system", "light", "dark" or "contrast"."""
    auto_run: bool = True
    motion: bool = True
    """Whether gradients are seen to travel along edges, and cards to glide."""
    motion_chosen: bool = False
    """Whether the person chose that here; otherwise it follows the desktop."""
    type_size: int = 100
    """Per cent, 70 to 300."""
    direction: Literal["right", "down"] = "right"
    """Where data flows on the canvas: "right" or "down"."""
    chips: bool = True
    """Whether a leaf used three times or more is drawn as a chip at each use."""
    graph: Literal["both", "forward", "backward"] = "both"
    """Values, gradients, or both on one card."""
    constants: bool = True
    """Whether tensors without gradients are drawn."""
    saved: bool = True
    """Whether saved tensors are told on the cards of the nodes that keep them."""
    grouping: Grouping = "auto"
    """By what cards fold into groups; "auto" folds large graphs only, by what their program offers."""
    predict: bool = False
    """Whether a step forward asks first what it will bring."""
    play_speed: float = 2.0
    """Steps a second."""
    pass_speed: float = 0.0
    """Passes a second of a running program, 0 for no limit."""
    log_curves: bool = False
    """Whether loss, gradients and the like are drawn on a logarithmic axis."""
    log_passes: bool = False
    """Whether the axis of the passes is a logarithmic one."""
    smoothing: int = 1
    """Curves are drawn as the mean of so many passes, the curve itself pale behind; 1 for the curve alone."""
    exponential: bool = False
    """Whether curves are smoothed with `factor` instead: each pass counts that much less than the one after it."""
    factor: float = 0.9
    engine: str = "numpy"
    recent: tuple[str, ...] = ()
    last_file: str = ""
    trusted: tuple[str, ...] = ()
    """Content hashes of opened programs that the person agreed to run."""
    window: str = ""
    """Geometry and splitters as the window wrote them (base64)."""
    first_start: bool = True

    @property
    def smooth(self) -> tuple[int, float]:
        """The number of passes, and the factor, that curves are smoothed with; 1 and 0 where they are not."""
        return (1, self.factor) if self.exponential else (self.smoothing, 0.0)


GRAPHS = {"both": "Forward and Backward", "forward": "Forward: Values", "backward": "Backward: grad_fn Nodes"}
"""The choices of the setting `graph` and their titles."""

THEMES = ("system", "light", "dark", "contrast")
"""The choices of the setting `theme`."""

LIMITS = {"type_size": (70, 300), "play_speed": (0.25, 120.0), "pass_speed": (0.0, 1e6), "smoothing": (1, 1000),
          "factor": (0.0, 0.999)}
CHOICES = {
    "theme": THEMES,
    "direction": ("right", "down"),
    "graph": tuple(GRAPHS),
    "grouping": tuple(GROUPINGS),
    "engine": ("numpy", "pytorch"),
}


def read_settings(path: Path) -> Settings:
    """The stored settings. What is missing, torn or out of range falls back to its default, one by one."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Settings()
    if not isinstance(stored, dict):
        return Settings()
    good: dict[str, Any] = {}
    for field in fields(Settings):
        value = stored.get(field.name, field.default)
        if isinstance(value, list):
            value = tuple(item for item in value if isinstance(item, str))
        if isinstance(field.default, float) and type(value) is int:
            value = float(value)
        if type(value) is type(field.default) and _in_range(field.name, value):
            good[field.name] = value
    return Settings(**good)


def write_settings(path: Path, settings: Settings) -> None:
    """Store them. OSError where the folder cannot be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, json.dumps(asdict(settings), indent=1).encode())


def _in_range(name: str, value: Any) -> bool:
    if name in LIMITS:
        low, high = LIMITS[name]
        return bool(low <= value <= high)
    return name not in CHOICES or value in CHOICES[name]
