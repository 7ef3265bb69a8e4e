"""Giving all ops another function in the place of one that they use, for the modes that few programs turn on.

An op's compiled function finds `number`, `blank` and the like among its globals. A mode that needs another behaviour
there replaces them, in the ops that are compiled and in those that will be; while it is off it costs nothing.
"""

from __future__ import annotations

from typing import Any

from . import op
from .node_source import BASE


def rebind(name: str, value: Any) -> None:
    """Let `name` mean `value` in every op's function."""
    BASE[name] = value
    for function in op.functions.values():
        space = getattr(function, "__globals__", {})
        if "OP" in space:  # compiled already
            space[name] = value
