import re
from dataclasses import replace

import pytest

from gradviz.trace.check import check
from gradviz.trace.events import BackwardEnded, Edge, LeafAccumulated, NodeRan, OpRan, TensorUpdated
from gradviz.trace.passes import Carried, Pass
from gradviz.trace.trace import Trace
from tests import traces


def broken(make, kind, change):
    """The trace with its first event of a kind changed."""
    trace = make()
    (item,) = trace.passes
    position = next(at for at, event in enumerate(item.events) if isinstance(event, kind))
    events = [*item.events]
    events[position : position + 1] = change(events[position])
    return replace(trace, passes=(Pass(0, Carried(), tuple(events)),))


@pytest.mark.parametrize("name", traces.ALL)
def test_legal_runs_pass(name):
    assert check(traces.ALL[name]()) == []


@pytest.mark.parametrize(
    ("kind", "change", "words"),
    [
        (OpRan, lambda e: [replace(e, untracked="why")], "tracked and untracked"),
        (OpRan, lambda e: [replace(e, inputs=(replace(e.inputs[0], tensor=999),))], "never made"),
        (OpRan, lambda e: [replace(e, node=replace(e.node, edges=(Edge(999, 0, 0),)))], "never made"),
        (OpRan, lambda e: [replace(e, node=replace(e.node, sequence=50))], "younger"),
        (NodeRan, lambda e: [e, e], "twice"),
        (NodeRan, lambda e: [replace(e, sent=(*e.sent, None))], "along"),
        (NodeRan, lambda e: [replace(e, gradients_in=(traces.value([1.0, 2.0]),))], "shape"),
        (NodeRan, lambda e: [BackwardEnded(True), e], "outside"),
        (LeafAccumulated, lambda e: [replace(e, after=traces.value(7.0))], "before \\+ added"),
        (LeafAccumulated, lambda e: [replace(e, before=traces.value(7.0))], "last change"),
    ],
)
def test_every_broken_rule_is_named(kind, change, words):
    faults = check(broken(traces.line, kind, change))
    assert faults
    assert any(re.search(words, fault) for fault in faults), faults


def test_versions_count_up():
    faults = check(broken(traces.untracked, TensorUpdated, lambda e: [replace(e, version=0)]))
    assert any("count up" in fault for fault in faults)


def test_an_empty_trace_is_legal():
    assert check(Trace()) == []
