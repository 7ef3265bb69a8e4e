"""Arrowheads as triangles, computed for all edges at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .curves import Curves, Floats
from .roles import FLOW_STYLES, Flow

LENGTH, HALF_WIDTH = 7.5, 3.6


def arrowheads(curves: Curves, flows: NDArray[np.uint8], direction: str) -> tuple[NDArray[np.intp], Floats]:
    """(positions of the links that have one, triangles (k, 3, 2) with the tip first).

    Edges leave and enter cards along the flow, so a head points along it too: forward at the target, and back at the
    source once a gradient has gone there.
    """
    at_target = np.isin(flows, [flow for flow in Flow if FLOW_STYLES[flow].arrow == "target"])
    at_source = np.isin(flows, [flow for flow in Flow if FLOW_STYLES[flow].arrow == "source"])
    links = np.flatnonzero(at_target | at_source)
    sources, targets = curves.ends
    tips = np.where(at_source[links, None], sources[links], targets[links])
    along = np.array([1.0, 0.0] if direction == "right" else [0.0, 1.0])
    across = along[::-1]
    back = np.where(at_source[links, None], LENGTH, -LENGTH) * along
    base = tips + back
    return links, np.stack([tips, base + HALF_WIDTH * across, base - HALF_WIDTH * across], axis=1)
