"""Ways through the graph, against networkx on the same links."""

import itertools

import networkx
import pytest

from gradviz.scene import paths
from gradviz.scene.scene import Scene
from tests import traces
from tests.scene.test_scene import scene_for


def graph_of(scene: Scene, tracked: bool = False) -> networkx.DiGraph:
    """The links between whole cards: a chip is its leaf."""
    graph = networkx.DiGraph()
    graph.add_nodes_from({scene.owner(at) for at in range(len(scene.cards))})
    graph.add_edges_from(
        (scene.owner(link.source), scene.owner(link.target))
        for link in scene.table.links
        if not tracked or link.node is not None
    )
    return graph


def owners(scene, cards):
    return {scene.owner(card) for card in cards}


@pytest.mark.parametrize("name", traces.ALL)
def test_every_way_from_every_card(name):
    scene = scene_for(name)
    graph, tracked = graph_of(scene), graph_of(scene, tracked=True)
    for card in graph.nodes:
        assert owners(scene, paths.feeding(scene, card)) == networkx.ancestors(graph, card) | {card}
        assert owners(scene, paths.fed(scene, card)) == networkx.descendants(graph, card) | {card}
        assert owners(scene, paths.gradient_way(scene, card)) == networkx.ancestors(tracked, card) | {card}


@pytest.mark.parametrize("name", traces.ALL)
def test_all_ways_between_two_cards(name):
    scene = scene_for(name)
    graph = graph_of(scene)
    for one, other in itertools.combinations(graph.nodes, 2):
        expected = {one, other}
        for start, end in ((one, other), (other, one)):
            for way in networkx.all_simple_paths(graph, start, end):
                expected.update(way)
        assert owners(scene, paths.between(scene, one, other)) == expected
        assert paths.between(scene, one, other) == paths.between(scene, other, one)
