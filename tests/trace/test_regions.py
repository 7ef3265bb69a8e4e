"""Regions of real runs against a plain look at each op, and the promise that they never feed each other in a circle."""

import itertools

import networkx as nx
import pytest

from gradviz.trace.regions import grouping_of, is_region
from tests import traces
from tests.grouped import PROGRAMS, history_of

GROUPINGS = ("auto", "module", "function", "line", "iteration")


def dependencies(history):
    """(maker, user) of every tensor that an op takes from another, by a walk over the events."""
    maker = {}
    for _, op in history.ops.values():
        for operand in op.inputs:
            if operand.tensor in maker:
                yield maker[operand.tensor], op.id
        for out in op.outputs:
            maker[out.tensor] = op.id


@pytest.mark.parametrize("by", GROUPINGS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_regions_nest_and_hold_each_op_once(name, by):
    history = history_of(name)
    regions = history.regions(by)
    assert history.regions(by) is regions
    inside = {op: set() for op in history.ops}
    for key, ops in regions.members.items():
        assert is_region(key)
        assert grouping_of(key) == by
        assert len(ops) == len(set(ops)) > 1
        assert list(ops) == sorted(ops, key=list(history.ops).index)
        for op in ops:
            inside[op].add(key)
    assert inside == {op: set(regions.paths.get(op, ())) for op in history.ops}
    for path in regions.paths.values():
        for outer, inner in itertools.pairwise(path):
            assert set(regions.members[inner]) < set(regions.members[outer])


@pytest.mark.parametrize("by", GROUPINGS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_no_choice_of_open_regions_makes_a_circle(name, by):
    history = history_of(name)
    regions = history.regions(by)
    pairs = list(dependencies(history))
    deepest = max(map(len, regions.paths.values()), default=0)
    for depth in range(deepest + 1):
        # All regions are open down to this depth; then every second one is.
        for opened in (set(), set(list(regions.members)[::2])):

            def unit(op, depth=depth, opened=opened):
                path = regions.paths.get(op, ())
                return next((key for at, key in enumerate(path) if at >= depth and key not in opened), op)

            graph = nx.DiGraph((unit(a), unit(b)) for a, b in pairs if unit(a) != unit(b))
            assert nx.is_directed_acyclic_graph(graph), (depth, len(opened))


def test_labels_say_what_they_are():
    history = history_of("transformer")
    regions = history.regions("module")
    for op, path in regions.paths.items():
        scope = history.ops[op][1].scope
        titles = [regions.titles[key].split(" (")[0] for key in path]
        joined = ".".join(titles)
        assert any(".".join([*scope][-1:]).startswith(joined) or joined in name for name in scope), (joined, scope)
    assert regions.titles["gmodule:model/layers.0"] == "layers.0"
    blocks = history_of("mlp").regions("module").titles
    assert sorted(set(blocks.values())) == ["first", "net", "net.0", "net.1", "net.2", "net.3", "second"]
    lines = history_of("scalars").regions("line")
    for key, ops in lines.members.items():
        numbers = {history_of("scalars").ops[op][1].source.line for op in ops}
        assert {f"line {number}" for number in numbers} == {lines.titles[key].split(" (")[0]}
    functions = history_of("scalars").regions("function")
    assert {title.split(" (")[0] for title in functions.titles.values()} == {"neuron()"}


def test_iterations_count_how_often_a_piece_ran():
    history = history_of("loop")
    found = history.regions("iteration")
    assert [title for key, title in sorted(found.titles.items(), key=lambda item: found.members[item[0]])] == [
        f"iteration {number}" for number in range(1, 6)
    ]
    per_iteration = [sorted(history.ops[op][1].op for op in ops) for ops in found.members.values()]
    assert per_iteration == [sorted(["mul", "add", "tanh"])] * 5


def test_a_comprehension_belongs_to_its_function():
    functions = history_of("pieces").regions("function")
    assert sorted(functions.titles.values()) == ["Neuron.__call__()", "outer.inner()"]


def test_a_region_that_is_left_and_comes_back_has_visits():
    history = history_of("there and back")
    regions = history.regions("function")
    assert sorted(regions.titles.values()) == ["double()", "double() (2)"]


def test_keys_are_the_same_in_every_run_and_cards_are_those_inside():
    first, second = history_of("scalars"), history_of("scalars again")
    assert set(first.regions("auto").members) == set(second.regions("auto").members)
    key = next(iter(first.regions("line").members))
    cards = first.region_cards(key)
    assert {f"o{op}" for op in first.regions("line").members[key]} == {card for card in cards if card[0] == "o"}
    for card in cards:
        if card[0] == "t":
            users = {f"o{op.id}" for _, op in first.ops.values() if any(i.tensor == int(card[1:]) for i in op.inputs)}
            assert users <= cards
            assert first.tensors[int(card[1:])].op is None
    assert first.region_cards("gline:line 999") == frozenset()


@pytest.mark.parametrize("name", traces.ALL)
def test_runs_without_anything_to_group_have_no_regions_by_module(name):
    trace = traces.ALL[name]()
    for item in trace.passes:
        scopes = {op.scope for _, op in item.history.ops.values()}
        assert bool(item.history.regions("module").members) <= (scopes != {()})
