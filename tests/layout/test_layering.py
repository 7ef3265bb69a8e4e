"""Layers with room for leaves: where it saves crossings at a low price, never for nothing, and kept once drawn."""

from __future__ import annotations

import networkx as nx

from gradviz.layout import lay_out, split_shared
from gradviz.layout.crossings import crossings_of
from gradviz.layout.flow import Flow, flows
from gradviz.layout.layering import LONGER, WORTH, Layering
from gradviz.layout.ordering import by_arguments
from gradviz.layout.ranking import rank
from tests.layout import corpus
from tests.layout.geometry_checks import check, drawn_crossings
from tests.layout.random_graphs import random_dag


def recurrent(steps: int) -> nx.MultiDiGraph:
    return split_shared(corpus.rnn_cells(steps))


def largest(graph: nx.MultiDiGraph) -> Flow:
    return max(flows(graph, "right"), key=lambda flow: len(flow.nodes))


def test_a_recurrent_network_with_a_head_at_each_step_has_no_crossings():
    graph = recurrent(8)
    layout = lay_out(graph)
    check(graph, layout)
    assert drawn_crossings(layout) == 0


def test_a_transformer_has_a_crossing_or_two_and_not_five_a_layer():
    assert drawn_crossings(lay_out(split_shared(corpus.transformer(3)))) == 0
    assert drawn_crossings(lay_out(corpus.transformer(3))) <= 5


def test_leaves_with_room_start_after_the_branching_and_all_edges_run_forward():
    for graph in (recurrent(5), *map(random_dag, range(150))):
        for flow in flows(graph, "right"):
            layering = Layering(flow)
            level = rank(flow, later=layering.pockets)
            assert all(level[node] < level[leaf] for node, leaf in layering.pockets)
            assert all(level[arc.tail] < level[arc.head] for arc in flow.arcs)


def test_no_crossing_is_bought_at_more_than_its_worth():
    for graph in (recurrent(5), corpus.transformer(), *map(random_dag, range(300))):
        for flow in flows(graph, "right"):
            layering = Layering(flow)
            best, tight = layering.best(), layering.tight
            saved = crossings_of(tight, by_arguments(tight)) - crossings_of(best, by_arguments(best))
            most = min(tight.span + WORTH * saved, LONGER * tight.span)
            assert best is tight or (saved > 0 and best.span <= most)


def test_where_a_hundred_edges_pass_each_layer_layers_stay_tight():
    """nn.RNN unfolded: all steps come from one tensor and go into one."""
    layering = Layering(largest(split_shared(corpus.rnn_layer(20))))
    assert layering.pockets
    assert layering.best() is layering.tight


def test_room_that_was_drawn_is_kept_and_none_is_added():
    graph = recurrent(5)
    layering = Layering(largest(graph))
    known = lay_out(graph).rects
    assert layering.kept(known).level == layering.best().level != layering.tight.level
    nowhere = dict.fromkeys(known, next(iter(known.values())))
    assert layering.kept(nowhere) is layering.tight


def test_the_order_of_ids_does_not_matter_to_layers_with_room():
    graph = recurrent(4)
    renamed = nx.relabel_nodes(graph, {node: ("node", str(node)) for node in graph})
    ours, theirs = lay_out(graph).rects, lay_out(renamed).rects
    assert all(theirs["node", str(node)] == rect for node, rect in ours.items())
