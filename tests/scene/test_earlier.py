"""A pass beside the one before: gradients that differ, gradients that were cleared, and where that is shown."""

import numpy as np
import pytest

from gradviz.scene.earlier import earlier_of
from gradviz.scene.inspection import inspect
from gradviz.scene.scene import picture
from gradviz.trace.events import GradientZeroed, LeafAccumulated
from gradviz.trace.query import State
from tests import traces
from tests.recorder.test_numpy_engine import record

DESCENT = """\
w = torch.tensor(1.0, requires_grad=True)
for _ in range(3):
    loss = (w * 3.0 - 6.0) ** 2
    loss.backward()
    with torch.no_grad():
        w -= 0.01 * w.grad
    w.grad = None
"""


@pytest.fixture(scope="module")
def descent():
    trace, _, _ = record(DESCENT)
    return trace


def gradients():
    """d/dw (3w − 6)² = 6 (3w − 6), followed down by hand."""
    w = 1.0
    while True:
        yield 6 * (3 * w - 6)
        w -= 0.01 * 6 * (3 * w - 6)


def leaf(history):
    return next((node, item.node.leaf) for node, item in history.nodes.items() if item.node.leaf is not None)


def facts(trace, history, step, key):
    return {fact.label: fact.text for fact in inspect(trace, State(history, step), (key,)).tensor}


def test_the_first_pass_has_nothing_before_it(descent):
    history = descent.passes[0].history
    node, tensor = leaf(history)
    assert earlier_of(descent, history).change(node, history.steps) is None
    assert "pass before" not in facts(descent, history, history.steps, f"t{tensor}")


def test_what_was_added_in_the_pass_before(descent):
    known = gradients()
    expected = [next(known) for _ in range(3)]
    for number in (1, 2):
        history = descent.passes[number].history
        node, tensor = leaf(history)
        earlier, ran = earlier_of(descent, history), history.nodes[node].ran
        assert earlier.change(node, ran - 1) is None, "not before it has come again"
        change = earlier.change(node, ran)
        assert change.number == number - 1
        assert change.before.item() == pytest.approx(expected[number - 1], rel=1e-5)
        assert change.now.item() == pytest.approx(expected[number], rel=1e-5)
        assert not change.is_same
        shown = facts(descent, history, ran, f"t{tensor}")
        assert shown["pass before"] == change.text
        assert change.text.count(" → now ") == 1


def test_ops_are_found_again_though_every_pass_makes_new_ones(descent):
    history = descent.passes[1].history
    earlier = earlier_of(descent, history)
    ops = [node for node in history.runs if history.nodes[node].op is not None]
    was = {descent.passes[0].history.nodes[node].node.name: node for node in descent.passes[0].history.runs}
    assert len(ops) == 3
    for node in ops:
        change = earlier.change(node, history.steps)
        name = history.nodes[node].node.name
        (before,) = descent.passes[0].history.gradient_in(was[name], history.steps)
        assert change.before == before


def test_equal_gradients_are_said_to_be_the_same():
    trace = traces.accumulate_twice()
    history = trace.passes[1].history
    node, tensor = leaf(history)
    change = earlier_of(trace, history).change(node, history.steps)
    assert change.is_same
    assert facts(trace, history, history.steps, f"t{tensor}")["added before"] == "the same, 6.0"
    scene = picture(history, trace)
    at = scene.table.index[f"t{tensor}"]
    assert not [tag for tag in scene.tags(at, scene.look(history.steps)) if "before" in tag.text]


def test_a_mark_on_the_leaf(descent):
    history = descent.passes[1].history
    node, tensor = leaf(history)
    scene, ran = picture(history, descent), history.nodes[node].ran
    at = scene.table.index[f"t{tensor}"]

    def marks(step):
        return [tag.text for tag in scene.tags(at, scene.look(step))]

    assert marks(ran)[0] == "before: −18.0"
    assert not any("before" in text for text in marks(ran - 1))
    zeroed = next(step for step, event in enumerate(history.events, 1) if isinstance(event, GradientZeroed))
    held = history.events[zeroed - 1].before
    assert marks(zeroed)[0] == f"cleared −{abs(held.item()):.4g}".replace("cleared -", "cleared −")
    assert not any("cleared" in text for text in marks(zeroed - 1))


def test_what_was_cleared_until_a_gradient_is_added_again():
    run = traces.Writer("x\n")
    x = run.tensor([1.0, 2.0], "x")
    y = run.op("mul", (x, "2"), [2.0, 4.0], name="y")
    run.backward(y)
    run.ran(y, [1.0, 1.0], [2.0, 2.0], None)
    run.accumulated(x, [2.0, 2.0])
    run.ended()
    run.zero(x)
    run.zero(x)
    trace = run.trace()
    history = trace.passes[0].history
    earlier, steps = earlier_of(trace, history), history.steps
    added = next(step for step, event in enumerate(history.events, 1) if isinstance(event, LeafAccumulated))
    assert earlier.cleared(x, added) is None
    assert np.array_equal(earlier.cleared(x, steps - 1).data, [2.0, 2.0])
    assert facts(trace, history, steps - 1, f"t{x}")[".grad cleared"] == "all 2.0"
    assert earlier.cleared(x, steps) is None, "the second time there was nothing to clear"
