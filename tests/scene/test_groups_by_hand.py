"""Groups that a person made: any choice of cards of any run, with any grouping beside it."""

import random
from collections import Counter

import networkx as nx
import pytest

from gradviz.scene.cards import Options, cards_of
from gradviz.scene.groups import folded
from gradviz.scene.paths import enclosed
from gradviz.scene.scene import picture
from gradviz.trace.regions import grouping_of, is_region, made_by_hand
from tests.grouped import PROGRAMS, ran

GROUPINGS = ("nothing", "module", "line", "iteration")


def chosen(trace, seed):
    """The identities of some ops and of all between them, as the window finds them."""
    scene = picture(trace.passes[-1].history, trace, Options(chips=False))
    ops = [at for at, card in enumerate(scene.cards) if card.op is not None]
    few = random.Random(seed).sample(ops, min(3, len(ops)))
    held = [scene.cards[at].op.id for at in enclosed(scene, few) if scene.cards[at].op is not None]
    return held, {scene.history.identities[op] for op in held}


@pytest.mark.parametrize("by", GROUPINGS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_group_holds_its_ops_and_never_feeds_itself(name, by):
    trace = ran(PROGRAMS[name])
    history = trace.passes[-1].history
    for seed in range(4):
        ops, identities = chosen(trace, seed)
        key = made_by_hand("mine", identities)
        options = Options(grouping=by, folding="folded" if seed % 2 else "open", by_hand=(key,))
        cards = cards_of(history, trace.ops, options)
        groups = folded(cards, history, options)
        edges = [(link.source, link.target) for link in groups.links]
        assert nx.is_directed_acyclic_graph(nx.DiGraph(edges)), seed
        held = Counter(card.op.id for card in groups.cards if card.op is not None and card.group is None)
        held.update(op for card in groups.cards if card.group is not None for op in card.group.ops)
        assert all(held[card.op.id] == 1 for card in cards.cards if card.op is not None)
        if options.folding == "open" and len(ops) > 1:
            assert set(groups.cards[groups.index[key]].group.ops) == set(ops)
            assert groups.cards[groups.index[key]].title == "mine"


def test_the_key_says_all_and_means_the_same_in_the_next_run():
    first, again = ran(PROGRAMS["scalars"]), ran(PROGRAMS["scalars again"])
    _, identities = chosen(first, 7)
    key = made_by_hand("two\nlines", identities)
    assert is_region(key)
    for trace in (first, again):
        history = trace.passes[-1].history
        regions = history.regions(grouping_of(key))
        assert regions.titles == {key: "two lines"}
        assert {history.identities[op] for op in regions.members[key]} == identities


def test_a_group_inside_a_folded_one_is_not_seen():
    trace = ran(PROGRAMS["mlp"])
    history = trace.passes[-1].history
    members = next(iter(history.regions("module").members.values()))[:2]
    key = made_by_hand("inside", [history.identities[op] for op in members])
    options = Options(grouping="module", folding="folded", by_hand=(key,))
    groups = folded(cards_of(history, trace.ops, options), history, options)
    assert key not in groups.index
    shown = Options(grouping="module", folding="open", by_hand=(key,))
    assert key in folded(cards_of(history, trace.ops, shown), history, shown).index


def test_one_op_is_no_group():
    trace = ran(PROGRAMS["mlp"])
    history = trace.passes[-1].history
    key = made_by_hand("alone", [next(iter(history.identities.values()))])
    assert history.regions(grouping_of(key)).members == {}
