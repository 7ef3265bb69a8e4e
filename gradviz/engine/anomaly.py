"""Anomaly detection: where in the program was the node made whose backward step failed or gave nan?

While it is on, making a node also notes the program's line. Nothing asks for it while it is off: ops get the number of
a new node from the function `number`, and `torch.autograd.set_detect_anomaly` gives them another one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from .messages import warn
from .node import Node, number

PACKAGE = os.path.dirname(os.path.dirname(__file__))
on = False
check_nan = True
made_at: WeakKeyDictionary[Node, list[str]] = WeakKeyDictionary()


def is_anomaly_enabled() -> bool:
    """Return True while anomaly detection is on."""
    return on


def is_anomaly_check_nan_enabled() -> bool:
    """Return True where anomaly detection looks for nan."""
    return check_nan


def noted_number() -> int:
    """Return the number of a new node, and note where the program made it."""
    caller = sys._getframe(1)
    node = caller.f_locals.get("node")
    if node is not None:
        made_at[node] = stack(caller)
    return number()


def stack(frame: Any) -> list[str]:
    """Return the lines of a traceback, without those of gradviz itself and of what starts it."""
    import traceback  # few programs need it

    found = traceback.extract_stack(frame)
    return traceback.format_list(
        [each for each in found if not each.filename.startswith((PACKAGE, "<engine", "<frozen"))]
    )


def report(node: Any) -> None:
    """Warn with the line of the forward pass that made a node whose backward step failed."""
    lines = made_at.get(node)
    if lines is None:
        warn(
            f"Error detected in {node.name()}. No forward pass information available. Enable detect anomaly during "
            "forward pass for more information."
        )
    else:
        warn(f"Error detected in {node.name()}. Traceback of forward call that caused the error:\n{''.join(lines)}")


def watched(node: Any, rule: Callable[[Any], Any], grad: Any) -> tuple[Any, ...]:
    """Run a node's rule; where it raises or gives nan, say first which line made the node."""
    try:
        found = tuple(rule(grad))
        if check_nan:
            look_for_nan(node, found)
    except Exception:
        report(node)
        raise
    return found


def look_for_nan(node: Any, gradients: tuple[Any, ...]) -> None:
    """Raise for the first gradient that has a nan in it."""
    for index, gradient in enumerate(gradients):
        value = getattr(gradient, "_value", gradient)
        if value is not None and np.isnan(value).any():
            raise RuntimeError(f"Function '{node.name()}' returned nan values in its {index}th output.")
