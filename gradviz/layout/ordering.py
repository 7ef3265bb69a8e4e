"""The order of the vertices inside each layer: as few crossings as can be found with bounded effort.

Sweeps after Sugiyama (barycentre) and Gansner et al. 1993 (weighted median), alternating, each followed by swaps of
neighbours until no swap helps: stopping the swaps early costs a third more crossings. Several starts are tried and the
best order wins; the start in argument order is tried first and is often perfect for an expression. Networks of some
size win nothing from a third start (random graphs: 2 % fewer crossings).

Effort is counted in segments looked at and never timed, so that a slow machine draws the same picture as a fast one.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

from gradviz.layout.cancel import ask, never
from gradviz.layout.crossings import crossings, swap_gain
from gradviz.layout.layered import Layered, Segment
from gradviz.layout.trees import is_tree

EFFORT = 1_500_000
"""Segments that may be looked at in one component, all starts together; a first full sweep is always made."""
SMALL = 150
"""Vertices up to which a third start is tried."""
PATIENCE = 2
"""Sweeps without a better order before a start is given up."""


def ordered(graph: Layered, cancelled: Callable[[], bool] = never) -> list[list[int]]:
    """Layers of vertices in drawing order, top to bottom."""
    search = Search(graph, cancelled)
    is_long = len(graph.level) > SMALL and not graph.is_wide
    # A crossing in every second layer of a long network is one that a residual connection cannot do without.
    few = (max(graph.level) + 1) / 2 if is_long else 0
    for start in starts(graph):
        if not search.best or (search.best_count > few and not search.exhausted):
            search.run(start(graph))
    return search.best


def starts(graph: Layered) -> tuple[Callable[[Layered], list[list[int]]], ...]:
    """The orders to begin with. Long graphs (RNNs) gain by the mirror image.

    A wide one that is no tree begins with the walk from the leaves, which keeps the uses of a leaf together: the best
    start for every scalar network looked at, by up to two thirds of the crossings, and a second takes as long.
    """
    if len(graph.level) <= SMALL:
        return by_arguments, by_uses, upside_down
    if graph.is_wide:
        return (by_arguments,) if is_tree(graph) else (by_uses,)
    return by_arguments, upside_down


def by_arguments(graph: Layered) -> list[list[int]]:
    """Layers in the order of a depth-first walk from the outputs, operands top to bottom."""
    return walked(graph, graph.before, attrgetter("tail"))


def by_uses(graph: Layered) -> list[list[int]]:
    """Layers in the order of a depth-first walk from the leaves along the flow."""
    return walked(graph, graph.after, attrgetter("head"))


def upside_down(graph: Layered) -> list[list[int]]:
    return [layer[::-1] for layer in by_arguments(graph)]


def walked(graph: Layered, segments: list[list[Segment]], end: Callable[[Segment], int]) -> list[list[int]]:
    """Fill the layers in the order in which a depth-first walk over `segments` first meets the vertices."""
    opposite = graph.after if segments is graph.before else graph.before
    layers: list[list[int]] = [[] for _ in range(max(graph.level, default=-1) + 1)]
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
                stack.extend(map(end, reversed(segments[vertex])))
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
        self.before = [[(s.tail, s.tail_place) for s in segments] for segments in graph.before]
        """Where the segments on the left of each vertex begin: vertex and place on its side."""
        self.after = [[(s.head, s.head_place) for s in segments] for segments in graph.after]
        self.layers: list[list[int]] = []
        self.unsettled: list[bool] = []
        """Layers in which a swap may help: they or their neighbours have another order than when last looked at."""
        self.crossed: list[int] = []
        """Crossings behind each layer, -1 where the order has changed since they were counted."""

    @property
    def exhausted(self) -> bool:
        return self.effort <= 0

    def run(self, layers: list[list[int]]) -> None:
        """Improve one start until it is perfect, patience ends or the effort is used up."""
        self.begin(layers)
        others = self.best_count
        lowest = self.count()
        self.keep(lowest)
        waited = sweep = 0
        while lowest and not (self.exhausted and sweep):
            # A start that is no better than the others is given up at its first sweep in vain.
            if waited >= (PATIENCE if others < 0 or lowest < others else 1):
                break
            self.sweep(forward=sweep % 2 == 0, median=sweep % 4 >= 2)
            self.swap_neighbours()
            count = self.count()
            self.keep(count)
            waited = 0 if count < lowest else waited + 1
            lowest = min(lowest, count)
            sweep += 1

    def begin(self, layers: list[list[int]]) -> None:
        self.layers = [list(layer) for layer in layers]
        self.unsettled = [True] * len(layers)
        self.crossed = [-1] * len(layers)
        for index in range(len(layers)):
            self.number(index)

    def number(self, index: int) -> None:
        """Note the new order of a layer, and that what was known of it and its neighbours is so no more."""
        for at, vertex in enumerate(self.layers[index]):
            self.position[vertex] = at
        self.crossed[index] = self.crossed[index - 1] = -1
        for near in (index - 1, index, index + 1):
            if 0 <= near < len(self.unsettled):
                self.unsettled[near] = True

    def count(self) -> int:
        for index, layer in enumerate(self.layers):
            if self.crossed[index] < 0:
                self.effort -= len(layer)
                self.crossed[index] = crossings(self.graph, layer, self.position)
        return sum(self.crossed)

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
            for vertex, keys in self.keys(layer, before=forward).items():
                if len(keys) == 1:
                    wish[vertex] = keys[0]
                elif keys:
                    wish[vertex] = weighted_median(keys) if median else sum(keys) / len(keys)
            movable = iter(sorted((vertex for vertex in layer if vertex in wish), key=wish.__getitem__))
            # A vertex without a neighbour on that side keeps its place; the others are sorted around it.
            sorted_ = [next(movable) if vertex in wish else vertex for vertex in layer]
            if sorted_ != layer:
                self.layers[index] = sorted_
                self.number(index)

    def keys(self, layer: list[int], before: bool) -> dict[int, list[float]]:
        """Where the segments on one side of each vertex lead, sorted: position in the neighbouring layer plus port."""
        position, beside = self.position, self.before if before else self.after
        found = {vertex: [position[end] + place for end, place in beside[vertex]] for vertex in layer}
        for keys in found.values():
            self.effort -= len(keys)
            if len(keys) > 1:
                keys.sort()
        return found

    def swap_neighbours(self, allowed: Callable[[int, int], bool] | None = None) -> None:
        """Swap neighbours in a layer while that lowers the number of crossings, until nothing changes anywhere."""
        waiting = self.unsettled
        while any(waiting) and not self.exhausted:
            for index, layer in enumerate(self.layers):
                if waiting[index]:
                    waiting[index] = False
                    # Without a crossing on either side there is nothing to gain.
                    is_crossed = self.crossed[index] or self.crossed[index - 1]
                    if is_crossed and len(layer) > 1 and self.swap_in(layer, allowed):
                        self.number(index)
                        waiting[index] = False
                    ask(self.cancelled)

    def swap_in(self, layer: list[int], allowed: Callable[[int, int], bool] | None) -> bool:
        before, after = self.keys(layer, before=True), self.keys(layer, before=False)
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
