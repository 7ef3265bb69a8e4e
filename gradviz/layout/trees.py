"""Places for a tree: its branches side by side, each as near to the next as their outlines allow.

A perceptron written out in scalars is one wide tree once its weights are chips. Least squares per layer packs each
layer by itself, and the edges between a crowded and an empty one run slanted for thousands of units (2.6 times as long
as dot's). Packed branch by branch (Reingold and Tilford, "Tidier Drawings of Trees", 1981) they stay together.
"""

from __future__ import annotations

from collections.abc import Callable

from gradviz.layout.layered import Layered

Spot = tuple[int, float]
"""A vertex and where its middle is."""


class Outline:
    """The highest and the lowest vertex of each layer of a branch, the last of the lists nearest to its root.

    Shifting is a number, `above` and `below`, so that a branch of any size is moved at once.
    """

    __slots__ = ("above", "below", "highest", "lowest")

    def __init__(self) -> None:
        self.highest: list[Spot] = []
        self.lowest: list[Spot] = []
        self.above = self.below = 0.0

    def shift(self, by: float) -> None:
        self.above += by
        self.below += by

    def add_root(self, vertex: int) -> None:
        """Put the branch's root, at 0."""
        self.highest.append((vertex, -self.above))
        self.lowest.append((vertex, -self.below))

    def room_under(self, other: Outline, distance: Callable[[int, int], float]) -> float:
        """How far the other branch must be shifted to stand under this one."""
        pairs = zip(reversed(self.lowest), reversed(other.highest), strict=False)
        return max(at + distance(upper, lower) - to for (upper, at), (lower, to) in pairs) + self.below - other.above

    def join(self, other: Outline) -> None:
        """Take in the branch under this one, at the cost of the shorter of the two."""
        if len(other.highest) > len(self.highest):
            offset = self.above - other.above
            other.highest[-len(self.highest) :] = [(vertex, at + offset) for vertex, at in self.highest]
            self.highest, self.above = other.highest, other.above
        if len(other.lowest) < len(self.lowest):
            offset = other.below - self.below
            self.lowest[-len(other.lowest) :] = [(vertex, at + offset) for vertex, at in other.lowest]
        else:
            self.lowest, self.below = other.lowest, other.below


def is_tree(graph: Layered) -> bool:
    """True for a connected graph in which everything is used once."""
    return all(len(segments) <= 1 for segments in graph.after)


def tree_places(
    graph: Layered, layers: list[list[int]], distance: Callable[[int, int], float], share: float
) -> list[float]:
    """The middle of each vertex across the flow; `distance` is the least one between two neighbours in a layer.

    An operation stands at `share` of the way from where it would be level with its uppermost operand (0) to where it
    would be level with its lowest (1).
    """
    position = [0] * len(graph.level)
    for layer in layers:
        for at, vertex in enumerate(layer):
            position[vertex] = at
    outlines: dict[int, Outline] = {}
    middle = [0.0] * len(graph.level)
    """First against the vertex's consumer, in the end against the root."""
    for layer in layers:
        for vertex in layer:
            operands = sorted(graph.before[vertex], key=lambda segment: position[segment.tail])
            outline = Outline()
            for number, segment in enumerate(operands):
                branch = outlines.pop(segment.tail)
                if number:
                    middle[segment.tail] = outline.room_under(branch, distance)
                    branch.shift(middle[segment.tail])
                    outline.join(branch)
                else:
                    outline = branch
            levels = [middle[segment.tail] + segment.tail_port - segment.head_port for segment in operands]
            level = levels[0] + share * (levels[-1] - levels[0]) if levels else 0.0
            for segment in operands:
                middle[segment.tail] -= level
            outline.shift(-level)
            outline.add_root(vertex)
            outlines[vertex] = outline
    for layer in reversed(layers):
        for vertex in layer:
            for segment in graph.before[vertex]:
                middle[segment.tail] += middle[vertex]
    return middle
