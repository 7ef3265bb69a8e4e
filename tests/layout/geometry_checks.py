"""Independent checks of a finished picture: nothing here knows how the layout was made."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np

from gradviz.layout import Layout, Rect

TOUCH = 1e-6


def overlapping_cards(layout: Layout, gap: float = 0.0) -> list[tuple]:
    """Pairs of cards that share area or are nearer to each other than `gap` in both directions."""
    names = list(layout.rects)
    box = np.array([[r.x, r.y, r.right, r.bottom] for r in layout.rects.values()]).reshape(-1, 4)
    low = np.maximum(box[:, None, :2], box[None, :, :2])
    high = np.minimum(box[:, None, 2:], box[None, :, 2:])
    hit = (high - low > TOUCH - gap).all(axis=2)
    np.fill_diagonal(hit, False)
    return [(names[i], names[j]) for i, j in zip(*np.nonzero(np.triu(hit)), strict=True)]


def edges_through_cards(layout: Layout) -> list[tuple]:
    """(edge, card) wherever a route crosses the inside of a card, its own two included (Liang-Barsky)."""
    if not layout.routes:
        return []
    owners, starts, ends = [], [], []
    for edge, points in layout.routes.items():
        owners += [edge] * (len(points) - 1)
        starts.append(points[:-1])
        ends.append(points[1:])
    start, end = np.concatenate(starts), np.concatenate(ends)
    found = []
    delta = end - start
    with np.errstate(divide="ignore", invalid="ignore"):
        for name, rect in layout.rects.items():
            low = np.array([rect.x + TOUCH, rect.y + TOUCH])
            high = np.array([rect.right - TOUCH, rect.bottom - TOUCH])
            first, second = (low - start) / delta, (high - start) / delta
            parallel = delta == 0
            within = (start > low) & (start < high)
            enter = np.where(parallel, np.where(within, -np.inf, np.inf), np.minimum(first, second)).max(axis=1)
            leave = np.where(parallel, np.where(within, np.inf, -np.inf), np.maximum(first, second)).min(axis=1)
            hit = np.maximum(enter, 0) < np.minimum(leave, 1)
            found += [(owners[i], name) for i in np.nonzero(hit)[0]]
    return found


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
