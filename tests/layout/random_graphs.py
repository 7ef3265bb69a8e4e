"""Seeded random graphs of operations: networkx's generators, turned into DAGs with slots and varied card sizes."""

from __future__ import annotations

import random

import networkx as nx

from gradviz.layout.flow import flows
from gradviz.layout.layered import layered
from gradviz.layout.ranking import rank


def random_dag(seed: int) -> nx.MultiDiGraph:
    """0 to 40 nodes; sparse, dense, tree-like or in several parts; some edges doubled, as in x * x."""
    rng = random.Random(seed)
    count = rng.choice([0, 1, 2, 3, 5, 8, 12, 20, 40])
    kind = rng.randrange(4)
    if count < 3 or kind == 0:
        base = nx.gnp_random_graph(count, rng.choice([0.02, 0.1, 0.3]), seed=seed)
    elif kind == 1:
        base = nx.barabasi_albert_graph(count, min(2, count - 1), seed=seed)
    elif kind == 2:
        base = nx.random_labeled_tree(count, seed=seed)
    else:
        base = nx.newman_watts_strogatz_graph(count, 2, 0.3, seed=seed)
    graph = nx.MultiDiGraph()
    for node in range(count):
        graph.add_node(node, size=(rng.choice([40, 80, 143]), rng.choice([25, 40, 62])), order=node)
    pairs = [(min(edge), max(edge)) for edge in base.edges]
    pairs += [pair for pair in pairs if rng.random() < 0.1]
    rng.shuffle(pairs)
    degree = dict.fromkeys(range(count), 0)
    for _, head in pairs:
        degree[head] += 1
    used = dict.fromkeys(range(count), 0)
    for tail, head in pairs:
        graph.add_edge(tail, head, target_slot=(used[head], degree[head]))
        used[head] += 1
    return graph


def shuffled(graph: nx.MultiDiGraph, seed: int) -> tuple[nx.MultiDiGraph, dict]:
    """The same graph with other ids, inserted in another order; also the map from old to new ids."""
    rng = random.Random(seed)
    nodes = list(graph)
    names = [f"node {number}" for number in rng.sample(range(10 * len(nodes) + 10), len(nodes))]
    new = dict(zip(nodes, names, strict=True))
    result = nx.MultiDiGraph()
    rng.shuffle(nodes)
    for node in nodes:
        result.add_node(new[node], **graph.nodes[node])
    edges = list(graph.edges(keys=True, data=True))
    rng.shuffle(edges)
    for tail, head, key, data in edges:
        result.add_edge(new[tail], new[head], key, **data)
    return result, new


def random_layered(seeds, most=100):
    """The connected parts of random graphs, cut into layers; none with more than `most` nodes."""
    for seed in seeds:
        for flow in flows(random_dag(seed), "right"):
            if len(flow.nodes) <= most:
                yield layered(flow, rank(flow))
