"""Places: the least squares of one layer against brute force, straightness and symmetry as a designer asks for them."""

from __future__ import annotations

import itertools
import random

import networkx as nx
import numpy as np
import pytest

from gradviz.layout import Gaps, lay_out, split_shared
from gradviz.layout.flow import flows
from gradviz.layout.layered import layered
from gradviz.layout.ordering import ordered
from gradviz.layout.placement import Placement
from gradviz.layout.ranking import rank
from tests.layout import corpus


def by_name(graph: nx.MultiDiGraph) -> dict[str, int]:
    return {data["name"]: node for node, data in graph.nodes(data=True)}


def test_a_layer_settles_at_the_least_squares():
    """All ways to cut a layer into touching blocks, each at its mean: the best feasible one is the answer."""
    (flow,) = flows(corpus.fan(5), "right")
    graph = layered(flow, rank(flow))
    layers = ordered(graph)
    layer = max(layers, key=len)
    rng = random.Random(3)
    for _ in range(60):
        placement = Placement(graph, layers, Gaps(), {})
        wishes = {vertex: (rng.uniform(-150, 150), rng.choice([0.5, 1.0, 4.0])) for vertex in layer}
        placement.wishes = lambda layer, before, after, wishes=wishes: [wishes[vertex] for vertex in layer]
        placement.settle(layer, before=True, after=True)
        offset = [placement.offset[vertex] for vertex in layer]
        goal = np.array([wishes[vertex][0] - at for vertex, at in zip(layer, offset, strict=True)])
        weight = np.array([wishes[vertex][1] for vertex in layer])
        best = None
        for cuts in itertools.product([False, True], repeat=len(layer) - 1):
            block = np.cumsum([0, *cuts])
            mean = np.array([np.average(goal[block == b], weights=weight[block == b]) for b in block])
            if (np.diff(mean) >= -1e-12).all():
                loss = float((weight * (mean - goal) ** 2).sum())
                if best is None or loss < best[0]:
                    best = (loss, mean)
        found = [placement.middle[vertex] for vertex in layer]
        assert found == pytest.approx(list(best[1] + offset))


def test_the_main_path_of_the_line_is_level_and_its_operands_are_symmetric():
    graph = corpus.line()
    rects = lay_out(graph).rects
    name = by_name(graph)
    main = [rects[name[f"{op}Backward0"]].centre[1] for op in ("Mul", "Add", "Sub", "Pow")]
    assert main == pytest.approx([main[0]] * 4)
    w, x = rects[name["w"]].centre[1], rects[name["x"]].centre[1]
    assert w < x
    assert main[0] - w == pytest.approx(x - main[0])
    assert rects[name["b"]].y > main[0]


def test_the_square_stands_above_the_linear_term():
    graph = corpus.quadratic()
    layout = lay_out(graph)
    x, power, square, linear = (layout.rects[node].centre[1] for node in (0, 1, 2, 3))
    assert x == pytest.approx(power) == pytest.approx(square)
    assert square < linear


@pytest.mark.parametrize("name", ["mlp", "resnet", "transformer x6", "rnn 20"])
def test_a_network_has_one_straight_axis(name):
    """The longest path of main operands lies on one level."""
    graph = {**corpus.SMALL, **corpus.LARGE}[name]()
    layout = lay_out(graph)
    longest = nx.dag_longest_path(nx.DiGraph(graph))
    operations = [node for node in longest if graph.in_degree(node)]
    level = [layout.rects[node].centre[1] for node in operations]
    share = sum(abs(at - np.median(level)) < 0.5 for at in level) / len(level)
    assert share >= 0.9


def test_a_long_edge_is_straight_between_its_ends():
    graph = corpus.resnet(4)
    for route in lay_out(graph).routes.values():
        levels = {round(float(y), 3) for y in route[:, 1]}
        assert len(levels) <= 3


def test_x_times_x_has_two_ports_symmetric_about_the_middle():
    layout = lay_out(corpus.square_by_product())
    upper, lower = (layout.routes[0, 1, key][-1][1] for key in (0, 1))
    assert upper < lower
    assert (upper + lower) / 2 == pytest.approx(layout.rects[1].centre[1])


def test_a_fan_of_equal_terms_is_even():
    layout = lay_out(corpus.fan(12))
    graph = corpus.fan(12)
    ys = sorted(r.y for n, r in layout.rects.items() if graph.nodes[n]["name"] == "SinBackward0")
    assert np.diff(ys) == pytest.approx([ys[1] - ys[0]] * 11)


def test_an_operation_stands_midway_between_equal_operands():
    """(a + b) * (c - d), and a neuron: x0 w0 + x1 w1 + x2 w2 + b."""
    tape = corpus.Tape()
    a, b, c, d = (tape.leaf(name) for name in "abcd")
    total, difference = tape.op("AddBackward0", a, b), tape.op("SubBackward0", c, d)
    product = tape.op("MulBackward0", total, difference)
    midway(tape.graph, {total: (a, b), difference: (c, d), product: (total, difference)})

    tape = corpus.Tape()
    pairs = [(tape.leaf(f"x{i}"), tape.leaf(f"w{i}")) for i in range(3)]
    first, second, third = (tape.op("MulBackward0", x, w) for x, w in pairs)
    total = tape.op("AddBackward0", first, second)
    last = tape.op("AddBackward0", tape.op("AddBackward0", total, third), tape.leaf("b"))
    rects = midway(tape.graph, {first: pairs[0], second: pairs[1], third: pairs[2], total: (first, second)})
    assert rects[last].centre[1] == pytest.approx(rects[total].centre[1])


def midway(graph, operands):
    rects = lay_out(graph).rects
    for node, (one, other) in operands.items():
        middle = (rects[one].centre[1] + rects[other].centre[1]) / 2
        assert rects[node].centre[1] == pytest.approx(middle, abs=8), "to a fifth of a card"
    return rects


def test_a_recurrent_network_is_a_band():
    """Sixty steps are no higher than twenty: nothing drifts."""
    short, long = (lay_out(split_shared(corpus.rnn(steps))).bounds.height for steps in (20, 60))
    assert long <= 1.1 * short
