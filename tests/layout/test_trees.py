"""Trees packed by their outlines: nothing overlaps, nothing could stand nearer, a perceptron is as short as dot's."""

from __future__ import annotations

import random
from functools import partial
from itertools import pairwise

import numpy as np
import pytest

from gradviz.layout import Gaps, lay_out, split_shared
from gradviz.layout.flow import flows
from gradviz.layout.layered import Layered, layered
from gradviz.layout.ordering import ordered
from gradviz.layout.placement import distance
from gradviz.layout.ranking import rank
from gradviz.layout.trees import is_tree, tree_places
from tests.layout import corpus
from tests.layout.geometry_checks import check


def random_tree(seed: int) -> Layered:
    """An expression of some 40 operations in which everything is used once."""
    rng, tape = random.Random(seed), corpus.Tape()
    loose = [tape.leaf("x" * rng.randint(1, 12)) for _ in range(rng.randint(1, 20))]
    while len(loose) > 1:
        count = rng.randint(1, min(3, len(loose)))
        start = rng.randrange(len(loose) - count + 1)
        loose[start : start + count] = [tape.op("MulBackward0", *loose[start : start + count])]
    (flow,) = flows(tape.graph, "right")
    return layered(flow, rank(flow))


def branch(graph: Layered, root: int) -> set[int]:
    found = [root]
    for vertex in found:
        found.extend(segment.tail for segment in graph.before[vertex])
    return set(found)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_branches_keep_the_gaps_and_touch(share):
    for seed in range(20):
        graph = random_tree(seed)
        assert is_tree(graph)
        layers, gap = ordered(graph), partial(distance, graph, Gaps())
        middle = tree_places(graph, layers, gap, share)
        slack = {(a, b): middle[b] - middle[a] - gap(a, b) for layer in layers for a, b in pairwise(layer)}
        assert min(slack.values(), default=0.0) > -1e-6
        for operands in graph.before:
            for number in range(1, len(operands)):
                # The branch touches one of those above it: nearer is impossible.
                above = set().union(*(branch(graph, segment.tail) for segment in operands[:number]))
                under = branch(graph, operands[number].tail)
                assert min(free for (a, b), free in slack.items() if a in above and b in under) < 1e-6


def test_an_operation_stands_where_it_was_asked_to():
    graph = random_tree(7)
    layers = ordered(graph)
    for share in (0.0, 0.25, 1.0):
        middle = tree_places(graph, layers, partial(distance, graph, Gaps()), share)
        for vertex, operands in enumerate(graph.before):
            levels = [middle[s.tail] + s.tail_port - s.head_port for s in operands]
            if levels:
                assert middle[vertex] == pytest.approx(levels[0] + share * (levels[-1] - levels[0]))


def test_what_is_used_twice_is_no_tree():
    (flow,) = flows(corpus.quadratic(), "right")
    assert not is_tree(layered(flow, rank(flow)))


def test_a_perceptron_in_scalars_has_short_edges():
    """dot's are 126,517 long in all, its cards, gaps and ports being the same."""
    graph = split_shared(corpus.scalar_mlp(8, 3, 12))
    layout = lay_out(graph)
    check(graph, layout)
    length = sum(float(np.hypot(*np.diff(line, axis=0).T).sum()) for line in layout.routes.values())
    assert length <= 1.3 * 126_517
