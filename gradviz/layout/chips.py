"""Leaves used in many places, taken apart so that the picture can be read.

A weight that a recurrent network uses at a hundred time steps ties the whole drawing into a knot: 24,137 crossings for
100 steps, none once each use has its own small chip beside the operation that uses it. The real leaf stays in the
graph, unconnected ("on the shelf"), and `chip_of` says which leaf a chip stands for, so that hovering one can light
all.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import NamedTuple

import networkx as nx


class Chip(NamedTuple):
    """Name of the node that stands for one use of a leaf."""

    leaf: Hashable
    consumer: Hashable
    key: Hashable


def same_size(size: tuple[float, float]) -> tuple[float, float]:
    return size


def split_shared(
    graph: nx.MultiDiGraph,
    uses: int = 3,
    chip_size: Callable[[tuple[float, float]], tuple[float, float]] = same_size,
) -> nx.MultiDiGraph:
    """A copy of the graph in which each use of a leaf with at least `uses` uses comes from a chip of its own.

    A chip has its leaf's attributes, `chip_of` = the leaf, and `size` = chip_size(the leaf's size). Edges keep their
    key and attributes, except `source_slot`: a chip has one use. A node whose attribute `whole` is true stays whole: a
    folded group without inputs is no leaf. The graph given is not changed.
    """
    if uses < 1:
        raise ValueError(f"uses must be at least 1, not {uses}")
    result = graph.copy()
    for leaf in graph:
        # Not by `out_edges`: such a view and its graph hold each other, and 10,000 nodes would stay for long.
        uses_of = [(to, key, data) for to, edges in graph.succ[leaf].items() for key, data in edges.items()]
        if graph.pred[leaf] or len(uses_of) < uses or graph.nodes[leaf].get("whole", False):
            continue
        for consumer, key, data in uses_of:
            chip = Chip(leaf, consumer, key)
            attributes = dict(graph.nodes[leaf])
            attributes["chip_of"] = leaf
            if "size" in attributes:
                attributes["size"] = chip_size(attributes["size"])
            result.add_node(chip, **attributes)
            kept = {name: value for name, value in data.items() if name != "source_slot"}
            result.add_edge(chip, consumer, key, **kept)
        result.remove_edges_from([(leaf, consumer, key) for consumer, key, _ in uses_of])
    return result
