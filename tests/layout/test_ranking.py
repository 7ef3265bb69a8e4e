"""Layers against brute force and against the dual linear program, solved by networkx."""

from __future__ import annotations

import itertools
import random

import networkx as nx
import pytest

from gradviz.layout import CancelledError
from gradviz.layout.flow import flows
from gradviz.layout.ranking import Simplex, rank
from tests.layout import corpus


def connected_weights(seed: int, count: int, extra: int) -> dict[tuple[int, int], int]:
    """A random connected DAG on 0..count-1 with edges from lower to higher numbers."""
    rng = random.Random(seed)
    weights = {}
    for head in range(1, count):
        weights[rng.randrange(head), head] = rng.randint(1, 9)
    for _ in range(extra):
        tail, head = sorted(rng.sample(range(count), 2))
        weights[tail, head] = rng.randint(1, 9)
    return weights


def cost(weights: dict, level) -> int:
    return sum(weight * (level[head] - level[tail]) for (tail, head), weight in weights.items())


def optimum(weights: dict, count: int) -> int:
    """The dual: the most flow with the divergences that the weights prescribe (strong duality)."""
    graph = nx.DiGraph()
    demand = [0] * count
    for (tail, head), weight in weights.items():
        graph.add_edge(tail, head, weight=-1)
        demand[head] += weight
        demand[tail] -= weight
    nx.set_node_attributes(graph, dict(enumerate(demand)), "demand")
    return -nx.network_simplex(graph)[0]


def test_against_brute_force():
    for seed in range(60):
        count = 2 + seed % 4
        weights = connected_weights(seed, count, seed % 5)
        found = Simplex(range(count), weights).solved()
        assert all(found[head] > found[tail] for tail, head in weights)
        best = min(
            cost(weights, level)
            for level in itertools.product(range(count), repeat=count)
            if all(level[head] > level[tail] for tail, head in weights)
        )
        assert cost(weights, found) == best


@pytest.mark.parametrize("count", [8, 20, 60, 200])
def test_against_the_dual(count):
    for seed in range(30 if count < 100 else 6):
        for extra in (0, count // 2, 2 * count):
            weights = connected_weights(seed, count, extra)
            found = Simplex(range(count), weights).solved()
            assert min(found) == 0
            assert all(found[head] > found[tail] for tail, head in weights)
            assert cost(weights, found) == optimum(weights, count)


@pytest.mark.parametrize("name", list(corpus.SMALL))
def test_leaves_stand_beside_their_first_consumer(name):
    (flow,) = flows(corpus.SMALL[name](), "right")
    level = rank(flow)
    for node, operands in enumerate(flow.operands):
        if operands == 0:
            assert min(level[arc.head] for arc in flow.arcs if arc.tail == node) == level[node] + 1


def test_cancelling():
    weights = connected_weights(1, 200, 400)
    with pytest.raises(CancelledError):
        Simplex(range(200), weights, lambda: True).solved()


def test_effort_is_bounded_and_the_layers_are_legal_then_too():
    weights = connected_weights(3, 100, 300)
    simplex = Simplex(range(100), weights)
    simplex.effort = 50
    found = simplex.solved()
    assert simplex.effort <= 0
    assert all(found[head] > found[tail] for tail, head in weights)
    assert cost(weights, found) > optimum(weights, 100)
