"""Counting crossings between two neighbouring layers, ports included."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort

from gradviz.layout.layered import Layered


def crossings(graph: Layered, layer: list[int], position: list[int]) -> int:
    """Crossings among the segments that start in `layer`.

    Sweep the tails in order and count, for each segment, the earlier ones that end further down: inversions, found by
    insertion into a sorted list (memmove beats a Fenwick tree up to some tens of thousands of segments).
    """
    ends: list[float] = []
    total = 0
    for vertex in layer:
        segments = graph.after[vertex]
        if not segments:
            continue
        keys = [(segment.tail_place, position[segment.head] + segment.head_place) for segment in segments]
        if len(keys) > 1:
            keys.sort()  # segments of one port fan out and do not cross each other
        for _, end in keys:
            total += len(ends) - bisect_right(ends, end)
            insort(ends, end)
    return total


def all_crossings(graph: Layered, layers: list[list[int]], position: list[int]) -> int:
    return sum(crossings(graph, layer, position) for layer in layers)


def crossings_of(graph: Layered, layers: list[list[int]]) -> int:
    """Crossings of a whole order of the layers."""
    position = [0] * len(graph.level)
    for layer in layers:
        for at, vertex in enumerate(layer):
            position[vertex] = at
    return all_crossings(graph, layers, position)


def swap_gain(upper: list[float], lower: list[float]) -> int:
    """Crossings saved when two neighbours in a layer change places, given sorted keys of where their segments lead."""
    if not upper or not lower:
        return 0
    if upper[-1] < lower[0]:
        return -len(upper) * len(lower)
    now = after = 0
    for key in upper:
        now += bisect_left(lower, key)
        after += len(lower) - bisect_right(lower, key)
    return now - after
