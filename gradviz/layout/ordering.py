"""The order of the vertices inside each layer: as few crossings as can be found with bounded effort.

Sweeps after Sugiyama (barycentre) and Gansner et al. 1993 (weighted median), alternating, each followed by swaps of
neighbours until no swap helps: stopping the swaps early costs a third more crossings. Several starts are tried and the
best order wins; the start in argument order is tried first and is often perfect for an expression.

Effort is counted in segments looked at and never timed, so that a slow machine draws the same picture as a fast one.
"""

from __future__ import annotations

from collections.abc import Callable

from gradviz.layout.cancel import ask, never
from gradviz.layout.crossings import all_crossings, swap_gain
from gradviz.layout.layered import Layered, Segment

EFFORT = 1_500_000
"""Segments that may be looked at in one component, all starts together; a first full sweep is always made."""
PATIENCE = 4
"""Sweeps without a better order before a start is given up."""


def ordered(graph: Layered, cancelled: Callable[[], bool] = never) -> list[list[int]]:
    """Layers of vertices in drawing order, top to bottom."""
    search = Search(graph, cancelled)
    for start in (by_arguments, by_uses, upside_down):
        if search.best_count and not search.exhausted:
            search.run(start(graph))
    return search.best


def by_arguments(graph: Layered) -> list[list[int]]:
    """Layers in the order of a depth-first walk from the outputs, operands top to bottom."""
    return walked(graph, graph.before, lambda segment: segment.tail)


def by_uses(graph: Layered) -> list[list[int]]:
    """Layers in the order of a depth-first walk from the leaves along the flow."""
    return walked(graph, graph.after, lambda segment: segment.head)


def upside_down(graph: Layered) -> list[list[int]]:
    return [layer[::-1] for layer in by_arguments(graph)]


def walked(graph: Layered, segments: list[list[Segment]], end: Callable[[Segment], int]) -> list[list[int]]:
    """Fill the layers in the order in which a depth-first walk over `segments` first meets the vertices."""
    opposite = graph.after if segments is graph.before else graph.before
    layers: list[list[int]] = [[] for _ in graph.layers()]
    seen = [False] * len(graph.level)
    for root in range(len(seen)):
        if opposite[root]:
            continue
        stack = [root]
        while stack:
            vertex = stack.pop()
            if not seen[vertex]:
                seen[vertex] = True
                layers[graph.level[vertex]].append(vertex)
                stack.extend(end(segment) for segment in reversed(segments[vertex]))
    return layers


class Search:
    """The best order so far, and what is left of the effort."""

    def __init__(self, graph: Layered, cancelled: Callable[[], bool] = never) -> None:
        self.graph = graph
        self.cancelled = cancelled
        self.best: list[list[int]] = []
        self.best_count = -1
        self.effort = EFFORT
        self.position = [0] * len(graph.level)
        self.layers: list[list[int]] = []

    @property
    def exhausted(self) -> bool:
        return self.effort <= 0

    def run(self, layers: list[list[int]]) -> None:
        """Improve one start until it is perfect, patience ends or the effort is used up."""
        self.begin(layers)
        count = self.count()
        self.keep(count)
        waited = sweep = 0
        lowest = count
        while lowest and waited < PATIENCE and not (self.exhausted and sweep):
            self.sweep(forward=sweep % 2 == 0, median=sweep % 4 >= 2)
            self.swap_neighbours()
            count = self.count()
            self.keep(count)
            waited = 0 if count < lowest else waited + 1
            lowest = min(lowest, count)
            sweep += 1

    def begin(self, layers: list[list[int]]) -> None:
        self.layers = [list(layer) for layer in layers]
        for layer in self.layers:
            self.number(layer)

    def number(self, layer: list[int]) -> None:
        for at, vertex in enumerate(layer):
            self.position[vertex] = at

    def count(self) -> int:
        self.effort -= len(self.position)
        return all_crossings(self.graph, self.layers, self.position)

    def keep(self, count: int) -> None:
        if self.best_count < 0 or count < self.best_count:
            self.best, self.best_count = [list(layer) for layer in self.layers], count

    def sweep(self, forward: bool, median: bool) -> None:
        """Sort each layer by where its neighbours in the layer before (or after) stand."""
        indices = range(1, len(self.layers)) if forward else range(len(self.layers) - 2, -1, -1)
        for index in indices:
            ask(self.cancelled)
            layer = self.layers[index]
            if len(layer) < 2:
                continue
            wish: dict[int, float] = {}
            for vertex in layer:
                keys = self.keys(vertex, before=forward)
                if keys:
                    wish[vertex] = weighted_median(keys) if median else sum(keys) / len(keys)
            movable = iter(sorted((vertex for vertex in layer if vertex in wish), key=wish.__getitem__))
            # A vertex without a neighbour on that side keeps its place; the others are sorted around it.
            self.layers[index] = [next(movable) if vertex in wish else vertex for vertex in layer]
            self.number(self.layers[index])

    def keys(self, vertex: int, before: bool) -> list[float]:
        """Where the segments on one side of a vertex lead, sorted: position in the neighbouring layer plus port."""
        position = self.position
        if before:
            found = [position[s.tail] + s.tail_place for s in self.graph.before[vertex]]
        else:
            found = [position[s.head] + s.head_place for s in self.graph.after[vertex]]
        self.effort -= len(found)
        found.sort()
        return found

    def swap_neighbours(self, allowed: Callable[[int, int], bool] | None = None) -> None:
        """Swap neighbours in a layer while that lowers the number of crossings, until nothing changes anywhere."""
        waiting = [True] * len(self.layers)
        while any(waiting) and not self.exhausted:
            for index, layer in enumerate(self.layers):
                if not waiting[index]:
                    continue
                waiting[index] = False
                if len(layer) > 1 and self.swap_in(layer, allowed):
                    for near in (index - 1, index + 1):
                        if 0 <= near < len(waiting):
                            waiting[near] = True
                ask(self.cancelled)

    def swap_in(self, layer: list[int], allowed: Callable[[int, int], bool] | None) -> bool:
        before = {vertex: self.keys(vertex, before=True) for vertex in layer}
        after = {vertex: self.keys(vertex, before=False) for vertex in layer}
        changed = False
        # A pair need only be looked at again when one of its places has changed hands.
        waiting = [True] * (len(layer) - 1)
        while any(waiting) and not self.exhausted:
            for at, is_waiting in enumerate(waiting):
                if not is_waiting:
                    continue
                waiting[at] = False
                upper, lower = layer[at], layer[at + 1]
                if allowed is not None and not allowed(upper, lower):
                    continue
                self.effort -= 1
                gain = swap_gain(before[upper], before[lower]) + swap_gain(after[upper], after[lower])
                if gain > 0:
                    layer[at], layer[at + 1] = lower, upper
                    changed = True
                    for near in (at - 1, at + 1):
                        if 0 <= near < len(waiting):
                            waiting[near] = True
        if changed:
            self.number(layer)
        return changed


def weighted_median(keys: list[float]) -> float:
    """Gansner et al. 1993, §3: between the two middle keys, nearer to the side on which the keys are denser."""
    middle = len(keys) // 2
    if len(keys) % 2:
        return keys[middle]
    if len(keys) == 2:
        return (keys[0] + keys[1]) / 2
    left, right = keys[middle - 1] - keys[0], keys[-1] - keys[middle]
    if left + right == 0:
        return (keys[middle - 1] + keys[middle]) / 2
    return (keys[middle - 1] * right + keys[middle] * left) / (left + right)
