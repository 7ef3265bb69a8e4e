"""Independent checks of a finished picture: nothing here knows how the layout was made."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np

from gradviz.layout import Layout, Rect

TOUCH = 1e-6
LONG = 2000.0
"""Pieces of routes longer than this along x are looked at for each card."""


def overlapping_cards(layout: Layout, gap: float = 0.0) -> list[tuple]:
    """Pairs of cards that share area or are nearer to each other than `gap` in both directions."""
    names = sorted(layout.rects, key=lambda name: layout.rects[name].x)
    box = np.array([[r.x, r.y, r.right, r.bottom] for r in (layout.rects[name] for name in names)]).reshape(-1, 4)
    # Only cards that begin before one ends can touch it: 10,000 have 50 million pairs.
    last = np.searchsorted(box[:, 0], box[:, 2] + max(gap, 0.0))
    found = []
    for i, end in enumerate(last):
        near = box[i + 1 : end]
        low, high = np.maximum(box[i, :2], near[:, :2]), np.minimum(box[i, 2:], near[:, 2:])
        hit = (high - low > TOUCH - gap).all(axis=1)
        found += [(names[i], names[i + 1 + j]) for j in np.nonzero(hit)[0]]
    return found


def edges_through_cards(layout: Layout) -> list[tuple]:
    """(edge, card) wherever a route crosses the inside of a card, its own two included."""
    if not layout.routes:
        return []
    owners, starts, ends = [], [], []
    for edge, points in layout.routes.items():
        owners += [edge] * (len(points) - 1)
        starts.append(points[:-1])
        ends.append(points[1:])
    start, end = np.concatenate(starts), np.concatenate(ends)
    left, right = np.minimum(start, end)[:, 0], np.maximum(start, end)[:, 0]
    order = np.argsort(left)
    start, end, left, right = start[order], end[order], left[order], right[order]
    # A few pieces are as long as the picture; the others can only cross a card that they begin near.
    is_long = right - left > LONG
    long, short = np.nonzero(is_long)[0], np.nonzero(~is_long)[0]
    found = []
    for name, rect in layout.rects.items():
        first, last = np.searchsorted(left[short], (rect.x - LONG, rect.right))
        near = np.concatenate([short[first:last], long])
        found += [(owners[order[i]], name) for i in near[through(start[near], end[near], rect)]]
    return found


def through(start: np.ndarray, end: np.ndarray, rect: Rect) -> np.ndarray:
    """Which of the pieces, (k, 2) each, have a point inside a card (Liang-Barsky)."""
    low = np.array([rect.x + TOUCH, rect.y + TOUCH])
    high = np.array([rect.right - TOUCH, rect.bottom - TOUCH])
    delta = end - start
    with np.errstate(divide="ignore", invalid="ignore"):
        first, second = (low - start) / delta, (high - start) / delta
        parallel = delta == 0
        within = (start > low) & (start < high)
        enter = np.where(parallel, np.where(within, -np.inf, np.inf), np.minimum(first, second)).max(axis=1)
        leave = np.where(parallel, np.where(within, np.inf, -np.inf), np.maximum(first, second)).min(axis=1)
    return np.maximum(enter, 0) < np.minimum(leave, 1)


def drawn_crossings(layout: Layout) -> int:
    """Pairs of routes that properly cross, counted pair by pair."""
    lines = list(layout.routes.values())
    count = 0
    for i, a in enumerate(lines):
        for b in lines[i + 1 :]:
            count += segments_cross(a, b)
    return count


def segments_cross(a: np.ndarray, b: np.ndarray) -> int:
    def side(p: np.ndarray, q: np.ndarray, r: np.ndarray) -> np.ndarray:
        return (q[..., 0] - p[..., 0]) * (r[..., 1] - p[..., 1]) - (q[..., 1] - p[..., 1]) * (r[..., 0] - p[..., 0])

    p, q = a[:-1, None], a[1:, None]
    r, s = b[None, :-1], b[None, 1:]
    return int(((side(p, q, r) * side(p, q, s) < -TOUCH) & (side(r, s, p) * side(r, s, q) < -TOUCH)).sum())


def check(graph: nx.MultiDiGraph, layout: Layout, direction: str = "right") -> None:
    """Everything that must hold for every picture."""
    assert set(layout.rects) == set(graph)
    assert set(layout.routes) == set(graph.edges(keys=True))
    for node, rect in layout.rects.items():
        assert (rect.width, rect.height) == tuple(graph.nodes[node]["size"])
        assert inside(rect, layout.bounds)
    assert not overlapping_cards(layout)
    assert not edges_through_cards(layout)
    along = 0 if direction == "right" else 1
    for (tail, head, _), points in layout.routes.items():
        assert points.shape[1] == 2
        assert len(points) >= 2
        assert np.isfinite(points).all()
        assert (np.diff(points[:, along]) > -TOUCH).all(), "an edge runs forward"
        a, b = layout.rects[tail], layout.rects[head]
        if direction == "right":
            assert abs(points[0, 0] - a.right) < TOUCH
            assert abs(points[-1, 0] - b.x) < TOUCH
            assert a.y < points[0, 1] < a.bottom
            assert b.y < points[-1, 1] < b.bottom
        else:
            assert abs(points[0, 1] - a.bottom) < TOUCH
            assert abs(points[-1, 1] - b.y) < TOUCH
            assert a.x < points[0, 0] < a.right
            assert b.x < points[-1, 0] < b.right
    for node in graph:
        arriving = sorted(
            (data["target_slot"], layout.routes[tail, node, key][-1][1 - along])
            for tail, _, key, data in graph.in_edges(node, keys=True, data=True)
            if "target_slot" in data
        )
        ports = [at for _, at in arriving]
        assert all(a < b for a, b in pairwise(ports)), "ports in argument order"


def inside(rect: Rect, bounds: Rect) -> bool:
    return (
        rect.x >= bounds.x - TOUCH
        and rect.y >= bounds.y - TOUCH
        and rect.right <= bounds.right + TOUCH
        and rect.bottom <= bounds.bottom + TOUCH
    )
