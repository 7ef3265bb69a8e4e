"""Layout against Graphviz dot, as ratios (own / dot; below 1 is better). Run: python -m tests.bench.layout [names]

Without dot on the PATH only the own figures are printed. Both pictures are measured by the same geometry: crossings of
the drawn routes, total length of the routes, height of the picture. CPU seconds are those of the calling thread or of
the dot process. "moves" is how far a card moves, at most, when an old tensor is used again.

Both must end the edges of a card at ports in argument order; that costs crossings, but x - y is not y - x.
"""

from __future__ import annotations

import gc
import resource
import shutil
import subprocess
import sys
import time

import networkx as nx
import numpy as np

from gradviz.layout import Layout, lay_out, split_shared
from tests.layout import corpus

INCH = 72.0
LIMIT = 120
"""Seconds after which dot is given up."""
AGAIN = 1.0
"""What takes less CPU seconds is run three times, and the best counts; dot likewise."""


def dot_routes(graph: nx.MultiDiGraph) -> tuple[dict, float, float]:
    """Routes as polylines, the picture's height, and CPU seconds, of dot with the same card sizes and gaps."""
    number = {node: index for index, node in enumerate(graph)}
    lines = ["digraph {rankdir=LR nodesep=0.39 ranksep=0.78 node [shape=record fixedsize=true] edge [dir=none]"]
    for node, index in number.items():
        width, height = graph.nodes[node]["size"]
        ports = "|".join(f"<p{port}>" for port in range(graph.in_degree(node)))
        lines.append(f'{index} [width={width / INCH} height={height / INCH} label="{{{{{ports}}}|<out>}}"]')
    for tail, head, data in graph.edges(data=True):
        lines.append(f"{number[tail]}:out:e -> {number[head]}:p{data['target_slot'][0]}:w")
    seconds, source = float("inf"), "\n".join([*lines, "}"])
    for _ in range(3):
        before = children_seconds()
        text = subprocess.run(
            ["dot", "-Tplain"], input=source, capture_output=True, text=True, check=True, timeout=LIMIT
        ).stdout
        seconds = min(seconds, children_seconds() - before)
        if seconds > AGAIN:
            break
    routes, height = {}, 0.0
    for at, line in enumerate(text.replace("\\\n", "").splitlines()):
        words = line.split()
        if words[0] == "graph":
            height = float(words[3]) * INCH
        elif words[0] == "edge":
            count = int(words[3])
            control = np.array(words[4 : 4 + 2 * count], float).reshape(-1, 2) * INCH
            routes[at] = sampled(control)
    return routes, height, seconds


def children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def sampled(control: np.ndarray) -> np.ndarray:
    """A chain of cubic Bézier curves as a polyline of four pieces each."""
    t = np.linspace(0, 1, 5)[:, None]
    pieces = [control[:1]]
    for i in range(0, len(control) - 1, 3):
        a, b, c, d = control[i : i + 4]
        pieces.append(((1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d)[1:])
    return np.concatenate(pieces)


def crossings(routes: dict) -> int:
    """Proper crossings of pieces of different routes, each piece tested against those that overlap it in x."""
    lines = list(routes.values())
    if not lines:
        return 0
    start = np.concatenate([line[:-1] for line in lines])
    end = np.concatenate([line[1:] for line in lines])
    owner = np.repeat(np.arange(len(lines)), [len(line) - 1 for line in lines])
    order = np.argsort(np.minimum(start[:, 0], end[:, 0]), kind="stable")
    start, end, owner = start[order], end[order], owner[order]
    left = np.minimum(start[:, 0], end[:, 0])
    right = np.maximum(start[:, 0], end[:, 0])
    last = np.searchsorted(left, right, side="left")
    total = 0
    for i in range(len(start)):
        near = slice(i + 1, last[i])
        p, q, r, s = start[i], end[i], start[near], end[near]
        apart = side(p, q, r) * side(p, q, s) < -1e-6
        total += int((apart & (side(r, s, p) * side(r, s, q) < -1e-6) & (owner[near] != owner[i])).sum())
    return total


def side(p: np.ndarray, q: np.ndarray, r: np.ndarray) -> np.ndarray:
    return (q[..., 0] - p[..., 0]) * (r[..., 1] - p[..., 1]) - (q[..., 1] - p[..., 1]) * (r[..., 0] - p[..., 0])


def length(routes: dict) -> float:
    return sum(float(np.hypot(*np.diff(line, axis=0).T).sum()) for line in routes.values())


def own(graph: nx.MultiDiGraph) -> tuple[Layout, float]:
    best, layout = float("inf"), None
    # As in the window: Python's collector does not walk through older records while a graph is laid out.
    gc.collect()
    gc.freeze()
    for _ in range(3):
        began = time.thread_time()
        layout = lay_out(graph)
        best = min(best, time.thread_time() - began)
        if best > AGAIN:
            break
    assert layout is not None
    return layout, best


def farthest_move(graph: nx.MultiDiGraph, layout: Layout) -> float:
    """How far a card moves, at most, when the program's output and a tensor from its middle are added."""
    operations = [node for node in graph if graph.in_degree(node)]
    output = next(node for node in reversed(operations) if graph.out_degree(node) == 0)
    bigger = graph.copy()
    bigger.add_node("more", size=(107, 40))
    bigger.add_edge(output, "more", target_slot=(0, 2))
    bigger.add_edge(operations[len(operations) // 2 - 1], "more", target_slot=(1, 2))
    after = lay_out(bigger, previous=layout).rects
    return max(max(abs(rect.x - after[node].x), abs(rect.y - after[node].y)) for node, rect in layout.rects.items())


def ratio(a: float, b: float) -> str:
    return "1.00" if a == b else f"{a / b:.2f}" if b else "inf"


def main(names: list[str]) -> None:
    has_dot = shutil.which("dot") is not None
    print(f"{'graph':26}{'nodes':>6}{'CPU s':>8}{'crossed':>9}{'height':>8}{'moves':>7}", end="   ")
    print("own / dot: time  crossed  length  height" if has_dot else "")
    for name, make in {**corpus.SMALL, **corpus.LARGE}.items():
        if names and name not in names:
            continue
        for label, graph in ((name, make()), (f"{name}, split", split_shared(make()))):
            layout, seconds = own(graph)
            crossed = crossings(layout.routes)
            tall = layout.bounds.height
            moves = farthest_move(graph, layout)
            print(f"{label:26}{len(graph):6}{seconds:8.3f}{crossed:9}{tall:8.0f}{moves:7.1f}   ", end="", flush=True)
            if not has_dot:
                print()
                continue
            try:
                routes, height, other = dot_routes(graph)
            except subprocess.TimeoutExpired:
                print(f"dot gave no answer in {LIMIT} s", flush=True)
                continue
            theirs = crossings(routes)
            print(
                f"{ratio(seconds, other):>15}  {ratio(crossed, theirs):>5} ({theirs})"
                f"  {ratio(length(layout.routes), length(routes)):>6}  {ratio(tall, height):>6}",
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
